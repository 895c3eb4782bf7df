"""What stands between an order and hostile code at a customer: V16, V40, V44."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, comparison, mean, share_used, used
from simulator.risk.condition import probability_of_compromise
from simulator.risk.estimate import Estimate

LEVEL = 0.05
"""Largest relative standard error of the rarer ways out."""
QUORUMS = {"quorum_of_four": "p_valid_release_independent", "quorum_under_one_order": "p_valid_release_common_cause"}
"""Mitigation of the scenario v16: figures of the case."""


def quorums_in_a_comparison(case: Case) -> Iterator[Figure]:
    """6,000 plain replications of an order that comes all but surely: 4.8 % on the rarer; 2 % would take 33,000."""
    found = comparison("v16", list(QUORUMS), replications=6_000, seed=16)
    one = case.inputs["compliance_in_jurisdiction"]
    yield simulated("one signer", one, share_used(found.base))
    for quorum, name in QUORUMS.items():
        results = found.of(quorum).arm.results
        yield simulated(f"{name}.m4 (counted)", case.expected[name]["m4"], share_used(results), most_se=LEVEL)


def every_quorum(case: Case) -> Iterator[Figure]:
    """What a run of its own says: of a probability above a half what it counts, else what it knows of the stratum."""
    for kind in ("independent", "common_cause"):
        name = f"p_valid_release_{kind}"
        for quorum, p in case.expected[name].items():
            enough = 2_000 if p > 0.5 else 200
            results = answer("v16_quorums", replications=enough, seed=17, with_mitigations=[f"{kind}_{quorum}"])
            yield simulated(f"{name}.{quorum}", p, probability_of_compromise(results))


def a_thinned_part(case: Case) -> Iterator[Figure]:
    """Both variances follow from the difference alone; their errors are its error times the slope.

    The ratio, whose error is twice that of the difference, may have 3 %: 2 % would take 4,500 replications.
    """
    found = comparison("v40", ["control"], replications=2_500, seed=41)
    base, arm = found.base, found.of("control").arm.results
    exact, p_base = case.expected, case.inputs["p_base"]
    difference = used(base) - used(arm)
    yield simulated("p_base", p_base, share_used(base))
    d = mean(base, difference)
    yield simulated("diff", exact["diff"], d)
    kept = p_base - d.value
    paired = mean(base, difference**2).value - d.value**2
    independent = p_base * (1.0 - p_base) + kept * (1.0 - kept)
    slopes = abs(1.0 - 2.0 * d.value), abs(1.0 - 2.0 * kept)
    yield simulated("var_CRN", exact["var_CRN"], _estimate(paired, slopes[0] * d.se))
    yield simulated("var_independent", exact["var_independent"], _estimate(independent, slopes[1] * d.se))
    ratio = independent / paired
    se = (slopes[1] + ratio * slopes[0]) / paired * d.se
    yield simulated("ratio", exact["ratio"], _estimate(ratio, se), most_se=0.03)


def _estimate(value: float, se: float) -> Estimate:
    return Estimate(value, se, value - 1.96 * se, value + 1.96 * se)


def the_best_path_left(case: Case) -> Iterator[Figure]:
    found = comparison("v44", ["controls"], replications=4_000, seed=44)
    exact = case.expected
    yield simulated("base_best", exact["base_best"], share_used(found.base))
    arm = found.of("controls").arm.results
    yield simulated("after_best_response", exact["after_best_response"], share_used(arm))


def a_logit_choice(case: Case) -> Iterator[Figure]:
    """What a run says of the stratum, over 131,072 driver paths."""
    results = answer("v44_logit", replications=200, seed=45, with_mitigations=["controls"])
    yield simulated("after_logit", case.expected["after_logit"], probability_of_compromise(results))
