"""An organisation that joins changes the fate of nobody it has no connection with."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.chance.driver import Driver
from simulator.chance.future import Future, Stratum
from simulator.model.replication import Outcome
from simulator.model.story import Story
from simulator.scenario.portfolio import Dependency
from tests.driven import ceiling, futures
from tests.model.worlds import link, organisation
from tests.properties.worlds import Parts, exponential, fates, outcome_of, parts

SEED = 5
NEWCOMERS = ("aaa first", "org cc", "zzz last")
"""Names that shift the rows of all others, of some, of none."""
CONTESTS = ("hacktivists", "access")
"""Hacktivists choose among all, and footholds used together share one detector: both connect everybody."""


def joined(made: Parts, name: str, sector: str) -> Parts:
    """One more organisation, with a team, a vendor, a faulty product and a supplier of its own."""
    supplier = f"{name} supplier"
    sections = dict(made.sections)
    sections["vendors"] = {**sections["vendors"], "own": {"label": "own", "home": "Home", "reach_outside": 0}}
    own = {
        "label": "own",
        "vendor": "own",
        "kind": "scada",
        "paths": {"code_release": 1},
        "adoption": {"code_release": "a"},
        "fault": "own slip",
    }
    sections["products"] = {**sections["products"], "aaa own": own}
    slip = {"rate": "2 / year", "path": "code_release", "activation": 1}
    slip |= {"detection": "quick", "restoration": "rebuild"}
    sections["faults"] = {**sections.get("faults", {}), "own slip": slip}
    return replace(
        made,
        recipe=f"joined({made.recipe}, {name!r}, {sector!r})",
        sections=sections,
        organisations=(
            *made.organisations,
            organisation(name, sector, 5e6),
            organisation(supplier, "energy", 5e6),
        ),
        dependencies=(
            *made.dependencies,
            Dependency(name, "aaa own", "near_ot", 1.0, 0.0),
            Dependency(supplier, "aaa own", "office", 1.0, 0.0),
        ),
        links=(*made.links, link(name, supplier, 5.0)),
    )


Told = tuple[float, str, str, str]


def told(driver: Driver, outcome: Outcome) -> Counter[tuple[Told, Told | None]]:
    """Every entry of the log with its parent, by name."""
    frame = Story(outcome, driver).to_frame()
    rows: list[Told] = list(zip(frame["time_h"], frame["kind"], frame["subject"], frame["detail"], strict=True))
    return Counter(
        (row, rows[parent] if parent >= 0 else None) for row, parent in zip(rows, frame["parent"], strict=True)
    )


def is_about(row: tuple[Told, Told | None], name: str) -> bool:
    """Is an entry, or what led to it, about the newcomer, its supplier or its product?"""
    return any(name in text or " own" in text or text == "own" for part in row if part for text in part[2:])


@pytest.mark.slow
@settings(max_examples=60)
@given(
    parts(without=CONTESTS),
    st.sampled_from(NEWCOMERS),
    st.sampled_from(["water", "telecom", "energy"]),
    st.integers(0, 1000),
    st.sampled_from([Stratum.CRUDE, Stratum.NONE, Stratum.AT_LEAST_ONE]),
)
def test_a_newcomer_changes_the_fate_of_no_one_else(
    made: Parts, name: str, sector: str, replication: int, stratum: Stratum
) -> None:
    before, after = made.driver(), joined(made, name, sector).driver()
    if ceiling(before) == 0.0 and stratum is Stratum.AT_LEAST_ONE:
        return
    alone, together = (outcome_of(d, replication, stratum) for d in (before, after))
    assert named(before, alone.future) == named(after, together.future)
    others = Counter({row: n for row, n in told(after, together).items() if not is_about(row, name)})
    assert others == told(before, alone)
    lost, now = fates(before, alone), fates(after, together)
    assert {o: now[o] for o in lost} == lost
    newcomers = [e for e in told(after, together) if is_about(e, name)]
    assert len(newcomers) + len(others) == len(told(after, together))


@settings(max_examples=30)
@given(parts(), st.sampled_from(NEWCOMERS), st.sampled_from(["water", "telecom", "energy"]))
def test_a_newcomer_changes_no_draw_of_the_driver(made: Parts, name: str, sector: str) -> None:
    before, after = made.driver(), joined(made, name, sector).driver()
    assert set(before.entities.organisations) < set(after.entities.organisations)
    assert set(before.entities.dependencies) < set(after.entities.dependencies)
    assert set(before.entities.links) < set(after.entities.links)
    numbers = np.arange(10)
    assert named_futures(before, numbers) == named_futures(after, numbers)


def named(driver: Driver, future: Future) -> Future:
    """The future with targets by the names of products: a newcomer's product moves the rows of others."""
    names = driver.world.products.names
    return replace(
        future,
        attempts=tuple(replace(a, targets=tuple((names[p], k) for p, k in a.targets)) for a in future.attempts),
    )


def named_futures(driver: Driver, numbers: np.ndarray) -> list[Future]:
    return [named(driver, future) for future in futures(driver, SEED, Stratum.CRUDE, numbers)]


@settings(max_examples=30)
@given(parts(without=("access",)), st.sampled_from(NEWCOMERS), st.integers(0, 1000))
def test_in_a_contest_the_choice_changes_only_in_favour_of_the_newcomer(
    made: Parts, name: str, replication: int
) -> None:
    """Hacktivists strike the same organisation as before, or the newcomer."""
    side = {
        "theatre": "north",
        "rate": {"peace": "10 / year", "crisis": "10 / year", "war_direct": "10 / year"},
        "branching": 0.3,
        "decay": "0.05 / h",
        "duration": exponential("6 h"),
        "output_lost": 0.3,
    }
    contested = made.changed(hacktivists={"side": side})
    before = contested.driver()
    after = replace(contested, organisations=(*contested.organisations, organisation(name, "water", 100.0))).driver()
    struck = []
    for driver in (before, after):
        frame = Story(outcome_of(driver, replication), driver).to_frame()
        hits = frame[frame["kind"] == "hacktivists"]
        struck.append(dict(zip(hits["time_h"], hits["subject"], strict=True)))
    assert struck[0].keys() == struck[1].keys()
    assert {now for t, now in struck[1].items() if now != struck[0][t]} <= {name}
