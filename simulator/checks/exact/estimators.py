"""Errors of estimates from simulated futures (V30 to V33), of weighted ones (V37) and of differences (V40)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import count
from typing import Any

from simulator.risk.interval import quantile_ranks, rank_coverage
from simulator.risk.precision import adjusted_gamma, replications_for, replications_for_probability


def ranks(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V30."""
    confidence = inputs["confidence"]

    def limits(n: int, p: float) -> Mapping[str, float]:
        lower, upper = quantile_ranks(n, p, confidence)
        assert upper is not None
        return {"lower_rank": lower, "upper_rank": upper, "exact_coverage": rank_coverage(n, p, lower, upper)}

    finite = (n for n in count(1) if quantile_ranks(n, 1.0 - 1.0 / 250.0, confidence)[1] is not None)
    return {
        "A": limits(inputs["A"]["n"], inputs["A"]["p"]),
        "B": limits(inputs["B"]["n"], inputs["B"]["p"]),
        "n_min_for_finite_upper_bound_1in250": next(finite),
    }


def years_without_loss(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V31: an exponential loss in few years. Beyond VaR > 0 its mean excess is the mean loss."""
    p, mean = float(inputs["p_loss"]), float(inputs["mean_loss"])

    def value_at_risk(q: float) -> float:
        return mean * math.log(p / (1.0 - q)) if 1.0 - q < p else 0.0

    def tail_value_at_risk(q: float) -> float:
        return value_at_risk(q) + mean * min(p / (1.0 - q), 1.0)

    return {
        "VaR": [value_at_risk(q) for q in inputs["levels"]],
        "TVaR": [tail_value_at_risk(q) for q in inputs["levels"]],
        "AAL": p * mean,
    }


def errors_of_the_tail(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V32: for an exponential law of mean 1, of which what lies beyond VaR has mean and variance 1."""
    n, q = inputs["n"], inputs["q"]
    excess_mean, excess_variance, density = 1.0, 1.0, 1.0 - q
    level = -math.log1p(-q)
    return {
        "VaR": level,
        "TVaR": level + excess_mean,
        "se_TVaR": math.sqrt((excess_variance + q * excess_mean**2) / (n * (1.0 - q))),
        "se_VaR": math.sqrt(q * (1.0 - q) / n) / density,
    }


def futures_needed(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V33."""
    gamma, confidence = inputs["relative_half_width"], inputs["confidence"]
    return {
        "n_crude": replications_for_probability(inputs["p"], gamma, confidence),
        "gamma_adjusted": adjusted_gamma(gamma),
        "n_if_conditioned_on_event_cv1": replications_for(1.0, gamma, confidence),
    }


def importance_sampling(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V37: P(N >= 1) at a low rate from draws at a high one, by summing over the Poisson law drawn from."""
    low, high = inputs["rate_times_T"], inputs["tilted_rate_times_T"]
    drawn = [math.exp(-high + n * math.log(high) - math.lgamma(n + 1)) for n in range(60)]
    weight = [math.exp(high - low) * (low / high) ** n for n in range(60)]
    p = -math.expm1(-low)
    second = sum(q * w**2 for q, w in zip(drawn[1:], weight[1:], strict=True))
    return {
        "p": p,
        "second_moment_IS": second,
        "variance_reduction_vs_crude": p * (1.0 - p) / (second - p**2),
        "mean_weight": sum(q * w for q, w in zip(drawn, weight, strict=True)),
    }


def paired_difference(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V40: the events that remain are a thinned part of those there were."""
    base = inputs["p_base"]
    kept = inputs["thinning_factor"] * base
    apart = base * (1.0 - base) + kept * (1.0 - kept)
    paired = (base - kept) * (1.0 - (base - kept))
    return {"diff": base - kept, "var_independent": apart, "var_CRN": paired, "ratio": apart / paired}
