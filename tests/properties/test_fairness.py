"""Names of states mean nothing, and how a state's vendors are cut up into firms means nothing either."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.chance.future import Stratum
from simulator.model.story import Story
from simulator.scenario.portfolio import Dependency
from tests.driven import ceiling, probability, sample
from tests.model.worlds import organisation
from tests.properties.worlds import VENDORS, Parts, fates, outcome_of, parts, random_parts

SEED = 5
LABELS = [{"Aland": "Boria", "Boria": "Aland"}, {"Aland": "United States", "Boria": "Russia", "Home": "France"}]


def relabelled(made: Parts, labels: dict[str, str]) -> Parts:
    """The same world with other names for its home states, wherever they stand."""

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {renamed(k): renamed(v) for k, v in value.items()}
        if isinstance(value, (list, tuple)):
            return [renamed(v) for v in value]
        return labels.get(value, value) if isinstance(value, str) else value

    recipe = f"relabelled({made.recipe}, {labels})"
    return replace(made, recipe=recipe, sections=renamed(json.loads(json.dumps(made.sections))))


def with_labels(text: str, labels: dict[str, str]) -> str:
    return re.sub("|".join(labels), lambda found: labels[found[0]], text)


def split(made: Parts) -> Parts:
    """The vendor `ash` becomes two, `ash` with the anvil and `zelkova` with the bellows, and its reach with it."""
    s = json.loads(json.dumps(made.sections))
    s["vendors"] = {**s["vendors"], "zelkova": {"label": "zelkova", "home": "Aland", "reach_outside": 2e4}}
    s["vendors"]["ash"]["reach_outside"] = 3e4
    s["products"]["bellows"]["vendor"] = "zelkova"
    for instrument in s.get("instruments", []):
        if instrument.get("vendors") == ["ash"]:
            instrument["vendors"] = ["ash", "zelkova"]
    return replace(made, recipe=f"split({made.recipe})", sections=s)


def in_one_campaign(made: Parts) -> Parts:
    """Home states use all their vendors at once, and outside intruders, who come by vendor, leave `ash` alone."""
    s = json.loads(json.dumps(made.sections))
    for theatre in s["theatres"].values():
        if "coercion" in theatre:
            theatre["coercion"]["campaign"] = "all_at_once"
    if "intrusion" in s:
        s["intrusion"]["vendors"] = [v for v in VENDORS if v != "ash"]
    return replace(made, recipe=f"in_one_campaign({made.recipe})", sections=s)


@pytest.mark.slow
@settings(max_examples=40)
@given(parts(), st.sampled_from(LABELS), st.integers(0, 1000))
def test_labels_of_home_states_change_nothing_but_labels(made: Parts, labels: dict[str, str], replication: int) -> None:
    one, other = made.driver(), relabelled(made, labels).driver()
    first, second = outcome_of(one, replication), outcome_of(other, replication)
    assert first.future == second.future
    assert first.log == second.log
    told, retold = (Story(o, d).tell(only_important=False) for o, d in ((first, one), (second, other)))
    assert [with_labels(line, labels) for line in told] == retold
    assert fates(one, first) == fates(other, second)
    assert [loss.cost for loss in first.losses] == [loss.cost for loss in second.losses]


@pytest.mark.slow
@settings(max_examples=60)
@given(
    parts().map(in_one_campaign),
    st.integers(0, 1000),
    st.sampled_from([Stratum.CRUDE, Stratum.NONE, Stratum.AT_LEAST_ONE]),
)
def test_splitting_a_vendor_changes_no_fate(made: Parts, replication: int, stratum: Stratum) -> None:
    whole, halves = made.driver(), split(made).driver()
    if ceiling(whole) == 0.0 and stratum is Stratum.AT_LEAST_ONE:
        return
    first, second = (outcome_of(d, replication, stratum) for d in (whole, halves))
    assert first.future == second.future
    assert fates(whole, first) == fates(halves, second)
    assert [loss.cost for loss in first.losses] == [loss.cost for loss in second.losses]
    assert [loss.cause.installs for loss in first.losses] == [loss.cause.installs for loss in second.losses]


def test_splitting_a_vendor_changes_no_turn_in_a_queue() -> None:
    """All who carry the code learn of it at one instant and want the only team."""
    made = in_one_campaign(random_parts(3, {"coercion"}, 2))
    sections = json.loads(json.dumps(made.sections))
    sections["payloads"]["wiper"] |= {"trigger": "dormant", "delay": None}
    sections["pools"]["shared"] = {"teams": 1, "priority": "first_come"}
    towns = tuple(organisation(name, "water", 1000.0, pool="shared", own_teams=0) for name in ("east", "west"))
    runs = (Dependency("east", "chisel", "office", 1.0, 0.0), Dependency("west", "bellows", "office", 1.0, 0.0))
    queue = Parts("queue", sections, towns, runs, ())
    whole, halves = queue.driver(), split(queue).driver()
    for replication in range(20):
        first, second = (outcome_of(d, replication, Stratum.AT_LEAST_ONE) for d in (whole, halves))
        assert first.log == second.log


@settings(max_examples=15)
@given(parts(without=("link", "sanctions", "instruments")).map(in_one_campaign))
def test_splitting_a_vendor_leaves_the_exact_probability_of_use(made: Parts) -> None:
    whole, halves = made.driver(), split(made).driver()
    assert whole.exact()
    assert probability(halves, SEED) == probability(whole, SEED)


@settings(max_examples=15)
@given(parts().map(in_one_campaign))
def test_splitting_a_vendor_leaves_the_hazard_of_every_path(made: Parts) -> None:
    """With instruments and sanctions too, on which the hazard depends through what is left of the reach."""
    numbers, none = np.arange(200), np.zeros(200, dtype=np.int64)
    whole, halves = (sample(p.driver(), SEED, numbers, none).hazard for p in (made, split(made)))
    assert halves.tolist() == whole.tolist()


def test_one_by_one_is_a_hazard_of_each_vendor() -> None:
    """What `all_at_once` is not: who states a hazard of each vendor says that more vendors are more hazard."""
    made = in_one_campaign(random_parts(3, {"coercion"}, 3))
    sections = json.loads(json.dumps(made.sections))
    for theatre in sections["theatres"].values():
        theatre["coercion"]["campaign"] = "one_by_one"
    apart = replace(made, sections=sections)
    number, none = np.arange(1), np.zeros(1, dtype=np.int64)
    whole, halves = (sample(p.driver(), SEED, number, none).hazard[0] for p in (apart, split(apart)))
    assert halves > whole
