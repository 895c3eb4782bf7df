"""When a mitigation works, who complies, and whom its scope meets.

A share is compared with its expected value by |z| < 3.29: at a fresh seed a right model fails once in a thousand.
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from simulator.chance.future import Answer
from simulator.model.kinds import Kind
from simulator.model.replication import Outcome
from tests.driven import probability
from tests.model.mitigated import (
    MANY,
    PLANNED,
    STRUCK,
    TWO,
    at,
    at_war,
    both,
    changed,
    measure,
    shares,
    staged,
)
from tests.model.worlds import (
    HOSTS,
    SUPPLY_CHAIN,
    exponential,
    organisation,
    play,
    plays,
    product,
    runs,
    strike,
    subjects,
    theatre,
    towns,
    z_of_share,
)

# When it works


def closes(starts: Any, sections: Any = STRUCK, **fields: Any) -> list[float]:
    """Hours of installs at the first town, which shuts its path from the start given."""
    _, on = both(sections, {"close_paths": ["code_release"]}, starts=starts, **fields)
    return at("town00/p/office", on, Kind.INSTALL)


def test_it_begins_at_a_date() -> None:
    """It counts when the code arrives, not when it is released."""
    assert closes({"at": "10.5 h"}) == []
    assert closes({"at": "11.5 h"}) == [11.0]


def test_it_begins_when_a_regime_is_reached() -> None:
    def scripted(hour: str) -> dict[str, Any]:
        steps = {"regimes": {"east": [{"at": hour, "regime": "crisis"}]}, "compromises": [strike(10)]}
        return STRUCK | {"theatres": {"east": theatre("peace")}, "given": steps}

    start = {"theatre": "east", "regime": "crisis"}
    assert closes(start, scripted("5 h")) == []
    assert closes(start, scripted("20 h")) == [11.0]


DISCLOSED = STRUCK | {"given": {"compromises": [strike(10, detected_after="50 h"), strike(100)]}}


def test_it_begins_at_a_disclosure_about_a_vendor_in_scope() -> None:
    assert closes({"disclosure": True}, DISCLOSED) == [11.0]
    assert closes({"at": "3000 h"}, DISCLOSED) == [11.0, 101.0]
    other = DISCLOSED | TWO
    scope = {"organisations": ["town00"], "vendors": ["w"]}
    assert closes({"disclosure": True}, other, scope=scope) == [11.0, 101.0]


WARNING = {
    "name": "warning",
    "kind": "private_warning",
    "vendors": ["v"],
    "comply": 0,
    "comply_delay": "0 h",
}


@pytest.mark.parametrize(
    ("trigger", "installs"),
    [
        ({"at": "5 h"}, []),
        ({"at": "20 h"}, [11.0]),
        ({"disclosure": True}, [11.0]),  # at hour 60
        ({"disclosure": True, "delay": "60 h"}, [11.0, 101.0]),
    ],
)
def test_it_begins_at_a_warning(trigger: Any, installs: list[float]) -> None:
    home = DISCLOSED | {"instruments": [WARNING | {"trigger": trigger}]}
    assert closes({"warning": "warning"}, home) == installs


def test_what_acts_by_itself_begins_at_a_warning_after_a_disclosure() -> None:
    home = DISCLOSED | TWO | {"instruments": [WARNING | {"trigger": {"disclosure": True}}]}
    _, on = both(home, PLANNED, starts={"warning": "warning"})
    assert at("town00/p/office", on, Kind.REPLACED) == [60.0]
    _, on = both(home, PLANNED, starts={"disclosure": True}, rollout="5 h")
    assert at("town00/p/office", on, Kind.REPLACED) == [65.0]


def test_each_town_has_a_roll_out_of_its_own() -> None:
    """Exponential with a mean of 20 hours: by hour 11, 1 - exp(-11 / 20) have shut the path."""
    _, _, on, after = shares({"close_paths": ["code_release"]}, STRUCK, rollout=exponential("20 h"))
    reached = len(subjects(on, after, Kind.INSTALL))
    assert abs(z_of_share(reached, MANY, math.exp(-11.0 / 20.0))) < 3.29


def test_a_share_of_the_towns_complies() -> None:
    _, _, on, after = shares({"close_paths": ["code_release"]}, STRUCK, comply=0.3)
    assert abs(z_of_share(len(subjects(on, after, Kind.INSTALL)), MANY, 0.7)) < 3.29


@pytest.mark.parametrize("does", [{"close_paths": ["code_release"]}, {"hold_updates": "48 h"}, PLANNED])
def test_nobody_or_everybody_complies(does: Any) -> None:
    home = STRUCK | TWO
    off, none = both(home, does, comply=0)
    assert changed(off, none) == set()
    _, everybody = both(home, does, comply=1)
    _, unsaid = both(home, does)
    assert changed(everybody, unsaid) == set()
    assert changed(off, everybody) != set()


def test_who_complies_hangs_on_nobody_else() -> None:
    """Fewer towns in scope: those that remain decide as before."""
    people = towns(60, own_teams=9)
    some = [o.name for o in people[:20]]
    installs = []
    for scope in ({}, {"organisations": some}):
        driver = staged(
            STRUCK, people, runs(people), m=measure({"close_paths": ["code_release"]}, comply=0.5, scope=scope)
        )
        installs.append({s.split("/")[0] for s in subjects(driver, play(driver), Kind.INSTALL)})
    assert installs[0] & set(some) == installs[1] & set(some)
    assert installs[1] >= {o.name for o in people[20:]}


# To whom


MIXED_PEOPLE = [
    organisation("alpha", "water", 500.0, critical=True, government=True),
    organisation("beta", "energy", 5000.0, critical=True),
    organisation("gamma", "telecom", 50000.0, briefed=True),
]


@pytest.mark.parametrize(
    ("scope", "shut"),
    [
        ({}, {"alpha", "beta", "gamma"}),
        ({"sectors": ["energy", "telecom"]}, {"beta", "gamma"}),
        ({"audience": "critical_infrastructure"}, {"alpha", "beta"}),
        ({"audience": "government"}, {"alpha"}),
        ({"audience": "briefed"}, {"gamma"}),
        ({"larger_than": 500}, {"beta", "gamma"}),
        ({"vendors": ["v"]}, {"alpha", "beta", "gamma"}),
        ({"vendors": ["w"]}, set()),
        ({"home_states": ["R"], "sectors": ["water"]}, {"alpha"}),
        ({"products": ["q"]}, set()),
        ({"kinds": ["endpoint_security"], "larger_than": 10000}, {"gamma"}),
        ({"host_groups": ["near_ot"]}, {"beta"}),
    ],
)
def test_a_scope_meets_those_it_names(scope: Any, shut: set[str]) -> None:
    hosts = dict(zip(("alpha", "beta", "gamma"), (HOSTS[0], HOSTS[2], HOSTS[1]), strict=True))
    rows = [runs([o], host_group=hosts[o.name])[0] for o in MIXED_PEOPLE]
    driver = staged(STRUCK | TWO, MIXED_PEOPLE, rows, m=measure({"close_paths": ["code_release"]}, scope=scope))
    reached = {s.split("/")[0] for s in subjects(driver, play(driver), Kind.INSTALL)}
    assert {o.name for o in MIXED_PEOPLE} - reached == shut


def test_what_shuts_the_last_customers_out_ends_the_use_too() -> None:
    """Nobody is left to reach: no use works after the day."""
    people = towns(2)
    home = SUPPLY_CHAIN | at_war(3.0, 40.0)
    on = staged(home, people, runs(people), m=measure({"close_paths": ["code_release"]}, starts={"at": "1000 h"}))
    off = staged(home, people, runs(people))
    before, after = plays(off, 60), plays(on, 60)

    def used(outcomes: list[Outcome]) -> list[float]:
        return [a.time_h for o in outcomes for a in o.future.attempts if a.answer is Answer.SUCCEEDED]

    assert max(used(before)) > 5000.0
    assert max(used(after)) <= 1000.0


@pytest.mark.parametrize(("kept", "ends"), [((), True), (("other",), False)])
def test_a_customer_counts_as_gone_when_the_last_product_of_the_stock_goes(kept: tuple[str, ...], ends: bool) -> None:
    """`other` is the vendor's too; it is in scope and not named to be replaced."""
    people = towns(2)
    products = {"p": product(), "q": product("w"), "other": product()}
    home = SUPPLY_CHAIN | TWO | at_war(3.0, 40.0) | {"products": products}
    rows = [d for name in ("p", *kept) for d in runs(people, name)]
    off, on = staged(home, people, rows), staged(home, people, rows, m=measure(PLANNED))
    assert (probability(on, 1).value < 0.01) == ends
    if not ends:
        assert probability(on, 1).value == probability(off, 1).value
