"""The vocabulary of hindcasts: what can be asked of a simulated incident, and in which unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.checks.hindcast.past import Past, Since
from simulator.scenario.words import SECTORS
from simulator.world.world import World

Floats = NDArray[np.float64]

QuantityKind = Literal["share", "time", "count", "money"]

_MOMENTS: tuple[Since, ...] = ("activation", "loss", "release", "disclosure", "announcement")


@dataclass(frozen=True)
class Ask:
    """What is asked of one incident. `at_h`: a time in hours after `since`."""

    quantity: str
    since: Since
    at_h: float = math.nan
    among: tuple[str, ...] = ()
    """Sectors, or beginnings of names; () for all."""

    def follows(self, point: Ask) -> bool:
        """Is a point with a time on the curve that this asks for?"""
        return (self.quantity, self.since, self.among) == (point.quantity, point.since, point.among)


@dataclass(frozen=True)
class Those:
    """The organisations asked about, and what each stands for: columns over all organisations of the world."""

    members: NDArray[np.bool_]
    weight: Floats

    def share(self, found: NDArray[np.bool_], of: NDArray[np.bool_]) -> float:
        """Weighted share of `of` for whom `found` holds; nan where there are none."""
        base = of & self.members
        total = self.weight[base].sum()
        return float(self.weight[base & found].sum() / total) if total > 0.0 else math.nan

    def count(self, found: NDArray[np.bool_]) -> float:
        """Weighted number for whom it holds."""
        return float(self.weight[found & self.members].sum())


Measure = Callable[[Past, Those, Ask], float]


@dataclass(frozen=True)
class Quantity:
    """A thing that was observed and can be foretold."""

    name: str
    kind: QuantityKind
    about: str
    measure: Measure
    since: tuple[Since, ...] = ()
    """Moments it may be counted from, the usual one first; () where it takes none."""
    at: Literal["needed", "allowed", "none"] = "none"
    chance: bool = False
    """Is it one or nought in each future, so that the forecast is a probability?"""


def those(world: World, among: tuple[str, ...], each: Mapping[str, float]) -> Those:
    """Organisations in one of these sectors, or whose names begin so; `each` gives weights by beginning of name."""
    names, sector = world.organisations.names, world.organisations.sector
    members = [
        not among or any(SECTORS[s] == a or (a not in SECTORS and name.startswith(a)) for a in among)
        for name, s in zip(names, sector, strict=True)
    ]
    weight = [each[max((b for b in each if name.startswith(b)), key=len)] for name in names]
    return Those(np.array(members, dtype=bool), np.array(weight))


def measured(past: Past, who: Those, ask: Ask) -> float:
    """The quantity asked for in one incident; nan where it is not defined there."""
    return QUANTITIES[ask.quantity].measure(past, who, ask)


def _by(past: Past, ask: Ask) -> float:
    """Hour up to which is counted; inf without a time, nan where its moment never comes."""
    return math.inf if math.isnan(ask.at_h) else past.moment(ask.since) + ask.at_h


def _installed(past: Past, who: Those, ask: Ask) -> float:
    return who.count(past.installed_h <= min(_by(past, ask), _LAST))


def _installed_share(past: Past, who: Those, ask: Ask) -> float:
    return who.share(past.installed_h <= min(_by(past, ask), _LAST), past.runs)


def _struck_share(past: Past, who: Those, ask: Ask) -> float:
    return who.share(np.isfinite(past.struck_h), past.runs)


def _hit_share(past: Past, who: Those, ask: Ask) -> float:
    return who.share(np.isfinite(past.struck_h), np.ones_like(past.runs))


def _part_of_struck(past: Past, who: Those, ask: Ask) -> float:
    struck = np.isfinite(past.struck_h)
    total = float(who.weight[struck].sum())
    return who.count(struck) / total if total > 0.0 else math.nan


def _restored_share(past: Past, who: Those, ask: Ask) -> float:
    return who.share(past.restored_h <= _by(past, ask), np.isfinite(past.struck_h))


def _clean_share(past: Past, who: Those, ask: Ask) -> float:
    carried = past.installed_h <= past.moment("disclosure")
    return who.share(np.minimum(past.restored_h, past.gone_h) <= _by(past, ask), carried)


def _gone_share(past: Past, who: Those, ask: Ask) -> float:
    return who.share(past.gone_h <= _by(past, ask), past.runs)


def _after(past: Past, ask: Ask, hour: float) -> float:
    return hour - past.moment(ask.since)


def _detected_after(past: Past, who: Those, ask: Ask) -> float:
    return _after(past, ask, _at_last(past, past.moment("disclosure")))


def _at_last(past: Past, hour: float) -> float:
    """What never comes is taken to come as the scenario ends: the least it can be, so that it is not left out."""
    return hour if math.isfinite(hour) else past.world.horizon_h


def _found_within(past: Past, who: Those, ask: Ask) -> float:
    return float(past.moment("disclosure") <= _by(past, ask))


def _withdrawn_after(past: Past, who: Those, ask: Ask) -> float:
    return _after(past, ask, _at_last(past, past.withdrawn_h))


def _half_struck_after(past: Past, who: Those, ask: Ask) -> float:
    struck = np.isfinite(past.struck_h) & who.members
    return _after(past, ask, _weighted_median(past.struck_h[struck], who.weight[struck]))


def _half_restored_after(past: Past, who: Those, ask: Ask) -> float:
    struck = np.isfinite(past.struck_h) & who.members
    return _after(past, ask, _weighted_median(past.restored_h[struck], who.weight[struck]))


def _last_restored_after(past: Past, who: Those, ask: Ask) -> float:
    struck = np.isfinite(past.struck_h) & who.members
    return _after(past, ask, float(past.restored_h[struck].max())) if struck.any() else math.nan


def _victims(past: Past, who: Those, ask: Ask) -> float:
    spied_on = any(loss.cause.mode == "espionage" for loss in past.outcome.losses)
    return who.count(np.isfinite(past.struck_h)) if spied_on else 0.0


def _service_lost(past: Past, who: Those, ask: Ask) -> float:
    return past.most_without_service({SECTORS.index(a) for a in ask.among or SECTORS})


def _kept_by_hand(past: Past, who: Those, ask: Ask) -> float:
    blind = np.isfinite(past.kept_by_hand) & who.members
    return float(np.average(past.kept_by_hand[blind], weights=who.weight[blind])) if blind.any() else math.nan


def _loss(past: Past, who: Those, ask: Ask) -> float:
    return float((past.cost * who.weight)[who.members].sum())


def _loss_per_struck(past: Past, who: Those, ask: Ask) -> float:
    struck = np.isfinite(past.struck_h) & who.members
    return _weighted_median(past.cost[struck], who.weight[struck])


def _weighted_median(values: Floats, weight: Floats) -> float:
    """The least value that at least half of the weight does not exceed; nan of nothing."""
    if not len(values):
        return math.nan
    order = np.argsort(values, kind="stable")
    heavy = np.cumsum(weight[order]) >= weight.sum() / 2.0
    return float(values[order][int(heavy.argmax())])


_LAST = 1e300
"""Never is after this hour."""

_ALL = (
    Quantity(
        "installed", "count", "those who took the code, each for what it stands for", _installed, _MOMENTS, "allowed"
    ),
    Quantity(
        "installed_share",
        "share",
        "those who took the code, of those who run the product",
        _installed_share,
        _MOMENTS,
        "allowed",
    ),
    Quantity("struck_share", "share", "those at whom it acted, of those who run the product", _struck_share),
    Quantity("hit_share", "share", "those at whom it acted, of all, whether they run the product or not", _hit_share),
    Quantity("part_of_struck", "share", "those asked about, of all at whom it acted", _part_of_struck),
    Quantity("restored_share", "share", "restored, of those at whom it acted", _restored_share, _MOMENTS, "needed"),
    Quantity(
        "clean_share",
        "share",
        "cleaned, cut off by order or replaced, of those who carried the code when it was disclosed",
        _clean_share,
        ("disclosure", "announcement", "release"),
        "needed",
    ),
    Quantity(
        "gone_share",
        "share",
        "replaced or cut off by order, of those who ran the product",
        _gone_share,
        ("announcement", "disclosure", "release"),
        "needed",
    ),
    Quantity("detected_after", "time", "until somebody finds it", _detected_after, ("release", "activation")),
    Quantity(
        "found_within",
        "share",
        "the chance that somebody finds it in this time",
        _found_within,
        ("release", "activation"),
        "needed",
        chance=True,
    ),
    Quantity(
        "withdrawn_after",
        "time",
        "until the release is withdrawn",
        _withdrawn_after,
        ("disclosure", "release", "activation"),
    ),
    Quantity(
        "half_struck_after",
        "time",
        "until half of all at whom it ever acts are struck",
        _half_struck_after,
        ("release", "disclosure"),
    ),
    Quantity("half_restored_after", "time", "until half of those struck are restored", _half_restored_after, _MOMENTS),
    Quantity(
        "last_restored_after", "time", "until the last of those struck is restored", _last_restored_after, _MOMENTS
    ),
    Quantity("victims", "count", "those spied on by hand, each for what it stands for", _victims),
    Quantity("service_lost", "share", "the most people of these sectors without service at one time", _service_lost),
    Quantity(
        "kept_by_hand", "share", "the least service kept by hand, on average over those who lost view", _kept_by_hand
    ),
    Quantity("loss", "money", "what operators pay before insurance, each for what it stands for", _loss),
    Quantity("loss_per_struck", "money", "what the median struck organisation pays before insurance", _loss_per_struck),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({quantity.name: quantity for quantity in _ALL})
