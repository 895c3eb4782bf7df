"""Mechanism 12, generation. A simultaneous loss of generation above the reserve sheds load for every network.

Plants that are down only because of the shedding itself, or only wait to restart, do not count as lost: a grid
that holds itself down restarts, as any loop of supply does.
"""

from __future__ import annotations

from simulator.model.clock import Moment
from simulator.model.kinds import Kind
from simulator.model.service import Service, Trouble
from simulator.model.setting import Setting
from simulator.rules.total import total
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
        self.shortages = 0
        self.short = self.slow_ready = False
        self.share = 0.0
        service.on_change.append(self._output_changed)
        service.on_own_recovery.append(self._recovered)

    def _output_changed(self, organisation: int, before: float, parent: int) -> None:
        if self.setting.world.organisations.generation_kw[organisation] > 0.0:
            self._balance(organisation, parent)

    def _recovered(self, organisation: int, parent: int) -> None:
        if self.share > 0.0:
            self._balance(organisation, parent)

    def _lost_plants(self) -> list[int]:
        return [i for i in self.plants if self.service.output[i] < 1.0 and self.service.roots(i, SHED)]

    def _balance(self, organisation: int, parent: int) -> None:
        """Slow reserve comes in some time after the first shortfall."""
        kw = self.setting.world.organisations.generation_kw
        lost = self._lost_plants()
        short = total(kw[i] * (1.0 - self.service.output[i]) for i in lost) - self.grid.reserve.value
        if short <= 0.0:
            self.short = self.slow_ready = False
        elif not self.short:
            self.short = True
            self.shortages += 1
            self.setting.clock.after(
                self.grid.slow_after.value,
                Kind.RESERVE_READY,
                organisation,
                self._reserve_ready,
                parent,
                data=self.shortages,
            )
        if self.slow_ready:
            short -= self.grid.slow_reserve.value
        self._shed(min(max(short / self.grid.load.value, 0.0), 1.0), lost, parent)

    def _reserve_ready(self, moment: Moment) -> None:
        if self.short and moment.data == self.shortages:
            self.slow_ready = True
            entry = self.setting.clock.record(Kind.RESERVE_READY, moment.who, moment.parent)
            self._balance(moment.who, entry)

    def _shed(self, share: float, lost: list[int], parent: int) -> None:
        """New shedding begins before the old ends, so that no network is back for no time at all."""
        if share == self.share:
            return
        parts = self._parts(lost)
        entry = self.setting.clock.record(Kind.GRID, 0, parent, share)
        self.share = share
        before, self.shed = self.shed, []
        if share > 0.0:
            for i in self.networks:
                self.shed += [self.service.open(i, k, SHED, 1.0 - share, entry, part=p) for k, p in parts.items()]
        for trouble in before:
            self.service.close(trouble, entry)

    def _parts(self, lost: list[int]) -> dict[int, float]:
        """Causes behind the lost plants, and the share of the lost generation each answers for; they sum to one."""
        kw = self.setting.world.organisations.generation_kw
        found: dict[int, float] = {}
        for i in lost:
            weights = self.service.roots(i, SHED)
            for k, weight in weights.items():
                missing = kw[i] * (1.0 - self.service.output[i])
                found[k] = found.get(k, 0.0) + missing * weight / total(weights.values())
        whole = total(found[k] for k in sorted(found))
        return {k: found[k] / whole for k in sorted(found)}
