"""How far the stated ranges of hazards reach, and that stated ignorance leaves a run as it is."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from simulator.batch.ignorance import TOO_WIDE, hazard_ranges
from simulator.batch.run import run
from simulator.batch.store import METRICS, TABLES
from simulator.batch.workers import make_driver
from simulator.scenario.distribution import Stated
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from simulator.scenario.stated import stated_values

RANGE = "{value: 0.1 / year, range: [0.02 / year, 0.4 / year], assumption: made up for a test}"
INTRUSION = "intrusion: {theatre: east, rate: %s, payload: code, paths: [code_release]}"


def ranges(folder: Path, text: str) -> dict[str, list[float]]:
    """Of V17 with changes."""
    path = folder / "mine.yaml"
    path.write_text(f"extends: {os.path.relpath(known_answer('v17'), folder)}\n{text}\n")
    loaded = load(path)
    return hazard_ranges(make_driver(loaded.scenario, loaded.register))


def test_without_stated_ranges_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert ranges(tmp_path, "") == {}


def test_a_hazard_that_can_come_true_once_saturates(tmp_path: Path) -> None:
    """War throughout: P(use) within the year at 0.1 a year, and at the ends of the range; 0.6 succeed."""
    war = "start: war_direct, rates: {war_direct: {crisis: 0 / year}}"
    text = f"theatres: {{east: {{{war}, coercion: {{hazard: {{war_direct: {RANGE}}}}}}}}}"
    p = {rate: -math.expm1(-0.6 * rate) for rate in (0.02, 0.1, 0.4)}
    expected = [p[0.02] / p[0.1], p[0.4] / p[0.1]]
    found = ranges(tmp_path, text)
    assert found["coerced_update"] == pytest.approx(expected, rel=1e-6)
    assert found["all"] == pytest.approx(expected, rel=1e-6)


def test_a_hazard_that_recurs_is_proportional_and_all_causes_are_weighed(tmp_path: Path) -> None:
    found = ranges(tmp_path, INTRUSION % RANGE)
    assert set(found) == {"outside_intrusion", "all"}
    assert found["outside_intrusion"] == pytest.approx([0.2, 4.0])
    low, high = found["all"]  # the coerced use has no range and little weight
    assert 0.2 < low < 0.25
    assert 3.8 < high < 4.0


def test_a_rate_known_by_a_count_alone_is_as_doubtful_as_its_posterior(tmp_path: Path) -> None:
    """None in 200 years under Jeffreys' prior: a 95 % point of 3.84 times the mean (V21), and a 5 % point near 0."""
    seen = "{seen: {events: 0, in: 200 years, prior: jeffreys}, assumption: made up for a test}"
    found = ranges(tmp_path, INTRUSION % seen)["outside_intrusion"]
    assert found == pytest.approx([0.003932, 3.841459], rel=1e-3)
    assert found[1] / found[0] > TOO_WIDE


def test_a_count_beside_a_stated_value_leaves_its_range(tmp_path: Path) -> None:
    law = "{lognormal: {p05: 0.02 / year, p50: 0.1 / year, p95: 0.4 / year}}"
    seen = f"{RANGE[:-1]}, ignorance: {law}, seen: {{events: 0, in: 50 years}}}}"
    assert ranges(tmp_path, INTRUSION % seen) == ranges(tmp_path, INTRUSION % RANGE)


def test_experts_who_disagree_widen_it(tmp_path: Path) -> None:
    one = "{p05: 0.01 / year, p50: 0.1 / year, p95: 1 / year}"
    other = "{p05: 0.4 / year, p50: 0.5 / year, p95: 0.7 / year}"
    alone, both = (
        ranges(tmp_path, INTRUSION % f"{{experts: [{who}], assumption: made up for a test}}")["outside_intrusion"]
        for who in (other, f"{one}, {other}")
    )
    assert both[0] < alone[0]
    assert both[1] > alone[1]


def test_a_hazard_of_zero_does_no_harm(tmp_path: Path) -> None:
    rate = "{value: 0 / year, range: [0 / year, 0.4 / year], assumption: made up for a test}"
    found = ranges(tmp_path, INTRUSION % rate)
    assert all(math.isfinite(end) for pair in found.values() for end in pair)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["faulty_update", "outside_intruder"])
def test_stated_ignorance_moves_no_result_of_a_run(name: str, tmp_path: Path) -> None:
    """A run takes values alone: with every ignorance law taken out, all tables and metrics keep their bytes."""
    loaded = load(name)
    known = {path: one for path, one in stated_values(loaded.scenario) if one.ignorance is not None}
    assert len(known) >= 10
    sure = replace(loaded, scenario=without_ignorance(loaded.scenario))
    assert not [path for path, one in stated_values(sure.scenario) if one.ignorance is not None]
    for folder, scenario in (("doubted", loaded), ("sure", sure)):
        run(scenario, replications=64, seed=3, out=tmp_path / folder)
    for file in (METRICS, *(f"{table}.parquet" for table in TABLES)):
        assert (tmp_path / "doubted" / file).read_bytes() == (tmp_path / "sure" / file).read_bytes(), file


def without_ignorance(part: Any) -> Any:
    """The same scenario without any law of ignorance."""
    if isinstance(part, Stated):
        return Stated(part.value, part.source, part.assumption, part.range)
    if isinstance(part, BaseModel):
        return part.model_copy(update={key: without_ignorance(getattr(part, key)) for key in type(part).model_fields})
    if isinstance(part, Mapping):
        return {key: without_ignorance(item) for key, item in part.items()}
    return tuple(map(without_ignorance, part)) if isinstance(part, tuple) else part
