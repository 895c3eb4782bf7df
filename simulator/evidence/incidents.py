"""Published incidents, one file each in `incidents/`: what happened, in figures with source, date and grade.

A record is history as published. It says who named a vendor or a state, and gives the denial where one was found.

Grade of a figure, on the scale of `parameters.py`: A = published and read in a primary source (vendor, regulator,
filing, paper); B = published and read in the press or at second hand (aggregators, copies, encyclopedias); C = our
arithmetic on other figures of the record; D = not confirmed, from memory, or a word of the source that was turned
into a number (`kind: judgement`).

Grade of a record, as a case to hold a model against: A = a measured curve over time or several figures that hang
together; B = some figures; C = single figures; D = nothing a model may be fitted to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from simulator.evidence.parameters import Grade, Kind
from simulator.evidence.tables import UnknownEvidence

if TYPE_CHECKING:
    from simulator.evidence.marked import Marked

Topic = Literal[
    "exposed",
    "installed",
    "adoption",
    "selection",
    "detection",
    "containment",
    "removal",
    "recovery",
    "service",
    "loss",
]
Tier = Literal["primary", "press", "secondary", "own"]

TOPICS: Mapping[Topic, str] = MappingProxyType(
    {
        "exposed": "who could be reached",
        "installed": "who was reached",
        "adoption": "how fast and how far it was taken",
        "selection": "who was chosen to be followed up",
        "detection": "time until found",
        "containment": "time until held",
        "removal": "how fast the product or the bad build went",
        "recovery": "how fast things came back",
        "service": "service lost",
        "loss": "money lost",
    }
)
"""What figures are about, in the order of a record."""

UNITS: Mapping[str, str] = MappingProxyType(
    {
        "share": "part of a whole, from 0 to 1",
        "count": "number of what the figure names",
        "customers": "customers or connections",
        "organisations": "firms, utilities, public bodies",
        "people": "people",
        "hosts": "machines: computers, servers, modems, controllers, turbines",
        "hosts / day": "machines a day",
        "hosts / week": "machines a week",
        "minutes": "time",
        "days": "time",
        "months": "time",
        "year": "a year of the calendar",
        "MW": "power",
        "USD": "money of the time",
        "EUR": "money of the time",
        "NOK": "money of the time, Norwegian",
        "CAD": "money of the time, Canadian",
    }
)
"""Units of figures. All but share, count, year, NOK and CAD are units that a scenario may use too."""

CONFLICT_LEVELS = ("peace", "rivalry", "crisis, or beside a war", "war with the state of the victims")
"""What `conflict_level` means, by its number."""

KINDS = (
    *("poisoned_update", "state_vendor", "destructive_intrusion", "precautionary_stop", "carrier_espionage"),
    *("footholds", "faulty_update", "leaving_a_vendor", "patch_curve", "disputed"),
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a figure was read. `date` is that of the page, "" where it has none; `url` is "" for our own work."""

    name: str
    date: str
    url: str
    tier: Tier


ARITHMETIC = Reference("our arithmetic on the record", "", "", "own")
MEMORY = Reference("from memory, no page found", "", "", "own")
OWN: Mapping[str, tuple[Reference, Kind]] = MappingProxyType(
    {"arithmetic": (ARITHMETIC, "derived"), "memory": (MEMORY, "memory")}
)
"""Sources that every record may name without listing them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: `what` it counts, in `unit` (see UNITS), between `low` and `high` as far as the source tells.

    `day` is the day it holds for, counted from `clock`; None for a figure without a date of its own.
    """

    topic: Topic
    what: str
    value: float
    low: float | None
    high: float | None
    unit: str
    day: float | None
    clock: str
    source: Reference
    confirmed: bool
    kind: Kind
    note: str

    @property
    def grade(self) -> Grade:
        """Of this figure alone, by the rule of this module."""
        if not self.confirmed or self.kind in ("judgement", "memory"):
            return "D"
        if self.kind == "derived":
            return "C"
        return "A" if self.source.tier == "primary" else "B"


@dataclass(frozen=True, slots=True)
class Act:
    """What a government did or said, and when."""

    date: str
    what: str
    source: Reference
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Denial:
    """What a vendor or a state answered to what is said of it."""

    by: str
    said: str
    source: Reference


@dataclass(frozen=True, slots=True)
class Incident:
    """The record of one incident. Texts are "" where nothing usable was found; an empty tuple never means none."""

    id: str
    title: str
    happened: str
    kind: str
    date: str
    date_note: str
    vendor: str
    product: str
    home: str
    attacker: str
    attributed_to: str
    means: str
    conflict: str
    conflict_level: int
    found_by: str
    named_by: str
    grade: Grade
    gaps: str
    figures: tuple[Figure, ...]
    acts: tuple[Act, ...]
    denials: tuple[Denial, ...]

    @property
    def confirmed(self) -> int:
        """How many of the figures were read in the page named."""
        return sum(figure.confirmed for figure in self.figures)


TEXTS = {name for name, kind in Incident.__annotations__.items() if kind == "str"}
MAY_BE_EMPTY = {"date_note", "gaps"}


@cache
def all_incidents() -> Mapping[str, Incident]:
    """Every record by id, in alphabetical order. Raises FaultyEvidence for a file that breaks a rule."""
    from simulator.evidence.marked import read_marked

    folder = files("simulator.evidence").joinpath("incidents")
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".yaml")}
    found = {name.removesuffix(".yaml"): read_incident(read_marked(texts[name], name)) for name in sorted(texts)}
    for name, record in found.items():
        if record.id != name:
            raise ValueError(f"{name}.yaml holds {record.id}; allowed: a file named after the record")
    return MappingProxyType(found)


