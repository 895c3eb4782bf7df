"""Plain words for every kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from simulator.chance.channels import Channel
from simulator.chance.driver import Driver
from simulator.chance.exposure import targeted
from simulator.model.clock import NOBODY, Entry
from simulator.model.effects import LOSS_OF_VIEW, PRECAUTION, UNSAFE_CONTROL
from simulator.model.given import GIVEN_OUTAGE
from simulator.model.grid import SHED
from simulator.model.kinds import SUBJECT, Kind
from simulator.model.replication import Outcome
from simulator.model.service import NUISANCE
from simulator.rules.clock import HOURS_PER_DAY
from simulator.scenario.words import HOST_GROUPS, REGIMES

_HOSTS = {
    "office": "office computers",
    "privileged": "privileged servers",
    "near_ot": "computers near the plant",
}
_INSTRUMENTS = {
    "private_warning": "a private warning",
    "public_advice": "public advice",
    "covered_list": "a covered list",
    "ban": "a ban",
    "emergency_order": "an emergency order",
}
_ROUTES = {
    PRECAUTION: ("stops as a precaution", "stop as a precaution"),
    LOSS_OF_VIEW: ("loses sight of its plant", "lose sight of their plant"),
    UNSAFE_CONTROL: ("loses safe control of its plant", "lose safe control of their plant"),
    NUISANCE: ("is disturbed", "are disturbed"),
    SHED: ("has its load shed", "have their load shed"),
    GIVEN_OUTAGE: ("fails (a given fact)", "fail (a given fact)"),
}
_ANSWERS = {
    "succeeded": ("does as {state} orders", "do as {state} orders"),
    "failed": (
        "obeys an order of {state}, but the attempt fails",
        "obey an order of {state}, but the attempt fails",
    ),
    "resisted": ("refuses an order of {state}", "refuse an order of {state}"),
    "publicised": (
        "refuses an order of {state} and makes it public",
        "refuse an order of {state} and make it public",
    ),
    "left_market": (
        "leaves the market rather than obey {state}",
        "leave the market rather than obey {state}",
    ),
    "moved_away": (
        "moves away from {state} rather than obey, and leaves staff behind",
        "move away from {state} rather than obey, and leave staff behind",
    ),
}
_PLURAL: Mapping[Kind, str] = {
    Kind.COMPLIES: "{who} decide to replace {product}",
    Kind.REMOVAL_STARTS: "{who} start to replace {product}",
    Kind.REPLACED: "{who} have replaced {product}",
    Kind.NOTICE_ENDS: "Updates of {product} stop at {who}, as the notice ends",
    Kind.INSTALL: "{who} install it",
    Kind.FOOTHOLD: "Intruders use their footholds at {who}",
    Kind.ACTIVATION: "It strikes {who}",
    Kind.WORM: "It crosses to {who}",
    Kind.PROXY: "Intruders reach {who} through a telecom operator",
    Kind.CRIME: "Criminals get into {who}",
    Kind.HACKTIVISTS: "Hacktivists ({side}) strike {who}",
    Kind.OUTAGE: "{who} {route}",
    Kind.SERVICE_UP: "{who} have full service again",
}
_OTHERWISE = {
    Kind.BUFFER_EMPTY: " as {its} supply fails",
    Kind.MANUAL_FALLS: " as running by hand wears out",
    Kind.REPAIR_STARTS: " as crews leave to visit sites",
}
"""How service is lost other than by a route of the organisation's own, by kind of what led to it."""
POOLED = frozenset(_PLURAL) | {Kind.SERVICE_DOWN}
"""Kinds of which a long run is told in one sentence."""


