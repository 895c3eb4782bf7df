"""A comparison of mitigations as charts and briefings read it: one arm per row, and its finding in a sentence.

Differences are base minus arm throughout: a positive one is a loss, an outage or a day without service spared.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, get_args

import pandas as pd

from simulator.charts.numbers import count, in_letters, short
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.words import SECTORS

Verdict = Literal["pays", "unclear", "does not pay"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From the interval of net benefit: all above zero, on both sides of it, all below."""

MEASURES = (
    *("benefit", "cost", "net", "ratio", "operator_net", "aal", "var", "tvar", "outage"),
    *(f"person_days_{sector}" for sector in SECTORS),
)
WORDS = ("name", "title", "together", "members", "verdict", "operator_verdict", "tail_worse", "rerun", "grade")
SENTENCES = ("reason", "note")
NEEDED = ("benefit", "cost", "net")
"""Measures that every arm has."""
COLUMNS = (*WORDS, *SENTENCES, *(f"{name}{end}" for name in MEASURES for end in ("", "_low", "_high")))


class Joint(TypedDict):
    """A set's benefit in force together, the sum of its members' own, and sum less joint with its 95 % interval."""

    sum: float
    joint: float
    difference: float
    low: float
    high: float
    sentence: str


# Functional form, for `with` cannot be the name of a field.
Ban = TypedDict(
    "Ban",
    {"mitigation": str, "horizon_years": float, "saves": float, "without": float, "with": float, "sentence": str},
)
"""Expected share of customers hit, or chance of use, without and with a ban. `saves`: whether the state keeps
its asset for war (1), does not (0) or half does."""


