"""What to run: strata and their probabilities, rounds of blocks, and how many of each stratum come next."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulator.chance.arms import Arms
from simulator.chance.future import Stratum
from simulator.chance.strata import StratumProbability, probability
from simulator.risk.precision import neyman

BLOCK = 64
"""Replications of a block, the unit of work, of storage and of retrying, in a round of few."""
LARGE_BLOCK = 1_024
"""In a round of many, where a block's own cost would count."""
BLOCKS_OF_A_ROUND = 8
"""Blocks larger than the least come to this many, at least, in each stratum."""
PILOT = 128
"""Replications of each stratum in the first round."""
FLOOR_SHARE = 0.2
"""Least share of the effort for each stratum (DESIGN section 5)."""


TOO_LIKELY = 0.5
"""Where a compromise is more likely than not, strata gain nothing and plain sampling is used."""


@dataclass(frozen=True)
class Block:
    """Replications of one stratum, run together. Numbers never depend on workers or on earlier results."""

    number: int
    round: int
    stratum: Stratum
    replications: Sequence[int]
    """A range, so that the plan of ten million replications is small."""


@dataclass(frozen=True)
class Design:
    """Strata of a run with their probabilities; a stratum of probability zero is left out."""

    strata: tuple[Stratum, ...]
    probabilities: tuple[float, ...]
    se: float
    method: str

    def table(self, counts: Mapping[Stratum, int]) -> pd.DataFrame:
        """The strata table: probabilities and how many replications each stratum has."""
        return pd.DataFrame(
            {
                "stratum": pd.Series([int(s) for s in self.strata], dtype="int8"),
                "probability": pd.Series(self.probabilities, dtype="float64"),
                "probability_se": pd.Series([self.se] * len(self.strata), dtype="float64"),
                "replications": pd.Series([counts[s] for s in self.strata], dtype="int64"),
            }
        )

    def plain(self) -> dict[str, Any]:
        """Values that JSON knows."""
        return {
            "strata": [int(s) for s in self.strata],
            "probabilities": list(self.probabilities),
            "se": self.se,
            "method": self.method,
        }


def design(arms: Arms, seed: int, crude: bool) -> Design:
    """Two strata with their probabilities, or one crude sample."""
    if crude:
        return Design((Stratum.CRUDE,), (1.0,), 0.0, "plain sampling, as asked")
    at_least_one: StratumProbability = probability(arms, seed)
    if arms.ceiling() == 0.0:
        return Design((Stratum.NONE,), (1.0,), 0.0, at_least_one.method)
    if at_least_one.value <= 0.0:  # never seen on any path is not never
        return Design((Stratum.CRUDE,), (1.0,), 0.0, f"plain sampling: no compromise in the {at_least_one.method}")
    p = at_least_one.value
    if p > TOO_LIKELY:
        return Design((Stratum.CRUDE,), (1.0,), 0.0, f"plain sampling: P(compromise) is {p:.2g}")
    return Design((Stratum.NONE, Stratum.AT_LEAST_ONE), (1.0 - p, p), at_least_one.se, at_least_one.method)


def replication_number(stratum: Stratum, index: int) -> int:
    """Stratified replications are numbered 2 i + stratum, crude ones i."""
    return index if stratum is Stratum.CRUDE else 2 * index + int(stratum)


def stratum_of(replication: int, crude: bool) -> Stratum:
    """Which stratum a replication number belongs to."""
    return Stratum.CRUDE if crude else Stratum(replication % 2)


def block_size(count: int) -> int:
    """Replications of a block where a round has so many of a stratum: a power of two."""
    size = BLOCK
    while size < LARGE_BLOCK and 2 * size * BLOCKS_OF_A_ROUND <= count:
        size *= 2
    return size


class Planner:
    """Deals out blocks round by round; strata alternate, so that any prefix of the blocks holds both."""

    def __init__(self, plan: Design, block: int | None = None) -> None:
        """`block`: replications of every block; None: as suits the number of a round."""
        self.design = plan
        self.block = block
        self.given_out = dict.fromkeys(plan.strata, 0)
        self.blocks = 0
        self.rounds = 0

    def pilot(self, most: int) -> list[Block]:
        """The first round: equal numbers, to learn the spread of each stratum."""
        each = max(min(PILOT, most // len(self.design.strata)), 2)
        return self._deal([each] * len(self.design.strata))

    def round(self, deviations: Sequence[Sequence[float]], total: int) -> list[Block]:
        """The next round, up to `total` replications over all rounds, by Neyman.

        `deviations`: a row per figure, with its standard deviation in each stratum.
        """
        wanted = neyman(self.design.probabilities, deviations, total, FLOOR_SHARE)
        short = [max(n - self.given_out[s], 0) for n, s in zip(wanted, self.design.strata, strict=True)]
        left = total - sum(self.given_out.values())
        while sum(short) > left:  # a stratum already beyond its share leaves less for the others
            k = int(np.argmax(short))
            short[k] -= sum(short) - left
        return self._deal(short)

    def _deal(self, counts: list[int]) -> list[Block]:
        queues = [deque(self._blocks_of(s, n)) for s, n in zip(self.design.strata, counts, strict=True)]
        dealt = []
        while any(queues):
            longest = max(range(len(queues)), key=lambda k: len(queues[k]))
            for k in sorted(range(len(queues)), key=lambda k: k != longest):
                if queues[k]:
                    stratum, numbers = queues[k].popleft()
                    dealt.append(Block(self.blocks, self.rounds, stratum, numbers))
                    self.blocks += 1
        self.rounds += 1
        return dealt

    def _blocks_of(self, stratum: Stratum, count: int) -> Iterator[tuple[Stratum, range]]:
        first = self.given_out[stratum]
        self.given_out[stratum] = first + count
        size = self.block or block_size(count)
        for start in range(first, first + count, size):
            last = min(start + size, first + count) - 1
            step = 1 if stratum is Stratum.CRUDE else 2
            ends = replication_number(stratum, start), replication_number(stratum, last) + 1
            yield stratum, range(*ends, step)
