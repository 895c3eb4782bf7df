"""Nominal 95 % intervals of runs of V17 and V19 cover the exact answer 93 to 97 % of the time.

1,000 runs of the simulator, each with a seed of its own, have a standard error of 0.69 % at 95 %, so that a right
interval fails a test once in 270 for each figure; 600 pairs have 0.89 %, and fail once in 40. Seeds are fixed.
Losses of V19 lie on a lattice, where a value at risk is an atom: its interval is meant to be wide there, and only has
to cover 93 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from os.path import relpath
from pathlib import Path

import pytest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.batch.side_by_side import run_side_by_side
from simulator.checks.case import all_cases
from simulator.risk.estimate import Estimate
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss
from simulator.risk.paired import (
    paired_average_annual_loss,
    paired_tail_value_at_risk,
    paired_value_at_risk,
)
from simulator.risk.sampling import COMPROMISE
from simulator.risk.tail import tail_value_at_risk, value_at_risk
from simulator.scenario.combination import in_force
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.shipped import known_answer
from tests.proofs.exact_laws import TailsOfA, TailsOfB

RUNS, PAIRS = 1000, 600
KEPT = 0.4
"""Share of the uses that still succeed with the control of V40."""
pytestmark = pytest.mark.slow

CONTROL = """
controls:
  of_releases:
    efficacy: {code_release: {value: 0.6, range: [0.6, 0.6], assumption: &given given by the case}}
mitigations:
  control:
    title: A control on what is released
    about: It stops three fifths of the orders that would work.
    grade: D
    does: {controls: [of_releases]}
"""
ALL_OCCASIONS = "{peace: 0.00200001 / year, crisis: 0.0200001 / year, war_direct: 0.150001 / year}"


def uncovered(found: Iterable[Mapping[str, Estimate]], exact: Mapping[str, float], lattice: bool = False) -> list[str]:
    """Figures that too few of the intervals cover, or too many."""
    covered, tried = dict.fromkeys(exact, 0), 0
    for estimates in found:
        tried += 1
        for name, value in exact.items():
            covered[name] += estimates[name].low <= value <= estimates[name].high
    shares = {name: count / tried for name, count in covered.items()}
    print(shares, tried)
    return [
        f"{name}: {share:.1%}"
        for name, share in shares.items()
        if not 0.93 <= share <= (1.0 if lattice and name == "VaR" else 0.97)
    ]


def runs(loaded: LoadedScenario, replications: int) -> Iterable[Results]:
    return (run(loaded, replications=replications, seed=seed) for seed in range(RUNS))


def pairs(loaded: LoadedScenario, replications: int) -> Iterable[tuple[Results, Results]]:
    both = [loaded, in_force(loaded, ["control"])]
    for seed in range(PAIRS):
        found = run_side_by_side(both, replications=replications, seed=seed)
        yield found.base, found.arms[0].results


def with_control(tmp_path: Path, name: str, start: str) -> LoadedScenario:
    """A known answer with the control of V40 on offer, and occasions so scarce that it changes no hazard."""
    theatre = f"theatres: {{east: {{start: {start}, coercion: {{occasions: {ALL_OCCASIONS}}}}}}}"
    file = tmp_path / "with_control.yaml"
    head = f"format: 1\nextends: {relpath(known_answer(name), tmp_path)}\nname: with_control\ntitle: With a control"
    file.write_text(f"{head}\n{theatre}{CONTROL}")
    return load(file)


def differences(base: Results, arm: Results, measure: str, q: float) -> dict[str, Estimate]:
    """The control acts on orders alone. Unless told, an interval allows for what years without any may hide."""
    return {
        "AAL": paired_average_annual_loss(base, arm, measure, possible_in=(COMPROMISE,)),
        "VaR": paired_value_at_risk(base, arm, measure, q),
        "TVaR": paired_tail_value_at_risk(base, arm, measure, q),
    }


def less(first: TailsOfA | TailsOfB, second: TailsOfA | TailsOfB, q: float) -> dict[str, float]:
    figures: dict[str, Callable[[TailsOfA | TailsOfB], float]] = {
        "AAL": lambda tails: tails.aal(),
        "VaR": lambda tails: tails.var(q),
        "TVaR": lambda tails: tails.tvar(q),
    }
    return {name: figure(first) - figure(second) for name, figure in figures.items()}


@pytest.mark.proof
def test_v17() -> None:
    """A run of 200: some 160 with an event, 85 of them beyond what is lost in one year in a thousand."""
    found = (
        {
            "AAL": average_annual_loss(results, "customer_hours"),
            "P(L > 20 million)": probability_of_exceeding(results, "customer_hours", 2e7),
            "VaR": value_at_risk(results, "customer_hours", 0.999),
            "TVaR": tail_value_at_risk(results, "customer_hours", 0.999),
        }
        for results in runs(load(known_answer("v17")), 200)
    )
    exact = all_cases()["V17"].expected
    expected = {
        "AAL": exact["AAL_customer_hours"],
        "P(L > 20 million)": exact["exceedance"][1],
        "VaR": exact["VaR_1in1000"],
        "TVaR": exact["TVaR_1in1000"],
    }
    assert uncovered(found, expected) == []


@pytest.mark.overnight
def test_v19() -> None:
    """A run of 200: a fifth without an event, for the nuisance that makes most of the average."""
    found = (
        {
            "AAL": average_annual_loss(results, "abstract"),
            "P(L > 2)": probability_of_exceeding(results, "abstract", 2.0),
            "VaR": value_at_risk(results, "abstract", 0.999),
            "TVaR": tail_value_at_risk(results, "abstract", 0.999),
        }
        for results in runs(load(known_answer("v19")), 200)
    )
    tails = TailsOfB(0.6)
    expected = {
        "AAL": tails.aal(),
        "P(L > 2)": all_cases()["V19"].expected["AEP"][0],
        "VaR": tails.var(0.999),
        "TVaR": tails.tvar(0.999),
    }
    assert uncovered(found, expected, lattice=True) == []


@pytest.mark.overnight
def test_v17_from_war_with_and_without_a_control(tmp_path: Path) -> None:
    """A run of 200 side by side; a year in a hundred lies beyond the value at risk of both."""
    loaded = with_control(tmp_path, "v17", "war_direct")
    p_event = all_cases()["V17"].expected["from_war"]["p_event"]
    found = (differences(base, arm, "customer_hours", 0.99) for base, arm in pairs(loaded, 200))
    assert uncovered(found, less(TailsOfA(p_event), TailsOfA(KEPT * p_event), 0.99)) == []


@pytest.mark.overnight
def test_v19_with_and_without_a_control(tmp_path: Path) -> None:
    """A run of 200 side by side, judged at one year in 2,000, where both arms have vendor events beyond."""
    loaded = with_control(tmp_path, "v19", "peace")
    found = (differences(base, arm, "abstract", 0.9995) for base, arm in pairs(loaded, 200))
    assert uncovered(found, less(TailsOfB(0.6), TailsOfB(KEPT * 0.6), 0.9995), lattice=True) == []
