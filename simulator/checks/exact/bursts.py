"""Many jobs at one moment and few teams (V08, V42)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.linalg import expm


def repairs_at_once(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """N exponential repairs, c teams: the number left falls by stages of mean 1 / (min(k, c) mu).

    Total downtime is the integral of the number left, so stage k contributes k times its length: a sum of
    exponentials whose tail is that of a phase-type law.
    """
    left = np.arange(inputs["N"], 0, -1)
    stage = inputs["mean_service_hours"] / np.minimum(left, inputs["c"])
    downtime = left * stage
    generator = np.diag(-1.0 / downtime) + np.diag(1.0 / downtime[:-1], 1)
    return {
        "makespan": stage.sum(),
        "sd_makespan": np.sqrt((stage**2).sum()),
        "mean_restore": downtime.sum() / inputs["N"],
        "total_downtime": downtime.sum(),
        "sd_total": np.sqrt((downtime**2).sum()),
        "P_total_downtime_exceeds": [expm(generator * t)[0].sum() for t in inputs["tail_levels_hours"]],
    }
