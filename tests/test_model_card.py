"""The model card says what the program says: grades by mechanism, counts of the evidence, version, places to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import simulator
from simulator.commands.mechanisms import markdown_table
from simulator.evidence import all_incidents
from simulator.scenario.ledger import ledger
from simulator.scenario.mechanisms import Standing, standings
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.shipped import shipped_scenarios

CARD = (Path(__file__).parents[1] / "docs" / "model-card.md").read_text(encoding="utf-8")
WORDS = {13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen"}
WORDS |= {20: "twenty", 21: "twenty-one", 30: "thirty"}


@pytest.fixture(scope="module")
def shipped() -> list[Standing]:
    return standings(entry for name in shipped_scenarios() for entry in ledger(load_with(name, made_for(name))))


def test_the_table_of_mechanisms_is_the_one_that_is_printed(shipped: list[Standing]) -> None:
    """Mend it with `geocyber mechanisms --markdown`."""
    table = [line for line in CARD.splitlines() if re.match(r"\| (No|\d+|) \|", line)]
    printed = [line for line in markdown_table(shipped) if not line.startswith("|---")]
    assert table == printed


def test_what_it_says_of_the_table_is_so(shipped: list[Standing]) -> None:
    thin = sum(standing.typical == "D" for standing in shipped)
    assert f"the typical figure is D in {WORDS[thin]} of {WORDS[len(shipped)]} rows" in CARD


def test_what_it_says_of_the_catalogue_is_so() -> None:
    figures = sum(len(record.figures) for record in all_incidents().values())
    confirmed = sum(record.confirmed for record in all_incidents().values())
    said = f"lists {WORDS[len(all_incidents())]} published incidents, {figures} figures, {confirmed} of them read"
    assert said in CARD
    assert f"{figures - confirmed} of its figures were not confirmed" in " ".join(CARD.split())


def test_no_mitigation_has_measured_evidence() -> None:
    mitigations = load_with("uk_2022", "uk_2022").scenario.mitigations
    assert "A" not in {mitigation.grade for mitigation in mitigations.values()}
    assert "No effect of a mitigation has grade A" in CARD
    assert f"`uk_2022` has {len(mitigations)};" in CARD


def test_the_range_of_the_hazard_is_that_of_the_defaults() -> None:
    coercion = load_with("uk_2022", None).scenario.theatres["east"].coercion
    assert coercion is not None
    spans = [hazard.range[1] / hazard.range[0] for hazard in coercion.hazard.values() if hazard.range is not None]
    assert (round(min(spans)), round(max(spans))) == (30, 80)
    assert "factor of thirty to eighty" in CARD


def test_it_answers_ten_criticisms_and_names_the_commit_of_its_results() -> None:
    assert re.findall(r"^(\d+)\. \*\*\"", CARD, re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert len(re.findall(r"in a\s+run of commit [0-9a-f]{7}", CARD)) == 2
    assert "<!--" not in CARD
    assert CARD.startswith(f"# Model card\n\ngeocyber {simulator.__version__}, MIT licence")