def incident(incident_id: str) -> Incident:
    """The record of that id, or UnknownEvidence naming the nearest ids."""
    known = all_incidents()
    if incident_id not in known:
        raise UnknownEvidence("incident", incident_id, known)
    return known[incident_id]


def read_incident(record: Marked) -> Incident:
    """A record from its file. Raises FaultyEvidence with file and line.

    Refused: a figure without source or unit, a source that the record does not list or never uses, a page without
    an address, a share outside 0 to 1, low above value or value above high, a confirmed figure that names no page.
    """
    needed = (TEXTS - MAY_BE_EMPTY) | {"conflict_level", "grade", "sources", "figures"}
    fields = record.fields(needed, MAY_BE_EMPTY | {"clock", "acts", "denials"})
    listed = fields["sources"].entries()
    sources = {name: _reference(entry) for name, entry in listed.items()}
    reader = _Reader(sources, fields["clock"].text() if "clock" in fields else "")
    level = fields["conflict_level"].number()
    if level not in range(len(CONFLICT_LEVELS)):
        raise fields["conflict_level"].wrong(f"{level:g} is no level of conflict; allowed: 0, 1, 2, 3")
    fields["kind"].one_of(KINDS)
    topics = fields["figures"].fields(set(), set(TOPICS))
    found = Incident(
        **{name: fields[name].text() if name in fields else "" for name in TEXTS},
        conflict_level=int(level),
        grade=cast(Grade, fields["grade"].one_of(("A", "B", "C", "D"))),
        figures=tuple(
            reader.figure(topic, entry) for topic in TOPICS if topic in topics for entry in topics[topic].items()
        ),
        acts=tuple(reader.act(entry) for entry in fields["acts"].items()) if "acts" in fields else (),
        denials=tuple(reader.denial(entry) for entry in fields["denials"].items()) if "denials" in fields else (),
    )
    for name, entry in listed.items():
        if name not in reader.used:
            raise entry.wrong(f'the source "{name}" is used by nothing')
    return found


def _reference(entry: Marked) -> Reference:
    fields = entry.fields({"name", "tier"}, {"date", "url"})
    url = fields["url"].text() if "url" in fields else ""
    if url and not url.startswith(("https://", "http://")):
        raise fields["url"].wrong(f'"{url}" is no address of a page; allowed: http:// or https://')
    date = fields["date"].text() if "date" in fields else ""
    tier = fields["tier"].one_of(("primary", "press", "secondary"))
    return Reference(fields["name"].text(), date, url, cast(Tier, tier))


class _Reader:
    """Reads what points at the sources of one record, and remembers which were used."""

    def __init__(self, sources: Mapping[str, Reference], clock: str) -> None:
        self.sources = sources
        self.clock = clock
        self.used: set[str] = set()

    def figure(self, topic: Topic, entry: Marked) -> Figure:
        fields = entry.fields(
            {"what", "value", "unit", "source", "confirmed"}, {"low", "high", "day", "clock", "kind", "note"}
        )
        source, kind = self._source(fields["source"])
        if "kind" in fields:
            kind = cast(Kind, fields["kind"].one_of(("judgement",)))
        low, high, day = (fields[key].number() if key in fields else None for key in ("low", "high", "day"))
        clock = fields["clock"].text() if "clock" in fields else self.clock
        figure = Figure(
            topic=topic,
            what=fields["what"].text(),
            value=fields["value"].number(),
            low=low,
            high=high,
            unit=fields["unit"].one_of(tuple(UNITS)),
            day=day,
            clock=clock if day is not None else "",
            source=source,
            confirmed=fields["confirmed"].truth(),
            kind=kind,
            note=fields["note"].text() if "note" in fields else "",
        )
        fault = _fault(figure)
        if fault:
            raise entry.wrong(fault)
        return figure

    def act(self, entry: Marked) -> Act:
        fields = entry.fields({"date", "what", "source", "confirmed"}, set())
        source, _ = self._source(fields["source"])
        return Act(fields["date"].text(), fields["what"].text(), source, fields["confirmed"].truth())

    def denial(self, entry: Marked) -> Denial:
        fields = entry.fields({"by", "said", "source"}, set())
        source, _ = self._source(fields["source"])
        return Denial(fields["by"].text(), fields["said"].text(), source)

    def _source(self, entry: Marked) -> tuple[Reference, Kind]:
        name = entry.text()
        if name in OWN:
            return OWN[name]
        self.used.add(name)
        return self.sources[entry.one_of((*self.sources, *OWN))], "published"


def _fault(figure: Figure) -> str:
    """What is wrong with a figure, or ""."""
    sizes = [size for size in (figure.low, figure.value, figure.high) if size is not None]
    if sizes != sorted(sizes):
        return f"{' to '.join(f'{size:g}' for size in sizes)} is out of order; allowed: low <= value <= high"
    if figure.unit == "share" and not 0.0 <= sizes[0] <= sizes[-1] <= 1.0:
        return f"a share of {figure.value:g}, {sizes[0]:g} to {sizes[-1]:g}; allowed: 0 to 1"
    if sizes[0] < 0.0:
        return f"{sizes[0]:g} is below zero; allowed: 0 or more"
    if figure.confirmed and figure.kind != "derived" and not figure.source.url:
        return "confirmed, but its source names no page"
    if figure.kind == "derived" and not figure.note:
        return "our arithmetic without a note that says how"
    if figure.day is not None and not figure.clock:
        return "a day without a clock, in the figure or in the record, to count it from"
    return ""
