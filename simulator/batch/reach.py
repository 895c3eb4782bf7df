"""Which vendor reaches which sector."""

from __future__ import annotations

import pandas as pd

from simulator.scenario.words import SECTORS
from simulator.world.world import World


def vendor_reach(world: World) -> pd.DataFrame:
    """Share (0 to 1) of each sector's customers whose operator runs a product of each vendor.

    Columns: vendor, label, home, one per sector, and `reach` (customers reached in the portfolio).
    """
    o = world.organisations
    rows = []
    for v, (vendor, home) in enumerate(zip(world.vendors, world.vendor_home, strict=True)):
        own = world.users(v)
        reached = [sum(o.customers[i] for i in own if o.sector[i] == s) for s in range(len(SECTORS))]
        shares = [r / total if (total := world.customers[s]) else 0.0 for r, s in zip(reached, SECTORS, strict=True)]
        rows.append((vendor, world.scenario.vendors[vendor].label, home, *shares, sum(reached)))
    columns = ["vendor", "label", "home", *SECTORS, "reach"]
    return pd.DataFrame(rows, columns=columns)
