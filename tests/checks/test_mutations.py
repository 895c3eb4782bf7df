"""The known answers notice it when a rule of the model is broken: one change to its text at a time.

Each broken rule must make the case named with it fail; sound, the same case passes (tests/checks/test_known.py).
"""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.checks.case import all_cases
from simulator.checks.figure import Z
from simulator.checks.verify import do, pieces
from simulator.scenario.mechanisms import MECHANISMS
from tests.checks.broken import break_rule

MUTATIONS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("mutations.yaml").read_text(encoding="utf-8"))


def faults(case: str) -> list[str]:
    """Figures of a case that the simulator gets wrong: off by more than its tolerance. A crash proves nothing."""
    found = []
    for piece in pieces(all_cases()[case]):
        if piece.way == "simulated":
            one = do(piece)
            assert one.crashed == ""
            found += [f.name for f in one.figures if isfinite(f.got) and abs(f.error) > max(f.allowed, Z * f.se)]
    return found


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("mutation", [pytest.param(m, id=f"{m['caught_by']}-{m['means']}") for m in MUTATIONS])
def test_a_broken_rule_is_caught(mutation: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    break_rule(monkeypatch, mutation["place"], mutation["rule"], mutation["broken"])
    found = faults(mutation["caught_by"])
    print(mutation["means"], found)
    assert found != []


def test_every_mechanism_is_broken_at_least_once() -> None:
    assert {int(m["mechanism"].split()[0]) for m in MUTATIONS} == {m.number for m in MECHANISMS if m.number}


def test_the_page_on_validation_shows_them_all() -> None:
    page = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")
    rows = sorted(MUTATIONS, key=lambda m: int(m["mechanism"].split()[0]))
    table = "\n".join(f"| {m['mechanism']} | {m['means']} | {m['caught_by']} |" for m in rows)
    assert f"|---|---|---|\n{table}\n\n" in page
