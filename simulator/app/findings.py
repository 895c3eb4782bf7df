"""What a finished run says: the sentence, the figures, the charts, the assumptions, the files."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from simulator.app.assumptions import SHOWN, Assumption
from simulator.app.finished import Chart, Finished
from simulator.app.settings import Settings
from simulator.app.words import on_screen
from simulator.briefing.summary import Section
from simulator.risk.words import two_digits

OPEN_SECTIONS = 2
"""How bad it is if it happens, and how likely: what is asked first stands open."""
CHART_PIXELS = 1600
TABLE_ROWS = 12
PARTIAL = "This run is partial: it was stopped before it was done. Its ranges are wider than asked for."
CONDITIONAL = "These results are conditional: they hold if the facts happen that the scenario states."


def show_findings(finished: Finished) -> None:
    """Draws a finished run."""
    st.header(on_screen(finished.summary.headline), anchor=False)
    st.caption(caption(finished))
    if finished.conditional:
        st.info(CONDITIONAL)
    if finished.partial:
        st.warning(PARTIAL)
    for number, section in enumerate(finished.summary.sections):
        show_section(section, expanded=number < OPEN_SECTIONS)
    for chart in finished.charts:
        show_chart(chart, finished.settings)
    if finished.assumptions:
        show_assumptions(finished.assumptions)
    show_record(finished)


def caption(finished: Finished) -> str:
    """Where every figure below comes from."""
    return on_screen(f"{finished.title}. Model version {finished.version}; {finished.summary.basis}.")


def show_section(section: Section, expanded: bool) -> None:
    """A section of the summary as a table."""
    with st.expander(on_screen(section.title), expanded=expanded):
        rows = [(row.label, row.value, row.doubt) for row in section.rows]
        if rows:
            cells = [[on_screen(cell) for cell in row] for row in rows]
            st.table(
                pd.DataFrame(cells, columns=["What", "How much", "Range or remark"]),
                border="horizontal",
                hide_index=True,
            )
        if section.note:
            st.caption(on_screen(section.note))


def show_chart(chart: Chart, settings: Settings) -> None:
    """A chart with its description, its numbers and both as files."""
    st.subheader(on_screen(chart.question), anchor=False)
    st.image(chart.png, width=CHART_PIXELS, alt=chart.alt)
    with st.expander("Show data"):
        st.caption(on_screen(chart.alt))
        numbers = list(chart.data.select_dtypes("number"))
        shown = chart.data.style.format(lambda x: two_digits(float(str(x))), subset=numbers, na_rep="")
        st.dataframe(
            shown,
            hide_index=True,
            height="auto" if len(chart.data) <= TABLE_ROWS else 35 * TABLE_ROWS,
            alt=f"The numbers of the chart: {chart.question}",
        )
    with st.container(horizontal=True):
        download("Picture (PNG)", chart.png, file_name(settings, chart.name, "png"), "image/png")
        download("Numbers (CSV)", chart.csv(), file_name(settings, chart.name, "csv"), "text/csv")


def show_assumptions(assumptions: tuple[Assumption, ...]) -> None:
    """The widest assumptions as a table."""
    st.subheader("What is assumed", anchor=False)
    st.markdown(
        "Much of what decides the result was never observed. Where nothing else is said, a range on this page is that "
        "of chance alone: it leaves out doubt in the assumptions, which is larger."
    )
    with st.expander(f"The {min(SHOWN, len(assumptions))} assumptions with the widest ranges"):
        cells = [[on_screen(cell) for cell in (a.parameter, a.value, a.range, a.reason)] for a in assumptions]
        table = pd.DataFrame(cells, columns=["Parameter", "Value", "Range", "Reason"])
        st.table(table, border="horizontal", hide_index=True)


def show_record(finished: Finished) -> None:
    """The record of the run, and the command that makes it again."""
    st.subheader("Take it away", anchor=False)
    settings = finished.settings
    st.markdown("The record holds the scenario, the seed and all versions. This command gives the same figures:")
    st.code(again(settings), language=None, wrap_lines=True)
    download("Record of the run (JSON)", finished.manifest, file_name(settings, "manifest", "json"), "application/json")


def again(settings: Settings) -> str:
    """The command line of a run or a comparison, for a terminal."""
    command, *rest = settings.words(by_name=True)
    folder = settings.scenario if command == "run" else f"{settings.scenario}_{command}"  # none is written over
    return " ".join(["geocyber", command, *rest, "--out", f"runs/{folder}"])


def file_name(settings: Settings, what: str, ending: str) -> str:
    """`uk_2022_500_seed1_service.png`."""
    return f"{settings.scenario}_{settings.futures}_seed{settings.seed}_{what}.{ending}"


def download(label: str, data: bytes, name: str, kind: str) -> None:
    """A button that hands out a file and leaves the page as it is."""
    st.download_button(label, data, name, kind, icon=":material/download:", on_click="ignore", key=f"download-{name}")
