"""What every mechanism of one replication shares: the world, its future, its draws, the clock and the causes."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.chance.driver import Driver
from simulator.chance.entities import Entities
from simulator.chance.future import Future
from simulator.chance.keys import Draws, stable_hash
from simulator.model.causes import Cause
from simulator.model.clock import Clock
from simulator.scenario.words import REGIMES, CauseKind
from simulator.world.world import World


@dataclass(slots=True)
class Setting:
    """One replication under way."""

    world: World
    driver: Driver
    future: Future
    draws: Draws
    clock: Clock
    causes: list[Cause] = field(default_factory=list)
    state: list[int] = field(default_factory=list)
    """Expanded state of each theatre now."""

    @property
    def entities(self) -> Entities:
        return self.driver.entities

    @property
    def horizon_h(self) -> float:
        return self.world.horizon_h

    def regime(self, theatre: int) -> str:
        """Name of a theatre's regime now."""
        return REGIMES[int(self.driver.chains[theatre].regime[self.state[theatre]])]

    def open_cause(
        self,
        name: str,
        kind: CauseKind,
        theatre: int = -1,
        malicious: bool = False,
        origin_h: float | None = None,
    ) -> Cause:
        """A new cause with a stable name of its own; its draws hang on the name."""
        cause = Cause(
            number=len(self.causes),
            key=stable_hash(name),
            kind=kind,
            start_h=self.clock.now,
            origin_h=self.clock.now if origin_h is None else origin_h,
            theatre=self.world.theatres[theatre] if theatre >= 0 else "",
            regime=self.regime(theatre) if theatre >= 0 else "",
            malicious=malicious,
        )
        self.causes.append(cause)
        return cause
