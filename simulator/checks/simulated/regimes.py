"""Peace, crisis and war as time goes by: V01, V02.

No table of a run says which regime there was. Nuisance events say it: at a known rate in each regime their number is
the time spent there, and their number about a date the probability of that regime then. The windows are so narrow that
the curve of the probability moves a figure by less than a twentieth of the standard error that is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.batch.results import Results
from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.risk.estimate import Estimate
from simulator.rules.clock import HOURS_PER_YEAR

THEATRES = 4
"""Alike and independent in both scenarios."""
YEARLY: Mapping[str, float] = {"peace": 1.0, "crisis": 12.0, "war_direct": 20.0}
"""Events of a theatre of the scenario v01, by regime."""


def three_regimes(case: Case) -> Iterator[Figure]:
    """47,000 theatres. War after one year is one in 119: 2 % would take 400,000, so its standard error may be 7 %."""
    results = answer("v01", replications=11_700, seed=1)
    exact = case.expected
    for date, half, name in ((1.0, 0.1, "p_t1"), (5.0, 0.25, "p_t5")):
        for (regime, rate), share in zip(YEARLY.items(), exact[name], strict=True):
            found = _years_in(results, regime, rate, date - half, date + half, 2.0 * half)
            rare = (name, regime) == ("p_t1", "war_direct")
            yield simulated(f"{name}.{regime}", share, found, most_se=0.07 if rare else 0.02)
    name = "expected_years_in_state_over_5"
    for (regime, rate), years in zip(YEARLY.items(), exact[name], strict=True):
        yield simulated(f"{name}.{regime}", years, _years_in(results, regime, rate, 0.0, 5.0))


def war_of_two_stages(case: Case) -> Iterator[Figure]:
    soon = answer("v02_soon", replications=8_500, seed=2)
    late = answer("v02", replications=3_600, seed=2)
    for date, share in zip(case.inputs["t"], case.expected["p_war"], strict=True):
        results, rate, half = (soon, 40.0, 0.05) if date <= 1 else (late, 10.0, 0.25)
        found = _years_in(results, "war_direct", rate, date - half, date + half, 2.0 * half)
        yield simulated(f"p_war({date:g})", share, found)


def _years_in(
    results: Results, regime: str, rate: float, since: float, until: float, of_years: float = 1.0
) -> Estimate:
    """Years of a theatre in a regime between two dates, or as a share of the years between."""
    events = results.events
    years = events["start_h"] / HOURS_PER_YEAR
    here = events[(events["regime"] == regime) & (years >= since) & (years < until)]
    return mean(results, here.groupby("replication").size() / (THEATRES * rate * of_years))
