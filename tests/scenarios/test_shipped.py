"""Every scenario that ships: it loads, says what it asks, and its figures are those of their sources."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.evidence import Parameter, all_parameters
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.load import LoadedScenario
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.quantity import Money
from simulator.scenario.stated import stated_values

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
SHIPPED = sorted(p for p in FOLDER.glob("*.yaml") if p.stem != "defaults")
KNOWN = sorted((FOLDER / "known").glob("*.yaml"))
HINDCASTS = FOLDER / "hindcasts"
"""Published history, the only place where real vendors appear."""
HOURS = {"day": 24.0, "days": 24.0, "hours": 1.0, "months": HOURS_PER_YEAR / 12, "years": HOURS_PER_YEAR}
REAL_NAMES = (
    *"kaspersky crowdstrike solarwinds huawei zte viasat microsoft cisco siemens rockwell schneider".split(),
    *"sophos mcafee symantec ericsson nokia eset bitdefender sungrow rogers optus vodafone thames".split(),
)


@cache
def loaded(path: Path) -> LoadedScenario:
    """With the mitigations made for it."""
    return load_with(path, made_for(path))


@pytest.mark.parametrize("path", [*SHIPPED, *KNOWN], ids=lambda p: p.stem)
def test_it_loads_and_asks_a_question(path: Path) -> None:
    scenario = loaded(path).scenario
    assert scenario.name == path.stem
    assert len(scenario.question) > 60
    assert len(scenario.title) > 10
    assert loaded(path).register.organisations


def test_the_promised_scenarios_are_there() -> None:
    assert {p.stem for p in SHIPPED} >= {
        *("uk_2022", "us_state", "pre_positioned", "outside_intruder", "faulty_update"),
        *("telecom_proxy", "sanctions_cutoff", "quiet_decade", "mirror_2022"),
    }
    assert {p.stem for p in KNOWN} >= {
        *(
            "v08",
            "v09",
            "v16",
            "v17",
            "v17_from_war",
            "v19",
            "v36",
            "v39",
            "v40",
            "v41",
            "v42",
            "v42_smallest",
            "v43",
            "v44",
        ),
    }


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_a_figure_that_claims_a_source_and_nothing_else_is_the_source_s(path: Path) -> None:
    wrong = []
    for place, stated in stated_values(loaded(path).scenario):
        if stated.assumption is None and _ids(stated):
            numbers = _numbers(stated.value)
            if not all(_is_among(all_parameters()[name], numbers) for name in _ids(stated)):
                wrong.append((".".join(map(str, place)), numbers))
    assert wrong == []


@pytest.mark.parametrize(
    "path",
    [p for end in ("yaml", "csv") for p in FOLDER.rglob(f"*.{end}") if HINDCASTS not in p.parents],
    ids=lambda p: p.name,
)
def test_no_real_company_is_named_but_in_published_history(path: Path) -> None:
    text = re.sub(r"\w+(?:\.\w+)+", "", path.read_text(encoding="utf-8").lower())  # ids of the evidence
    assert [name for name in REAL_NAMES if name in text] == []


def test_known_answers_leave_the_defaults_alone() -> None:
    """Each figure is its case's own: none names a source, as the defaults do."""
    for path in KNOWN:
        assert [place for place, stated in stated_values(loaded(path).scenario) if stated.source] == []


def _ids(stated: Stated[Any]) -> list[str]:
    return [part.strip() for part in (stated.source or "").split(",") if part.strip()]


def _numbers(value: object) -> list[float]:
    """Every number that a value states, in the model's units."""
    if isinstance(value, Law):
        return [value.a, value.b, value.c]
    if isinstance(value, Money):
        return [value.amount]
    assert isinstance(value, (int, float))
    return [float(value)]


def _is_among(evidence: Parameter, numbers: list[float]) -> bool:
    """Is the published figure, turned into the model's unit, one of these?"""
    unit = evidence.unit
    factor = HOURS.get(unit, 1.0)
    if "per year" in unit or "-year" in unit:
        factor = 1.0 / HOURS_PER_YEAR
    elif unit.endswith("MWh"):
        factor = 1e-3
    return any(abs(n - evidence.value * factor) <= 1e-3 * abs(n) for n in numbers)
