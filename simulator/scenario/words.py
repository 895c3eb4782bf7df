"""The closed vocabularies of a scenario (DESIGN section 2): regimes, sectors, paths, host groups, payers."""

from __future__ import annotations

from typing import Literal, get_args

Regime = Literal["peace", "tension", "crisis", "war_elsewhere", "war_direct"]
Sector = Literal["water", "telecom", "energy"]
Path = Literal["code_release", "content_update", "cloud_command", "telemetry", "remote_support"]
HostGroup = Literal["office", "privileged", "near_ot"]
Payer = Literal["operator", "customers", "society", "insurer", "vendor", "government"]
Audience = Literal["all", "critical_infrastructure", "government", "briefed"]
Priority = Literal["customers_per_repair_hour", "first_come", "largest_first", "smallest_first", "random"]
Measure = Literal["customer_hours", "person_hours", "cost", "abstract"]
Currency = Literal["USD", "GBP", "EUR"]

REGIMES: tuple[Regime, ...] = get_args(Regime)
SECTORS: tuple[Sector, ...] = get_args(Sector)
PATHS: tuple[Path, ...] = get_args(Path)
HOST_GROUPS: tuple[HostGroup, ...] = get_args(HostGroup)
PAYERS: tuple[Payer, ...] = get_args(Payer)
MEASURES: tuple[Measure, ...] = get_args(Measure)