class Sentences:
    """Names and sentences for the event log of one replication."""

    def __init__(self, outcome: Outcome, driver: Driver) -> None:
        assert outcome.log is not None, "the replication was simulated without its event log"
        self.log: Sequence[Entry] = outcome.log
        self.driver = driver
        self.world = driver.world
        self.causes = {loss.cause.number: loss.cause for loss in outcome.losses}
        self.releases = {e.who: n for n, e in enumerate(self.log) if e.kind is Kind.RELEASE}
        self._names: dict[str, Callable[[int], str]] = {
            "theatre": lambda k: self.world.theatres[k],
            "organisation": self._organisation,
            "link": self._link,
            "grid": lambda k: "the grid",
            "dependency": self._dependency,
            "pool": lambda k: self.world.pools[k],
            "channel": self._channel,
            "product": self.product,
            "instrument": lambda k: self.world.scenario.instruments[k].name,
            "vendor": self._vendor,
            "cause": self._cause,
        }

    def subject(self, entry: Entry) -> str:
        """Name of what an entry is about."""
        return self._names[SUBJECT[entry.kind]](entry.who)

    def detail(self, entry: Entry) -> str:
        """The detail of an entry by name; "" where there is none."""
        value = entry.detail
        if value is None:
            return ""
        if entry.kind in (Kind.INSTALL, Kind.FOOTHOLD, Kind.PROXY):
            return self._organisation(int(value))
        if entry.kind is Kind.ACTIVATION:
            return HOST_GROUPS[int(value)]
        return value if isinstance(value, str) else f"{value:.6g}"

    def root(self, number: int) -> int:
        """The entry at the beginning of the chain of causes."""
        while self.log[number].parent != NOBODY:
            number = self.log[number].parent
        return number

    def product(self, k: int) -> str:
        return self.world.scenario.products[self.world.products.names[k]].label

    def told(self, entry: Entry) -> str:
        """What happened, without its time."""
        return _SINGULAR[entry.kind](self, entry)

    def told_together(self, entries: Sequence[Entry]) -> str:
        """What happened in a run of entries of one kind and route."""
        first, last = entries[0], entries[-1]
        owners = {self.organisation_of(e) for e in entries}
        if first.kind is Kind.SERVICE_DOWN:
            text = self._lose_service(first, owners, _range([share_of(e) for e in entries]))
        elif len(owners) == 1:
            text = self.told(first)
        else:
            text = self._plural(first, len(owners))
        if len(entries) > len(owners):
            text += f", {len(entries)} times in all"
        days = day_of(first.time_h), day_of(last.time_h)
        when = f"on day {days[0]}" if days[0] == days[1] else f"between day {days[0]} and day {days[1]}"
        return f"{text}, {when}"

    def organisation_of(self, entry: Entry) -> int:
        """The organisation an entry happens to; -1 for none."""
        match SUBJECT[entry.kind]:
            case "dependency":
                return self.world.dependencies.organisation[entry.who]
            case "link":
                return self.world.links.consumer[entry.who]
            case "organisation":
                return entry.who
        return NOBODY

    def route_of(self, entry: Entry) -> str:
        """How service came to be lost: the route of an outage, or the kind of event that led to the loss."""
        if entry.kind is Kind.SERVICE_DOWN and entry.parent != NOBODY:
            parent = self.log[entry.parent]
            return str(parent.detail) if parent.kind is Kind.OUTAGE else parent.kind.name
        return str(entry.detail) if entry.kind is Kind.OUTAGE else ""

    def regime(self, entry: Entry) -> str:
        """Regime of an entry about a theatre."""
        chain = self.driver.chains[entry.who]
        return REGIMES[int(chain.regime[chain.labels.index(str(entry.detail))])]

    def state(self, theatre: int) -> str:
        """Home state of a theatre."""
        return self.world.scenario.theatres[self.world.theatres[theatre]].home_state

    def _organisation(self, k: int) -> str:
        return self.world.organisations.names[k] if k != NOBODY else ""

    def _vendor(self, k: int) -> str:
        return self.world.scenario.vendors[self.world.vendors[k]].label

    def _link(self, k: int) -> str:
        links = self.world.links
        return f"supply of {self._organisation(links.consumer[k])} from {self._organisation(links.provider[k])}"

    def _dependency(self, k: int) -> str:
        d = self.world.dependencies
        host = _HOSTS[HOST_GROUPS[d.host_group[k]]]
        return f"{self.product(d.product[k])} at {self._organisation(d.organisation[k])} ({host})"

    def _channel(self, k: int) -> str:
        channel = self.driver.channels[k]
        if channel.kind == "access_release":
            return f"footholds of {self.state(channel.theatre)}"
        return _listed([self._vendor(v) for v in channel.vendors])

    def _cause(self, k: int) -> str:
        """What a release is called."""
        start = self.log[self.root(self.releases[k])]
        if start.kind is Kind.FAULT:
            return f"faulty update of {self.product(start.who)}"
        if start.kind is Kind.GIVEN_COMPROMISE:
            return f"hostile release of {self.product(start.who)}"
        channel = self.driver.channels[start.who]
        if channel.kind == "access_release":
            return f"attack by {self.state(channel.theatre)}"
        used = self.causes[k].product if k in self.causes else ""
        labels = [self.world.scenario.products[name].label for name in used.split(" + ") if name]
        return f"hostile release of {_listed(labels) or self._channel(start.who)}"

    def _plural(self, first: Entry, count: int) -> str:
        d = self.world.dependencies
        return _PLURAL[first.kind].format(
            who=f"{count} organisations",
            product=self.product(d.product[first.who]) if SUBJECT[first.kind] == "dependency" else "",
            route=_ROUTES[str(first.detail)][1] if first.kind is Kind.OUTAGE else "",
            side=_side(first),
        )

    def _lose_service(self, first: Entry, owners: set[int], how_far: str) -> str:
        many = len(owners) > 1
        who = f"{len(owners)} organisations" if many else self.subject(first)
        route = self.route_of(first)
        before = f" {_ROUTES[route][many]} and" if route in _ROUTES else ""
        parent = self.log[first.parent] if first.parent != NOBODY else first
        its = "their" if many else "its"
        if parent.kind is Kind.BUFFER_EMPTY and not many:
            provider = self.world.links.provider[parent.who]
            after = f" as its supply from {self._organisation(provider)} fails"
        else:
            after = _OTHERWISE.get(parent.kind, "").format(its=its)
        return f"{who}{before} lose{'' if many else 's'} service ({how_far}){after}"

    def _service_down(self, entry: Entry) -> str:
        return self._lose_service(entry, {entry.who}, _range([share_of(entry)]))

    def _attempt(self, entry: Entry) -> str:
        channel: Channel = self.driver.channels[entry.who]
        state = self.state(channel.theatre)
        if channel.kind == "access_release":
            return f"{state} releases the footholds it has gained"
        if channel.kind == "outside_intrusion":
            return f"An outside intruder gets into the build of {self._channel(entry.who)}"
        words = _ANSWERS[str(entry.detail)][len(channel.vendors) > 1]
        return f"{self._channel(entry.who)} {words.format(state=state)}"

    def _instrument(self, entry: Entry) -> str:
        """What government does and on what ground: a vendor it names is not thereby proven guilty."""
        instrument = self.world.scenario.instruments[entry.who]
        one = len(targeted(self.world, instrument)) == 1
        ground = f"{'with' if instrument.evidence_disclosed else 'without'} evidence disclosed"
        reply = f"the vendor{'' if one else 's'} {'may' if instrument.right_of_reply else 'may not'} reply"
        return f"Government issues {_INSTRUMENTS[instrument.kind]}: {self.subject(entry)}, {ground}; {reply}"

    def _regime(self, entry: Entry) -> str:
        label = str(entry.detail)
        text = f"Conflict with {self.state(entry.who)} ({self.subject(entry)}): {_words(self.regime(entry))}"
        if ", mobilising for " in label:
            return f"{text}, mobilising for {_words(label.partition(', mobilising for ')[2])}"
        return f"{text}, with a surge of activity" if label.endswith(", surge") else text

    def _release(self, entry: Entry) -> str:
        if self._by_foothold(entry):
            return f"The {self.subject(entry)} begins"
        path = _words(str(entry.detail))
        return f"The {self.subject(entry)} goes out" + (f" by {path}" if path else "")

    def _withdrawn(self, entry: Entry) -> str:
        return f"The {self.subject(entry)} is {'over' if self._by_foothold(entry) else 'withdrawn'}"

    def _by_foothold(self, entry: Entry) -> bool:
        start = self.log[self.root(self.releases[entry.who])]
        return start.kind is Kind.ATTEMPT and self.driver.channels[start.who].kind == "access_release"

    def _activation(self, entry: Entry) -> str:
        group = _HOSTS[self.detail(entry)]
        release = self._release_behind(entry)
        if release in self.causes and self.causes[release].mode == "espionage":
            return f"It begins to spy on {self.subject(entry)} ({group})"
        return f"It strikes {self.subject(entry)} ({group})"

    def _release_behind(self, entry: Entry) -> int:
        while entry.kind is not Kind.RELEASE and entry.parent != NOBODY:
            entry = self.log[entry.parent]
        return entry.who

    def _at(self, entry: Entry, words: str) -> str:
        d = self.world.dependencies
        return words.format(
            organisation=self._organisation(d.organisation[entry.who]),
            product=self.product(d.product[entry.who]),
        )

    def _between(self, entry: Entry, words: str) -> str:
        links = self.world.links
        return words.format(
            consumer=self._organisation(links.consumer[entry.who]),
            provider=self._organisation(links.provider[entry.who]),
        )

    def _nuisance(self, entry: Entry) -> str:
        struck = self.subject(entry)
        return f"Hacktivists ({_side(entry)}) strike" + (f" {struck}" if struck else "")

    def _service_up(self, entry: Entry) -> str:
        if share_of(entry) == 1.0:
            return f"{self.subject(entry)} has full service again"
        return f"{self.subject(entry)} regains service (up to {percent(share_of(entry))})"


