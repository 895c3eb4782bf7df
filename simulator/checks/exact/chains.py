"""The chain of regimes that several cases share, by the code that the simulator draws its regimes with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from simulator.chance.regimes import Chain, Floats, expand
from simulator.rules.clock import HOURS_PER_YEAR


def chain_of(rates_per_year: Sequence[Sequence[float]], start: Sequence[float]) -> Chain:
    """A chain without phases that begins in its states with these probabilities."""
    names = [f"state {i}" for i in range(len(start))]
    return replace(expand(names, rates_per_year, names[0]), initial=np.asarray(start, dtype=float))


def regimes(inputs: Mapping[str, Any]) -> Chain:
    """The chain of a case with `Q_per_year` and `p0`."""
    return chain_of(inputs["Q_per_year"], inputs["p0"])


def hourly(rates_per_year: Sequence[float]) -> Floats:
    """Rates per hour."""
    return np.asarray(rates_per_year, dtype=float) / HOURS_PER_YEAR


def stationary(chain: Chain) -> Floats:
    """The law in the long run: pi Q = 0, with probabilities that add up to one."""
    n = len(chain.initial)
    equations = np.vstack([chain.generator.T / np.abs(chain.generator).max(), np.ones(n)])
    law: Floats = np.linalg.lstsq(equations, np.append(np.zeros(n), 1.0), rcond=None)[0]
    return law
