"""What mitigations cost, worked out by hand. A year is the unit below; the discount rate is a tenth a year."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from simulator.batch.side_by_side import run_side_by_side
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.combination import in_force
from tests.model.mitigated import measure
from tests.model.worlds import FREE, SUPPLY_CHAIN, organisation, product, runs, strike, theatre, vendor
from tests.properties.arms import loaded_of
from tests.properties.worlds import Parts

RATE = 0.1
PEOPLE = (organisation("big", customers=3000.0), organisation("small", customers=1000.0))
TEN = SUPPLY_CHAIN | {
    "horizon": "10 years",
    "vendors": {"v": vendor(), "w": vendor("Q")},
    "products": {"p": product(), "q": product("w")},
    "theatres": {"east": theatre("peace", {})},
    "impact": FREE | {"discount": f"{RATE} / year"},
}


def worth(*years: float) -> float:
    return math.fsum(math.exp(-RATE * t) for t in years)


def worth_between(start: float, end: float) -> float:
    """Of one a year, all the while."""
    return (math.exp(-RATE * start) - math.exp(-RATE * end)) / RATE


def spent(
    cost: Any, does: Any = None, sections: Any = TEN, replications: int = 4, base: tuple[str, ...] = (), **fields: Any
) -> pd.DataFrame:
    """Spending of the arm that adds one mitigation."""
    made = Parts("two operators", sections, PEOPLE, (*runs(PEOPLE), *runs(PEOPLE, "q")), ())
    own = measure(does or {"notice_left": 0.5}, cost=cost, **fields)
    offers = {"m": own, "other": measure({"notice_left": 0.9}, cost=cost)}
    loaded = loaded_of(made, offers, *base)
    found = run_side_by_side([loaded, in_force(loaded, ["m"])], replications=replications, crude=True)
    return found.arms[0].spending


def the_same(spending: pd.DataFrame, nominal: float, present: float, count: int = 4) -> None:
    assert len(spending) == count
    assert set(spending["mitigation"]) == {"m"}
    assert list(spending["nominal"]) == pytest.approx([nominal] * count)
    assert list(spending["present_value"]) == pytest.approx([present] * count)


def test_capital_at_the_start_of_each_life() -> None:
    """At 0, 4 and 8 years, once for all; two of the last four years are still good at the end."""
    cost = {"capital": {"fixed": "100 USD"}, "each": "once"}
    left = 100.0 * worth(8.0) * worth_between(2.0, 4.0) / worth_between(0.0, 4.0)
    the_same(spent(cost, end_of_life="4 years"), 300.0, 100.0 * worth(0.0, 4.0, 8.0) - left)


def test_without_a_discount_rate_what_is_left_is_the_years_that_are_left() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "each": "once"}
    the_same(spent(cost, sections=TEN | {"impact": FREE}, end_of_life="40 years"), 100.0, 25.0)


def test_what_would_be_bought_as_the_horizon_ends_is_not() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "each": "once"}
    the_same(spent(cost, end_of_life="5 years"), 200.0, 100.0 * worth(0.0, 5.0))
    the_same(spent(cost), 100.0, 100.0)


def test_running_cost_from_the_start_to_the_horizon() -> None:
    cost = {"running": {"fixed": "10 USD"}, "each": "once", "payer": "government"}
    spending = spent(cost, starts={"at": "2 years"})
    the_same(spending, 80.0, 10.0 * worth_between(2.0, 10.0))
    assert set(spending["payer"]) == {"government"}


def test_capital_and_running_from_a_late_start() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "running": {"fixed": "10 USD"}, "each": "once"}
    found = spent(cost, starts={"at": "3 years"}, end_of_life="4 years")
    left = 100.0 * worth(7.0) * worth_between(3.0, 4.0) / worth_between(0.0, 4.0)
    the_same(found, 270.0, 100.0 * worth(3.0, 7.0) - left + 10.0 * worth_between(3.0, 10.0))


def test_without_a_discount_rate_money_keeps_its_worth() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "running": {"fixed": "10 USD"}, "each": "once"}
    the_same(spent(cost, sections=TEN | {"impact": FREE}), 200.0, 200.0)


def test_each_organisation_pays_for_itself_and_for_its_customers() -> None:
    """Two operators, of 3,000 and 1,000 customers."""
    cost = {
        "capital": {"fixed": "100 USD", "per_customer": "0.5 USD"},
        "running": {"per_customer": "0.02 USD"},
    }
    the_same(spent(cost), 200.0 + 2000.0 + 800.0, 2200.0 + 80.0 * worth_between(0.0, 10.0))
    small = spent(cost, scope={"organisations": ["small"]})
    the_same(small, 100.0 + 500.0 + 200.0, 600.0 + 20.0 * worth_between(0.0, 10.0))


def test_who_never_does_it_does_not_pay() -> None:
    """Half comply: 0, 1 or 2 capitals a replication, one on average; z < 3.29 fails once in a thousand."""
    spending = spent({"capital": {"fixed": "100 USD"}}, comply=0.5, replications=400)
    assert set(spending["nominal"]) == {100.0, 200.0}
    total = spending["nominal"].sum() / 100.0
    assert abs(total - 400.0) < 3.29 * math.sqrt(800 * 0.25)
    assert spent({"capital": {"fixed": "100 USD"}}, comply=0).empty


def test_an_organisation_pays_when_its_roll_out_is_done() -> None:
    found = spent({"capital": {"fixed": "100 USD"}}, rollout="2 years", starts={"at": "1 years"})
    the_same(found, 200.0, 200.0 * worth(3.0))
    assert spent({"capital": {"fixed": "100 USD"}}, rollout="11 years").empty


def test_each_vendor_pays_once() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "each": "vendor", "payer": "vendor"}
    log = {"finder_left": 0.5}
    found = spent(cost, log)
    the_same(found, 200.0, 200.0)
    assert set(found["payer"]) == {"vendor"}
    the_same(spent(cost, log, scope={"vendors": ["v"]}, rollout="4 years"), 100.0, 100.0 * worth(4.0))


def test_what_is_paid_once_is_paid_at_the_start_whatever_the_roll_out() -> None:
    cost = {"capital": {"fixed": "100 USD"}, "each": "once"}
    the_same(spent(cost, rollout="2 years", starts={"at": "1 years"}), 100.0, 100.0 * worth(1.0))


def an_act(trigger: Any) -> dict[str, Any]:
    act = {"name": "act", "kind": "public_advice", "vendors": ["v"], "comply": 0, "comply_delay": "0 h"}
    return {"instrument": act | {"trigger": trigger}}


ONCE = {"capital": {"fixed": "100 USD"}, "each": "once", "payer": "government"}


def test_an_instrument_is_paid_for_when_it_is_announced() -> None:
    the_same(spent(ONCE, an_act({"at": "3 years"})), 100.0, 100.0 * worth(3.0))
    assert spent(ONCE, an_act({"theatre": "east", "regime": "crisis"})).empty  # there is peace for ever
    assert spent(ONCE, an_act({"disclosure": True})).empty


def test_what_waits_for_a_disclosure_is_paid_for_from_then_on() -> None:
    five = 5.0 * HOURS_PER_YEAR
    home = TEN | {"given": {"compromises": [strike(five, detected_after="0 h")]}}
    the_same(spent(ONCE, an_act({"disclosure": True}), home), 100.0, 100.0 * worth(5.0))
    the_same(spent(ONCE, sections=home, starts={"disclosure": True}), 100.0, 100.0 * worth(5.0))
    other = spent(ONCE, sections=home, starts={"disclosure": True}, scope={"vendors": ["w"]})
    assert other.empty


def test_what_waits_for_a_warning_is_paid_for_from_then_on() -> None:
    five = 5.0 * HOURS_PER_YEAR
    act = an_act({"disclosure": True})["instrument"]
    home = TEN | {"given": {"compromises": [strike(five, detected_after="0 h")]}, "instruments": [act]}
    the_same(spent(ONCE, sections=home, starts={"warning": "act"}), 100.0, 100.0 * worth(5.0))


def test_what_the_base_has_already_costs_nothing_more() -> None:
    the_same(spent(ONCE, base=("other",)), 100.0, 100.0)


def test_what_costs_nothing_has_no_rows() -> None:
    assert spent({"capital": {"fixed": "0 USD"}, "each": "once"}).empty
