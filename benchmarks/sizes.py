"""How much is measured: enough for a quotable figure, or just enough to see that the command works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Numbers of replications unless said otherwise."""

    organisations: int = 2_000
    """Of the core path."""
    rounds: int = 7
    """Interleaved repetitions of everything that is compared."""
    compiled: int = 400
    """Per round, for a compiled engine."""
    interpreted: int = 8
    """Per round, for one in Python."""
    strata: int = 2_000
    """To learn the spread of a stratum of a shipped scenario."""
    costs: int = 40
    """To learn what one replication costs in SimPy."""
    scenarios: tuple[str, ...] = ()
    """Shipped scenarios; all, if none is named."""
    cut_to: float = 30.0
    """Wall seconds of a run that has no hope of its target: its time is scaled from fewer replications."""
    scale: float = 1.0
    """Factor on the numbers that the targets name."""
    workers: int = 2
    """Of the runs that targets are about."""
    market: tuple[int, int] = (50_000, 20)
    """Organisations and vendors of the large market."""
    memory: tuple[int, int] = (600_000, 3_000_000)
    """Two runs whose peaks of memory are compared; both larger than what is held in memory."""
    shared: int = 40_000
    """Shared out between two workers."""
    shared_rounds: int = 3
    block: int = 1_024
    """Of the large market, as a cluster would be given it."""
    curve: tuple[int, ...] = (200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
    """Organisations along the plot."""
    run_lengths: tuple[int, ...] = (1, 10, 100, 1_000, 10_000)
    """Replications along the plot."""
    curve_seconds: float = 4.0
    """Processor time that one point of a curve may take; longer ones are left out."""


FULL = Sizes()
QUICK = Sizes(
    organisations=60,
    rounds=2,
    compiled=4,
    interpreted=2,
    strata=120,
    costs=4,
    scenarios=("uk_2022",),
    cut_to=0.5,
    scale=0.0002,
    workers=1,
    market=(200, 2),
    memory=(600, 1_200),
    shared=64,
    shared_rounds=1,
    block=4,
    curve=(40, 80),
    run_lengths=(1, 2),
    curve_seconds=0.2,
)
