"""Everything wrong with a document is said at once, by file, line and field, in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulator.scenario.distribution import Duration, Stated
from simulator.scenario.document import document_from_text, read_document
from simulator.scenario.errors import InputErrors, Problem, dotted, shown
from simulator.scenario.names import Name
from simulator.scenario.quantity import Hours, Money, Share
from simulator.scenario.translate import MAX_PROBLEMS, validate_document


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Vendor(Part):
    home: Literal["Ruritania", "Sylvania"]
    hosts: int = Field(3, ge=1)
    label: str = "x"


class Restart(Part):
    kind: Literal["restart"]
    time: Stated[Hours]


class Visit(Part):
    kind: Literal["visit"]
    crews: int


class Model(Part):
    vendors: dict[Name, Vendor] = {}
    half_life: Stated[Hours] | None = None
    delay: Stated[Duration] | None = None
    either: Restart | Visit | None = None
    tagged: Annotated[Restart | Visit, Field(discriminator="kind")] | None = None
    until: Hours | Literal["never"] = "never"
    by_regime: dict[Literal["peace", "war"], Stated[Share]] = {}
    rings: tuple[Vendor, ...] = ()
    cost: Stated[Money] | None = None
    on: bool = False

    @model_validator(mode="after")
    def no_orion(self) -> Model:
        if "orion" in self.vendors:
            raise InputErrors([Problem(("vendors", "orion"), "taken", "another name"), "and one more thing"])
        return self


def sentences(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "uk.yaml"), Model)
    assert str(caught.value) == "\n".join(caught.value.messages)
    return list(caught.value.messages)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "vendors:\n  a:\n    home: Ruritannia",
            'uk.yaml, line 3: vendors.a.home is "Ruritannia"; allowed: Ruritania, Sylvania. Did you mean "Ruritania"?',
        ),
        ("vendors: {a: {}}", "uk.yaml, line 1: vendors.a.home is missing; needed: Ruritania, Sylvania"),
        (
            "vendors: {a: {home: Sylvania, hots: 3}}",
            'uk.yaml, line 1: vendors.a.hots is not a known key; allowed: home, hosts, label. Did you mean "hosts"?',
        ),
        (
            "vendors: {a: {home: Sylvania, hosts: 0}}",
            "uk.yaml, line 1: vendors.a.hosts is 0; allowed: 1 or more",
        ),
        (
            "vendors: {a: {home: Sylvania, label: 5}}",
            "uk.yaml, line 1: vendors.a.label is 5; allowed: text. Write it in quotes",
        ),
        ("vendors: [a]", "uk.yaml, line 1: vendors is a list of 1; allowed: a mapping of keys to values"),
        (
            "\nhalf_life: 36",
            'uk.yaml, line 2: half_life: 36 needs a unit, for example "36 d" or "36 h"',
        ),
        (
            "half_life:\n  source: x",
            'uk.yaml, line 1: half_life.value is missing; needed: a time, for example "36 d" or "36 h"',
        ),
        (
            "half_life:\n  value: 3 d\n  source: x\n  range: [4 d, 5 d]",
            "uk.yaml, line 4: half_life.range is 4 d to 5 d; allowed: low <= 3 d <= high",
        ),
        (
            "delay:\n  value:\n    pert: {min: 3 d, mode: 1 d, max: 4 d}\n  source: x",
            "uk.yaml, line 2: delay.value: pert has min 3 d, mode 1 d, max 4 d; "
            "allowed: min <= mode <= max and min < max",
        ),
        (
            "by_regime: {paece: 0.3}",
            'uk.yaml, line 1: by_regime.paece is not a known key; allowed: peace, war. Did you mean "peace"?',
        ),
        (
            "by_regime: {war: 3}",
            "uk.yaml, line 1: by_regime.war: 3 is out of range; allowed: a share from 0 to 1, "
            'for example 0.07 or "7 %"',
        ),
        (
            "rings: [{home: Sylvania}, 3]",
            "uk.yaml, line 1: rings[2] is 3; allowed: a mapping of keys to values",
        ),
        ("tagged: {kind: c}", 'uk.yaml, line 1: tagged.kind is "c"; allowed: restart, visit'),
        ("tagged: {crews: 2}", "uk.yaml, line 1: tagged.kind is missing; needed: restart, or visit"),
        ("tagged: {kind: visit, crews: z}", 'uk.yaml, line 1: tagged.crews is "z"; allowed: a whole number'),
        ("either: {kind: visit, crews: z}", 'uk.yaml, line 1: either.crews is "z"; allowed: a whole number'),
        ("either: 3", "uk.yaml, line 1: either is 3; allowed: a mapping of keys to values"),
        (
            "until: sometime",
            'uk.yaml, line 1: until: "sometime" is not a time; write for example "36 d" or "36 h"; also allowed: never',
        ),
        ("on: on", None),
        (
            "cost: {value: 3 USD, source: x, ignorance: 3 GBP}",
            'uk.yaml, line 1: cost.ignorance: "3 GBP" is not in USD; allowed: the same unit as the value',
        ),
        ("on: perhaps", 'uk.yaml, line 1: on is "perhaps"; allowed: true or false'),
        (
            "vendor: {}",
            "uk.yaml, line 1: vendor is not a known key; allowed: vendors, half_life, delay, either, tagged, "
            'until, by_regime, rings, cost, on. Did you mean "vendors"?',
        ),
        ("vendors: {'=a': {home: Sylvania}}", None),
        (
            "half_life: {value: 3 d, assumption: a guess, no more}",
            "uk.yaml, line 1: half_life.no more is not a known key; allowed: value, source, assumption, "
            "range, ignorance, experts, pool. A text with a comma inside braces needs quotes",
        ),
    ],
)
def test_one_wrong_value_gives_one_sentence(text: str, sentence: str | None) -> None:
    if text == "on: on":
        assert validate_document(document_from_text(text), Model).on is True
        return
    (said,) = sentences(text)
    assert said == (sentence or said)


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    said = sentences("half_life: 36\nvendors:\n  a: {home: 3}\n  b: 3\nby_regime: {war: x}\n")
    assert [line.split(":")[0] for line in said] == [f"uk.yaml, line {i}" for i in (1, 3, 4, 5)]


def test_checks_of_the_model_itself_get_their_lines() -> None:
    assert sentences("on: true\nvendors:\n  orion: {home: Sylvania}\n") == [
        "uk.yaml, line 1: and one more thing",
        "uk.yaml, line 3: vendors.orion is taken; allowed: another name",
    ]


def test_lines_and_names_are_those_of_the_extended_file(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text("on: true\nvendors:\n  a: {home: X}\n")
    (tmp_path / "child.yaml").write_text("extends: base.yaml\nvendors:\n  b:\n    home: Y\n")
    with pytest.raises(InputErrors) as caught:
        validate_document(read_document(tmp_path / "child.yaml"), Model)
    assert sorted(message.split(" is ")[0] for message in caught.value.messages) == [
        "base.yaml, line 3: vendors.a.home",
        "child.yaml, line 4: vendors.b.home",
    ]


def test_a_flood_of_problems_is_cut_off() -> None:
    said = sentences("vendors:\n" + "".join(f"  v{i}: 3\n" for i in range(MAX_PROBLEMS + 20)))
    assert len(said) == MAX_PROBLEMS + 1
    assert said[-1] == "... and 20 more problems"


def test_what_was_given_is_shortened_and_kept_on_one_line() -> None:
    (said,) = sentences('vendors: {a: {home: "' + "x\\n" * 500 + '"}}')
    assert "\n" not in said
    assert len(said) < 160
    assert shown({"a": 1}) == "a mapping with the keys a"
    assert shown(None) == "an empty value"


def test_a_path_counts_list_items_from_one() -> None:
    assert dotted(("links", 0, "buffer")) == "links[1].buffer"
