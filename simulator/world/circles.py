"""Which supply links lie in a circle."""

from __future__ import annotations

import numpy as np

from simulator.scenario.words import SECTORS
from simulator.world.tables import Links, Organisations

_ENERGY = SECTORS.index("energy")


def circular(organisations: Organisations, links: Links, balanced: bool) -> tuple[bool, ...]:
    """By link: whether its provider hangs, through whatever else, on its consumer.

    Where generation is `balanced`, all networks without generation hang on all plants.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not links.names:
        return ()
    size = len(organisations.names)
    edges = list(zip(links.provider, links.consumer, strict=True))
    if balanced:
        for i, (kw, sector) in enumerate(zip(organisations.generation_kw, organisations.sector, strict=True)):
            if kw > 0.0:
                edges.append((i, size))
            elif sector == _ENERGY:
                edges.append((size, i))
    ends = np.array(edges, dtype=np.int32).T
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (ends[0], ends[1])), shape=(size + 1, size + 1))
    _, circle = connected_components(graph, directed=True, connection="strong")
    return tuple(bool(circle[p] == circle[c]) for p, c in zip(links.provider, links.consumer, strict=True))
