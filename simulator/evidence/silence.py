"""Absence of evidence, weighed: what it says that nothing was seen, or little (V22)."""

import math

from simulator.evidence.points import fine_points, law_of_points
from simulator.evidence.rates import Counted, GammaRate
from simulator.rules import quantile
from simulator.rules.quantile import Law

EDGE = 250
"""Fine points at either end of a prior, half a normal score, where a posterior would be cut off."""


def still_usable(prior: float, rate: float, quiet: float, visible: float = 1.0) -> float:
    """P(a vendor is usable by its state) after a quiet time in which it was not seen used.

    Bayes: the odds are multiplied by exp(-rate x visible x quiet). `rate` is that of use if it is usable; a state
    that saves its asset for war has a tiny rate in peace, and then silence says next to nothing. Raises ValueError.
    """
    for name, share in (("the prior", prior), ("the share visible", visible)):
        if not 0.0 <= share <= 1.0:
            raise ValueError(f"{name} is a share from 0 to 1, not {share:g}")
    if not (0.0 <= rate < math.inf and 0.0 <= quiet < math.inf):
        raise ValueError(f"a rate and a time are 0 or more, not {rate:g} and {quiet:g}")
    if prior == 1.0:
        return 1.0
    silent = math.exp(-rate * visible * quiet)
    return prior * silent / (prior * silent + 1.0 - prior)


def after(prior: Law, counted: Counted) -> Law:
    """The law of a rate after events, or none, in an exposure; `prior` is any law of rates, in the same unit.

    Exact for a gamma prior, a list of values and a fixed rate; else numerical: equally likely points, see
    `law_of_points`. Raises ValueError for a prior with negative rates, and where the data lie outside it.
    """
    if prior.kind == quantile.GAMMA:
        return GammaRate(prior.b, prior.b / prior.a).after(counted).law()
    if prior.kind == quantile.FIXED:
        return prior
    rates, weights = fine_points(prior)
    if rates[0] < 0.0:
        raise ValueError("a prior of a rate has no values below 0")
    likely = [_log_likelihood(rate, counted) for rate in rates]
    most = max(likely)
    if most == -math.inf:
        raise ValueError(f"{counted.events} events were seen, but the prior holds the rate for 0")
    updated = [weight * math.exp(one - most) for weight, one in zip(weights, likely, strict=True)]
    if prior.kind == quantile.EMPIRICAL:
        return Law.empirical(rates, updated)
    likeliest = updated.index(max(updated))
    if not EDGE <= likeliest < len(rates) - EDGE:
        raise ValueError(f"the data contradict the prior: {counted.events} events lie outside all it holds possible")
    return law_of_points(rates, updated)


def _log_likelihood(rate: float, counted: Counted) -> float:
    """Of a Poisson count, without its constant."""
    if counted.events == 0:
        return -rate * counted.watched
    return counted.events * math.log(rate) - rate * counted.watched if rate > 0.0 else -math.inf
