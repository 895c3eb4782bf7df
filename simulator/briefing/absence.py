"""What the hindcast of absence says: how probable it was that nothing would be proven."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from simulator.checks.absence import TOO_UNLIKELY, AbsenceRow, Level
from simulator.risk.words import percent

LEVELS: dict[Level, str] = {
    "stated": "stated values",
    "low": "low ends of ranges",
    "high": "high ends of ranges",
    "mean": "mean of ignorance",
}
LEAST_SAID = 1e-4
"""A probability below this is said to be so: its digits mean nothing."""
HEADINGS = ("Taken at", "Chance", "Register at its ends", "")
NOTES = (
    "What was seen: no use of a vendor by its home state has been publicly proven, neither since February 2022 nor "
    "world-wide since 2000; nor did water, telecom or power fail through vendor updates in the bloc. Attacks by state "
    "groups and hacktivists rose four- to fivefold; that is fitted, for the multipliers of the regimes rest on it.",
    "No proof is not no use: the register says how visible a use would have been, with a range.",
)


def finding(rows: Sequence[AbsenceRow]) -> str:
    """What the shipped hazards gave it, and whether any is too high to be believed."""
    shipped = [row for row in rows if row.as_shipped]
    stated = [row for row in shipped if row.level == "stated"]
    chances = ", ".join(f"{chance(row.probability)} {row.record}" for row in stated[:2])
    flagged = sum(row.flagged for row in shipped)
    many = f"{flagged} of {len(shipped)} sets of them give" if flagged else "none of them gives"
    return (
        f"Under the shipped hazards the chance that nothing would be proven was {chances}; {many} less than "
        f"{percent(TOO_UNLIKELY)}."
    )


def explained(rows: Sequence[AbsenceRow]) -> tuple[str, ...]:
    """Whose hazards the tables speak of, and what no scenario ships."""
    whose = [f"{_capital(name)}: {_theatres(theatres)}." for name, theatres in _sets(rows)]
    return (*whose, *filter(None, (_each_vendor_alone(rows),)))


def tables(rows: Sequence[AbsenceRow]) -> Iterator[tuple[str, tuple[AbsenceRow, ...]]]:
    """The rows of each set of hazards, campaign and record, below a heading that names them."""
    for heading, alike in groupby(rows, _heading):
        yield heading, tuple(alike)


def cells(row: AbsenceRow) -> tuple[str, ...]:
    """A row of a table, in the order of `HEADINGS`."""
    return (
        LEVELS[row.level],
        chance(row.probability),
        f"{chance(row.least)} to {chance(row.most)}",
        "TOO UNLIKELY" if row.flagged else "",
    )


def chance(probability: float) -> str:
    """In per cent, or that it is below the least that is said."""
    return f"below {percent(LEAST_SAID)}" if 0.0 < probability < LEAST_SAID else percent(probability)


def _heading(row: AbsenceRow) -> str:
    campaign = "all vendors at once" if row.campaign == "all_at_once" else "each vendor alone"
    shipped = campaign if row.as_shipped else f"{campaign} (not shipped)"
    hazards = f"{row.hazards}, {shipped}" if row.theatres else row.hazards
    return f"{_capital(hazards)}, {row.record}: {row.vendor_years:,.0f} vendor-years"


def _sets(rows: Sequence[AbsenceRow]) -> dict[tuple[str, tuple[str, ...]], None]:
    return dict.fromkeys((row.hazards, row.theatres) for row in rows if row.theatres)


def _theatres(theatres: Sequence[str]) -> str:
    """`uk_2022 (east, south)` and so on, from "scenario: theatre"."""
    pairs = [theatre.split(": ", 1) for theatre in theatres]
    return ", ".join(
        f"{scenario} ({', '.join(which for _, which in theirs)})"
        for scenario, theirs in groupby(pairs, lambda pair: pair[0])
    )


def _each_vendor_alone(rows: Sequence[AbsenceRow]) -> str:
    """Where a campaign that no scenario ships would be too unlikely, beside its chance at stated values; or ""."""
    alone = [row for row in rows if row.theatres and not row.as_shipped]
    stated = {(row.hazards, row.record): row.probability for row in alone if row.level == "stated"}
    figures = [
        f"at the {LEVELS[row.level]} {chance(row.probability)} {row.record}, which is too unlikely"
        + (f" (at stated values {chance(stated[row.hazards, row.record])})" if row.level != "stated" else "")
        for row in alone
        if row.flagged
    ]
    if not figures:
        return ""
    return (
        "No scenario ships a campaign that goes to each vendor alone. With the same hazard for each, what was seen "
        f"would have had this chance: {'; '.join(figures)}."
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
