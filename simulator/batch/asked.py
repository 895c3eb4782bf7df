"""What is asked of a run: everything that decides its bytes, beside the scenario."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from simulator.batch.engines import SIMPY, chosen
from simulator.risk.metric import Metric, metric_named
from simulator.scenario.errors import InputError

DEFAULT_REPLICATIONS = 2_000
MOST_REPLICATIONS = 2**30
"""Replication numbers above this belong to the estimate of the stratum probability."""
MOST_FOR_PRECISION = 1_000_000
LARGEST_BLOCK = 2**16


@dataclass(frozen=True)
class Asked:
    """A number of replications, or a relative standard error of a metric with a limit on the replications.

    Equal scenarios, versions and `Asked` give equal bytes, however many workers share the work.
    """

    replications: int | None = None
    precision: float | None = None
    metric: str | None = None
    """As `simulator.risk.metric` names them; None: the average annual loss, and effort for all metrics alike."""
    seed: int = 1
    crude: bool = False
    engine: str = SIMPY
    """What plays the futures; no table or metric depends on it."""
    block: int | None = None
    """Replications of every block; None: as suits the number of a round (`simulator.batch.plan.block_size`)."""
    most: int = MOST_FOR_PRECISION
    """Replications at which a precision is given up."""

    @property
    def goal(self) -> Metric:
        """The metric whose precision counts."""
        return metric_named(self.metric or "AAL")

    @property
    def limit(self) -> int:
        """Replications that are never exceeded."""
        return self.replications if self.replications is not None else self.most

    def plain(self) -> dict[str, Any]:
        """Values that JSON knows."""
        return asdict(self)

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Asked:
        """The other way; what else is in `data` is left out. Raises InputError for numbers that will not do."""
        return checked(cls(**{one.name: data[one.name] for one in fields(cls) if one.name in data}))


def checked(asked: Asked) -> Asked:
    """What is asked, with the number of replications that nobody named. Raises InputError for what will not do."""
    if not 0 <= asked.seed < 2**64:
        raise InputError(f"seed is {asked.seed}; allowed: 0 to {2**64 - 1}")
    if asked.replications is not None and asked.precision is not None:
        raise InputError("give either a number of replications or a precision, not both")
    if asked.replications is not None and not 4 <= asked.replications <= MOST_REPLICATIONS:
        raise InputError(f"{asked.replications} replications; allowed: 4 to {MOST_REPLICATIONS:,}")
    if asked.precision is not None and not 0.0 < asked.precision < 1.0:
        raise InputError(f"a precision of {asked.precision:g}; allowed: above 0 and below 1, for example 5%")
    if asked.block is not None and not 1 <= asked.block <= LARGEST_BLOCK:
        raise InputError(f"a block of {asked.block} replications; allowed: 1 to {LARGEST_BLOCK:,}")
    name = metric_named(asked.metric).name if asked.metric is not None else None
    known = replace(asked, metric=name, engine=chosen(asked.engine))
    if asked.replications is None and asked.precision is None:
        known = replace(known, replications=DEFAULT_REPLICATIONS)
    return known
