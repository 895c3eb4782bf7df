"""The page: choose a scenario, run it, read what it says."""

from __future__ import annotations

import streamlit as st

from simulator.app.findings import show_findings
from simulator.app.job import Bench, Job
from simulator.app.settings import FUTURES, MOST_SEED, USUAL_FUTURES, Offer, Settings, offers
from simulator.app.words import counted, on_screen, time_left
from simulator.scenario.errors import InputError

PAGE_WIDTH = 1280
POLL_S = 0.5
FIRST_OFFERED = "uk_2022"
LESS_AIR = "<style>[data-testid='stMainBlockContainer'] {padding-top: 2rem}</style>"
"""Streamlit leaves room for a toolbar that this page does not have."""
TITLE = "What could a hostile software update cost?"
ABOUT = (
    "A simulator of cyber risk from foreign vendors to water, telecom and energy companies. It predicts nothing: "
    "it works out what follows from stated assumptions. Operators and vendors are invented."
)
CONDITIONAL = "This scenario states some facts with their dates. Every result is conditional on them."
BEFORE_THE_FIRST_RUN = """
Choose a scenario and press **Run**. You will get

- what it says in one sentence, and in figures with their ranges;
- three charts, with the numbers behind them;
- the widest of the assumptions that the figures rest on;
- everything to take away: pictures, tables and the record of the run.
"""


def show() -> None:
    """Draws the page; Streamlit calls it again after every click."""
    st.set_page_config(page_title="geocyber", layout="wide")
    st.html(LESS_AIR)
    bench = own_bench()
    collect(bench)
    with (
        st.container(horizontal_alignment="center"),
        st.container(width=PAGE_WIDTH),
    ):
        st.title(TITLE, anchor=False)
        st.caption(ABOUT)
        left, right = st.columns([1, 2.6], gap="large")
        with left:
            chosen = choice()
            controls(bench, chosen)
        with right:
            finished = st.session_state.get("finished")
            if finished is None:
                st.markdown(BEFORE_THE_FIRST_RUN)
            else:
                if finished.settings != chosen:
                    st.info(still_shown(finished.title, finished.settings))
                show_findings(finished)


@st.cache_resource(scope="session", on_release=Bench.clear, show_spinner=False)
def own_bench() -> Bench:
    """The run of this session; it ends when the page is closed."""
    return Bench()


@st.cache_data(show_spinner=False)
def catalogue() -> dict[str, Offer]:
    """The scenarios on offer."""
    return offers()


def collect(bench: Bench) -> None:
    """Takes what an ended run left."""
    job = bench.job
    if job is None or not job.ended:
        return
    bench.clear()
    st.session_state["fault"] = job.fault
    if job.finished is not None:
        st.session_state["finished"] = job.finished


def choice() -> Settings | None:
    """The settings on the page; None if the browser sent some that cannot be."""
    known = catalogue()
    names = sorted(known, key=lambda name: name != FIRST_OFFERED)
    name = st.selectbox("Scenario", names, format_func=lambda name: known[name].title, key="scenario")
    st.markdown(on_screen(known[name].question))
    if known[name].conditional:
        st.caption(CONDITIONAL)
    futures = st.select_slider(
        "Simulated futures",
        FUTURES,
        value=USUAL_FUTURES if USUAL_FUTURES in FUTURES else FUTURES[0],
        format_func=lambda number: f"{number:,}",
        help="Each is one way the years ahead could go. More of them give narrower ranges and take longer.",
        key="futures",
    )
    with st.expander("Seed"):
        seed = st.number_input(
            "Seed",
            min_value=0,
            max_value=MOST_SEED,
            value=1,
            step=1,
            help="Equal seeds give equal results.",
            key="seed",
        )
    try:
        return Settings(name, int(futures), int(seed))
    except InputError as fault:
        st.error(on_screen(str(fault)))
        return None


def controls(bench: Bench, chosen: Settings | None) -> None:
    """Run, progress with Cancel, and how the last run ended if it gave nothing."""
    running = bench.job is not None
    st.button(
        "Run",
        type="primary",
        width="stretch",
        disabled=running or chosen is None,
        on_click=start,
        args=(bench, chosen),
        key="run",
    )
    if bench.job is not None:
        progress(bench, bench.job)
    if fault := st.session_state.get("fault"):
        st.error(on_screen(fault).replace("\n", "  \n"))
    if notice := st.session_state.get("notice"):
        st.info(notice)


def start(bench: Bench, chosen: Settings) -> None:
    st.session_state["fault"] = st.session_state["notice"] = ""
    try:
        bench.start(chosen)
    except InputError as fault:
        st.session_state["fault"] = str(fault)


def cancel(bench: Bench) -> None:
    bench.clear()
    st.session_state["notice"] = "Cancelled. Nothing of this run was kept."


@st.fragment(run_every=POLL_S)
def progress(bench: Bench, job: Job) -> None:
    """Draws itself anew while the run is under way, then the whole page once."""
    if bench.job is not job or job.ended:
        st.rerun()
    st.progress(min(job.done / job.asked, 1.0), text=on_screen(how_far(job)))
    st.button("Cancel", width="stretch", on_click=cancel, args=(bench,), key="cancel")


def how_far(job: Job) -> str:
    """The state of a run in words."""
    if job.done == 0:
        return "Getting ready ..."
    if job.done >= job.asked:
        return "Drawing the charts ..."
    so_far = f"{job.done:,} of {counted(job.asked)}"
    return so_far if job.seconds_left is None else f"{so_far}, {time_left(job.seconds_left)}"


def still_shown(title: str, settings: Settings) -> str:
    return (
        f"You have changed the choice since. What follows is still for “{on_screen(title)}”, "
        f"{counted(settings.futures)}, seed {settings.seed}; press Run to renew it."
    )
