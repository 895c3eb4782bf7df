"""No number of a shipped file slips through: it names a row of the evidence, is an assumption with a range, or is a
fact of the question, listed here with the reason."""

from __future__ import annotations

import csv
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from pydantic import BaseModel

import simulator.scenario
from simulator.evidence import all_parameters
from simulator.scenario.base import Section
from simulator.scenario.distribution import Stated
from simulator.scenario.ledger import ledger
from simulator.scenario.load import LoadedScenario
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.portfolio import LinkRule, MarketShare
from simulator.scenario.references import evidence_ids
from simulator.scenario.shipped import shipped_mitigations, shipped_scenarios
from simulator.scenario.stated import stated_values
from simulator.scenario.template import write_template

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = shipped_scenarios()

FACTS = {
    "Scenario.format": "version of the file format",
    "Scenario.horizon": "how far the question looks ahead",
    "GivenRegime.at": "the course of events that the question supposes",
    "Generate.seed": "which of many like portfolios; a label of draws",
    "Group.count": "how many operators the invented place has",
    "Signing.insiders": "how an invented vendor, or one that adopts the measure, is organised",
    "Signing.outsiders": "as insiders",
    "Signing.quorum": "as insiders",
    "Rings.shares": "how an invented vendor, or one that adopts the measure, ships in stages",
    "Rings.starts": "as shares",
    "Start.at": "date from which a measure on offer would hold",
    "Trigger.at": "date of a government act on offer",
    "Effect.own_teams": "what the measure buys",
    "Effect.pool_teams": "what the measure buys",
    "Buffers.deliveries": "what the measure buys",
    "Seen.visible": "left out: every event would have become known, which is what a plain count says",
}
"""Plain numbers that are no figures about the world but what is asked, invented or bought; each with the reason."""

REGISTER_FACTS = {
    "organisations.csv": "operators are invented; sizes are resampled from public counts",
    "carries": "one over the number of suppliers, which the rule of supply states",
}
"""Columns and files of a register that hold facts of an invented portfolio, not figures."""


@cache
def loaded(name: str) -> LoadedScenario:
    """A shipped scenario with the mitigations made for it."""
    return load_with(name, made_for(name))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> LoadedScenario:
    scenario = write_template(tmp_path_factory.mktemp("new") / "mine")
    return load_with(scenario, scenario.with_name("mitigations.yaml"))


def plain_numbers(section: object, field: str = "") -> Iterator[tuple[str, object]]:
    """Every value below a section that is neither Stated nor a word or a switch, with `Section.field`."""
    if isinstance(section, BaseModel):
        for name in type(section).model_fields:
            yield from plain_numbers(getattr(section, name), f"{type(section).__name__}.{name}")
    elif isinstance(section, Mapping):
        for value in section.values():
            yield from plain_numbers(value, field)
    elif isinstance(section, (tuple, list)):
        for value in section:
            yield from plain_numbers(value, field)
    elif not (section is None or isinstance(section, (Stated, bool, str))):
        yield field, section


def ungrounded(scenario: object) -> list[str]:
    """Stated values that name no row of the evidence and are no assumption with a range."""
    known = all_parameters()
    found = []
    for place, stated in stated_values(scenario):
        rows = [row for row in evidence_ids(stated.source) if row in known]
        if not rows and (stated.assumption is None or stated.range is None):
            found.append(".".join(map(str, place)))
    return found


@pytest.mark.parametrize("name", SHIPPED)
def test_every_stated_figure_of_a_scenario_is_grounded(name: str) -> None:
    assert ungrounded(loaded(name).scenario) == []


def test_every_stated_figure_of_the_template_is_grounded(template: LoadedScenario) -> None:
    assert ungrounded(template.scenario) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_every_plain_number_of_a_scenario_is_a_fact_of_the_question(name: str) -> None:
    assert {field for field, _ in plain_numbers(loaded(name).scenario)} <= set(FACTS)


def test_every_plain_number_of_the_template_is_a_fact_of_the_question(template: LoadedScenario) -> None:
    assert {field for field, _ in plain_numbers(template.scenario)} <= set(FACTS)


def test_no_exception_outlives_its_use(template: LoadedScenario) -> None:
    used = {field for field, _ in plain_numbers(template.scenario)}
    used |= {field for name in SHIPPED for field, _ in plain_numbers(loaded(name).scenario)}
    used |= {field for kind in sections() for field, _ in defaults_of(kind)}
    assert used == set(FACTS)
    assert all(FACTS.values())


def sections() -> Iterator[type[Section]]:
    """Every section of the schema."""
    for module in pkgutil.iter_modules(simulator.scenario.__path__):
        found = importlib.import_module(f"simulator.scenario.{module.name}")
        for _, kind in inspect.getmembers(found, inspect.isclass):
            if issubclass(kind, Section) and kind is not Section and kind.__module__ == found.__name__:
                yield kind


def default_values(kind: type[Section]) -> Iterator[tuple[str, object]]:
    """What a scenario gets by leaving a field out, by name of the field."""
    for name, field in kind.model_fields.items():
        if not field.is_required():
            yield name, field.get_default(call_default_factory=True, validated_data={})


def defaults_of(kind: type[Section]) -> Iterator[tuple[str, object]]:
    """Plain numbers among them."""
    for name, default in default_values(kind):
        yield from plain_numbers(default, f"{kind.__name__}.{name}")


