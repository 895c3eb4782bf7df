"""What mitigations in force change, asked at the moment it matters: nothing is scheduled for most of them.

Every question is noted, so that an arm whose mitigations bear on nothing that was asked need not be run again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from simulator.chance.adoption import working_from
from simulator.model.setting import Setting
from simulator.rules.total import total
from simulator.scenario.distribution import Stated
from simulator.scenario.mitigations import Effect
from simulator.scenario.operations import Manual
from simulator.scenario.vendors import Rings
from simulator.scenario.words import HOST_GROUPS, PATHS, Mode, Shape
from simulator.world.mitigations import Bearing


class Posture:
    """The mitigations of one replication: when each began, and where it works by now."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.world = setting.world
        self.in_force = self.world.mitigations
        self.bearings = self.world.bearings
        self.starts = list(setting.future.dates.mitigations)
        self.asked: set[tuple[Bearing, int]] = set()
        """Everything an event asked about, by row."""
        self._working: dict[int, dict[int, float]] = {}

    def begin(self, m: int) -> None:
        """A mitigation that waited for a disclosure, or for the warning that follows one, begins now."""
        if math.isinf(self.starts[m]):
            self.starts[m] = self.setting.clock.now
            self._working.pop(m, None)

    def working_from(self, m: int) -> dict[int, float]:
        """Hour from which a mitigation works, by organisation; inf where it never does."""
        if m not in self._working:
            one, entities = self.in_force[m], self.setting.entities
            keys = entities.organisation_array[list(one.organisations)]
            hours = working_from(self.setting.draws, keys, entities.mitigations[m], one.mitigation, self.starts[m])
            self._working[m] = dict(zip(one.organisations, hours, strict=True))
        return self._working[m]

    def hold_back(self, dependency: int) -> float:
        """Hours for which updates wait here now."""
        held = self.world.dependencies.hold_back_h[dependency]
        for effect in self._at_dependency("hold_updates", dependency):
            assert effect.hold_updates is not None
            held = max(held, effect.hold_updates.value)
        return held

    def shut(self, dependency: int, path: int) -> bool:
        """Has the operator shut this path?"""
        return any(PATHS[path] in effect.close_paths for effect in self._at_dependency("close_paths", dependency))

    def reach(self, dependency: int) -> float:
        """Share of a host group's machines that code still reaches, beside its coverage."""
        return _left(e.reach_left for e in self._at_dependency("reach_left", dependency))

    def activation(self, organisation: int, mode: Mode) -> float:
        """Share of code of this mode that still works."""
        return _left(e.activation_left.get(mode) for e in self._at("activation_left", organisation, organisation))

    def routes(self, organisation: int, host_group: int) -> tuple[float, float, float]:
        """Factors on precautionary stop, loss of view and unsafe control."""
        stop = view = control = 1.0
        for m in self._bearing("routes_left", organisation, organisation):
            guard, scope = self.in_force[m].effect.routes_left, self.in_force[m].mitigation.scope
            assert guard is not None
            if HOST_GROUPS[host_group] in scope.host_groups:
                stop *= guard.precautionary_stop.value
                view *= guard.loss_of_view.value
                control *= guard.unsafe_control.value
        return stop, view, control

    def notice(self, organisation: int) -> float:
        """Factor on the time in which the organisation itself notices."""
        return _left(e.notice_left for e in self._at("notice_left", organisation, organisation))

    def restoration(self, organisation: int, kind: Shape) -> float:
        """Factor on the time of a restoration of this kind."""
        return _left(e.restoration_left.get(kind) for e in self._at("restoration_left", organisation, organisation))

    def manual(self, organisation: int, manual: Manual | None) -> Manual | None:
        """How plant is run by hand here: as it is, or as practised."""
        for effect in self._at("manual", organisation, organisation):
            drills = effect.manual
            assert drills is not None
            if manual is None:
                continue
            manual = manual.model_copy(
                update={
                    "share": max(manual.share, drills.share, key=lambda s: s.value),
                    "floor": max(manual.floor, drills.floor, key=lambda s: s.value),
                    "falls_by": min(manual.falls_by, drills.falls_by, key=lambda s: s.value),
                }
            )
        return manual

    def buffer(self, link: int) -> tuple[float, int]:
        """Hours and deliveries added to a supply link."""
        consumer = self.world.links.consumer[link]
        added = [e.buffers for e in self._at("buffers", link, consumer) if e.buffers is not None]
        return total(b.added.value for b in added), sum(b.deliveries for b in added)

    def own_teams(self, organisation: int) -> int:
        """Teams of its own that the organisation has more by now."""
        return sum(e.own_teams or 0 for e in self._at("own_teams", organisation, organisation))

    def pool_teams(self, pool: int) -> int:
        """Teams that a pool has more by now."""
        name, now = self.world.pools[pool], self.setting.clock.now
        self.asked.add(("pool_teams", pool))
        found = self.bearings.get(("pool_teams", pool), ())
        return sum(self.in_force[m].effect.pool_teams[name] for m in found if now >= self.starts[m])

    def rings(self, product: int, rings: Rings | None) -> Rings | None:
        """The vendor's staged rollout now: its own, or the one it adopted last."""
        latest = -math.inf
        for m in self._of_vendor("rings", product):
            begun = self._at_vendor(m, product)
            if begun >= latest:
                latest, rings = begun, self.in_force[m].effect.rings
        return rings

    def finder(self, product: int) -> float:
        """Factor on the time in which an outside finder finds hostile code in this product."""
        return _left(self.in_force[m].effect.finder_left for m in self._of_vendor("finder_left", product))

    def own_actions(self) -> Iterator[tuple[int, int, float]]:
        """(mitigation, dependency, hour) of every product that a mitigation takes out or seconds, and begun."""
        for m, one in enumerate(self.in_force):
            if one.acts_by_itself and math.isfinite(self.starts[m]):
                yield from self.actions_of(m)

    def actions_of(self, m: int) -> Iterator[tuple[int, int, float]]:
        """The same for one mitigation."""
        hours, one = self.working_from(m), self.in_force[m]
        for dependency in sorted({*one.taken_out, *one.seconded}):
            hour = hours[self.world.dependencies.organisation[dependency]]
            if hour < self.setting.horizon_h:
                yield m, dependency, hour

    def _at_dependency(self, bearing: Bearing, dependency: int) -> Sequence[Effect]:
        return self._at(bearing, dependency, self.world.dependencies.organisation[dependency])

    def _at(self, bearing: Bearing, row: int, organisation: int) -> Sequence[Effect]:
        """Effects at work now."""
        found = self._bearing(bearing, row, organisation)
        return [self.in_force[m].effect for m in found] if found else ()

    def _bearing(self, bearing: Bearing, row: int, organisation: int) -> Sequence[int]:
        question = (bearing, row)
        self.asked.add(question)
        if question not in self.bearings:
            return ()
        now = self.setting.clock.now
        return [m for m in self.bearings[question] if now >= self.working_from(m)[organisation]]

    def _of_vendor(self, bearing: Bearing, product: int) -> Sequence[int]:
        question = (bearing, product)
        self.asked.add(question)
        if question not in self.bearings:
            return ()
        now = self.setting.clock.now
        return [m for m in self.bearings[question] if now >= self._at_vendor(m, product)]

    def _at_vendor(self, m: int, product: int) -> float:
        one = self.in_force[m]
        place = one.vendors.index(self.world.products.vendor[product])
        return self.setting.future.dates.vendors[m][place]


def _left(shares: Iterable[Stated[float] | None]) -> float:
    """Shares that remain multiply: two mitigations that leave three tenths each leave nine hundredths together."""
    return math.prod((share.value for share in shares if share is not None), start=1.0)
