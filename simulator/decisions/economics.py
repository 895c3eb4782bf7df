"""Present values of an arm against the base: losses avoided, the cost of acting, who gains and who pays."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from simulator.decisions.verdict import Verdict, verdict_of
from simulator.risk.arrays import Booleans, Floats
from simulator.risk.estimate import ESTIMATE_COLUMNS, Estimate
from simulator.risk.fieller import fieller_ratio
from simulator.risk.paired import apart, mean_of_differences, same_futures, summed
from simulator.risk.protocol import ResultTables
from simulator.risk.sampling import Sampling, sampling
from simulator.scenario.errors import InputError, shown
from simulator.scenario.words import PAYERS, Payer

ACTING_CAUSES: tuple[str, ...] = ("instrument", "mitigation")
"""Causes of events whose cost is that of acting; every other event is a loss."""
SPENDING_COLUMNS: tuple[str, ...] = ("replication", "mitigation", "payer", "present_value")
OPERATOR = ("operator",)


@dataclass(frozen=True)
class Balance:
    """Present values over the horizon for some payers, in the currency of the run, means over replications."""

    payers: tuple[str, ...]
    benefit: Estimate
    """Losses of the base less those of the arm."""
    cost: Estimate
    """Cost of acting of the arm less that of the base."""
    net: Estimate
    """Benefit less cost."""
    ratio: Estimate
    """Benefit / cost, without a unit, with Fieller's limits."""
    verdict: Verdict


@dataclass(frozen=True)
class Appraisal:
    """Whether an arm pays, for society as a whole and for the operators alone."""

    currency: str
    discount_per_hour: float
    society: Balance
    """All payers: what one pays to another cancels."""
    operator: Balance
    """The operators' own part of losses and costs."""
    gap: Estimate
    """Net benefit of society less that of the operators: what the arm brings everybody else."""
    by_payer: pd.DataFrame
    """A row for each payer and figure: payer, figure (benefit, cost, net), and the columns of an estimate."""


def appraise(
    base: ResultTables,
    arm: ResultTables,
    discount_per_hour: float,
    *,
    spending: pd.DataFrame,
    base_spending: pd.DataFrame | None = None,
    confidence: float = 0.95,
) -> Appraisal:
    """Appraisal of an arm, paired by replication and discounted from the date of each loss.

    `spending` has a row for each replication, mitigation and payer that has any: replication, mitigation,
    payer, present_value (capital and running cost, discounted). `base_spending` is that of mitigations in
    force in the base. Raises ValueError unless base and arm are the same futures.
    """
    design = same_futures(base, arm)
    changes = {
        payer: _Change(
            present_losses(base, discount_per_hour, (payer,)),
            apart(
                present_losses(base, discount_per_hour, (payer,)),
                present_losses(arm, discount_per_hour, (payer,)),
            ),
            apart(
                present_spending(arm, spending, discount_per_hour, (payer,)),
                present_spending(base, base_spending, discount_per_hour, (payer,)),
            ),
        )
        for payer in PAYERS
    }
    others = _total(change for payer, change in changes.items() if payer not in OPERATOR)
    return Appraisal(
        currency=base.currency,
        discount_per_hour=discount_per_hour,
        society=_balance(PAYERS, _total(changes.values()), design, confidence),
        operator=_balance(OPERATOR, changes["operator"], design, confidence),
        gap=others.figures(design, confidence)["net"],
        by_payer=_by_payer(changes, design, confidence),
    )


def present_losses(tables: ResultTables, discount_per_hour: float, payers: Collection[str] = PAYERS) -> Floats:
    """Present value of the losses that `payers` bear, per replication in the order of the table.

    A cost at t hours (`paid_h`) counts exp(-discount t). Events of acting (`ACTING_CAUSES`) are left out.
    """
    return _present_costs(tables, discount_per_hour, payers, ~_acting(tables))


