"""What the kernel knows of a scenario."""

from __future__ import annotations

import pytest

from simulator.batch import engines
from simulator.kernel import known
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.schema import Scenario


def test_the_kernel_knows_every_section_there_is() -> None:
    assert set(Scenario.model_fields) == known.KNOWN


def test_a_section_it_does_not_know_is_left_to_the_model_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "KNOWN", known.KNOWN - {"crime"})
    monkeypatch.setattr(engines, "find_spec", lambda name: object())
    crime, none = load("uk_2022").scenario, load("faulty_update").scenario
    assert engines.chosen("auto", crime) == "simpy"
    assert engines.chosen("auto", none) == "kernel"
    with pytest.raises(InputError, match="does not know the section crime of this scenario; use --engine simpy"):
        engines.chosen("kernel", crime)
