"""Whether the weights of a run are such that its figures can be relied on."""

from __future__ import annotations

from simulator.risk.estimate import effective_sample_size, largest_share
from simulator.risk.protocol import ResultTables
from simulator.risk.sampling import design_of

LEAST_EFFECTIVE = 0.05
"""Effective sample size of the weights over replications, below which a run is unhealthy (methods, section 6)."""
LARGEST_WEIGHT = 0.02
"""Share of the largest weight in all, above which it is."""
FEWEST_JUDGED = 250
"""In a smaller run equal weights within strata are large shares of few; its wide intervals say so."""


def ailments(tables: ResultTables) -> list[str]:
    """What is wrong with the weights, a sentence each; empty for a healthy run."""
    design = design_of(tables)
    if design.count < FEWEST_JUDGED:
        return []
    effective, largest = effective_sample_size(design.weight) / design.count, largest_share(design.weight)
    said = []
    if effective < LEAST_EFFECTIVE:
        said.append(
            f"the {design.count:,} simulated futures are worth {effective:.2%} of as many equally weighted ones; "
            f"at least {LEAST_EFFECTIVE:.0%} is needed"
        )
    if largest > LARGEST_WEIGHT:
        said.append(
            f"a single simulated future carries {largest:.1%} of all weight; at most {LARGEST_WEIGHT:.0%} is allowed"
        )
    return said
