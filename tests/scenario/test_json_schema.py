"""The JSON Schema: valid, up to date in the tree, and of one mind with the program about what is a scenario."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from simulator.scenario.document import read_document
from simulator.scenario.json_schema import json_schema, json_schema_text
from simulator.scenario.load import load
from simulator.scenario.mitigation_file import MitigationFile
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import shipped_mitigations, shipped_scenarios

COMMITTED = Path(__file__).parents[2] / "scenarios" / "scenario.schema.json"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def problems(validator: Draft202012Validator, document: Any) -> list[str]:
    return [error.json_path for error in validator.iter_errors(document)]


def test_the_committed_copy_is_up_to_date():
    """If not: geocyber schema --out scenarios/scenario.schema.json"""
    assert COMMITTED.read_text(encoding="utf-8") == json_schema_text()


def test_the_schema_of_mitigations_is_up_to_date_and_accepts_what_ships():
    """If not: geocyber schema --mitigations --out scenarios/mitigations.schema.json"""
    text = json_schema_text(MitigationFile)
    assert COMMITTED.with_name("mitigations.schema.json").read_text(encoding="utf-8") == text
    Draft202012Validator.check_schema(json.loads(text))
    of_mitigations = Draft202012Validator(json.loads(text))
    document = read_document(shipped_mitigations()["uk_2022"]).data
    assert problems(of_mitigations, document) == []
    document["mitigations"]["hold_updates"]["grade"] = "E"
    document["set"] = {}
    assert problems(of_mitigations, document) == ["$", "$.mitigations.hold_updates.grade"]


def test_it_accepts_what_loads(validator, intact):
    assert problems(validator, json.loads(intact.text)) == []
    for name in ("uk_2022", "us_state"):
        assert problems(validator, json.loads(load(shipped_scenarios()[name]).text)) == []


HAZARD = ("theatres", "east", "coercion", "hazard", "crisis")
SEEN = {"events": 0, "in": "200 years", "visible": 0.5, "prior": "jeffreys"}
ANSWER = {"p05": "1 in 900 years", "p50": "1 in 90 years", "p95": "1 in 9 years", "weight": 2}


@pytest.mark.parametrize(
    "stated",
    [
        {"seen": SEEN, "assumption": "x"},
        {"seen": SEEN | {"prior": {"constrained": "0.01 / year"}}, "assumption": "x"},
        {"seen": SEEN | {"prior": {"gamma": {"shape": 2, "exposure": "300 years"}}}, "assumption": "x"},
        {"seen": SEEN | {"prior": {"lognormal": {"median": "0.1 / year", "sigma": 1}}}, "assumption": "x"},
        {
            "experts": [ANSWER, {"name": "Brook", "min": "0 / h", "mode": "1 / year", "max": "2 / year"}],
            "source": "x y",
        },
    ],
)
def test_it_accepts_counts_and_experts(validator, intact, stated):
    document = json.loads(intact.text)
    document["theatres"]["east"]["coercion"]["hazard"]["crisis"] = stated
    assert problems(validator, document) == []
    Scenario.model_validate(document)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (HAZARD, {"seen": {"events": 0, "prior": "jeffreys"}, "assumption": "x"}),
        (HAZARD, {"seen": SEEN | {"prior": "jeffrey"}, "assumption": "x"}),
        (HAZARD, {"seen": SEEN | {"visble": 1}, "assumption": "x"}),
        (HAZARD, {"experts": [], "assumption": "x"}),
        (HAZARD, {"experts": [{"p05": "1 / year", "p95": "2 / year"}], "assumption": "x"}),
        (HAZARD, {"experts": [ANSWER], "pool": "cooke", "assumption": "x"}),
        (("horizon",), 2),
        (("horizon",), "soon"),
        (("hrizon",), "2 years"),
        (("currency",), "DM"),
        (("theatres", "east", "start"), "truce"),
        (("theatres", "east", "coercion", "saves_for_war"), 1.5),
        (("theatres", "east", "coercion", "saves_for_war"), {"value": 0.5, "surce": "x"}),
        (("theatres", "east", "coercion", "saves_for_war"), {"source": "x"}),
        (("adoption", "push"), {"exponential": {"men": "1 h"}}),
        (("adoption", "push"), {"exponential": {"mean": "1 h"}, "uniform": {"low": "1 h", "high": "2 h"}}),
        (("pools", "responders", "teams"), -1),
        (("vendors", "orion", "controls"), "escrow"),
    ],
)
def test_it_refuses_what_the_program_refuses(validator, intact, path, value):
    document = json.loads(intact.text)
    inner = document
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert problems(validator, document) != []
    with pytest.raises(ValueError, match=path[-1].split(".")[0]):
        Scenario.model_validate(document)


def test_a_missing_section_is_noticed(validator, intact):
    document = json.loads(intact.text)
    del document["impact"]
    assert problems(validator, document) == ["$"]


def test_forms_stand_once_under_plain_names():
    forms = {name for name in json_schema()["$defs"] if name.islower()}
    assert {"share", "time_text", "stated_share", "stated_time", "law_of_time", "stated_law_of_time"} <= forms
    assert {"experts_of_time", "experts_of_rate", "stated_rate"} <= forms
    assert not any(name[-1].isdigit() for name in forms)
    assert len(json_schema_text()) < 150_000  # written out in every place it would be many times that


def test_what_fields_mean_is_kept_for_editors():
    schema = json_schema()
    hazard = schema["$defs"]["Coercion"]["properties"]["hazard"]
    assert hazard["description"].startswith("hazard of use")
    assert "36 d" in schema["$defs"]["time_text"]["examples"]
