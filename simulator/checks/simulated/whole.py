"""Whole scenarios, from regimes to annual losses: V17, V19."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.batch.results import Results
from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, from_row
from simulator.risk.breakdown import by_cause
from simulator.risk.condition import given_compromise, probability_of_compromise
from simulator.risk.estimate import Estimate
from simulator.risk.exceedance import probability_of_exceeding
from simulator.risk.loss import average_annual_loss
from simulator.risk.tail import tail_value_at_risk, value_at_risk

LEVEL = 0.05
"""Largest relative standard error of a level of exceedance, of VaR and of TVaR."""
CUSTOMER_HOURS = "customer_hours"


def one_vendor_from_peace(case: Case) -> Iterator[Figure]:
    """20,000 replications, four fifths of them with a compromise: the rarest level is one in forty of these."""
    results = answer("v17", replications=20_000, seed=1)
    exact = case.expected
    yield from _use_and_levels(results, case.inputs["levels_customer_hours"], exact["p_event"], exact["exceedance"])
    given = given_compromise(results)
    assert given is not None
    hours = average_annual_loss(given, CUSTOMER_HOURS)
    size = case.inputs["customers_per_org"]
    found = Estimate(hours.value / size, hours.se / size, hours.low / size, hours.high / size)
    yield simulated("mean_org_hours_given_event", exact["mean_org_hours_given_event"], found)
    yield simulated("AAL_customer_hours", exact["AAL_customer_hours"], average_annual_loss(results, CUSTOMER_HOURS))
    found = value_at_risk(results, CUSTOMER_HOURS, 0.999)
    yield simulated("VaR_1in1000", exact["VaR_1in1000"], found, most_se=LEVEL)
    found = tail_value_at_risk(results, CUSTOMER_HOURS, 0.999)
    yield simulated("TVaR_1in1000", exact["TVaR_1in1000"], found, most_se=LEVEL)


def one_vendor_from_war(case: Case) -> Iterator[Figure]:
    """Given the use, losses follow the law they have from peace: 7,000 replications, and 9 % on the rarest level."""
    results = answer("v17_from_war", replications=7_000, seed=2)
    exact = case.expected["from_war"]
    yield from _use_and_levels(
        results, case.inputs["levels_customer_hours"], exact["p_event"], exact["exceedance"], "from_war.", 0.09
    )
    yield simulated("from_war.AAL", exact["AAL"], average_annual_loss(results, CUSTOMER_HOURS))
    found = value_at_risk(results, CUSTOMER_HOURS, 0.99)
    yield simulated("from_war.VaR_1in100", exact["VaR_1in100"], found, most_se=LEVEL)


def _use_and_levels(
    results: Results,
    levels: list[float],
    p_event: float,
    exceedance: list[float],
    prefix: str = "",
    rarest: float = LEVEL,
) -> Iterator[Figure]:
    """The stratum's probability, the chance of any loss, and AEP and OEP, which are one here."""
    yield simulated(f"{prefix}p_event", p_event, probability_of_compromise(results))
    any_loss = probability_of_exceeding(results, CUSTOMER_HOURS, 0.0)
    yield simulated(f"{prefix}P(any loss)", p_event, any_loss)
    for level, share in zip(levels, exceedance, strict=True):
        for kind in ("AEP", "OEP"):
            found = probability_of_exceeding(results, CUSTOMER_HOURS, level, kind)
            most_se = rarest if level == max(levels) else LEVEL
            yield simulated(f"{prefix}{kind}({level:g})", share, found, most_se=most_se)


def nuisance_beside_a_vendor(case: Case) -> Iterator[Figure]:
    """A total above 10 without a compromise is one year in 256: 5 % would take 170,000 replications; it may be 20 %."""
    results = answer("v19", replications=12_500, seed=3)
    exact = case.expected
    yield simulated("AAL", exact["AAL"], average_annual_loss(results, "abstract"))
    parts = by_cause(results, "abstract").to_dict("index")
    for name, cause in (("AAL_nuisance", "hacktivist"), ("AAL_vendor", "coerced_update")):
        row = parts[cause]
        yield simulated(name, exact[name], from_row(row))
    for kind in ("AEP", "OEP"):
        for level, share in zip(case.inputs["levels"], exact[kind], strict=True):
            found = probability_of_exceeding(results, "abstract", level, kind)
            rare = (kind, level) == ("AEP", 10)
            yield simulated(f"{kind}({level})", share, found, most_se=0.2 if rare else LEVEL)
