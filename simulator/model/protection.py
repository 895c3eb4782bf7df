"""Who runs what, and how well it protects: replaced products, stopped updates, stale definitions."""

from __future__ import annotations

from simulator.model.posture import Posture
from simulator.model.setting import Setting
from simulator.scenario.words import PATHS

UPDATE_PATHS = (PATHS.index("code_release"), PATHS.index("content_update"))
"""Paths that end when updates stop and that a customer can hold back."""


class Protection:
    """State of every dependency: to come, in use, being replaced, or gone; and since when its updates stopped."""

    def __init__(self, setting: Setting, posture: Posture) -> None:
        self.setting = setting
        self.posture = posture
        d = setting.world.dependencies
        self.removed = [not used for used in d.in_use]
        """Gone, or still to come."""
        self.coverage = [c if used else 0.0 for c, used in zip(d.coverage, d.in_use, strict=True)]
        """Share of its host group's machines that each runs on now."""
        self.migrating = [False] * len(d.names)
        self.stopped_since: dict[int, float] = {}
        """Dependency -> hour its updates stopped."""
        self.disconnected: set[int] = set()
        crime = setting.world.scenario.crime
        self.half_life = crime.stale_after.value if crime is not None else 1.0

    def reachable(self, dependency: int, path: int) -> bool:
        """Can a release on this path still arrive here?"""
        if not self.present(dependency):
            return False
        if path in UPDATE_PATHS and dependency in self.stopped_since:
            return False
        return not self.posture.shut(dependency, path)

    def present(self, dependency: int) -> bool:
        """Is the product still in use and connected?"""
        return not self.removed[dependency] and dependency not in self.disconnected

    def stop_updates(self, dependency: int) -> None:
        """Updates stop now; definitions grow stale from here."""
        if not self.removed[dependency]:
            self.stopped_since.setdefault(dependency, self.setting.clock.now)

    def cut_off(self, dependency: int) -> None:
        """Disconnected by order: nothing arrives on any path, and definitions grow stale."""
        self.stop_updates(dependency)
        self.disconnected.add(dependency)

    def remove(self, dependency: int, successor: int = -1) -> None:
        """Gone, and its replacement works. One that is not named protects as well, and has no hazards of its own."""
        self.removed[dependency] = True
        self.migrating[dependency] = False
        self.stopped_since.pop(dependency, None)
        if successor >= 0:
            self._hand_over(dependency, successor, self.coverage[dependency])

    def second(self, dependency: int, successor: int, share: float) -> None:
        """A second product takes over a share of the machines."""
        if not self.removed[dependency]:
            self._hand_over(dependency, successor, share * self.coverage[dependency])

    def _hand_over(self, dependency: int, successor: int, coverage: float) -> None:
        self.removed[successor] = False
        self.coverage[successor] = min(self.coverage[successor] + coverage, 1.0)
        self.coverage[dependency] -= coverage

    def gap(self, organisation: int) -> float:
        """Factor on the rate of ordinary intrusions: 1 with protection working, up to `World.widest_gaps` without."""
        factor = 1.0
        for k, worth, lets_through in self.setting.world.protecting[organisation]:
            coverage = self.coverage[k]
            now = worth * coverage * self._working(k) if coverage > 0.0 else 0.0
            factor *= (1.0 - now) / lets_through
        return factor

    def _working(self, dependency: int) -> float:
        """Share of its worth a product gives: none while migrating, halving with stale definitions."""
        if self.migrating[dependency]:
            return 0.0
        held = self.posture.hold_back(dependency) - self.setting.world.dependencies.hold_back_h[dependency]
        since = self.stopped_since.get(dependency)
        stale = held if since is None else held + self.setting.clock.now - since
        return float(0.5 ** (stale / self.half_life)) if stale > 0.0 else 1.0
