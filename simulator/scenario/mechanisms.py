"""The nineteen mechanisms: what each does, which figures it stands on, and how good the evidence for them is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from simulator.evidence import Grade
from simulator.scenario.ledger import Entry

GRADES: tuple[Grade, ...] = ("A", "B", "C", "D")


@dataclass(frozen=True, slots=True)
class Mechanism:
    """`number` is that of the mechanism, 0 for figures that serve all; `figures` matches names of the ledger."""

    number: int
    name: str
    what: str
    figures: str


def _below(*sections: str) -> str:
    """Parameters of these sections; "*" stands for any name."""
    return "|".join(re.escape(section).replace(r"\*", r"[^.]+") for section in sections)


MECHANISMS = (
    Mechanism(
        1,
        "Conflict",
        "theatres move between peace, tension, crisis and two kinds of war, with mobilisation before and surge after",
        _below(*(f"theatres.*.{part}" for part in ("rates", "sojourn", "surge", "mobilisation", "linked_to"))),
    ),
    Mechanism(
        2,
        "Coercion",
        "a home state weighs using, once, the vendors it can reach against saving them for a better day",
        _below("theatres.*.coercion", "jurisdictions", "vendors.*.reach_outside"),
    ),
    Mechanism(
        3,
        "Paths and controls",
        "the attacker sees the controls and takes the path most likely to work of what is left",
        _below("products.*.paths", "controls", "vendors.*.signing", "path_choice"),
    ),
    Mechanism(
        4,
        "Outside intrusion and footholds",
        "anybody's build can be entered; footholds gained earlier are released in a war",
        _below("intrusion", "theatres.*.access_stock"),
    ),
    Mechanism(5, "Faulty update", "a mistake without malice, at every vendor", _below("faults")),
    Mechanism(
        6,
        "Espionage or disruption",
        "few targets and a long stay, or all customers at once and early discovery; a worm between those who trust",
        _below("payloads"),
    ),
    Mechanism(
        7,
        "Install",
        "updates reach customers in minutes, days or months; vendors ship in stages, customers hold back",
        _below("adoption", "portfolio.generate.products"),
    ),
    Mechanism(
        8,
        "Detection",
        "the first to notice, anywhere, reveals all; then the vendor withdraws",
        _below("detection"),
    ),
    Mechanism(
        9,
        "Computers, plant and service",
        "an outage comes by a stop out of caution, loss of view or unsafe control; plant is run by hand meanwhile",
        _below("service"),
    ),
    Mechanism(10, "Response", "a finite pool of teams, busy with other people's incidents too", _below("pools")),
    Mechanism(11, "Restoration", "restart, rebuild, or a visit to the site", _below("restoration")),
    Mechanism(
        12,
        "Cascades",
        "operators need each other; stores drain and are refilled; generation lost above the reserve sheds load",
        _below("grid", "portfolio.generate.links"),
    ),
    Mechanism(13, "Telecom as a stepping stone", "one step from an operator to its customers", _below("telecom_proxy")),
    Mechanism(14, "Hacktivists", "nuisance on both sides, in bursts, capped in harm", _below("hacktivists")),
    Mechanism(
        15,
        "Ordinary crime",
        "what a security product helps to stop; the price of a gap in protection",
        _below("crime", "products.*.protects"),
    ),
    Mechanism(
        16,
        "Sanctions and exit",
        "updates stop; a gap stays open until integrators have put in another product",
        _below("sanctions", "removal"),
    ),
    Mechanism(
        17, "Government acts", "warning, advice, list, ban, order: who complies, how fast", _below("instruments")
    ),
    Mechanism(18, "Targeting", "who is chosen", _below("targeting")),
    Mechanism(19, "Impact", "people, hours, energy and money lost, by cause and by payer", _below("impact")),
    Mechanism(0, "Portfolio", "sizes and kinds of invented operators", _below("portfolio.generate.groups")),
    Mechanism(0, "Mitigations", "effects and costs of what is on offer", _below("mitigations")),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How well a mechanism stands: its number of figures at each grade, A to D."""

    mechanism: Mechanism
    counts: tuple[int, ...]

    @property
    def figures(self) -> int:
        """How many figures it has."""
        return sum(self.counts)

    @property
    def typical(self) -> Grade | None:
        """The middle one, of two the worse; None without figures."""
        seen = 0
        for grade, count in zip(GRADES, self.counts, strict=True):
            seen += count
            if 2 * seen > self.figures:
                return grade
        return None

    @property
    def worst(self) -> Grade | None:
        """The worst of all figures; None without figures."""
        return max((grade for grade, count in zip(GRADES, self.counts, strict=True) if count), default=None)


def grade_of(entry: Entry) -> Grade:
    """That of the evidence named, at best B where something was assumed beside it; D for what is assumed alone."""
    grades = {grade: grade for grade in GRADES}
    if entry.grade not in grades:
        return "D"
    return max(grades[entry.grade], "B") if entry.assumption else grades[entry.grade]


def mechanism_of(parameter: str) -> Mechanism:
    """The mechanism that a parameter of the ledger belongs to. Raises LookupError for one of none, or of two."""
    found = [m for m in MECHANISMS if re.match(rf"({m.figures})(\.|\[|$)", parameter)]
    if len(found) != 1:
        raise LookupError(f"{parameter} belongs to {len(found)} mechanisms; allowed: one")
    return found[0]


def standings(entries: Iterable[Entry]) -> list[Standing]:
    """The standing of every mechanism, in the order of the mechanisms. A figure that comes twice counts once.

    Twice are figures of the same name that say the same, as in scenarios that share their defaults.
    """
    tally = Counter((mechanism_of(e.parameter), grade_of(e)) for e in _different(entries))
    return [Standing(m, tuple(tally[m, grade] for grade in GRADES)) for m in MECHANISMS]


def _different(entries: Iterable[Entry]) -> Sequence[Entry]:
    return tuple({(e.parameter, e.value, e.said): e for e in entries}.values())
