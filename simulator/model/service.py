"""Mechanism 9. IT, OT and service are three things: an outage has a route, and plant can be run by hand.

Service of an organisation is its own output (the worst of its troubles) times what its supplies leave it.
Losses accrue to the root causes of the moment; where several overlap, each answers in proportion to the service
that its own trouble alone would take.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.setting import Setting
from simulator.model.supply import Supply
from simulator.rules.total import total
from simulator.scenario.operations import Manual
from simulator.scenario.words import SECTORS

_ROUNDING = 1e-12
"""Less than this above the floor is the floor: no further step for what rounding left."""


NUISANCE = "nuisance"
"""Route of a disturbance that stays where it strikes."""


@dataclass(slots=True, eq=False)
class Trouble:
    """A reason of an organisation's own for reduced or unsafe service."""

    organisation: int
    cause: int
    route: str
    output: float
    """Share of service left by this trouble alone."""
    unsafe: bool = False
    manual: Manual | None = None
    part: float = 1.0
    """Share of its cause in this trouble, where several causes bring it about together."""
    is_open: bool = True


class Service:
    """Output of every organisation, and the losses while it is below one."""

    def __init__(self, setting: Setting, supply: Supply) -> None:
        self.setting = setting
        self.supply = supply
        o = setting.world.organisations
        n = len(o.names)
        self.output = [1.0] * n
        self.troubles: defaultdict[int, list[Trouble]] = defaultdict(list)
        self.crews_away: defaultdict[int, list[float]] = defaultdict(list)
        """Shares of the crews that jobs took from running plant by hand."""
        self.since = [0.0] * n
        self.blamed: defaultdict[int, dict[int, float]] = defaultdict(dict)
        """Last known causes by weight: they answer for the time a consumer needs to restart."""
        self.charged: dict[int, dict[int, float]] = {}
        """Per organisation: people without service there, by cause."""
        self.without = [0.0] * len(SECTORS)
        self.down = [0] * len(SECTORS)
        """Organisations with less than full service, by sector."""
        self.history: list[tuple[float, int, float]] = []
        """(hour, sector, people without service) after each change."""
        self.down_entry = [-1] * n
        self.on_change: list[Callable[[int, float, int], None]] = []
        """Called with (organisation, output before, log entry) after each change of output."""
        self.on_trouble: list[Callable[[int, int], None]] = []
        self.on_own_recovery: list[Callable[[int, int], None]] = []

    def open(
        self,
        organisation: int,
        cause: int,
        route: str,
        output: float,
        parent: int,
        unsafe: bool = False,
        manual: Manual | None = None,
        part: float = 1.0,
    ) -> Trouble:
        """A new trouble begins now."""
        self.settle(organisation)
        trouble = Trouble(organisation, cause, route, output, unsafe, manual, part)
        self.troubles[organisation].append(trouble)
        self.setting.causes[cause].struck.add(organisation)
        entry = self.setting.clock.record(Kind.OUTAGE, organisation, parent, route)
        if manual is not None and manual.falls_by.value > 0.0 and output > manual.floor.value:
            self._hand_over(trouble, entry)
        self.refresh(organisation, entry)
        for react in self.on_trouble:
            react(organisation, entry)
        return trouble

    def close(self, trouble: Trouble, parent: int) -> None:
        """A trouble ends now."""
        if not trouble.is_open:
            return
        self.settle(trouble.organisation)
        trouble.is_open = False
        self.troubles[trouble.organisation].remove(trouble)
        self.refresh(trouble.organisation, parent)
        for react in self.on_own_recovery:
            react(trouble.organisation, parent)

    def heal(self, organisation: int, cause: int, parent: int) -> None:
        """All troubles of one cause at one organisation end now."""
        for trouble in [t for t in self.troubles[organisation] if t.cause == cause]:
            self.close(trouble, parent)

    def send_crews(self, organisation: int, share: float, parent: int) -> None:
        """A job takes a share of the crews that run plant by hand."""
        self.settle(organisation)
        self.crews_away[organisation].append(share)
        self.refresh(organisation, parent)

    def recall_crews(self, organisation: int, share: float, parent: int) -> None:
        """The crews that one job took are back."""
        self.settle(organisation)
        self.crews_away[organisation].remove(share)
        self.refresh(organisation, parent)

    def _charge(self, i: int, output: float, shares: dict[int, float]) -> None:
        """Share the people without service here among the causes of the moment."""
        before = self.charged.get(i, {})
        out = (1.0 - output) * self.setting.world.organisations.people[i]
        now = {k: out * share for k, share in shares.items()} if out > 0.0 else {}
        if now == before:
            return
        sector = self.setting.world.organisations.sector[i]
        for k in sorted(before.keys() | now.keys()):
            change = now.get(k, 0.0) - before.get(k, 0.0)
            self.setting.causes[k].people_out.append((self.setting.clock.now, sector, change))
        self.charged[i] = now

    def own_output(self, organisation: int, besides: str = "") -> float:
        """Output the organisation's own troubles leave: the worst of them rules; one route may be left out."""
        return min((self._left(t) for t in self.troubles[organisation] if t.route != besides), default=1.0)

    def delivered(self, organisation: int) -> float:
        """Output as those who hang on it feel it: a nuisance is capped where it strikes and cuts nobody off."""
        if all(t.route != NUISANCE for t in self.troubles[organisation]):
            return self.output[organisation]
        return self.own_output(organisation, besides=NUISANCE) * self.supply.factor(organisation)

    def _left(self, trouble: Trouble) -> float:
        """Share of service one trouble leaves; by hand, what the crews still there can run, or else the floor."""
        if trouble.manual is None:
            return trouble.output
        crews = max(1.0 - total(self.crews_away[trouble.organisation]), 0.0)
        return max(trouble.output * crews, min(trouble.manual.floor.value, trouble.output))

    def refresh(self, organisation: int, parent: int) -> None:
        """Recompute output after a change; losses must have been settled before it."""
        before = self.output[organisation]
        factor = self.supply.factor(organisation)
        after = self.own_output(organisation) * factor
        if factor == 1.0:
            self.blamed[organisation] = {}
        shares = self.answerable(organisation) if after < 1.0 else {}
        self._charge(organisation, after, shares)
        if after == before:
            return
        self.output[organisation] = after
        self.since[organisation] = self.setting.clock.now
        entry = self._note(organisation, before, after, shares, parent)
        for react in self.on_change:
            react(organisation, before, entry)

    def settle(self, organisation: int) -> None:
        """Book losses up to now, here and wherever this organisation's troubles are felt."""
        for i in self.supply.downstream(organisation):
            self._accrue(i)

    def roots(self, organisation: int, *besides: str) -> dict[int, float]:
        """Causes behind the organisation's loss of service now, some routes left out, each with its weight: the share
        of service that the worst of its own troubles would take alone, here or through exhausted links.
        """
        found = self._taken(organisation, 1.0, besides)
        for i, carried in self.supply.reach(organisation).items():
            if i != organisation:
                _raise(found, self._taken(i, carried, (NUISANCE, *besides)))
        return found

    def answerable(self, organisation: int) -> dict[int, float]:
        """Causes that answer for what is lost here now, and their shares, which sum to one.

        While what it hangs on only waits to restart, those last known answer in its place; a nuisance changes
        nothing in that.
        """
        self.blamed[organisation] = self.roots(organisation, NUISANCE) or self._last_known(organisation)
        weights = self._taken(organisation, 1.0)
        _raise(weights, self.blamed[organisation])
        whole = total(weights[k] for k in sorted(weights))
        return {k: weights[k] / whole for k in sorted(weights)}

    def _taken(self, organisation: int, carried: float, besides: tuple[str, ...] = ()) -> dict[int, float]:
        """By cause: the share of service that the worst of its own troubles here takes, as far as it is carried."""
        found: dict[int, float] = {}
        for t in self.troubles[organisation]:
            if t.route not in besides:
                _raise(found, {t.cause: carried * t.part * (1.0 - self._left(t))})
        return found

    def _last_known(self, organisation: int) -> dict[int, float]:
        """Weights of the causes last known behind its loss, or else behind the loss of those it hangs on."""
        if self.blamed[organisation]:
            return self.blamed[organisation]
        found: dict[int, float] = {}
        for i, carried in self.supply.reach(organisation).items():
            _raise(found, {k: carried * weight for k, weight in self.blamed[i].items()})
        return found

    def _accrue(self, i: int) -> None:
        now = self.setting.clock.now
        hours = now - self.since[i]
        self.since[i] = now
        if hours <= 0.0:
            return
        o = self.setting.world.organisations
        if self.output[i] < 1.0:
            loss = (1.0 - self.output[i]) * hours * o.customers[i]
            for k, share in self.answerable(i).items():
                booked = self.setting.causes[k].customer_hours
                booked[i] = booked.get(i, 0.0) + loss * share
                self.setting.causes[k].lost_hours += loss * share * (now - 0.5 * hours)
        for trouble in self.troubles[i]:
            if trouble.unsafe:
                self.setting.causes[trouble.cause].unsafe_person_hours += hours * o.people[i]

    def _note(self, i: int, before: float, after: float, shares: dict[int, float], parent: int) -> int:
        """Log the change, count the customers interrupted and the people without service."""
        o = self.setting.world.organisations
        sector = o.sector[i]
        if after < before:
            entry = self.setting.clock.record(Kind.SERVICE_DOWN, i, parent, after)
            self.down_entry[i] = entry
            for k, share in shares.items():
                self.setting.causes[k].interruptions[sector] += (before - after) * o.customers[i] * share
        else:
            entry = self.setting.clock.record(Kind.SERVICE_UP, i, parent, after)
        self.without[sector] = self._people_without(sector, i, before, after)
        self.history.append((self.setting.clock.now, sector, self.without[sector]))
        return entry

    def _people_without(self, sector: int, i: int, before: float, after: float) -> float:
        """The running sum, exactly zero when nobody of the sector is down: no rounding is left behind."""
        self.down[sector] += (after < 1.0) - (before < 1.0)
        if self.down[sector] == 0:
            return 0.0
        change = (before - after) * self.setting.world.organisations.people[i]
        return max(self.without[sector] + change, 0.0)

    def _hand_over(self, trouble: Trouble, parent: int) -> None:
        """Running by hand wears out: the share kept falls at every step until its floor."""
        assert trouble.manual is not None
        every = trouble.manual.every.value
        self.setting.clock.after(
            every, Kind.MANUAL_FALLS, trouble.organisation, self._falls, parent, trouble.cause, trouble
        )

    def _falls(self, moment: Moment) -> None:
        trouble = moment.data
        assert isinstance(trouble, Trouble)
        assert trouble.manual is not None
        if not trouble.is_open:
            return
        self.settle(trouble.organisation)
        manual = trouble.manual
        fallen = trouble.output - manual.falls_by.value
        trouble.output = fallen if fallen > manual.floor.value + _ROUNDING else manual.floor.value
        entry = self.setting.clock.record(Kind.MANUAL_FALLS, trouble.organisation, moment.parent, trouble.output)
        if trouble.output > manual.floor.value:
            self._hand_over(trouble, entry)
        self.refresh(trouble.organisation, entry)


def _raise(weights: dict[int, float], others: dict[int, float]) -> None:
    """Raise weights by cause to those of others; zero is no weight."""
    for k, weight in others.items():
        if weight > weights.get(k, 0.0):
            weights[k] = weight
