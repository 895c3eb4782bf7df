"""Rows for work that is shared out: among processes here, and on a cluster."""

from __future__ import annotations

from importlib.util import find_spec

from benchmarks.cluster import CORES, NODES, REPLICATIONS, Hours, Needs
from benchmarks.overhead import in_percent, measured
from benchmarks.sizes import Sizes
from benchmarks.table import Row, judged, missing, reported

MOST = 0.05
"""Overhead that two workers may have."""


def rows(sizes: Sizes) -> list[Row]:
    if find_spec("distributed") is None:
        return [missing("two workers: overhead", f"< {MOST:.0%}", "the package distributed is not installed")]
    overheads = measured(sizes.shared, sizes.shared_rounds)
    organisations, vendors = sizes.market
    hours = Hours.of(Needs.of(organisations, vendors, sizes.block), REPLICATIONS, NODES * CORES, MOST)
    return [
        *(
            judged(f"two workers, {name}: overhead", f"< {MOST:.0%}", in_percent(share), share.middle < MOST)
            for name, share in overheads.items()
        ),
        reported(
            f"{organisations:,} organisations, {REPLICATIONS:.0e} replications, {NODES} nodes of {CORES} cores", hours
        ),
    ]
