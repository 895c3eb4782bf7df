"""The C++ yardstick plays the core path as the SimPy model does: same events, same order, same bits."""

import math

import pytest

from benchmarks.core_path import core_path, rare_core_path
from benchmarks.reference import FLAGS, O3_FLAGS, built, compiler, ran, write_world
from simulator.model.replication import simulate
from tests.benchmarks.variants import TIED, UNTIED
from tests.model.worlds import BLINDS, STRIKES, futures_of, log_of, routes, total_hours

pytestmark = pytest.mark.skipif(compiler() is None, reason="no g++; on Debian: apt-get install g++")

WORLDS = UNTIED | TIED
GRID = {"load": "1 GW", "reserve": "1 MW", "slow_reserve": "1 MW", "slow_after": "1 h"}


@pytest.mark.parametrize(("portfolio", "changes"), WORLDS.values(), ids=WORLDS.keys())
def test_it_plays_every_event_as_the_model_does(tmp_path, portfolio, changes):
    driver, count = core_path(portfolio, changes), 12
    write_world(driver, tmp_path / "world")
    answer = ran(built(), tmp_path / "world", seed=7, count=count, log=True)
    seen = 0
    for r, future in enumerate(futures_of(driver, count, seed=7)):
        outcome = simulate(driver, 7, future, keep_log=True)
        expected = [(e.time_h, int(e.kind), e.who) for e in log_of(outcome)]
        log = answer.log[seen : seen + answer.events[r]]
        assert [(e.time_h, e.kind, e.who) for e in log] == expected
        assert answer.sums_of_times[r] == sum(e.time_h for e in log)
        # Summed in another order than the model's.
        assert math.isclose(answer.customer_hours[r], total_hours(outcome), rel_tol=1e-12)
        seen += len(log)
    assert seen == len(answer.log)


def test_the_worlds_above_hold_every_rule(tmp_path):
    """Else equality would say little."""
    kinds = set()
    for portfolio, changes in WORLDS.values():
        write_world(core_path(portfolio, changes), tmp_path / "world")
        kinds |= {e.kind for e in ran(built(), tmp_path / "world", seed=7, count=12, log=True).log}
    assert kinds == {2, 4, 10, 17, 18, 20, 22, 23, 27, 29, 32, 33, 34}


def test_it_goes_on_where_it_is_told_and_says_the_same_without_a_log(tmp_path):
    write_world(core_path(60), tmp_path / "world")
    whole = ran(built(), tmp_path / "world", seed=1, count=6)
    rest = ran(built(), tmp_path / "world", seed=1, count=2, first=4, log=True)
    assert whole.customer_hours[4:] == rest.customer_hours
    assert whole.events[4:] == rest.events


@pytest.mark.slow
def test_a_higher_level_of_optimisation_changes_no_bit(tmp_path):
    write_world(core_path(60), tmp_path / "world")
    plain, higher = (ran(built(flags), tmp_path / "world", 1, 20) for flags in (FLAGS, O3_FLAGS))
    assert higher.customer_hours == plain.customer_hours


@pytest.mark.parametrize(
    ("driver", "said"),
    [
        (lambda: rare_core_path(60), "one given compromise"),
        (lambda: core_path(60, {"pools": {"teams": {"teams": 3, "priority": "first_come"}}}), "one pool of teams"),
        (lambda: core_path(60, {"service": {**STRIKES, "on_activation": routes(BLINDS)}}), "stops of service"),
        (lambda: core_path(60, {"service": {**STRIKES, "stopped_output": 0.5}}), "stops of service"),
        (lambda: core_path(60, {"grid": GRID}), "no other mechanism"),
    ],
)
def test_it_refuses_what_it_does_not_know(tmp_path, driver, said):
    with pytest.raises(ValueError, match=said):
        write_world(driver(), tmp_path / "world")


def test_it_refuses_a_file_that_is_no_world(tmp_path):
    (tmp_path / "world").write_bytes(b"nothing")
    with pytest.raises(RuntimeError, match="does not hold a world"):
        ran(built(), tmp_path / "world", 1, 1)
