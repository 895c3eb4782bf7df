"""Who still runs what, and how well it protects: removed products, stopped updates, stale definitions."""

from __future__ import annotations

from simulator.model.setting import Setting
from simulator.scenario.words import PATHS

UPDATE_PATHS = (PATHS.index("code_release"), PATHS.index("content_update"))
"""Paths that end when updates stop and that a customer can hold back."""


class Protection:
    """State of every dependency: in use, being replaced, or gone; and since when its updates stopped."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        n = len(setting.world.dependencies.names)
        self.removed = [False] * n
        self.migrating = [False] * n
        self.stopped_since: dict[int, float] = {}
        """Dependency -> hour its updates stopped."""
        self.disconnected: set[int] = set()
        crime = setting.world.scenario.crime
        self.half_life = crime.stale_after.value if crime is not None else 1.0

    def reachable(self, dependency: int, path: int) -> bool:
        """Can a release on this path still arrive here?"""
        if not self.present(dependency):
            return False
        return path not in UPDATE_PATHS or dependency not in self.stopped_since

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

    def remove(self, dependency: int) -> None:
        """Gone, and its replacement works."""
        self.removed[dependency] = True
        self.migrating[dependency] = False
        self.stopped_since.pop(dependency, None)

    def gap(self, organisation: int) -> float:
        """Factor on the rate of ordinary intrusions: 1 with protection working, up to `widest_gap` without."""
        world = self.setting.world
        factor = 1.0
        for k in world.dependencies.of_organisation[organisation]:
            protects = world.products.protects[world.dependencies.product[k]] * world.dependencies.coverage[k]
            if protects > 0.0:
                factor *= (1.0 - protects * self._working(k)) / (1.0 - protects)
        return factor

    def widest_gap(self, organisation: int) -> float:
        """The factor if nothing protected: the envelope of `gap`."""
        world = self.setting.world
        factor = 1.0
        for k in world.dependencies.of_organisation[organisation]:
            protects = world.products.protects[world.dependencies.product[k]] * world.dependencies.coverage[k]
            factor /= 1.0 - protects
        return factor

    def _working(self, dependency: int) -> float:
        """Share of its worth a product gives: none while migrating, halving with stale definitions."""
        if self.migrating[dependency]:
            return 0.0
        since = self.stopped_since.get(dependency)
        if since is None:
            return 1.0
        return float(0.5 ** ((self.setting.clock.now - since) / self.half_life))