class About(TypedDict):
    """What all arms have in common. `variance_ratio`: variance of a difference unpaired over paired, median."""

    title: str
    name: str
    horizon_years: float
    replications: int
    seed: int
    currency: str
    return_period: float
    discount: float
    variance_ratio: float
    conditional: bool
    joint: Mapping[str, Joint]
    bans: Sequence[Ban]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; nan where there is none."""

    value: float
    low: float
    high: float

    @property
    def known(self) -> bool:
        return math.isfinite(self.value)

    @property
    def has_range(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.has_range and (self.low > 0 or self.high < 0)

    def range(self, write: Callable[[float], str]) -> str:
        """`£80m to £180m`; what is missing is said."""
        if self.has_range:
            low, high = write(self.low), write(self.high)
            return f"{low} to {high}" if low != high else "within rounding"
        if math.isfinite(self.low):
            return f"{write(self.low)} or more"
        return f"{write(self.high)} or less" if math.isfinite(self.high) else "no interval"

    def told(self, write: Callable[[float], str]) -> str:
        """`£120m (£80m to £180m)`"""
        return f"{write(self.value)} ({self.range(write)})" if self.known else "not known"


@dataclass(frozen=True, slots=True)
class Arm:
    """A mitigation, or a set of them in force together, against the same futures without it."""

    name: str
    title: str
    together: bool
    members: tuple[str, ...]
    verdict: Verdict
    operator_verdict: str
    tail_worse: bool
    rerun: float
    grade: str
    reason: str
    note: str
    figures: Mapping[str, Estimate]

    def __getitem__(self, measure: str) -> Estimate:
        return self.figures[measure]


def read_arms(arms: pd.DataFrame) -> list[Arm]:
    """The arms, in the order of the frame. Raises `InputError` for a missing column or a figure out of bounds."""
    missing = [name for name in COLUMNS if name not in arms.columns]
    if missing:
        raise InputError(f"table of arms has no column {listed(missing)}; it needs {listed(COLUMNS)}")
    return [read_arm(row) for row in arms.to_dict("records")]


def read_arm(row: Mapping[Any, Any]) -> Arm:
    name = str(row["name"])
    if row["verdict"] not in VERDICTS:
        raise InputError(f"verdict of {shown(name)} is {shown(row['verdict'])}; allowed: {listed(VERDICTS)}")
    figures = {measure: read_estimate(row, measure) for measure in MEASURES}
    for measure in NEEDED:
        if not figures[measure].known:
            raise InputError(f"{measure} of {shown(name)} is {row[measure]}; allowed: a finite amount")
    return Arm(
        name=name,
        title=" ".join(str(row["title"]).split()) or name,
        together=bool(row["together"]),
        members=tuple(row["members"]),
        verdict=row["verdict"],
        operator_verdict=text(row["operator_verdict"]),
        tail_worse=bool(row["tail_worse"]),
        rerun=float(row["rerun"]),
        grade=text(row["grade"]),
        reason=text(row["reason"]),
        note=text(row["note"]),
        figures=figures,
    )


def read_estimate(row: Mapping[Any, Any], measure: str) -> Estimate:
    value, low, high = (float(row[f"{measure}{end}"]) for end in ("", "_low", "_high"))
    if low > high:
        name = shown(str(row["name"]))
        raise InputError(f"interval of {measure} of {name} is {low:g} to {high:g}; allowed: rising")
    return Estimate(value, low, high)


def text(value: object) -> str:
    """A cell of words; "" where it is empty."""
    return " ".join(value.split()) if isinstance(value, str) else ""


def ranked(arms: Sequence[Arm]) -> list[Arm]:
    """What pays first, then the unclear, then what does not; within each the largest net benefit first."""
    return sorted(arms, key=lambda arm: (VERDICTS.index(arm.verdict), -arm["net"].value, arm.name))


def headline(arms: Sequence[Arm], about: About, brief: Callable[[str], str] = str) -> str:
    """The finding in one sentence without a full stop; `brief` may shorten a title where room is short."""
    if not arms:
        return "No mitigation was compared"
    finding = "; ".join(clauses(ranked(arms), about["currency"], brief))
    if about["conditional"]:
        finding = f"if the given facts hold, {finding}"
    return finding[0].upper() + finding[1:]


def clauses(arms: Sequence[Arm], currency: str, brief: Callable[[str], str]) -> Iterator[str]:
    """How many pay; then the most important of: the bad years grow worse, sets pay where none alone does, the best."""
    singles = [arm for arm in arms if not arm.together]
    sets = [arm for arm in arms if arm.together]
    subject = singles or sets
    thing = "mitigation" if singles else "set of mitigations"
    things = "mitigations" if singles else "sets of mitigations"
    yield about_one(subject[0], currency, brief) if len(subject) == 1 else about_many(subject, things)
    worse = sum(arm.tail_worse for arm in arms)
    paying = sum(arm.verdict == "pays" for arm in sets)
    if len(arms) == 1 and worse:
        yield "it makes rare bad years worse"
    elif worse:
        yield f"{in_letters(worse)} {'makes' if worse == 1 else 'make'} rare bad years worse"
    elif singles and not any(arm.verdict == "pays" for arm in singles) and paying:
        which = "the set" if len(sets) == 1 else f"{in_letters(paying)} of {in_letters(len(sets))} sets"
        yield f"{which} in force together {'does' if paying == 1 else 'do'}"
    elif len(subject) > 1 and subject[0].verdict == "pays":
        best = subject[0]
        yield f"the best {thing}, {brief(best.title)}, gains {short(best['net'].value, currency)} net"


def about_one(arm: Arm, currency: str, brief: Callable[[str], str]) -> str:
    says = {"pays": "pays", "unclear": "may or may not pay", "does not pay": "does not pay"}
    amounts = f"benefit {short(arm['benefit'].value, currency)}, cost {short(arm['cost'].value, currency)}"
    return f"{brief(arm.title)} {says[arm.verdict]} for itself: {amounts}"


def about_many(arms: Sequence[Arm], things: str) -> str:
    """`three of 22 mitigations pay for themselves, 11 are unclear and eight do not`"""
    total = len(arms)
    pay, unclear, not_pay = (sum(arm.verdict == verdict for arm in arms) for verdict in VERDICTS)
    number = in_letters(total)
    none = f"{'neither' if total == 2 else 'none'} of {number} {things}"
    if pay == total:
        return f"{'both' if total == 2 else f'all {number}'} {things} pay for themselves"
    if unclear == total:
        return f"{none} clearly pays for itself, and none clearly does not"
    if not_pay == total:
        return f"{none} pays for itself"
    rest = []
    if unclear:
        rest.append(f"{in_letters(unclear)} {'is' if unclear == 1 else 'are'} unclear")
    if not_pay:
        rest.append(f"{in_letters(not_pay)} {'does' if not_pay == 1 else 'do'} not")
    if not pay:
        return f"{none} clearly pays for itself: {' and '.join(rest)}"
    first = f"{in_letters(pay)} of {number} {things} {'pays for itself' if pay == 1 else 'pay for themselves'}"
    return f"{first}{', ' if len(rest) == 2 else ' and '}{' and '.join(rest)}"


def horizon(years: float) -> str:
    """`one year`, `5 years`"""
    return "one year" if years == 1 else f"{count(years)} years"
