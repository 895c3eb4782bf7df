"""The mitigations on offer, each with a switch, by who acts."""

from __future__ import annotations

import streamlit as st

from simulator.app.selection import ACTORS, Actor, Offers
from simulator.app.words import on_screen
from simulator.scenario.mitigations import Mitigation

GRADES = {"A": "measured", "B": "published", "C": "thin, or from another trade", "D": "judgement"}
COLUMNS = 2


def switches(scenario: str, offers: Offers, opened: bool) -> list[str]:
    """Draws the switches; the names of those switched on, in the order of the file. `opened`: the first group
    stands open."""
    if offers.sets:
        shortcuts(scenario, offers)
    for number, actor in enumerate(ACTORS):
        on_offer = offers.by(actor)
        if on_offer:
            group(scenario, actor, on_offer, expanded=opened and number == 0)
    return [name for name in offers.mitigations if st.session_state.get(key(scenario, name))]


def group(scenario: str, actor: Actor, on_offer: dict[str, Mitigation], expanded: bool) -> None:
    """What one kind of actor can do. The label stays, for a new one would close the group."""
    with st.expander(
        f"{ACTORS[actor]}: {len(on_offer)} on offer", expanded=expanded, key=group_key(actor), on_change="rerun"
    ):
        pairs = list(on_offer.items())
        for first in range(0, len(pairs), COLUMNS):
            columns = st.columns(COLUMNS, gap="medium")
            for column, (name, mitigation) in zip(columns, pairs[first : first + COLUMNS], strict=False):
                with column:
                    switch(scenario, name, mitigation)


def switch(scenario: str, name: str, mitigation: Mitigation) -> None:
    """One mitigation: its switch, what it does, how good the evidence is."""
    grade = f"Evidence {mitigation.grade}: {GRADES[mitigation.grade]}."
    with st.container(gap="xxsmall"):
        st.toggle(on_screen(mitigation.title), key=key(scenario, name), persist_state="session")
        st.caption(f"{on_screen(mitigation.about)} *{on_screen(grade)}*")


def shortcuts(scenario: str, offers: Offers) -> None:
    """Buttons that switch a named set on, and nothing else, or all off."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Switch on a set:", width="content")
        for name, members in offers.sets.items():
            label = f"{name.replace('_', ' ').capitalize()} ({len(members)})"
            st.button(label, on_click=turn, args=(scenario, offers, members), key=f"set-{name}", type="secondary")
        st.button("None", on_click=turn, args=(scenario, offers, ()), key="set-none", type="tertiary")


def fold() -> None:
    """Closes all groups, to be called before they are drawn: what follows them is wanted now."""
    for actor in ACTORS:
        st.session_state[group_key(actor)] = False


def turn(scenario: str, offers: Offers, on: tuple[str, ...]) -> None:
    """Switches these on and all others off."""
    for name in offers.mitigations:
        st.session_state[key(scenario, name)] = name in on


def group_key(actor: Actor) -> str:
    return f"group-{actor}"


def key(scenario: str, name: str) -> str:
    return f"on-{scenario}-{name}"