@pytest.mark.parametrize("kind", list(sections()), ids=lambda kind: kind.__name__)
def test_defaults_of_fields_are_grounded_or_facts(kind: type[Section]) -> None:
    assert {field for field, _ in defaults_of(kind)} <= set(FACTS)
    for name, default in default_values(kind):
        assert ungrounded(default) == [], name


def test_a_bare_number_would_be_noticed(template: LoadedScenario) -> None:
    """The test of the test: figures without their words, and a field nobody has listed."""
    crime = template.scenario.crime
    assert crime is not None
    bare = template.scenario.model_copy(update={"crime": crime.model_copy(update={"rate": Stated(1.0)})})
    assert ungrounded(bare) == ["crime.rate"]
    ranged = Stated(1.0, assumption="because")
    assert ungrounded(crime.model_copy(update={"rate": ranged})) == ["rate"]
    assert ungrounded(crime.model_copy(update={"rate": Stated(1.0, source="a.row.that.is.nowhere")})) == ["rate"]
    unlisted = {field for field, _ in plain_numbers(crime.model_copy(update={"rate": 1.0}))}
    assert unlisted == {"Crime.rate"}


def test_a_source_is_rows_of_the_evidence_and_every_page_has_an_address() -> None:
    known = all_parameters()
    for name in SHIPPED:
        for entry in ledger(loaded(name)):
            if entry.source:
                assert evidence_ids(entry.source), entry.parameter
                assert set(evidence_ids(entry.source)) <= set(known), entry.parameter
    for row in known.values():
        assert all(re.match(r"https?://[^\s/]+\.", url) for url in row.url.split()), row.id


@pytest.mark.parametrize("name", ["defaults", *SHIPPED, *(f"mitigations/{name}" for name in shipped_mitigations())])
def test_every_row_that_an_assumption_speaks_of_is_there(name: str) -> None:
    """Ids in brackets within the words of an assumption are rows too, or the beginning of several."""
    text = (ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8")
    starts = {row.split(".")[0] for row in all_parameters()}
    for found in re.findall(r"\(([a-z_]+(?:\.[A-Za-z0-9_*]+)+)", text):
        if found.split(".")[0] in starts:
            pattern = re.escape(found).replace(r"\*", r"[a-z_0-9]+")
            assert any(re.match(rf"{pattern}(\.|$)", row) for row in all_parameters()), found


def numbers(path: Path, columns: tuple[str, ...]) -> dict[str, set[str]]:
    """What a CSV file holds in some columns."""
    with path.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    return {column: {row[column] for row in rows if row.get("kind") != "trust"} for column in columns}


def test_figures_of_the_shipped_register_are_those_that_rules_state() -> None:
    """The register repeats what `us_state` states with sources and ranges; nothing else is in it but facts."""
    generate = loaded("us_state").scenario.portfolio.generate
    assert generate is not None
    folder = ROOT / "scenarios" / "uk_2022"
    in_links = numbers(folder / "links.csv", ("fallback", "recharge", "restart_lag", "deliveries"))
    rules = [rule for rule in generate.links if rule.kind == "supply"]
    assert {float(v) for v in in_links["fallback"]} <= {rule.fallback.value for rule in rules}
    assert {float(v) for v in in_links["recharge"]} <= {rule.recharge.value for rule in rules}
    assert {int(v) for v in in_links["deliveries"]} <= {rule.deliveries.value for rule in rules}
    assert {float(v.removesuffix(" h")) for v in in_links["restart_lag"]} <= {
        rule.restart_lag.value if rule.restart_lag else 0.0 for rule in rules
    }
    in_dependencies = numbers(folder / "dependencies.csv", ("coverage", "hold_back"))
    assert {float(v) for v in in_dependencies["coverage"]} <= {rule.coverage.value for rule in generate.products}
    assert {float(v.removesuffix(" h")) for v in in_dependencies["hold_back"]} <= {
        rule.hold_back.value if rule.hold_back else 0.0 for rule in generate.products
    }
    buffers = {rule.buffer.value for rule in rules}
    assert {link.buffer for link in loaded("uk_2022").register.links if link.kind == "supply"} <= buffers


def test_columns_of_a_register_are_figures_of_rules_or_facts() -> None:
    """A column that is added to a register has to be taken care of above or be named as a fact."""
    text = {"organisation", "provider", "kind", "product", "host_group"}
    cared_for = {"fallback", "buffer", "recharge", "restart_lag", "deliveries", "coverage", "hold_back"}
    assert cared_for <= {*LinkRule.model_fields, *MarketShare.model_fields}
    for name in ("links.csv", "dependencies.csv"):
        header = (ROOT / "scenarios" / "uk_2022" / name).read_text(encoding="utf-8").splitlines()[0]
        assert set(header.split(",")) <= text | cared_for | set(REGISTER_FACTS)


@pytest.mark.parametrize(
    ("name", "pool", "integrators"), [("uk_2022", 30, 10), ("us_state", 40, 40), ("faulty_update", 30, 10)]
)
def test_counts_of_people_are_stated_with_a_range(name: str, pool: int, integrators: int) -> None:
    scenario = loaded(name).scenario
    assert scenario.removal is not None
    for stated, value in ((scenario.pools["responders"].teams, pool), (scenario.removal.integrators, integrators)):
        assert stated.value == value
        assert stated.range is not None
        assert stated.range[0] < value < stated.range[1]
