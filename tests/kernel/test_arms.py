"""Base and arms: both engines judge alike what an arm touches, and say the same of it to the last bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest

pytest.importorskip("numba", reason="the compiled kernel needs numba: pip install geocyber[fast]")

from simulator.kernel.memory import Memory
from simulator.kernel.reading import Notes
from simulator.model.replication import Noted
from tests.kernel.arms import arms_of, blocks, difference
from tests.kernel.worlds import world_of

PARTS = 10
EACH = 25
"""Random worlds of a part; parts are what workers share."""
REPLICATIONS = 3
"""Of every stratum."""
ENOUGH = range(40)
"""Random worlds that need everything a replication notes."""


def differences(number: int) -> list[str]:
    """How the engines differ on the arms of a random world: one text for every block."""
    arms = arms_of(world_of(number))
    return [difference(arms, block) for block in blocks(arms, REPLICATIONS)] if arms is not None else []


def agree(number: int) -> None:
    for found in differences(number):
        assert found == "", f"world_of({number})"


@pytest.mark.parametrize("number", range(12))
def test_a_dozen_random_worlds(number: int) -> None:
    agree(number)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_many_random_worlds(part: int) -> None:
    for number in range(100 + part * EACH, 100 + part * EACH + EACH):
        agree(number)


@pytest.mark.slow
@pytest.mark.parametrize("name", [field.name for field in fields(Noted)])
def test_what_is_not_read_is_missed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check itself can fail: some world needs each thing that a replication notes."""
    read: Callable[[Notes, Memory], Noted] = Notes.read

    def forgetful(notes: Notes, memory: Memory) -> Noted:
        noted = read(notes, memory)
        nothing: Any = type(getattr(noted, name))()
        return replace(noted, **{name: nothing})

    monkeypatch.setattr(Notes, "read", forgetful)
    assert any(found for number in ENOUGH for found in differences(number))
