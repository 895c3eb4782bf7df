"""How long the simulations take: for the order of the work and the time left on a progress bar, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS: Mapping[str, float] = {
    "twenty_repairs": 15.0,
}
"""By name of the function, as measured once on a machine with two cores."""
USUAL = 10.0
"""Of one that was not measured."""


def seconds_of(simulation: str) -> float:
    """About how long a simulation takes."""
    return SECONDS.get(simulation, USUAL)
