"""Why a vendor's measure does little: which paths it narrows, and which one is left."""

from __future__ import annotations

from functools import cache

import pytest

from simulator.decisions.reasons import reason_of
from simulator.scenario.combination import in_force
from simulator.scenario.load import LoadedScenario
from simulator.scenario.mitigation_file import load_with


@cache
def shipped() -> LoadedScenario:
    return load_with("uk_2022", "uk_2022")


def reason(*names: str) -> str:
    return reason_of(shipped(), in_force(shipped(), names))


def test_a_quorum_closes_the_update_channel_and_another_is_left() -> None:
    told = reason("signing_abroad")
    assert told.startswith("An obeyed order still works in 70 % of cases, by cloud command, which this leaves open")
    assert "by code release alone it would be" in told


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("transparency_centre", "it narrows no path"),
        ("data_relocation", "by telemetry alone it would be 2.5 % instead of 5 %"),
    ],
)
def test_what_looks_at_code_or_moves_data_leaves_the_update_channel_as_it_was(name: str, says: str) -> None:
    assert reason(name).endswith(f"by cloud command, which this leaves open; {says}")


def test_nothing_is_told_of_what_operators_do() -> None:
    assert reason("hold_updates") == ""
    assert reason("hold_updates", "signing_abroad") == ""
