"""What the hindcast of absence says: how probable it was that nothing would be proven."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.checks.absence import TOO_UNLIKELY, AbsenceRow, Level
from simulator.risk.words import percent

LEVELS: dict[Level, str] = {
    "stated": "stated values",
    "low": "low ends of ranges",
    "high": "high ends of ranges",
    "mean": "mean of ignorance",
}
HEADINGS = ("Hazards", "Record", "Taken at", "Vendor-years", "Chance", "Register at its ends", "")
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
    chances = ", ".join(f"{percent(row.probability)} {row.record}" for row in stated[:2])
    flagged = sum(row.flagged for row in shipped)
    many = f"{flagged} of {len(shipped)} sets of them give" if flagged else "none of them gives"
    return (
        f"Under the shipped hazards the chance that nothing would be proven was {chances}; {many} less than "
        f"{percent(TOO_UNLIKELY)}."
    )


def cells(row: AbsenceRow) -> tuple[str, ...]:
    """A row of the table, in the order of `HEADINGS`."""
    each = row.campaign == "one_by_one" and bool(row.theatres)
    hazards = f"{row.hazards}, each vendor alone (not shipped)" if each else row.hazards
    return (
        hazards,
        row.record,
        LEVELS[row.level],
        f"{row.vendor_years:,.0f}",
        percent(row.probability),
        f"{percent(row.least)} to {percent(row.most)}",
        "TOO UNLIKELY" if row.flagged else "",
    )
