"""A run given that the vendor's path was taken: replications with a successful malicious compromise,
alone.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simulator.risk.arrays import parts_of
from simulator.risk.estimate import Estimate, mean_of
from simulator.risk.interval import t_quantile
from simulator.risk.protocol import ResultTables, SomeReplications
from simulator.risk.sampling import COMPROMISE, column_by_replication, design_of, per_replication, sampling
from simulator.scenario.words import MALICIOUS_CAUSES

OVER_PATHS = "normal, over driver paths"
"""How limits were found whose error no number of replications makes smaller."""


def given_compromise(tables: ResultTables) -> SomeReplications | None:
    """The run conditional on at least one successful malicious compromise: independent draws of one distribution;
    None if no replication has one.
    """
    chosen = tables.replications[tables.replications["successes"] > 0]
    if chosen.empty:
        return None
    numbers = chosen["replication"]
    strata = pd.DataFrame(
        {
            "stratum": [COMPROMISE],
            "probability": [1.0],
            "probability_se": [0.0],
            "replications": [len(chosen)],
        }
    )

    def part(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["replication"].isin(numbers)].reset_index(drop=True)

    return SomeReplications(
        replications=chosen.assign(stratum=COMPROMISE).reset_index(drop=True),
        events=part(tables.events),
        years=part(tables.years),
        service=part(tables.service),
        strata=strata,
        horizon_years=tables.horizon_years,
        customers=tables.customers,
        people=tables.people,
        currency=tables.currency,
        crude=tables.crude,
    )


def share_that_arrives(tables: ResultTables, *, confidence: float = 0.95) -> Estimate | None:
    """Of replications with a successful malicious compromise, the share in which an operator takes the code in.

    A hostile release may be found first, or meet nobody who still takes updates. None without such replications.
    """
    given = given_compromise(tables)
    if given is None:
        return None
    hostile = given.events["cause"].isin(list(MALICIOUS_CAUSES)) & (given.events["installs"] > 0)
    design = sampling(given)
    position = design.position(given.events["replication"][hostile].to_numpy())
    arrived = design.total(position, np.ones(len(position)))
    return mean_of((arrived > 0.0).astype(np.float64), design, confidence=confidence, probability=True)


def probability_of_compromise(tables: ResultTables, *, confidence: float = 0.95) -> Estimate:
    """Probability of at least one successful malicious compromise within the horizon.

    In a stratified run it is the probability of the stratum, known exactly or from driver paths; in an arm of a
    comparison, where some of the stratum have a success in other arms only, that of those which have one here (that of
    the stratum while all that were drawn have one).
    """
    design = design_of(tables)
    success = per_replication(
        tables, design, lambda part, _: (column_by_replication(part, "successes") > 0.0).astype(np.float64)
    )
    rows = tables.strata[tables.strata["stratum"] == COMPROMISE]
    hostile = int(design.size[design.code == COMPROMISE].sum())
    successes = int(sum(part.sum() for part in parts_of(success)))
    if rows.empty or successes < hostile:
        return mean_of(success, design, confidence=confidence, probability=True)
    p = float(rows["probability"].iloc[0])
    se = float(rows["probability_se"].iloc[0])
    half = t_quantile(0.5 + confidence / 2.0, float("inf")) * se
    return Estimate(
        value=p,
        se=se,
        low=max(p - half, 0.0),
        high=min(p + half, 1.0),
        confidence=confidence,
        method=OVER_PATHS if se > 0.0 else "exact",
        replications=design.count,
        with_loss=successes,
    )
