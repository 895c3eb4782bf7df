"""A compromise under way: one hostile or faulty release and all who carry it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from simulator.model.causes import Cause
from simulator.scenario.threats import Detection, Selection
from simulator.scenario.words import Mode


@dataclass(slots=True, eq=False)
class Carrier:
    """A host group that takes, or will take, the release. Times in hours since the start of the replication."""

    dependency: int
    """Row of the dependency; -1 where the code came by worm or foothold."""
    organisation: int
    host_group: int
    coverage: float
    key: int
    path: int = -1
    """Path on which the code arrives; -1 where it came by worm or foothold."""
    install_h: float = 0.0
    acts_h: float = math.inf
    noticed_h: float = math.inf
    """When this organisation alone would notice."""
    scheduled: bool = False
    installed: bool = False
    acted: bool = False
    told: bool = False
    """Has it learnt of the infection and asked to be cleaned?"""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the code does, for a payload or a fault alike."""

    mode: Mode
    trigger: str
    detection: Detection
    restoration: str
    activation: float
    worm: float = 0.0
    selection: Selection | None = None


@dataclass(slots=True, eq=False)
class Compromise:
    """Open until withdrawn. Several products share one if one campaign uses them at once: one detector reveals all."""

    cause: Cause
    behaviour: Behaviour
    vendors: tuple[int, ...]
    products: tuple[int, ...]
    coerced: bool
    start_h: float
    carriers: list[Carrier] = field(default_factory=list)
    detected_h: float = math.inf
    withdrawn_h: float = math.inf
    given_detection_h: float = math.inf
    """A scripted detection, in place of draws."""
    detection_epoch: int = 0
    infected: set[int] = field(default_factory=set)
    """Organisations that have taken the code."""

    @property
    def detected(self) -> bool:
        return not math.isinf(self.detected_h)
