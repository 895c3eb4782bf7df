"""Mechanism 12, generation. A simultaneous loss of generation above the reserve sheds load for every network."""

from __future__ import annotations

from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.service import Service, Trouble
from simulator.model.setting import Setting
from simulator.scenario.operations import Grid
from simulator.scenario.words import SECTORS

_ENERGY = SECTORS.index("energy")
SHED = "load_shed"


class GenerationLoss:
    """Watches generation at energy organisations and sheds load in proportion to the shortfall."""

    def __init__(self, setting: Setting, service: Service, grid: Grid) -> None:
        self.setting = setting
        self.service = service
        self.grid = grid
        o = setting.world.organisations
        self.plants = [i for i, kw in enumerate(o.generation_kw) if kw > 0.0]
        self.networks = [i for i, s in enumerate(o.sector) if s == _ENERGY and o.generation_kw[i] == 0.0]
        self.shed: list[Trouble] = []
        self.short_since = -1.0
        self.share = 0.0
        service.on_change.append(self._output_changed)

    def _output_changed(self, organisation: int, before: float, parent: int) -> None:
        if self.setting.world.organisations.generation_kw[organisation] > 0.0:
            self._balance(organisation, parent)

    def _lost_kw(self) -> float:
        kw = self.setting.world.organisations.generation_kw
        return sum(kw[i] * (1.0 - self.service.output[i]) for i in self.plants)

    def _balance(self, organisation: int, parent: int) -> None:
        """Slow reserve comes in some time after the first shortfall."""
        now = self.setting.clock.now
        short = self._lost_kw() - self.grid.reserve.value
        if short <= 0.0:
            self.short_since = -1.0
        elif self.short_since < 0.0:
            self.short_since = now
            self.setting.clock.after(
                self.grid.slow_after.value, Kind.RESERVE_READY, organisation, self._reserve_ready, parent
            )
        if self.short_since >= 0.0 and now - self.short_since >= self.grid.slow_after.value:
            short -= self.grid.slow_reserve.value
        self._shed(min(max(short / self.grid.load.value, 0.0), 1.0), parent)

    def _reserve_ready(self, moment: Moment) -> None:
        if self.short_since >= 0.0:
            entry = self.setting.clock.record(Kind.RESERVE_READY, moment.who, moment.parent)
            self._balance(moment.who, entry)

    def _shed(self, share: float, parent: int) -> None:
        if share == self.share:
            return
        roots = sorted({k for i in self.plants for k in self.service.roots(i)})
        entry = self.setting.clock.record(Kind.GRID, 0, parent, share)
        self.share = share
        for trouble in self.shed:
            self.service.close(trouble, entry)
        self.shed = []
        if share > 0.0:
            for i in self.networks:
                self.shed += [self.service.open(i, k, SHED, 1.0 - share, entry) for k in roots]