def present_spending(
    tables: ResultTables,
    spending: pd.DataFrame | None,
    discount_per_hour: float,
    payers: Collection[str] = PAYERS,
) -> Floats:
    """Present value of the cost of acting that `payers` bear, per replication in the order of the table:
    events of acting (such as the work of a removal) and what `spending` lists, which is discounted already.

    Raises InputError for a payer in `spending` that there is not, ValueError for a replication that the run
    does not have.
    """
    paid = _present_costs(tables, discount_per_hour, payers, _acting(tables))
    if spending is None or spending.empty:
        return paid
    unknown = sorted(set(spending["payer"].unique()) - set(PAYERS))
    if unknown:
        raise InputError(f"a payer of a mitigation is {shown(unknown[0])}; allowed: {', '.join(PAYERS)}")
    own = spending[spending["payer"].isin(list(payers))]
    design = sampling(tables)
    return paid + design.total(design.position(own["replication"].to_numpy()), own["present_value"].to_numpy())


def present_benefit(
    base: ResultTables, arm: ResultTables, discount_per_hour: float, payers: Collection[str] = PAYERS
) -> Floats:
    """Present value of the losses an arm avoids, per replication in the order of the table."""
    same_futures(base, arm)
    before, after = (present_losses(tables, discount_per_hour, payers) for tables in (base, arm))
    return apart(before, after)


@dataclass(frozen=True)
class _Change:
    """Losses of the base, what of them is avoided, and cost of acting added, per replication."""

    losses: Floats
    benefit: Floats
    cost: Floats

    def figures(self, design: Sampling, confidence: float) -> dict[str, Estimate]:
        """Benefit, cost and net. The net is never surer than the benefit: a cost that is well known must not lend
        its many observations to it.
        """
        benefit = mean_of_differences(self.benefit, design=design, confidence=confidence, scale=self.losses)
        net = mean_of_differences(self.benefit, -self.cost, design=design, confidence=confidence, scale=self.losses)
        shift = benefit.value - net.value
        return {
            "benefit": benefit,
            "cost": mean_of_differences(self.cost, design=design, confidence=confidence),
            "net": replace(net, low=min(net.low, benefit.low - shift), high=max(net.high, benefit.high - shift)),
        }


def _total(changes: Iterable[_Change]) -> _Change:
    listed = list(changes)
    return _Change(
        np.sum([change.losses for change in listed], axis=0),
        summed([change.benefit for change in listed]),
        summed([change.cost for change in listed]),
    )


def _balance(payers: tuple[str, ...], change: _Change, design: Sampling, confidence: float) -> Balance:
    figures = change.figures(design, confidence)
    return Balance(
        payers=payers,
        benefit=figures["benefit"],
        cost=figures["cost"],
        net=figures["net"],
        ratio=fieller_ratio(change.benefit, change.cost, design, confidence=confidence),
        verdict=verdict_of(figures["net"]),
    )


def _by_payer(changes: Mapping[Payer, _Change], design: Sampling, confidence: float) -> pd.DataFrame:
    rows = []
    for payer, change in changes.items():
        figures = change.figures(design, confidence).items()
        rows += [{"payer": payer, "figure": name, **found.row()} for name, found in figures]
    return pd.DataFrame(rows, columns=["payer", "figure", *ESTIMATE_COLUMNS])


def _acting(tables: ResultTables) -> Booleans:
    return tables.events["cause"].isin(list(ACTING_CAUSES)).to_numpy(dtype=np.bool_)


def _present_costs(tables: ResultTables, discount_per_hour: float, payers: Collection[str], chosen: Booleans) -> Floats:
    if not 0.0 <= discount_per_hour < math.inf:
        raise InputError(f"the discount rate is {discount_per_hour:g} per hour; it must be zero or more")
    events = tables.events
    cost = np.asarray(events[[f"cost_{payer}" for payer in payers]].sum(axis=1), dtype=np.float64)
    kept = chosen & (cost != 0.0)  # a row without a cost has no date of payment
    paid_h = events["paid_h"].to_numpy(dtype=np.float64)[kept]
    design = sampling(tables)
    position = design.position(events["replication"].to_numpy()[kept])
    return design.total(position, cost[kept] * np.exp(-discount_per_hour * paid_h))
