"""From a file to a checked card: every fault in one clear sentence with file and line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

from simulator import evidence
from simulator.checks.hindcast.card import (
    STATUSES,
    Card,
    CardFile,
    Naive,
    Observed,
    ObservedEntry,
    Status,
    Written,
)
from simulator.checks.hindcast.past import Since
from simulator.checks.hindcast.quantities import QUANTITIES, Ask, Quantity
from simulator.checks.hindcast.tolerance import Tolerance
from simulator.scenario.document import Document, read_document
from simulator.scenario.errors import FieldPath, InputError, InputErrors, Problem, did_you_mean, listed, shown
from simulator.scenario.load import LoadedScenario, load_document
from simulator.scenario.quantity import WANTED, Money, parse
from simulator.scenario.references import evidence_ids
from simulator.scenario.shipped import bases, hindcast_cards
from simulator.scenario.translate import validate_document
from simulator.scenario.words import SECTORS

TOLERANCES = ("plus_or_minus", "within", "at_most", "at_least", "central")
LENT = {"format": "format", "name": "name", "title": "title", "question": "about"}
"""What a scenario inside a card may leave out, and what of the card stands in."""


def read_card(path: str | Path, besides: Sequence[str] = ()) -> Card:
    """A card from a file, or a shipped one by its name. Raises InputErrors with everything that is wrong.

    `besides`: names that the caller takes as well, to be listed where this one is unknown.
    """
    document = read_document(card_path(path, besides))
    file = validate_document(document, CardFile)
    loaded = _scenario(document, file)
    reading = _Reading(file, loaded)
    observed = [reading.observed(number, entry) for number, entry in enumerate(file.observed)]
    reading.check_card()
    if reading.problems:
        raise InputErrors(p.at(document.file(p.path), document.line(p.path), p.path) for p in reading.problems)
    return Card(
        name=file.name,
        title=file.title,
        about=file.about,
        incident=file.incident or "",
        stands_for=file.stands_for,
        each={"": 1.0, **file.each} if isinstance(file.each, dict) else {"": file.each},
        loaded=loaded,
        observed=tuple(one for one in observed if one is not None),
    )


def card_path(path: str | Path, besides: Sequence[str] = ()) -> Path:
    """The file that a path, or the name of a shipped card, stands for. Raises InputError for neither."""
    text = str(path)
    if len(Path(path).parts) != 1 or not text.isprintable() or Path(path).exists():
        return Path(path)
    shipped = hindcast_cards()
    if text in shipped:
        return shipped[text]
    names = [*shipped, *besides]
    hint = did_you_mean(text, [*names, *sorted(file.name for file in Path().glob("*.yaml"))])
    said = f"{shown(text)} is neither a file nor a shipped hindcast; allowed: a file, or {listed(names)}"
    raise InputError(said + (hint and f". {hint}"))


def _scenario(document: Document, file: CardFile) -> LoadedScenario:
    """The scenario beside the card, or the one inside it."""
    own = document.sources[0]
    if isinstance(file.scenario, dict):
        return load_document(document.section("scenario", LENT, bases()), own)
    place: FieldPath = ("scenario",)
    if not file.scenario.strip() or Path(file.scenario).is_absolute():
        problem = Problem(place, shown(file.scenario), "a scenario file beside the card, or a whole scenario")
        raise InputErrors([problem.at(document.file(place), document.line(place), place)])
    other = own.parent / file.scenario
    if not other.is_file():
        problem = Problem(place, f"{shown(file.scenario)}, which does not exist", "a scenario file beside the card")
        raise InputErrors([problem.at(document.file(place), document.line(place), place)])
    return load_document(read_document(other), other)


class _Reading:
    """Turns what is written into what is meant, and keeps what is wrong."""

    def __init__(self, file: CardFile, loaded: LoadedScenario) -> None:
        self.file = file
        self.names = [o.name for o in loaded.register.organisations]
        self.sectors = {o.sector for o in loaded.register.organisations}
        self.currency = loaded.scenario.currency
        self.problems: list[Problem] = []

    def check_card(self) -> None:
        if not self.file.observed:
            self._wrong(("observed",), "an empty list", "at least one thing that was seen")
        each = self.file.each if isinstance(self.file.each, dict) else {"": self.file.each}
        for begin, number in each.items():
            place: FieldPath = ("each", begin) if isinstance(self.file.each, dict) else ("each",)
            if not 0.0 < number < math.inf:
                self._wrong(place, shown(number), "a number above 0")
            self._check_beginning(place, begin)
        if self.file.incident is not None:
            self._check_incident(self.file.incident)

    def observed(self, number: int, entry: ObservedEntry) -> Observed | None:
        place: FieldPath = ("observed", number)
        quantity = QUANTITIES.get(entry.quantity)
        if quantity is None:
            hint = did_you_mean(entry.quantity, list(QUANTITIES))
            self._wrong((*place, "quantity"), shown(entry.quantity), listed(QUANTITIES), hint)
            self._check_whatever_the_quantity(place, entry)
            return None
        before = len(self.problems)
        ask = self._ask(place, entry, quantity)
        value = self._figure((*place, "value"), entry.value, quantity)
        tolerance = self._tolerance(place, entry, quantity, value)
        naive = self._naive(place, entry, quantity)
        status = self._status(place, entry)
        self._check_source((*place, "source"), entry.source)
        if len(self.problems) > before:
            return None
        assert tolerance is not None
        assert status is not None
        return Observed(
            ask=ask,
            what=entry.what,
            value=value,
            tolerance=tolerance,
            status=status,
            because=entry.because,
            naive=naive,
            source=entry.source,
            fails_because=entry.fails_because or "",
        )

    def _check_whatever_the_quantity(self, place: FieldPath, entry: ObservedEntry) -> None:
        """What can be told of an entry whose quantity is unknown."""
        self._check_among(place, entry)
        self._kind_of_tolerance(place, entry)
        self._check_naive(place, entry)
        self._status(place, entry)
        self._check_source((*place, "source"), entry.source)

    def _ask(self, place: FieldPath, entry: ObservedEntry, quantity: Quantity) -> Ask:
        at = math.nan
        if entry.at is None:
            if quantity.at == "needed":
                self._wrong((*place, "at"), "missing", f"{WANTED['time'][0]}, for example {WANTED['time'][1]}")
        elif quantity.at == "none":
            self._wrong((*place, "at"), shown(entry.at), f"nothing, for {quantity.name} has no time of its own")
        else:
            at = self._read((*place, "at"), entry.at, "time")
        since: Since = quantity.since[0] if quantity.since else "release"
        if entry.since is not None:
            if entry.since in quantity.since:
                since = entry.since
            else:
                allowed = listed(quantity.since) or f"nothing, for {quantity.name} is not counted from a moment"
                self._wrong((*place, "since"), shown(entry.since), allowed, did_you_mean(entry.since, quantity.since))
        among = self._check_among(place, entry, only_sectors=quantity.name == "service_lost")
        return Ask(quantity.name, since, at, among)

    def _check_among(self, place: FieldPath, entry: ObservedEntry, only_sectors: bool = False) -> tuple[str, ...]:
        among = (entry.among,) if isinstance(entry.among, str) else entry.among
        for one in among:
            self._check_beginning((*place, "among"), one, only_sectors)
        return among

    def _kind_of_tolerance(self, place: FieldPath, entry: ObservedEntry) -> str | None:
        given = [name for name in TOLERANCES if getattr(entry, name) is not None]
        if len(given) != 1:
            said = f"two kinds of tolerance, {listed(given)}" if given else "without a tolerance"
            self._wrong((*place, given[1]) if given else place, said, f"exactly one of {listed(TOLERANCES)}")
            return None
        return given[0]

    def _tolerance(self, place: FieldPath, entry: ObservedEntry, quantity: Quantity, value: float) -> Tolerance | None:
        name = self._kind_of_tolerance(place, entry)
        if name is None:
            return None
        where = (*place, name)
        before = len(self.problems)
        found = self._one_tolerance(where, entry, quantity, value)
        if len(self.problems) > before or found.kind == "central" or math.isnan(value):
            return found
        if found.low > found.high:
            self._wrong(where, f"{shown(entry.within[0])} to {shown(entry.within[1])}", "low <= high")  # type: ignore[index]
        elif found.low == found.high:
            self._wrong(where, "a tolerance of nought", "a width above 0, for what is foretold is random")
        elif not found.low <= value <= found.high:
            said = f"{shown(entry.value)}, outside its own tolerance"
            self._wrong((*place, "value"), said, "a value within it")
        return found

    def _one_tolerance(self, where: FieldPath, entry: ObservedEntry, quantity: Quantity, value: float) -> Tolerance:
        if entry.central is not None:
            if not 0.0 < entry.central < 1.0:
                self._wrong(where, shown(entry.central), "a share above 0 and below 1")
            return Tolerance("central", share=entry.central)
        if entry.within is not None:
            low, high = (self._figure(where, end, quantity) for end in entry.within)
            return Tolerance("band", low, high)
        if entry.plus_or_minus is not None:
            width = self._figure(where, entry.plus_or_minus, quantity, of=value)
            return Tolerance("band", value - width, value + width)
        if entry.at_most is not None:
            return Tolerance("at_most", high=self._figure(where, entry.at_most, quantity))
        assert entry.at_least is not None
        return Tolerance("at_least", low=self._figure(where, entry.at_least, quantity))

    def _figure(self, where: FieldPath, written: Written, quantity: Quantity, of: float | None = None) -> float:
        """A figure of this quantity; a width of what is no share may be a share of it, as in "30 %"."""
        relative = of is not None and quantity.kind != "share" and str(written).rstrip().endswith("%")
        share = self._read(where, written, "share") if relative else 0.0
        return share * (of or 0.0) if relative else self._read(where, written, quantity.kind)

    def _read(self, where: FieldPath, written: Written, kind: str) -> float:
        try:
            found = parse(written, kind)  # type: ignore[call-overload]
        except InputError as error:
            self.problems.append(Problem(where, given="", hint=str(error)))
            return math.nan
        if not isinstance(found, Money):
            return float(found)
        if found.currency != self.currency:
            self._wrong(where, shown(written), f"{self.currency}, the currency of the scenario")
        return found.amount

    def _check_naive(self, place: FieldPath, entry: ObservedEntry) -> None:
        if entry.naive is None and entry.status == "held_out":
            allowed = "{value, from}, a forecast without a model, for what is held out is scored against it"
            self._wrong((*place, "naive"), "missing", allowed)

    def _naive(self, place: FieldPath, entry: ObservedEntry, quantity: Quantity) -> Naive | None:
        self._check_naive(place, entry)
        if entry.naive is None:
            return None
        return Naive(self._figure((*place, "naive", "value"), entry.naive.value, quantity), entry.naive.basis)

    def _status(self, place: FieldPath, entry: ObservedEntry) -> Status | None:
        if entry.status in STATUSES:
            return entry.status
        self._wrong((*place, "status"), shown(entry.status), listed(STATUSES), did_you_mean(entry.status, STATUSES))
        return None

    def _check_source(self, place: FieldPath, source: str) -> None:
        known = evidence.all_parameters()
        for name in evidence_ids(source):
            if name not in known:
                hint = did_you_mean(name, list(known)) or "A source of your own is a text with a space in it"
                self._wrong(place, shown(name), "an id of the evidence", hint)

    def _check_beginning(self, place: FieldPath, begin: str, only_sectors: bool = False) -> None:
        known = [s for s in SECTORS if s in self.sectors]
        if begin in known or (not only_sectors and any(name.startswith(begin) for name in self.names)):
            return
        allowed = f"a sector of the scenario ({listed(known)})"
        if not only_sectors:
            allowed += f", or how the name of an organisation begins: {listed(self.names, 3)}"
        self._wrong(place, shown(begin), allowed, did_you_mean(begin, [*known, *_beginnings(self.names)]))

    def _check_incident(self, name: str) -> None:
        known = list(evidence.all_incidents())
        if name not in known:
            self._wrong(("incident",), shown(name), "an id of the incident catalogue", did_you_mean(name, known))

    def _wrong(self, path: FieldPath, given: str, allowed: str, hint: str = "") -> None:
        self.problems.append(Problem(path, given, allowed, hint))


def _beginnings(names: Sequence[str]) -> Iterator[str]:
    """Names without a number at their end, each once."""
    yield from dict.fromkeys(name.rstrip("0123456789 ") for name in names)
