"""Base and arm as tables of dated costs, and spending on mitigations, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tests.risk.made import Tables, events, replications, service, strata, years

Cost = tuple[int, str, str, float, float]
"""Replication, cause, payer, amount, hours since the start at which it is paid."""


def costed(n: int, costs: Sequence[Cost], design: pd.DataFrame | None = None) -> Tables:
    """Tables of n futures with an event for each cost."""
    design = strata([n]) if design is None else design
    rows = events()
    if costs:
        replication, cause, payer, paid, hours = (np.array(part) for part in zip(*costs, strict=True))
        each = {f"cost_{name}": np.where(payer == name, paid, 0.0) for name in set(payer)}
        rows = events(replication=replication, cause=cause, **each).assign(paid_h=hours.astype(float))
    else:
        rows = rows.assign(paid_h=0.0)
    return Tables(
        replications=replications(design),
        events=rows,
        years=years([], [], []),
        service=service(),
        strata=design,
        crude=len(design) == 1,
    )


def spending(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["replication", "mitigation", "payer", "present_value"])


def spending_in_all(n: int, payer: str, present_value: float) -> pd.DataFrame:
    return spending(*((row, "fence", payer, present_value) for row in range(n)))
