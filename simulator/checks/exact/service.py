"""Indices of lost service (V34), by the code that reports them after a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from simulator.batch.results import Results
from simulator.batch.tables import EVENTS, REPLICATIONS, SERVICE, YEARS, frame
from simulator.risk.service import HOURS_PER_DAY, MINUTES_PER_HOUR, reliability, service_losses

ALIKE = 4
"""Simulated years, all the same."""


def indices(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V34: years with three interruptions of energy and one of water."""
    results = _years_alike(inputs)
    found = reliability(results).set_index(["sector", "index"])["value"]
    lost = service_losses(results).set_index(["sector", "measure"])["value"]
    water = inputs["water"]
    return {
        "SAIFI": found["energy", "SAIFI"],
        "SAIDI_min": found["energy", "SAIDI"],
        "CAIDI_min": found["energy", "CAIDI"],
        "ENS_MWh": found["energy", "ENS"],
        "people_days_without_water": lost["water", "person_days"],
        "people_days_beyond_threshold": water["people"]
        * (water["hours_without"] - water["threshold_h"])
        / HOURS_PER_DAY,
    }


def _years_alike(inputs: Mapping[str, Any]) -> Results:
    """A run in which every year is that of the case."""
    customers = np.array([float(cut["customers"]) for cut in inputs["interruptions"]])
    hours = customers * [cut["minutes"] / MINUTES_PER_HOUR for cut in inputs["interruptions"]]
    water = inputs["water"]["people"] * inputs["water"]["hours_without"]
    one = pd.DataFrame(0.0, index=range(len(hours) + 1), columns=list(EVENTS))
    one["interruptions_energy"] = [*customers, 0.0]
    one["customer_hours_energy"] = [*hours, 0.0]
    one["ens_mwh"] = [*(hours * inputs["mean_load_kW_per_customer"] / 1000.0), 0.0]
    one["person_hours_water"] = [*np.zeros(len(hours)), water]
    numbers = np.arange(ALIKE)
    return Results(
        replications=pd.DataFrame(0.0, index=numbers, columns=list(REPLICATIONS)).assign(replication=numbers),
        events=pd.concat([one.assign(replication=number) for number in numbers], ignore_index=True),
        years=frame([], YEARS),
        service=frame([], SERVICE),
        strata=pd.DataFrame({"stratum": [0], "probability": 1.0, "probability_se": 0.0, "replications": ALIKE}),
        reach=pd.DataFrame(),
        manifest={"horizon_years": 1.0, "customers": {"energy": inputs["customers_served"]}},
    )
