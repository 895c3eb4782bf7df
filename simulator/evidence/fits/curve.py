"""The curves behind the defaults of adoption, restoration and exit, fitted to `points.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from simulator.evidence.fits.doubt import Band, doubt, implied_factor, own_band
from simulator.evidence.fits.line import PARAMETERS, Family, law_through
from simulator.evidence.fits.points import Point, points
from simulator.rules.quantile import Law


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve to fit. `default` is the parameter of a scenario that carries it, "" for none by itself."""

    name: str
    title: str
    family: Family
    default: str


CURVES = (
    Curve("content_push", "content pushed to all at once", "uniform", "adoption.content_push"),
    Curve("silent_auto", "silent automatic update", "exponential", "adoption.silent_auto"),
    Curve("urgent_manual", "urgent update installed by hand", "weibull", "adoption.urgent_manual"),
    Curve("routine", "routine update of an enterprise", "exponential", "adoption.routine"),
    Curve("plant_manual", "update of plant, by hand", "exponential", "adoption.plant_manual"),
    Curve("restart", "machines restarted by hand", "weibull", "restoration.restart.time"),
    Curve("rebuild", "systems rebuilt", "weibull", "restoration.rebuild.time"),
    Curve("visit", "sites visited", "lognormal", "restoration.visit.time"),
    Curve("clean_up", "a bad build removed by order", "exponential", "restoration.clean_up.time"),
    Curve("exit_ban", "a vendor left under a ban", "exponential", ""),
    Curve("exit_advice", "a vendor left on advice", "exponential", ""),
)


@dataclass(frozen=True, slots=True)
class Predicted:
    """A point with the share that the fit predicts for it, and the fit without it; None where none is left."""

    point: Point
    fitted: float
    without: float | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another incident: the factor on the fitted times that it asks for, and whether the doubt counts it."""

    incident: str
    factor: float
    counted: bool


@dataclass(frozen=True, slots=True)
class CurveFit:
    """A fit with its doubt.

    `law` is in days. `own` are the 5, 50 and 95 % points of the factor on its times by the fitted points alone,
    `doubt` the law of that factor with other incidents counted.
    """

    curve: Curve
    law: Law
    own: Band
    doubt: Law
    points: tuple[Predicted, ...]
    elsewhere: tuple[Elsewhere, ...]


@cache
def curves() -> Mapping[str, CurveFit]:
    """Every fitted curve by name."""
    return MappingProxyType({one.name: fitted(one, points()) for one in CURVES})


def curve(name: str) -> CurveFit:
    """The curve of that name. Raises KeyError."""
    return curves()[name]


def fitted(one: Curve, among: tuple[Point, ...]) -> CurveFit:
    """The curve through its fitted points among these. Raises ValueError for too few of them."""
    mine = [point for point in among if point.fit == one.name]
    used = [point for point in mine if point.use == "fitted"]
    law = law_through(one.family, used)
    elsewhere = tuple(_elsewhere(law, mine))
    own = own_band(law, used, PARAMETERS[one.family])
    return CurveFit(
        curve=one,
        law=law,
        own=own,
        doubt=doubt(own, [other.factor for other in elsewhere if other.counted]),
        points=tuple(Predicted(point, law.cdf(point.days), _without(one.family, used, point)) for point in used),
        elsewhere=elsewhere,
    )


def _without(family: Family, used: list[Point], point: Point) -> float | None:
    rest = [other for other in used if other is not point]
    if len({other.days for other in rest}) < PARAMETERS[family]:
        return None
    return law_through(family, rest).cdf(point.days)


def _elsewhere(law: Law, mine: list[Point]) -> list[Elsewhere]:
    by_incident: dict[str, list[Point]] = {}
    for point in mine:
        if point.use != "fitted":
            by_incident.setdefault(point.incident, []).append(point)
    return [
        Elsewhere(incident, implied_factor(law, theirs), theirs[0].use == "counted")
        for incident, theirs in by_incident.items()
    ]
