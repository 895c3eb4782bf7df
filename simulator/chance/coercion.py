"""Coercion as a decision: when a home state uses an asset it can use only once.

Occasions come at rate nu; the stakes of one are exponential with mean theta x b, where b is the exposed base
that is left relative to today's; use burns a cost B and the asset. The asset unused is worth J, with

    rho J = Q J - kappa J + e b + nu theta b exp(-(B + J) / (theta b)) + transitions of the ban,

and it is used at rate nu exp(-(B + eta J) / (theta b)): eta = 1 for a state that husbands it, 0 for a myopic
one. All rates and flows share one unit of time. Source: regime-switching form of
Axelrod & Iliev, Timing of cyber conflict, PNAS 111 (2014) 1298.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulator.chance.elementary import exp
from simulator.scenario.errors import InputError

Floats = NDArray[np.float64]
BASES: Floats = np.linspace(0.0, 1.0, 11)
_STEPS = 1000
_PRECISION = 1e-10  # Newton squares the error, so the step after this one is exact


class Stage(IntEnum):
    """Where a ban stands. An announced ban comes into force at the notice rate, then the base drains."""

    NONE = 0
    ANNOUNCED = 1
    DRAINING = 2


@dataclass(frozen=True, eq=False)
class Decision:
    """What a home state weighs, by state of conflict (n,), with the generator (n, n) between those."""

    occasions: Floats
    stakes: Floats
    burn_cost: Floats
    espionage: Floats
    discount: float
    unused_loss: float
    generator: Floats


@dataclass(frozen=True, eq=False)
class HazardTable:
    """Value of the unused asset, (stages, levels, n) at ascending `bases` (levels,), and its use."""

    decision: Decision
    eta: float
    bases: Floats
    value: Floats

    def use_rate(self, stage: ArrayLike, state: ArrayLike, base: ArrayLike) -> Floats:
        """Rate of use at a stage, a state of conflict and an exposed base >= 0 (broadcast arrays).

        The value is interpolated linearly in the base, and kept flat beyond the ends of the table.
        """
        exposed = np.asarray(base, dtype=float)
        at, where = np.asarray(stage, dtype=np.intp), np.asarray(state, dtype=np.intp)
        right = np.clip(np.searchsorted(self.bases, exposed, side="right"), 1, len(self.bases) - 1)
        low, high = self.bases[right - 1], self.bases[right]
        share: Floats = np.clip((exposed - low) / (high - low), 0.0, 1.0)
        value = (1.0 - share) * self.value[at, right - 1, where] + share * self.value[at, right, where]
        d = self.decision
        return _use(d.occasions[where], d.burn_cost[where] + self.eta * value, d.stakes[where] * exposed)


def hazard_table(
    decision: Decision,
    eta: float,
    notice_rate: float = 0.0,
    drain_rate: float = 0.0,
    bases: Floats = BASES,
) -> HazardTable:
    """The table of a decision facing a ban with these rates (see `solve_value`). Raises InputError."""
    if not 0.0 <= eta <= 1.0:
        raise InputError(f"whether the state saves its asset (eta) must be from 0 to 1, not {eta}")
    return HazardTable(decision, eta, bases, solve_value(decision, bases, notice_rate, drain_rate))


def solve_value(decision: Decision, bases: Floats = BASES, notice_rate: float = 0.0, drain_rate: float = 0.0) -> Floats:
    """Value J of the unused asset, (stages, levels, n), at ascending `bases` that begin at 0.

    A ban is not foreseen before it is announced. An announced one begins to drain at `notice_rate`; a
    draining base steps to the next lower level at `drain_rate`. Raises InputError.
    """
    if decision.discount + decision.unused_loss <= 0.0:
        raise InputError("the discount rate and the loss rate of an unused asset must not both be 0")
    if bases[0] != 0.0 or (np.diff(bases) <= 0.0).any():
        raise InputError("the levels of the exposed base must begin at 0 and rise")
    value = np.zeros((len(Stage), len(bases), len(decision.stakes)))
    for level in range(1, len(bases)):
        drained = value[Stage.DRAINING, level - 1]
        draining = _value_at(decision, bases[level], drain_rate, drained)
        value[Stage.DRAINING, level] = draining
        value[Stage.ANNOUNCED, level] = _value_at(decision, bases[level], notice_rate, draining)
        value[Stage.NONE, level] = _value_at(decision, bases[level], 0.0, draining)
    return value


def calibrate(
    hazard: ArrayLike,
    occasions: ArrayLike,
    burn_cost: ArrayLike,
    espionage: ArrayLike,
    discount: float,
    unused_loss: float,
    generator: ArrayLike,
    eta: float,
) -> Floats:
    """Mean stakes theta (n,) at which the rate of use at full base without a ban is `hazard` (n,).

    A hazard of 0 gives stakes of 0. A state that saves its asset (eta > 0) waits for higher stakes as these
    grow, so its hazard is bounded: alone in one regime with eta = 1 by (rho + kappa) W(nu / (rho + kappa)).
    Raises InputError if a hazard is out of reach, or has no burn cost to overcome.
    """
    wanted, nu = np.asarray(hazard, dtype=float), np.asarray(occasions, dtype=float)
    cost = np.asarray(burn_cost, dtype=float)
    used = wanted > 0.0
    if (wanted < 0.0).any() or (wanted[used] >= nu[used]).any():
        raise InputError(
            f"hazards of use {wanted.tolist()} must be 0 or more and below the rates of occasions {nu.tolist()}"
        )
    if (cost[used] <= 0.0).any():
        raise InputError(f"burn costs {cost.tolist()} must be above 0 where there is a hazard of use")
    # nu exp(-(B + eta J) / theta) = hazard  <=>  theta = (B + eta J) / reluctance.
    reluctance = np.log(np.where(used, nu, 2.0) / np.where(used, wanted, 1.0))

    def stakes_at(value: Floats) -> Floats:
        return np.where(used, (cost + eta * value) / reluctance, 0.0)

    held = (discount + unused_loss) * np.eye(len(nu)) - np.asarray(generator, dtype=float)
    flow = np.broadcast_to(np.asarray(espionage, dtype=float), nu.shape)
    value = np.linalg.solve(held, flow)
    for _ in range(_STEPS):
        theta = stakes_at(value)
        rate = _use(nu, cost + value, theta)
        exponent = (cost + value) / np.where(used, theta, 1.0)
        slope = np.where(used, rate * (eta / reluctance * (1.0 + exponent) - 1.0), 0.0)
        change = np.linalg.solve(held - np.diag(slope), flow + theta * rate - held @ value)
        value = np.maximum(value + change, 0.0)
        if np.abs(change).max() <= _PRECISION * (1.0 + np.abs(value).max()):
            return stakes_at(value)
    raise InputError(
        f"no stakes give hazards of use {wanted.tolist()} where the state saves its asset (eta {eta}): "
        "it would wait for a better day; lower the hazards or eta"
    )


def lone_asset(occasions: float, stakes: float, burn_cost: float, decay: float) -> tuple[float, float]:
    """Value and use rate of an asset in a single regime without espionage; decay = discount + loss rate.

    (rho + kappa) J = nu theta exp(-(B + J) / theta) gives rate = (rho + kappa) W(z) and J = theta W(z), with
    z = nu exp(-B / theta) / (rho + kappa) and W the Lambert function.
    """
    from scipy.special import lambertw

    root = float(lambertw(occasions * np.exp(-burn_cost / stakes) / decay).real)
    return stakes * root, decay * root


def stakes_threshold(discount_w: float, persistence: float, stealth: float, stakes: float = 1.0) -> tuple[float, float]:
    """Stakes T* at which to use a resource, and its value, with exponential stakes of the given mean.

    V(T) = P(s >= T) E[s | s >= T] / (1 - wP + P(s >= T) w (P - S)) is greatest at T* = w (P - S) V(T*)
    (Axelrod & Iliev 2014), which for exponential stakes is T* = mean x W(w (P - S) / (1 - wP)).
    """
    from scipy.special import lambertw

    spared = max(discount_w * (persistence - stealth), 0.0)
    threshold = float(lambertw(spared / (1.0 - discount_w * persistence)).real)
    reached = np.exp(-threshold)
    value = (
        reached * (1.0 + threshold) / (1.0 - discount_w * persistence + reached * discount_w * (persistence - stealth))
    )
    return stakes * threshold, float(stakes * value)


def _value_at(decision: Decision, base: float, leaving: float, following: Floats) -> Floats:
    """J (n,) at one base that gives way to the value `following` at rate `leaving`.

    Newton on a concave, inverse-monotone system: the iterates rise to the solution from any start.
    """
    d = decision
    stakes = d.stakes * base
    held = (d.discount + d.unused_loss + leaving) * np.eye(len(stakes)) - d.generator
    income = d.espionage * base + leaving * following
    value = np.asarray(np.linalg.solve(held, income), dtype=np.float64)
    for _ in range(_STEPS):
        rate = _use(d.occasions, d.burn_cost + value, stakes)
        change = np.linalg.solve(held + np.diag(rate), income + stakes * rate - held @ value)
        value += change
        if np.abs(change).max() <= _PRECISION * (1.0 + np.abs(value).max()):
            return value
    raise InputError("the value of an unused asset cannot be found: its rates differ too widely")


def _use(occasions: Floats, cost: Floats, stakes: Floats) -> Floats:
    """Rate of occasions whose exponential stakes exceed the cost; none where there are no stakes."""
    some = stakes > 0.0
    exponent = np.where(some, -cost / np.where(some, stakes, 1.0), -np.inf)
    rate: Floats = occasions * exp(exponent)
    return rate
