"""Vendors, their products, and which control acts on which path (methods 1.3)."""

from __future__ import annotations

from pydantic import Field, model_validator

from simulator.scenario.base import Section
from simulator.scenario.distribution import Stated
from simulator.scenario.quantity import Count, Hours, Number, PositiveCount, Share
from simulator.scenario.words import Path


class Jurisdiction(Section):
    """A home state: what it may order, and whether a firm can resist."""

    legal_reach: Stated[Share]
    resistance: Stated[Share]


class Signing(Section):
    """m-of-n release signing (V16)."""

    insiders: Count
    outsiders: Count
    quorum: PositiveCount
    insider_complies: Stated[Share]
    outsider_signs_blind: Stated[Share]
    common_cause: Stated[Share]

    @model_validator(mode="after")
    def quorum_can_be_met(self) -> Signing:
        if self.quorum > self.insiders + self.outsiders:
            raise ValueError(f"quorum is {self.quorum} but there are only {self.insiders + self.outsiders} signers")
        return self


class Vendor(Section):
    label: str
    home: str
    reach_outside: Stated[Number] = Field(description="customers outside the portfolio reached by its products")
    controls: tuple[str, ...] = ()
    signing: Signing | None = None


class Rings(Section):
    """Vendor-run staged rollout: shares of customers and when each ring opens."""

    shares: tuple[Share, ...]
    starts: tuple[Hours, ...]

    @model_validator(mode="after")
    def well_formed(self) -> Rings:
        if len(self.shares) != len(self.starts) or not self.shares:
            raise ValueError("rings need as many shares as starts, at least one")
        if abs(sum(self.shares) - 1.0) > 1e-9:
            raise ValueError(f"ring shares must add to 1, they add to {sum(self.shares):g}")
        if list(self.starts) != sorted(self.starts):
            raise ValueError("ring starts must not decrease")
        return self


class Product(Section):
    label: str
    vendor: str
    kind: str = Field(description="for example endpoint_security, network_monitoring, scada")
    paths: dict[Path, Stated[Share]] = Field(description="success of each path before controls")
    adoption: dict[Path, str] = Field(description="adoption regime per path, a name under adoption")
    rings: Rings | None = None
    first_at_release: bool = Field(False, description="one customer takes each release at once")
    protects: Stated[Share] | None = Field(None, description="share of ordinary intrusions it stops")
    fault: str | None = Field(None, description="name of the fault profile under faults")

    @model_validator(mode="after")
    def every_path_has_adoption(self) -> Product:
        if not self.paths:
            raise ValueError("a product needs at least one path")
        missing = [path for path in self.paths if path not in self.adoption]
        if missing:
            raise ValueError(f"adoption is missing for path {', '.join(missing)}")
        if self.protects is not None and self.protects.value >= 1.0:
            raise ValueError("protects must be below 1: no product stops every intrusion")
        return self


class Control(Section):
    """Efficacy on each path: the share of attempts on that path which it stops."""

    efficacy: dict[Path, Stated[Share]]
