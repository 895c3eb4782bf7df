"""The page: choose a scenario, run it, read what it says; or switch mitigations on and see the difference."""

from __future__ import annotations

import streamlit as st

from simulator.app.compared import Compared
from simulator.app.comparison import show_comparison
from simulator.app.findings import show_findings
from simulator.app.finished import Finished
from simulator.app.job import Bench
from simulator.app.launch import launch
from simulator.app.selection import Offers, Selection, has_mitigations, offers_for
from simulator.app.settings import FUTURES, MOST_SEED, USUAL_FUTURES, Offer, Settings, offers
from simulator.app.switches import switches
from simulator.app.words import counted, on_screen
from simulator.scenario.errors import InputError

PAGE_WIDTH = 1280
FIRST_OFFERED = "uk_2022"
LESS_AIR = "<style>[data-testid='stMainBlockContainer'] {padding-top: 2rem}</style>"
"""Streamlit leaves room for a toolbar that this page does not have."""
TITLE = "What could a hostile software update cost?"
ABOUT = (
    "A simulator of cyber risk from foreign vendors to water, telecom and energy companies. It predicts nothing: "
    "it works out what follows from stated assumptions. Operators and vendors are invented."
)
CONDITIONAL = "This scenario states some facts with their dates. Every result is conditional on them."
COMPARE = "What would help?"
VIEWS = ("What could happen?", COMPARE)
COMPARE_BUTTON = "Compare"
HOW_TO_COMPARE = (
    "Switch on what could be done and press **Compare**. The same simulated futures are then played with it and "
    "without it, so that the difference is its doing: each mitigation alone, and all together."
)
MOST_NAMED = 8
NOTHING_ON = "Nothing is switched on yet."
NOT_TOGETHER = "These cannot be in force together, so each is compared alone:"
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
        view = st.segmented_control(
            "View", VIEWS, default=VIEWS[0], required=True, label_visibility="collapsed", key="view"
        )
        left, right = st.columns([1, 2.6], gap="large")
        with left:
            chosen = choice()
            if view != COMPARE:
                launch(bench, chosen, "Run")
        with right:
            if view == COMPARE:
                mitigations(bench, st.session_state["scenario"], chosen)
            else:
                last_run(chosen)


def last_run(chosen: Settings | None) -> None:
    """The last run, or what one gives."""
    finished = st.session_state.get("finished")
    if finished is None:
        st.markdown(BEFORE_THE_FIRST_RUN)
        return
    if finished.settings != chosen:
        st.info(still_shown(finished, "Run"))
    show_findings(finished)


def mitigations(bench: Bench, scenario: str, settings: Settings | None) -> None:
    """Mitigations to switch on, and the last comparison of this scenario."""
    if not has_mitigations(scenario):
        st.info(nothing_on_offer())
        return
    try:
        offers = on_offer(scenario)
    except InputError as fault:
        st.error(on_screen(str(fault)))
        return
    compared = st.session_state.get("compared")
    if compared is not None and compared.settings.scenario != scenario:
        compared = None
    st.markdown(HOW_TO_COMPARE)
    names = switches(scenario, offers, opened=compared is None)
    chosen = selected(offers, settings, names)
    launch(bench, chosen, COMPARE_BUTTON)
    if compared is not None:
        if compared.settings != chosen:
            st.info(still_shown(compared, COMPARE_BUTTON))
        show_comparison(compared)


def selected(offers: Offers, settings: Settings | None, names: list[str]) -> Selection | None:
    """What is to be compared, said in words; None if nothing can be."""
    if not names or settings is None:
        st.caption(NOTHING_ON)
        return None
    try:
        chosen, refusals = offers.select(settings, names)
    except InputError as fault:
        st.error(on_screen(str(fault)))
        return None
    st.markdown(f"**Switched on:** {on_screen(listing([offers.mitigations[name].title for name in names]))}")
    if refusals:
        st.warning(f"{NOT_TOGETHER}  \n" + "  \n".join(on_screen(said) for said in refusals))
    return chosen


def listing(titles: list[str]) -> str:
    """`A; B; C`, of many the first and how many more."""
    shown, more = titles[:MOST_NAMED], len(titles) - MOST_NAMED
    return "; ".join(shown) + (f"; and {more} more" if more > 0 else "")


def nothing_on_offer() -> str:
    """That a scenario has no mitigations, and which have."""
    known = catalogue()
    able = "; ".join(f"“{known[name].title}”" for name in known if has_mitigations(name))
    return "No mitigations are on offer for this scenario." + (f" They are for: {on_screen(able)}." if able else "")


@st.cache_resource(scope="session", on_release=Bench.clear, show_spinner=False)
def own_bench() -> Bench:
    """What this session has under way; it ends when the page is closed."""
    return Bench()


@st.cache_data(show_spinner=False)
def catalogue() -> dict[str, Offer]:
    """The scenarios on offer."""
    return offers()


@st.cache_resource(max_entries=4, show_spinner=False)
def on_offer(scenario: str) -> Offers:
    """The mitigations on offer for a scenario; all sessions read the same."""
    return offers_for(scenario)


def collect(bench: Bench) -> None:
    """Takes what an ended run or comparison left."""
    job = bench.job
    if job is None or not job.ended:
        return
    bench.clear()
    st.session_state["fault"] = job.fault
    if job.finished is not None:
        st.session_state["compared" if isinstance(job.finished, Compared) else "finished"] = job.finished


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


def still_shown(last: Finished | Compared, button: str) -> str:
    settings = last.settings
    return (
        f"You have changed the choice since. What follows is still for “{on_screen(last.title)}”, "
        f"{counted(settings.futures)}, seed {settings.seed}; press {button} to renew it."
    )
