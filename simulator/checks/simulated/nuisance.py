"""Events that come and cost: how many and how much. V03, V04, V05, V06.

Nuisance events stand for any event with a rate and a loss. Where years are alike, each year of a long horizon is one
more sample; errors are between replications all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simulator.batch.results import Results
from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.risk.estimate import Estimate
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss

LEVEL = 0.05
"""Largest relative standard error of a level of exceedance, or of a loss that is met exactly."""


def events_of_a_year_from_peace(case: Case) -> Iterator[Figure]:
    results = answer("v03_from_peace", replications=28_000, seed=3)
    exact = case.expected
    counts = windows(results, years=1)
    yield simulated("mean_from_peace", exact["mean_from_peace"], averaged(results, counts))
    yield simulated("var_from_peace", exact["var_from_peace"], variance(results, counts))
    yield simulated("p_zero_from_peace", exact["p_zero_from_peace"], averaged(results, (counts == 0).astype(float)))


def events_of_any_year(case: Case) -> Iterator[Figure]:
    """Forty years after twenty: the slowest mode, 0.27 a year, leaves 0.5 % of the start in the first of them."""
    results = answer("v03", replications=1_900, seed=3)
    exact = case.expected
    counts = windows(results, years=1, after=20)
    yield simulated("mean_stationary", exact["mean_stationary"], averaged(results, counts))
    yield simulated("var_stationary", exact["var_stationary"], variance(results, counts))


def events_under_two_regimes(case: Case) -> Iterator[Figure]:
    """Ten times three years after twelve, by which 1.2 a year has left nothing of the start."""
    results = answer("v03_two_regimes", replications=1_250, seed=3)
    exact = case.expected
    counts = windows(results, years=3, after=12)
    average, spread = averaged(results, counts), variance(results, counts)
    yield simulated("mean_two_state", exact["mean_two_state"], average)
    yield simulated("var_two_state", exact["var_two_state"], spread)


def events_that_excite_each_other(case: Case) -> Iterator[Figure]:
    """Ten times four years after four: a start without events is 0.0003 of itself by then (2 a year)."""
    results = answer("v04", replications=1_200, seed=4)
    exact = case.expected
    counts = windows(results, years=4, after=4)
    average = averaged(results, counts)
    yield simulated("mean_count", exact["mean_count"], average)
    years = case.inputs["T"]
    yield simulated("rate", exact["rate"], Estimate(*(x / years for x in (average.value, average.se, 0.0, 0.0))))
    yield simulated("var_count", exact["var_count"], variance(results, counts))


def windows(results: Results, *, years: int, after: int = 0) -> pd.DataFrame:
    """Events of each stretch of `years` after the first `after` years: replications by stretch."""
    late = results.events[results.events["year"] >= after]
    stretch = (late["year"] - after) // years
    counts = late.groupby(["replication", stretch]).size().unstack(fill_value=0)
    every = range((round(results.horizon_years) - after) // years)
    return counts.reindex(results.replications["replication"], columns=every, fill_value=0).astype(float)


def averaged(results: Results, counts: pd.DataFrame) -> Estimate:
    """Mean over stretches and replications."""
    return mean(results, counts.mean(axis=1))


def variance(results: Results, counts: pd.DataFrame) -> Estimate:
    """Variance of a stretch: the mean square about the mean of all."""
    return mean(results, ((counts - counts.to_numpy().mean()) ** 2).mean(axis=1))


def stop_loss_of_a(case: Case) -> Iterator[Figure]:
    yield _stop_loss(case, "A", replications=700)


def stop_loss_of_b(case: Case) -> Iterator[Figure]:
    yield _stop_loss(case, "B", replications=250)


def _stop_loss(case: Case, part: str, replications: int) -> Figure:
    """What exceeds the deductible of a year, on average."""
    results = answer(f"v05_{part.lower()}", replications=replications, seed=5)
    beyond = (sums(results) - case.inputs[part]["aggregate_deductible"]).clip(lower=0.0)
    return simulated(f"{part}_stop_loss", case.expected[f"{part}_stop_loss"], averaged(results, beyond))


def law_of_a_year(case: Case) -> Iterator[Figure]:
    """24,000 years, for 5 % on the rarest losses; 2 % would take 134,000."""
    results = answer("v05_c", replications=1_200, seed=5)
    exact = case.expected
    losses = sums(results)
    for loss, share in enumerate(exact["C_pmf_0_to_6"]):
        met = averaged(results, (losses == loss).astype(float))
        yield simulated(f"C_pmf_0_to_6.{loss}", share, met, most_se=LEVEL)
    yield simulated("C_mean", exact["C_mean"], average_annual_loss(results, "abstract"))
    yield simulated("C_var", exact["C_var"], variance(results, losses))
    beyond = probability_of_exceeding(results, "abstract", 15)
    yield simulated("C_sf_15", exact["C_sf_15"], beyond, most_se=LEVEL)


def largest_and_sum(case: Case) -> Iterator[Figure]:
    """40,000 years."""
    results = answer("v06", replications=2_000, seed=6)
    exact = case.expected
    for kind in ("OEP", "AEP"):
        for level, share in zip(case.inputs["levels"], exact[kind], strict=True):
            found = probability_of_exceeding(results, "abstract", level, kind)
            yield simulated(f"{kind}({level})", share, found, most_se=LEVEL)
    yield simulated("AAL", exact["AAL"], average_annual_loss(results, "abstract"))
    above = results.events[results.events["abstract"] > 50].groupby("replication").size() / results.horizon_years
    yield simulated("OEP_rate_above_50", exact["OEP_rate_above_50"], mean(results, above), most_se=LEVEL)


def sums(results: Results) -> pd.DataFrame:
    """Loss of each year: replications by year, those without loss included."""
    losses = results.years.pivot(index="replication", columns="year", values="abstract")
    every = range(round(results.horizon_years))
    return losses.reindex(results.replications["replication"], columns=every).fillna(0.0)
