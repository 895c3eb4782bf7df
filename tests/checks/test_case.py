"""The table of known answers itself."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest
import yaml

from simulator.checks.case import Case, all_cases, leaves

ENTRIES = yaml.safe_load(files("simulator.checks").joinpath("cases.yaml").read_text(encoding="utf-8"))
FIELDS = {"id", "title", "inputs", "expected", "tolerance", "derivation", "second_way", "source", "not_yet"}


def test_every_case_once_and_in_order() -> None:
    ids = [entry["id"] for entry in ENTRIES]
    assert ids == sorted(set(ids))
    assert ids[:44] == [f"V{number:02d}" for number in range(1, 45)]
    assert list(all_cases()) == ids


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry["id"]))
def test_a_case_says_where_its_answer_comes_from(entry: dict[str, object]) -> None:
    assert set(entry) <= FIELDS
    for field in ("title", "derivation", "second_way", "source"):
        assert entry[field], field
    assert list(leaves(entry["expected"]))


@pytest.mark.parametrize("case", all_cases().values(), ids=lambda case: case.id)
def test_no_tolerance_is_wide(case: Case) -> None:
    """Wider than a millionth only for what is found by a search that is not yet there."""
    if not case.not_yet:
        assert case.relative <= 1e-6
        assert case.absolute <= 1e-6
    assert case.relative or case.absolute


def test_numbers_in_any_nesting_have_a_name() -> None:
    figures = {"a": 1, "b": {"c": [2.0, 3]}, "word": "none", "d": np.array([[4.0], [5.0]]), "e": ((6, "x"),)}
    assert dict(leaves(figures)) == {"a": 1.0, "b.c.0": 2.0, "b.c.1": 3.0, "d.0.0": 4.0, "d.1.0": 5.0, "e.0.0": 6.0}
