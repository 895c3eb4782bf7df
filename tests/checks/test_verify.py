"""Going through the table of known answers: what counts as passed, what may go wrong, and who does the work."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from simulator.batch.faults import RunFault
from simulator.checks import verify as checks
from simulator.checks.case import Case, all_cases, leaves
from simulator.checks.figure import Figure, Z, calculated, simulated
from simulator.checks.pace import SECONDS
from simulator.checks.simulated import SIMULATED
from simulator.checks.verify import check, verify
from simulator.risk.estimate import Estimate
from simulator.scenario.errors import InputError
from tests.children import wait_for_the_end_of_children

V12 = all_cases()["V12"]
needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system cannot kill a process at once")


def estimate(value: float, se: float) -> Estimate:
    return Estimate(value, se, value - 1.96 * se, value + 1.96 * se)


def with_expected(case: Case, **changed: object) -> Case:
    return replace(case, expected={**case.expected, **changed})


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Puts a function in the place of the one that calculates V12."""

    def put(function: Any) -> None:
        monkeypatch.setattr(checks, "EXACT", {"V12": function})

    return put


# One figure


@pytest.mark.parametrize(
    ("figure", "strain", "fault"),
    [
        (calculated("f", 100.0, 100.00009), 0.9, ""),
        (calculated("f", 100.0, 99.9998), 2.0, "off by 0.0002, allowed 0.0001"),
        (calculated("f", 0.0, 1e-300), math.inf, "off by 1e-300, allowed 0"),
        (calculated("f", 0.0, 0.0), 0.0, ""),
        (calculated("f", 0.0, 1e-9, absolute=2e-9), 0.5, ""),
        (calculated("f", 1.0, math.nan), math.inf, "nan is no figure"),
        (simulated("f", 100.0, estimate(103.0, 1.0)), 3.0 / Z, ""),
        (simulated("f", 100.0, estimate(103.3, 1.0)), 3.3 / Z, "off by 3.3 standard errors"),
        (simulated("f", 100.0, estimate(100.0, 2.1)), math.inf, "standard error 2.1 is above 2: too few replications"),
        (simulated("f", 100.0, estimate(100.001, 0.0)), 10.0, "off by 0.001, allowed 0.0001"),
        (simulated("f", 100.0, estimate(100.00005, 0.0)), 0.5, ""),
        (simulated("f", 100.0, estimate(100.0, math.nan)), math.inf, "there is no standard error"),
    ],
)
def test_a_figure(figure: Figure, strain: float, fault: str) -> None:
    assert figure.strain == pytest.approx(strain, rel=1e-6)
    assert figure.fault.startswith(fault)
    assert figure.passed == (fault == "") == (strain <= 1.0)


# One case


def test_each_wrong_figure_of_the_table_is_noticed() -> None:
    """Moved by ten times the tolerance, whichever figure it is."""
    figures = check(V12).calculated
    for name, expected in leaves(V12.expected):
        group, place = name.split(".")
        moved = list(V12.expected[group])
        moved[int(place)] = expected * (1.0 + 1e-5)
        found = check(with_expected(V12, **{group: moved}))
        assert [figure.name for figure in found.figures if not figure.passed] == [name]
        assert found.failed
    assert len(figures) == 19


def test_a_figure_that_is_not_calculated_fails_its_case(exact: Any) -> None:
    exact(lambda inputs: {"static_q": [0.703125, 0.78125]})
    found = check(V12)
    assert not found.passed
    assert found.fault == "KeyError: 'two_q5.0'"


def test_what_crashes_fails_and_does_not_end_the_table(exact: Any) -> None:
    def broken(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        raise ZeroDivisionError("division by zero")

    exact(broken)
    found = check(V12)
    assert (found.passed, found.failed, found.figures) == (False, True, ())
    assert found.fault == "ZeroDivisionError: division by zero"


def test_figures_before_a_crash_are_kept_and_do_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(case: Case) -> Any:
        yield simulated("first", 1.0, estimate(1.0, 0.01))
        raise ValueError("no second")

    monkeypatch.setattr(checks, "SIMULATED", {"V12": (half,)})
    found = check(V12)
    assert [figure.name for figure in found.simulated] == ["first"]
    assert all(figure.passed for figure in found.figures)
    assert (found.passed, found.fault) == (False, "ValueError: no second")


def test_a_case_that_nothing_checks_has_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "EXACT", {})
    found = check(V12)
    assert (found.passed, found.failed, found.fault) == (False, True, "nothing checks this")


def test_a_case_that_is_not_yet_asked_neither_passes_nor_fails() -> None:
    found = check(all_cases()["V18"])
    assert (found.passed, found.failed, found.fault, found.figures) == (False, False, "", ())


def test_the_list_of_times_names_simulations_that_there_are() -> None:
    assert set(SECONDS) <= {ask.__name__ for own in SIMULATED.values() for ask in own}


# The table


def test_in_the_order_of_the_table_whatever_the_order_asked() -> None:
    told: list[tuple[int, int, float]] = []
    found = verify(["V12", "v5", "V18", "V12"], only="calculated", workers=2, progress=lambda *of: told.append(of))
    assert [checked.case.id for checked in found] == ["V05", "V12", "V18"]
    assert [checked.passed for checked in found] == [True, True, False]
    assert [(done, asked) for done, asked, _ in told] == [(2, 3), (3, 3)]
    assert [share for _, _, share in told] == pytest.approx([0.5, 1.0])
    assert found == verify(["V05", "V12", "V18"], only="calculated", workers=1)


def test_one_way_only_leaves_out_what_is_checked_in_the_other_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = verify(["V08"], only="calculated", workers=1)
    assert (len(found.calculated), len(found.simulated)) == (8, 0)
    monkeypatch.setattr(checks, "EXACT", {})
    (nothing,) = verify(["V12"], only="calculated")
    assert nothing.failed


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"ids": ["V988"]}, 'there is no case "V988"; allowed: V01, V02'),
        ({"ids": ["W08"]}, 'Did you mean "V08"?'),
        ({"ids": [""]}, 'there is no case ""'),
        ({"only": "guessed"}, 'the way to check is "guessed"; allowed: calculated, simulated'),
        ({"workers": 0}, "0 workers; allowed: 1 to 256"),
        ({"ids": ["V12"], "only": "simulated"}, "V12 is not simulated: nothing checks it in that way"),
    ],
)
def test_what_cannot_be_asked(arguments: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        verify(**arguments)
    assert says in str(refused.value)


@needs_kill
def test_a_worker_that_dies_ends_in_a_sentence() -> None:
    def kill(done: int, asked: int, share: float) -> None:
        victim = multiprocessing.active_children()[0]
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)

    with pytest.raises(RunFault, match=r"a worker process died.*before these cases were checked: V08(, V12)?; try"):
        verify(["V12", "V08"], workers=2, progress=kill)
    wait_for_the_end_of_children()


def test_an_interruption_ends_the_workers_at_once() -> None:
    def interrupt(done: int, asked: int, share: float) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        verify(["V12", "V08"], workers=2, progress=interrupt)
    wait_for_the_end_of_children()
    assert time.monotonic() - started < 60.0
