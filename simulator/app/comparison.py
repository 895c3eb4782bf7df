"""What a finished comparison says: the sentence, the warnings, the chart, the table, where it all comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from simulator.app.compared import Account, Compared, Member
from simulator.app.findings import CONDITIONAL, PARTIAL, again, download, file_name, show_chart, show_section
from simulator.app.origin import Origin, Source
from simulator.app.words import in_one_line, on_screen
from simulator.briefing.comparison import Line
from simulator.risk.words import percent

VERDICTS = (
    "**Pays**: the whole range of the net lies above zero. **Does not pay**: all of it lies below. **Unclear**: zero "
    "is within it. Evidence for the effect: A measured, B published, C thin or read across from another trade, "
    "D judgement."
)
BUYS = (
    "**It buys {}**: what the simulated futures lose without it, less what the same futures lose with it. "
    "It can make a difference in {} of them, which were simulated again."
)
COSTS = "**It costs {}**: what is spent on it, and on obeying it, by all who pay. Both are present values."
WHO_GAINS = ("Who", "Gains", "Pays", "Net (95 % range)")
BEHIND = ("Figure", "Value", "Range", "Rests on")
NO_FIGURES = "It has no figures of its own: its effect follows from the rules of the model."
DERIVED = "derived: "
"""How an assumption begins that only says what was done to its source."""
CLOSED_SECTION = "How the comparison was made"


def show_comparison(compared: Compared) -> None:
    """Draws a finished comparison."""
    summary = compared.summary
    st.header(on_screen(summary.headline), anchor=False)
    st.caption(on_screen(f"{compared.title}. Model version {compared.version}; {summary.basis}."))
    for warning in summary.warnings:
        st.error(on_screen(warning), icon=":material/warning:")
    if compared.conditional:
        st.info(CONDITIONAL)
    if compared.partial:
        st.warning(PARTIAL)
    show_chart(compared.chart, compared.settings)
    st.subheader("In figures", anchor=False)
    show_lines(summary.lines)
    for said in compared.left_out:
        st.caption(on_screen(said))
    st.subheader("What else to know", anchor=False)
    for section in summary.sections:
        show_section(section, expanded=section.title != CLOSED_SECTION)
    show_accounts(compared.accounts)
    show_files(compared)


def show_lines(lines: tuple[Line, ...]) -> None:
    """What pays, as a table: what pays first, sets last; the verdict next to the name, for a narrow screen."""
    cells = [
        {
            "Mitigation": on_screen(line.title),
            "Society": f"**{in_one_line(line.verdict)}**",
            "Operators": in_one_line(line.operator),
            "Buys": in_one_line(line.benefit),
            "Costs": in_one_line(line.cost),
            "Net": in_one_line(line.net),
            "95 % range": in_one_line(line.interval),
            "Evidence": on_screen(line.evidence),
        }
        for line in lines
    ]
    st.table(pd.DataFrame(cells), border="horizontal", hide_index=True)
    st.caption(VERDICTS)


def show_accounts(accounts: tuple[Account, ...]) -> None:
    """Each arm, to be opened: how its figures came about and what they rest on."""
    st.subheader("Where the figures come from", anchor=False)
    for account in accounts:
        with st.expander(on_screen(f"{account.title}: {account.verdict}, net {account.net}")):
            st.markdown(BUYS.format(on_screen(account.buys), on_screen(percent(account.rerun))))
            st.markdown(COSTS.format(on_screen(account.costs)))
            if account.tail:
                st.markdown(f"**Rare bad years**: {on_screen(account.tail)}")
            if account.note:
                st.markdown(f"**With care**: {on_screen(account.note)}")
            if account.payers:
                rows = [[in_one_line(cell) for cell in row] for row in account.payers]
                st.table(pd.DataFrame(rows, columns=list(WHO_GAINS)), border="horizontal", hide_index=True)
            for member in account.members:
                show_member(member, named=len(account.members) > 1)


def show_member(member: Member, named: bool) -> None:
    """A mitigation with what each of its own figures rests on."""
    if named:
        st.markdown(f"**{on_screen(member.title)}**")
    st.markdown(on_screen(member.about))
    if not member.origins:
        st.caption(NO_FIGURES)
        return
    rows = [
        (on_screen(each.parameter), on_screen(each.value), on_screen(each.range), rests_on(each))
        for each in member.origins
    ]
    st.table(pd.DataFrame(rows, columns=list(BEHIND)), border="horizontal", hide_index=True)


def rests_on(origin: Origin) -> str:
    """The sources, with a link where there is one page, and the assumption."""
    parts = list(map(cited, origin.sources))
    if origin.assumption:
        start = "" if origin.assumption.startswith(DERIVED) else "assumed: "
        parts.append(on_screen(f"{start}{origin.assumption}"))
    return "; ".join(parts) or "not stated"


def cited(source: Source) -> str:
    name = on_screen(source.name)
    name = f"[{name}]({source.url})" if source.url else name
    said = f"(evidence {source.grade}): {source.note}".rstrip(".: ")
    return f"{name} {on_screen(said)}"


def show_files(compared: Compared) -> None:
    """Everything as files, and the command that makes it again."""
    st.subheader("Take it away", anchor=False)
    settings = compared.settings
    st.markdown("This command gives the same figures:")
    st.code(again(settings), language=None, wrap_lines=True)
    with st.container(horizontal=True):
        download("All figures (CSV)", compared.table, file_name(settings, "findings", "csv"), "text/csv")
        download("Record (JSON)", compared.record, file_name(settings, "findings", "json"), "application/json")
