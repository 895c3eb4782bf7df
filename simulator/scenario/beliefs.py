"""What data, and experts, make of the parameters of a scenario: before, after, and which of the two runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from simulator.evidence.rates import GammaRate
from simulator.evidence.shift import Spread, hardly, moved, spread
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import dotted, listed
from simulator.scenario.ledger import written_parameters
from simulator.scenario.load import LoadedScenario
from simulator.scenario.panel import Answer, Panel
from simulator.scenario.seen import NAMED, Seen, law_before

GAP = 0.1
"""Share by which the median that an expert's outer points imply may be off the stated one and not be remarked on."""


@dataclass(frozen=True)
class Line:
    """A law in figures of the unit of its belief. `implied_median`: of an expert's outer points; None without them."""

    name: str
    spread: Spread
    weight: float | None = None
    implied_median: float | None = None


@dataclass(frozen=True)
class Belief:
    """One parameter, or several stated alike: the laws that went in, the law that came out, and what to make of it.

    `unit` is that of all figures. `moved` is how far data moved it, as a share of the range before; None for
    experts, and for a prior without a range.
    """

    parameters: tuple[str, ...]
    unit: str
    runs: float
    lines: tuple[Line, ...]
    moved: float | None
    said: tuple[str, ...]


def beliefs(loaded: LoadedScenario) -> list[Belief]:
    """A belief for every parameter with data or experts, in the order of the schema; those stated alike are one."""
    found: dict[Stated[Any], Belief] = {}
    for path, stated, written in written_parameters(loaded):
        if stated.seen is None and stated.experts is None:
            continue
        if stated in found:
            known = found[stated]
            found[stated] = replace(known, parameters=(*known.parameters, dotted(path)))
        else:
            found[stated] = _belief(dotted(path), stated, written)
    return list(found.values())


def doubted_unseen(loaded: LoadedScenario) -> list[str]:
    """The parameters that state how doubtful they are, and neither data nor experts."""
    return [
        dotted(path)
        for path, stated, _ in written_parameters(loaded)
        if stated.ignorance is not None and stated.seen is None and stated.experts is None
    ]


def _belief(name: str, stated: Stated[Any], written: Any) -> Belief:
    if stated.seen is not None:
        return _after_data(name, stated, stated.seen)
    assert stated.experts is not None
    return _pooled(name, stated.experts, *stated.experts.unit_of(written["experts"]))


# Data


def _after_data(name: str, stated: Stated[float], seen: Seen) -> Belief:
    prior = seen.prior if seen.prior is not None else stated.ignorance
    assert prior is not None
    before, after = law_before(prior), seen.posterior(prior)
    posterior = _per_year(spread(after))
    lines = [Line("after", posterior)]
    how_far: float | None = None
    said = [_data(seen)]
    if before is None:
        said.append(_by_prior_alone(seen))
    else:
        lines.insert(0, Line("before", _per_year(spread(before))))
        how_far = moved(spread(before), spread(after))
        said.append(_how_far(how_far, hardly(spread(before), spread(after))))
    value = stated.value * HOURS_PER_YEAR
    if stated.derived:
        said.append(f"What runs is the mean after the data, {value:.2g} / year.")
    else:
        said.append(f"What runs is the value as stated, {value:.2g} / year; the data are shown and change nothing.")
    return Belief((name,), "/ year", value, tuple(lines), how_far, tuple(said))


def _data(seen: Seen) -> str:
    events = "No event" if seen.events == 0 else "1 event" if seen.events == 1 else f"{seen.events} events"
    part = "" if seen.visible == 1.0 else f", where {seen.visible:.2g} of all events would have become known"
    source = f" ({seen.source})" if seen.source else ""
    return f"{events} in {seen.exposure / HOURS_PER_YEAR:.3g} years{part}{source}."


def _how_far(how_far: float, next_to_nothing: bool) -> str:
    share = f"{100.0 * how_far:.0f} %" if how_far >= 0.01 else "less than 1 %"
    if next_to_nothing:
        return f"The data hardly moved it, {share} of its range at most (in ratios): it remains a judgement."
    return f"The data moved it, up to {share} of its range (in ratios)."


def _by_prior_alone(seen: Seen) -> str:
    means = [f"{_mean_under(make(), seen):.2g} under {name}" for name, make in NAMED.items()]
    return f"The prior has no range of its own, and its choice counts: the mean is {' and '.join(means)}."


def _mean_under(prior: GammaRate, seen: Seen) -> float:
    return seen.posterior(prior).mean() * HOURS_PER_YEAR


def _per_year(hourly: Spread) -> Spread:
    return _scaled(hourly, HOURS_PER_YEAR)


# Experts


def _pooled(name: str, panel: Panel, unit: str, size: float) -> Belief:
    pool = _scaled(spread(panel.law), 1.0 / size)
    lines = [
        Line(
            answer.name,
            _scaled(spread(answer.law), 1.0 / size),
            answer.weight,
            None if answer.implied_median is None else answer.implied_median / size,
        )
        for answer in panel.answers
    ]
    runs = f"What runs is the mean of the pool, {pool.mean:.2g} {unit}".rstrip() + "."
    said = (*_remarks(panel.answers), runs)
    return Belief((name,), unit, pool.mean, (*lines, Line("pool", pool)), None, said)


def _remarks(answers: tuple[Answer, ...]) -> Iterable[str]:
    if len(answers) > 1 and len({(answer.form, answer.points) for answer in answers}) == 1:
        yield f"All {len(answers)} experts gave the same answer: the pool is as sure as any one of them, not surer."
    for answer in answers:
        implied, median = answer.implied_median, answer.points[1]
        if implied is not None and abs(implied / median - 1.0) > GAP:
            off = f"{100.0 * abs(implied / median - 1.0):.0f} % {'above' if implied > median else 'below'}"
            yield (
                f"The outer points of {answer.name} imply a median {off} the one stated: taken as two halves of "
                "lognormal laws, through all three points."
            )
    heard = [answer for answer in answers if answer.weight > 0.0]
    silent = [answer.name for answer in answers if answer.weight == 0.0]
    if silent:
        yield f"Without weight, and not in the pool: {listed(silent)}."
    apart = [(one.name, other.name) for one, other in combinations(heard, 2) if _apart(one, other)]
    if apart:
        one, other = apart[0]
        more = f", and so do {len(apart) - 1} more pairs" if len(apart) > 1 else ""
        yield (
            f"{one} and {other} do not meet in their 90 % ranges{more}: the mean of the pool is nobody's answer. "
            "Run a scenario for each side."
        )


def _apart(one: Answer, other: Answer) -> bool:
    first, second = spread(one.law), spread(other.law)
    return first.high < second.low or second.high < first.low


def _scaled(given: Spread, factor: float) -> Spread:
    return Spread(given.mean * factor, given.median * factor, given.low * factor, given.high * factor)
