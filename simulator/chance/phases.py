"""What a regime's stay is made of: phases of its duration, a surge after entry, a mobilisation before."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.errors import InputError

Floats = NDArray[np.float64]
SURGE = "(surge)"
"""Mode of a surging state; not a name a regime can have."""


@dataclass(frozen=True, slots=True)
class Sojourn:
    """Shape of a regime's duration, exponential by default; its mean stays one over the exit rate."""

    phases: int = 1
    share: float = 0.0
    ratio: float = 1.0

    @classmethod
    def erlang(cls, phases: int) -> Sojourn:
        """That many equal phases in a row: more regular than exponential."""
        return cls(phases=phases)

    @classmethod
    def hyperexponential(cls, share: float, ratio: float) -> Sojourn:
        """`share` of spells are short, and long ones last `ratio` times as long on average."""
        return cls(share=share, ratio=ratio)


@dataclass(frozen=True, slots=True)
class Surge:
    """On entry activity is multiplied until an exponential time of `mean_h` passes or the regime ends."""

    mean_h: float
    multiplier: float


@dataclass(frozen=True, slots=True)
class Mobilisation:
    """A phase of `mean_h` on the way into regime `before`, still reported as the regime it comes from.

    It ends a surge; with probability `stands_down` it leads back to where it began.
    """

    before: str
    mean_h: float
    multiplier: float
    stands_down: float


@dataclass(frozen=True, slots=True)
class Shape:
    """Per phase: probability to start there, rate to the next phase, factor on the regime's exit rates."""

    start: tuple[float, ...]
    forward: tuple[float, ...]
    leaving: tuple[float, ...]


class State(NamedTuple):
    """A regime's phase; `mode` is empty, a surge, or the regime it mobilises for."""

    regime: int
    phase: int
    mode: str = ""


def shape_of(shape: Sojourn, exit_rate: float) -> Shape:
    """The phases of a regime that is left at `exit_rate` per hour in the long run."""
    if exit_rate == 0.0 or (shape.phases == 1 and shape.share == 0.0):
        return Shape((1.0,), (0.0,), (1.0,))
    if shape.share > 0.0:
        short = shape.share + (1.0 - shape.share) * shape.ratio
        return Shape((shape.share, 1.0 - shape.share), (0.0, 0.0), (short, short / shape.ratio))
    k = shape.phases
    idle = (0.0,) * (k - 1)
    return Shape((1.0, *idle), (k * exit_rate,) * (k - 1) + (0.0,), (*idle, float(k)))


def states_of(
    regimes: Sequence[str],
    rates: Floats,
    shapes: Sequence[Shape],
    surge: Mapping[str, Surge],
    mobilisation: Sequence[Mobilisation],
) -> list[State]:
    """Every expanded state there is, regime by regime."""
    states = []
    for r, name in enumerate(regimes):
        for phase, leaving in enumerate(shapes[r].leaving):
            if name in surge:
                states.append(State(r, phase, SURGE))
            states.append(State(r, phase))
            for m in mobilisation:
                if rates[r, list(regimes).index(m.before)] * leaving > 0.0:
                    states.append(State(r, phase, m.before))
    return states


def activity_of(
    state: State, regimes: Sequence[str], surge: Mapping[str, Surge], ways_in: Mapping[str, Mobilisation]
) -> float:
    """Multiplier of activity in a state."""
    if state.mode == SURGE:
        return surge[regimes[state.regime]].multiplier
    return ways_in[state.mode].multiplier if state.mode else 1.0


def label_of(state: State, regimes: Sequence[str], phases: int) -> str:
    """A state in words."""
    name = regimes[state.regime]
    if phases > 1:
        name += f" {state.phase + 1}/{phases}"
    if state.mode == SURGE:
        return f"{name}, surge"
    return f"{name}, mobilising for {state.mode}" if state.mode else name


def checked_rates(
    regimes: Sequence[str],
    rates_per_year: ArrayLike,
    start: str,
    sojourn: Mapping[str, Sojourn],
    surge: Mapping[str, Surge],
    mobilisation: Sequence[Mobilisation],
) -> Floats:
    """Rates per hour with an empty diagonal, after refusing what cannot be."""
    rates: Floats = np.array(rates_per_year, dtype=float)
    _demand(rates.shape == (len(regimes), len(regimes)), f"{len(regimes)} regimes need a square table of rates")
    np.fill_diagonal(rates, 0.0)
    _demand(bool(np.isfinite(rates).all() and (rates >= 0.0).all()), "rates between regimes must be 0 or more")
    for name in (start, *sojourn, *surge, *(m.before for m in mobilisation)):
        _demand(name in regimes, f"there is no regime '{name}'; the regimes are {', '.join(regimes)}")
    for name, shape in sojourn.items():
        _demand(shape.phases >= 1, f"sojourn of {name}: erlang must be 1 or more, not {shape.phases}")
        _demand(0.0 <= shape.share < 1.0, f"sojourn of {name}: share must be from 0 to below 1, not {shape.share}")
        _demand(0.0 < shape.ratio < math.inf, f"sojourn of {name}: ratio must be above 0, not {shape.ratio}")
        _demand(
            shape.phases == 1 or shape.share == 0.0,
            f"sojourn of {name}: erlang or hyperexponential, not both",
        )
    for what, m in [(f"surge in {n}", s) for n, s in surge.items()] + [
        (f"mobilisation before {m.before}", m) for m in mobilisation
    ]:
        _demand(0.0 < m.mean_h < math.inf, f"{what}: the mean must be above 0 hours, not {m.mean_h}")
        _demand(0.0 <= m.multiplier < math.inf, f"{what}: the multiplier must be 0 or more, not {m.multiplier}")
    for m in mobilisation:
        _demand(
            0.0 <= m.stands_down < 1.0,
            f"mobilisation before {m.before}: stands_down must be from 0 to below 1, not {m.stands_down}",
        )
    before = [m.before for m in mobilisation]
    for name in before:
        _demand(
            before.count(name) == 1,
            f"there are {before.count(name)} mobilisations before {name}: one is allowed",
        )
    return rates / HOURS_PER_YEAR


def _demand(holds: bool, sentence: str) -> None:
    if not holds:
        raise InputError(sentence)
