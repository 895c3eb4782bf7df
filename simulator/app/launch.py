"""A button that starts a run or a comparison, its progress with Cancel, and how it ended if it gave nothing."""

from __future__ import annotations

import streamlit as st

from simulator.app.job import Bench, Job
from simulator.app.selection import Selection
from simulator.app.settings import Settings
from simulator.app.switches import fold
from simulator.app.words import counted, on_screen, time_left
from simulator.scenario.errors import InputError

POLL_S = 0.5


def launch(bench: Bench, chosen: Settings | None, label: str) -> None:
    """The button and what became of it; a session has one thing under way at a time."""
    running = bench.job is not None
    st.button(
        label,
        type="primary",
        width="stretch",
        disabled=running or chosen is None,
        on_click=start,
        args=(bench, chosen),
        key=label.lower(),
    )
    if bench.job is not None:
        progress(bench, bench.job)
    if fault := st.session_state.get("fault"):
        st.error(on_screen(fault).replace("\n", "  \n"))
    if notice := st.session_state.get("notice"):
        st.info(notice)


def start(bench: Bench, chosen: Settings) -> None:
    st.session_state["fault"] = st.session_state["notice"] = ""
    fold()
    try:
        bench.start(chosen)
    except InputError as fault:
        st.session_state["fault"] = str(fault)


def cancel(bench: Bench, what: str) -> None:
    bench.clear()
    st.session_state["notice"] = f"Cancelled. Nothing of this {what} was kept."


@st.fragment(run_every=POLL_S)
def progress(bench: Bench, job: Job) -> None:
    """Draws itself anew while something is under way, then the whole page once."""
    if bench.job is not job or job.ended:
        st.rerun()
    st.progress(min(job.done / job.asked, 1.0), text=on_screen(how_far(job)))
    st.button("Cancel", width="stretch", on_click=cancel, args=(bench, kind(job.settings)), key="cancel")


def kind(settings: Settings) -> str:
    return "comparison" if isinstance(settings, Selection) else "run"


def how_far(job: Job) -> str:
    """The state of a run or a comparison in words."""
    if job.done == 0 and job.compiled is not None:
        return "Compiling, once for this version: {} of {} parts".format(*job.compiled)
    if job.done == 0:
        return "Getting ready ..."
    if job.done >= job.asked:
        return "Drawing the charts ..."
    so_far = f"{job.done:,} of {counted(job.asked)}"
    return so_far if job.seconds_left is None else f"{so_far}, {time_left(job.seconds_left)}"
