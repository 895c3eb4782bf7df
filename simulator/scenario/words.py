"""The closed vocabularies of a scenario (DESIGN section 2): regimes, sectors, paths, host groups, payers, causes."""

from __future__ import annotations

from typing import Literal, get_args

Regime = Literal["peace", "tension", "crisis", "war_elsewhere", "war_direct"]
Sector = Literal["water", "telecom", "energy"]
Path = Literal["code_release", "content_update", "cloud_command", "telemetry", "remote_support"]
HostGroup = Literal["office", "privileged", "near_ot"]
Payer = Literal["operator", "customers", "society", "insurer", "vendor", "government"]
Audience = Literal["all", "critical_infrastructure", "government", "briefed"]
Priority = Literal["customers_per_repair_hour", "first_come", "largest_first", "smallest_first", "random"]
Mode = Literal["disruption", "espionage", "fault"]
Shape = Literal["restart", "rebuild", "visit"]
Measure = Literal["customer_hours", "person_hours", "cost", "abstract"]
Currency = Literal["USD", "GBP", "EUR"]
CauseKind = Literal[
    "coerced_update",
    "outside_intrusion",
    "access_release",
    "telecom_proxy",
    "faulty_update",
    "crime",
    "hacktivist",
    "sanctions",
    "instrument",
    "mitigation",
    "given",
]
"""What a loss is booked to; "mitigation" is work that a mitigation in force causes."""

REGIMES: tuple[Regime, ...] = get_args(Regime)
SECTORS: tuple[Sector, ...] = get_args(Sector)
PATHS: tuple[Path, ...] = get_args(Path)
HOST_GROUPS: tuple[HostGroup, ...] = get_args(HostGroup)
PAYERS: tuple[Payer, ...] = get_args(Payer)
MEASURES: tuple[Measure, ...] = get_args(Measure)
CAUSE_KINDS: tuple[CauseKind, ...] = get_args(CauseKind)
MALICIOUS_CAUSES: tuple[CauseKind, ...] = ("coerced_update", "outside_intrusion", "access_release", "telecom_proxy")
"""Causes that take a successful malicious compromise; a given fact may be malicious too, and says so itself."""
