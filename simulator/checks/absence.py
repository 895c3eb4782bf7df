"""Hindcast of absence: how probable it was, under the hazards that ship, that nothing was publicly proven.

Attempts come at the hazard of the regime: to the home state as a whole (`all_at_once`), or to each of its vendors
(`one_by_one`). Those approached obey with probability compliance x legal reach x (1 - resistance), as in the model,
and no control of theirs stops a use. A use shows with the visibility of its time; seen or not, the asset is spent.
A refusal shows only if it is publicised; leaving the market ends the hazard unseen, and a move lowers it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Literal, NamedTuple

from simulator.evidence.vendor_years import VendorYears, vendor_years
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.conflict import Coercion
from simulator.scenario.distribution import Stated
from simulator.scenario.load import load
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.words import REGIMES

TOO_UNLIKELY = 0.05
"""Hazards that give what was seen a smaller probability are flagged."""
DEFAULTS = "uk_2022"
"""A shipped scenario that leaves the hazards as they are."""
UNTENABLE = 0.15
"""A hazard of each vendor, per year, by which five or ten vendors can hardly have stayed quiet since 2022."""
QUANTILES = 200

Level = Literal["stated", "low", "high", "mean"]
Campaign = Literal["all_at_once", "one_by_one"]
LOW, VALUE, HIGH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Pressure:
    """What a home state does, by regime: attempts per year, P(those approached obey); then how they refuse.

    `publicise`, `leave` and `move` are shares of refusals (the rest resist in secret); `after_move` is the share of
    the hazard left after a move.
    """

    attempts: Mapping[str, float]
    obey: Mapping[str, float]
    publicise: float = 0.0
    leave: float = 0.0
    move: float = 0.0
    after_move: float = 1.0


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """The probability that nothing was publicly proven, under one set of hazards, over one record.

    `hazards` names their source: the shipped defaults, or the scenario and theatre that differs from them.
    `theatres` are all that have these hazards, each "scenario: theatre". `record` is "since February 2022" or
    "world-wide since 2000". `level` is what the hazards are taken at: their stated values, the low or high ends of
    their ranges, or the mean of the probability over their ignorance (one quantile for all regimes, as in an outer
    draw, and here for all home states too). `as_shipped` is False for a campaign that no scenario ships and for the
    untenable hazard. `state_years` and `vendor_years` are those of the register at its values. `probability` has
    the register at its values, `least` with most vendors and uses most visible, `most` with fewest and least
    visible. `flagged`: the probability is below TOO_UNLIKELY.
    """

    hazards: str
    theatres: tuple[str, ...]
    record: str
    campaign: Campaign
    as_shipped: bool
    level: Level
    state_years: float
    vendor_years: float
    probability: float
    least: float
    most: float
    flagged: bool


RECORDS: Mapping[str, Callable[[VendorYears], bool]] = {
    "since February 2022": lambda period: period.card,
    "world-wide since 2000": lambda period: True,
}


def absence_rows() -> tuple[AbsenceRow, ...]:
    """A row per shipped set of hazards, campaign, record and level; then the untenable hazard for 5 and 10 vendors."""
    rows: list[AbsenceRow] = []
    for name, theatres, scenario, theatre in _shipped_coercion():
        coercion = scenario.theatres[theatre].coercion
        assert coercion is not None
        reach = obeying(scenario, theatre)
        for campaign in ("all_at_once", "one_by_one"):
            for record, belongs in RECORDS.items():
                periods = [period for period in vendor_years() if belongs(period)]
                for level in ("stated", "low", "high", "mean"):
                    found = [absence(periods, pressures(coercion, reach, level), campaign, end) for end in range(3)]
                    as_shipped = campaign == coercion.campaign
                    rows.append(_row(name, theatres, record, campaign, as_shipped, level, periods, found))
    return (*rows, *untenable_rows())


def untenable_rows() -> Iterator[AbsenceRow]:
    """What UNTENABLE would give for five and for ten vendors since 2022, if all obeyed and every use showed."""
    record, belongs = next(iter(RECORDS.items()))
    periods = [period for period in vendor_years() if belongs(period)]
    certain = Pressure(dict.fromkeys(REGIMES, UNTENABLE), dict.fromkeys(REGIMES, 1.0))
    for vendors in (5.0, 10.0):
        asked = [_with(period, vendors, 1.0) for period in periods]
        found = [absence(asked, [certain], "one_by_one", end) for end in range(3)]
        name = f"{UNTENABLE:g} a year for each of {vendors:g} vendors"
        yield _row(name, (), record, "one_by_one", False, "stated", asked, found)


def absence(periods: Sequence[VendorYears], beliefs: Sequence[Pressure], campaign: Campaign, end: int = VALUE) -> float:
    """P(nothing was publicly proven), mean over equally likely beliefs, with the register at LOW, VALUE or HIGH.

    Home states against different blocs are independent given a belief; so are vendors under `one_by_one`. Where
    their number changes, those of each period have the past of one that was there from the start.
    """
    states = groupby(sorted(periods, key=_whose), key=_whose)
    by_state = [sorted(theirs, key=lambda period: period.start) for _, theirs in states]
    chances = [math.prod(_state(theirs, belief, campaign, end) for theirs in by_state) for belief in beliefs]
    return math.fsum(chances) / len(chances)


def _whose(period: VendorYears) -> tuple[str, str]:
    return period.home_state, period.bloc


def _state(periods: Sequence[VendorYears], belief: Pressure, campaign: Campaign, end: int) -> float:
    before, chance = 1.0, 1.0
    for period, after in zip(periods, unseen(periods, belief, end), strict=True):
        vendors = period.vendors[end]
        chance *= (after / before) ** (vendors if campaign == "one_by_one" else min(vendors, 1.0))
        before = after
    return chance


def unseen(periods: Sequence[VendorYears], belief: Pressure, end: int = VALUE) -> list[float]:
    """P(nothing of one asset was seen) by the end of each period in turn, starting unused.

    Exact for constant rates: an asset is unused, unused after a move (once), or spent; only what was seen counts.
    """
    unused, moved, seen = 1.0, 0.0, 0.0
    found = []
    for period in periods:
        rates = _rates(belief, period.regime, period.visibility[end])
        leaving, left = rates.moved + rates.unseen + rates.seen, belief.after_move * (rates.unseen + rates.seen)
        still, there = math.exp(-leaving * period.years), math.exp(-left * period.years)
        waited = unused * (-math.expm1(-leaving * period.years) / leaving if leaving > 0.0 else period.years)
        arrived = unused * rates.moved * (there - still) / (leaving - left) if rates.moved > 0.0 else 0.0
        if left > 0.0:
            waited_moved = (moved + rates.moved * waited - moved * there - arrived) / left
            seen += belief.after_move * rates.seen * waited_moved
        seen += rates.seen * waited
        unused, moved = unused * still, moved * there + arrived
        found.append(1.0 - seen)
    return found


class _Rates(NamedTuple):
    """Per year, from an asset not yet used: seen, spent unseen, moved away."""

    seen: float
    unseen: float
    moved: float


def _rates(belief: Pressure, regime: str, visibility: float) -> _Rates:
    attempts, obey = belief.attempts[regime], belief.obey[regime]
    refuse = 1.0 - obey
    return _Rates(
        seen=attempts * (obey * visibility + refuse * belief.publicise),
        unseen=attempts * (obey * (1.0 - visibility) + refuse * belief.leave),
        moved=attempts * refuse * belief.move,
    )


def pressures(coercion: Coercion, reach: float, level: Level) -> list[Pressure]:
    """The beliefs of a level: one, or for the mean one per quantile of the ignorance, equally likely."""
    if level == "mean":
        return [_pressure(coercion, reach, partial(_at, u=u)) for u in _middles()]
    return [_pressure(coercion, reach, partial(_end, level=level))]


def obeying(scenario: Scenario, theatre: str) -> float:
    """Legal reach x (1 - resistance) of a theatre's home state: what compliance is multiplied by."""
    state = scenario.jurisdictions[scenario.theatres[theatre].home_state]
    return state.legal_reach.value * (1.0 - state.resistance.value)