_SINGULAR: Mapping[Kind, Callable[[Sentences, Entry], str]] = {
    Kind.REGIME: Sentences._regime,
    Kind.RESTORED: lambda s, e: f"Work at {s.subject(e)} is done",
    Kind.OUTAGE_OVER: lambda s, e: f"A trouble at {s.subject(e)} is over",
    Kind.SUPPLY_RESTARTED: lambda s, e: s._between(e, "{provider} supplies {consumer} again"),
    Kind.BUFFER_FULL: lambda s, e: s._between(e, "A delivery refills what {consumer} holds against {provider} failing"),
    Kind.REPLACED: lambda s, e: s._at(e, "{organisation} has replaced {product}"),
    Kind.ATTEMPT: Sentences._attempt,
    Kind.FAULT: lambda s, e: f"A faulty update of {s.subject(e)} is made",
    Kind.GIVEN_COMPROMISE: lambda s, e: f"{s.subject(e)} is in hostile hands (a given fact)",
    Kind.INSTRUMENT: Sentences._instrument,
    Kind.SANCTIONS: lambda s, e: f"Sanctions on {s.state(e.who)} take effect",
    Kind.COMPLIES: lambda s, e: s._at(e, "{organisation} decides to replace {product}"),
    Kind.REMOVAL_STARTS: lambda s, e: s._at(e, "{organisation} starts to replace {product}"),
    Kind.UPDATES_STOP: lambda s, e: f"Updates from {s.subject(e)} stop",
    Kind.NOTICE_ENDS: lambda s, e: s._at(e, "Updates of {product} stop at {organisation}, as the notice ends"),
    Kind.RELEASE: Sentences._release,
    Kind.INSTALL: lambda s, e: s._at(e, "{organisation} installs it"),
    Kind.FOOTHOLD: lambda s, e: f"Intruders use their foothold at {s.subject(e)}",
    Kind.ACTIVATION: Sentences._activation,
    Kind.WORM: lambda s, e: f"It crosses to {s.subject(e)}",
    Kind.DETECTION: lambda s, e: f"The {s.subject(e)} is found out",
    Kind.WITHDRAWN: Sentences._withdrawn,
    Kind.PROXY: lambda s, e: f"Intruders reach {s.subject(e)} through {s.detail(e)}",
    Kind.CRIME: lambda s, e: f"Criminals get into {s.subject(e)}",
    Kind.HACKTIVISTS: Sentences._nuisance,
    Kind.OUTAGE: lambda s, e: f"{s.subject(e)} {_ROUTES[str(e.detail)][0]}",
    Kind.MANUAL_FALLS: lambda s, e: f"{s.subject(e)} can run {percent(share_of(e))} by hand",
    Kind.BUFFER_EMPTY: lambda s, e: s._between(e, "{consumer} has nothing left against {provider} failing"),
    Kind.GRID: lambda s, e: (
        f"The grid sheds {percent(share_of(e))} of the load" if e.detail else "Load is shed no more"
    ),
    Kind.RESERVE_READY: lambda s, e: "The slow reserve of the grid comes in",
    Kind.REPAIR_STARTS: lambda s, e: f"{'Its own team' if e.detail else 'A team'} starts work at {s.subject(e)}",
    Kind.SERVICE_DOWN: Sentences._service_down,
    Kind.SERVICE_UP: Sentences._service_up,
}


def clock_time(time_h: float) -> str:
    """`day 206, 14:00`; the first day is day 1."""
    minutes = int(time_h * 60.0 + 0.5)
    return f"day {minutes // 1440 + 1}, {minutes % 1440 // 60:02d}:{minutes % 60:02d}"


def day_of(time_h: float) -> int:
    """The first day is day 1."""
    return int(time_h // HOURS_PER_DAY) + 1


def percent(share: float) -> str:
    """`60 %`"""
    if 0.0 < share < 0.01:
        return "below 1 %"
    return "above 99 %" if 0.99 < share < 1.0 else f"{100.0 * share:.0f} %"


def _words(name: str) -> str:
    return "direct war" if name == "war_direct" else name.replace("_", " ")


def _side(entry: Entry) -> str:
    return _words(str(entry.detail))


def share_of(entry: Entry) -> float:
    """The share an entry tells: of service left, of load shed."""
    assert isinstance(entry.detail, (int, float))
    return float(entry.detail)


def _range(shares: Sequence[float]) -> str:
    low, high = percent(min(shares)), percent(max(shares))
    return f"down to {low}" if low == high else f"down to between {low} and {high}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