def _pressure(coercion: Coercion, reach: float, value: Callable[[Stated[float]], float]) -> Pressure:
    refusal = coercion.refusal
    per_hour = {regime: value(stated) for regime, stated in coercion.hazard.items()}
    return Pressure(
        attempts={regime: per_hour.get(regime, 0.0) * HOURS_PER_YEAR for regime in REGIMES},
        obey={
            regime: coercion.compliance[regime].value * reach if regime in coercion.compliance else 0.0
            for regime in REGIMES
        },
        publicise=refusal.publicise.value,
        leave=refusal.leave.value,
        move=refusal.move.value,
        after_move=refusal.hazard_after_move.value,
    )


def _end(stated: Stated[float], level: Level) -> float:
    if level == "stated" or stated.range is None:
        return stated.value
    return stated.range[0] if level == "low" else stated.range[1]


def _at(stated: Stated[float], u: float) -> float:
    return stated.value if stated.ignorance is None else stated.ignorance.quantile(u)


def _middles() -> Iterator[float]:
    return ((k + 0.5) / QUANTILES for k in range(QUANTILES))


def _shipped_coercion() -> Iterator[tuple[str, tuple[str, ...], Scenario, str]]:
    """Each different set of hazards that ships: its name, the theatres that have it, and one of them."""
    found: dict[str, list[tuple[str, Scenario, str]]] = {}
    for name in sorted(shipped_scenarios(), key=lambda name: (name != DEFAULTS, name)):
        scenario = load(name).scenario
        for theatre, one in scenario.theatres.items():
            if one.coercion is not None:
                same = f"{obeying(scenario, theatre)!r} {one.coercion.model_dump_json()}"
                found.setdefault(same, []).append((name, scenario, theatre))
    for alike in found.values():
        name, scenario, theatre = alike[0]
        label = "shipped defaults" if name == DEFAULTS else f"{name}: {theatre}"
        yield label, tuple(f"{where}: {which}" for where, _, which in alike), scenario, theatre


def _with(period: VendorYears, vendors: float, visibility: float) -> VendorYears:
    return replace(period, vendors=(vendors,) * 3, visibility=(visibility,) * 3)


def _row(
    hazards: str,
    theatres: tuple[str, ...],
    record: str,
    campaign: Campaign,
    as_shipped: bool,
    level: Level,
    periods: Sequence[VendorYears],
    found: Sequence[float],
) -> AbsenceRow:
    return AbsenceRow(
        hazards=hazards,
        theatres=theatres,
        record=record,
        campaign=campaign,
        as_shipped=as_shipped,
        level=level,
        state_years=math.fsum(period.years for period in periods),
        vendor_years=math.fsum(period.years * period.vendors[VALUE] for period in periods),
        probability=found[VALUE],
        least=found[HIGH],
        most=found[LOW],
        flagged=found[VALUE] < TOO_UNLIKELY,
    )
