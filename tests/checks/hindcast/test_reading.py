"""Cards: a user's own in one file, and one clear sentence with file and line for whatever is wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from simulator.checks.hindcast.reading import read_card
from simulator.scenario.errors import InputError, InputErrors
from tests.checks.hindcast.invented import CARD, POINT, entry, written


def test_a_card_is_one_file(tmp_path: Path) -> None:
    card = read_card(written(tmp_path))
    (one,) = card.observed
    assert (card.name, card.loaded.scenario.name, card.loaded.scenario.question) == (
        "night_of_the_gauges",
        "night_of_the_gauges",
        card.about,
    )
    assert len(card.loaded.register.organisations) == 14
    assert card.each == {"": 1.0, "Host": 50.0, "Farm": 1.0}
    assert (one.ask.quantity, one.ask.since, one.ask.at_h) == ("restored_share", "activation", 25.0)
    assert (one.tolerance.kind, one.tolerance.low, one.tolerance.high) == ("band", pytest.approx(0.7), 1.1)
    assert one.naive is not None
    assert one.naive.value == 0.5


def test_a_scenario_inside_may_extend_a_shipped_one_or_stand_beside(tmp_path: Path) -> None:
    inside = CARD.replace("  horizon: 60 d\n", "  extends: incident\n  horizon: 60 d\n")
    inside = inside.replace("  jurisdictions:\n    Nowhere: {legal_reach: 1, resistance: 0}\n", "")
    inside = inside.replace("home: Nowhere", "home: Norvia")
    card = read_card(written(tmp_path, card=inside))
    assert card.loaded.scenario.name == "night_of_the_gauges"
    assert "sleeping_wiper" in card.loaded.scenario.payloads
    head, _, rest = CARD.partition("scenario:\n")
    body, _, tail = rest.partition("stands_for:")
    own = "format: 1\nname: gauges\ntitle: Gauges by night\nquestion: Who is back?\n"
    (tmp_path / "beside.yaml").write_text(own + "\n".join(line[2:] for line in body.split("\n")), encoding="utf-8")
    apart = read_card(written(tmp_path, card=f"{head}scenario: beside.yaml\nstands_for:{tail}"))
    assert apart.loaded.scenario.name == "gauges"


WRONG = {
    "two tolerances": (
        entry("hit_share", "0.5", "within: [0, 1]", plus_or_minus="0.1"),
        "within:",
        "observed[1].within is two kinds of tolerance, plus_or_minus, within; allowed: exactly one of",
    ),
    "no tolerance": (
        entry("hit_share", "0.5", "among: Host"),
        "quantity: hit_share",
        "observed[1] is without a tolerance; allowed: exactly one of plus_or_minus, within, at_most",
    ),
    "low above high": (
        entry("hit_share", "0.5", "within: [0.9, 0.1]"),
        "within:",
        "observed[1].within is 0.9 to 0.1; allowed: low <= high",
    ),
    "outside its own tolerance": (
        entry("hit_share", "0.5", "within: [0.6, 0.9]"),
        "value: 0.5",
        "observed[1].value is 0.5, outside its own tolerance; allowed: a value within it",
    ),
    "a tolerance of nought": (
        entry("hit_share", "0.5", "plus_or_minus: 0"),
        "plus_or_minus:",
        "observed[1].plus_or_minus is a tolerance of nought; allowed: a width above 0",
    ),
    "a central share of all": (
        entry("hit_share", "0.5", "central: 1"),
        "central:",
        "observed[1].central is 1; allowed: a share above 0 and below 1",
    ),
    "a time where a share is asked": (
        entry("hit_share", "12 d", "central: 80 %", naive="{value: 0.1, from: a guess}"),
        "value: 12 d",
        'observed[1].value: "12 d" is a time; allowed: a share from 0 to 1',
    ),
    "a share where a time is asked": (
        entry("detected_after", "0.4", "central: 80 %", naive="{value: 9 d, from: a guess}"),
        "value: 0.4",
        'observed[1].value: 0.4 needs a unit, for example "0.4 d"',
    ),
    "other money": (
        entry("loss", "3 million GBP", "plus_or_minus: 30 %", naive="{value: 9 USD, from: a guess}"),
        "value: 3 million GBP",
        'observed[1].value is "3 million GBP"; allowed: USD, the currency of the scenario',
    ),
    "an unknown quantity": (
        entry("restord_share", "0.5", "plus_or_minus: 0.1"),
        "quantity: restord_share",
        'observed[1].quantity is "restord_share"; allowed: installed, ',
    ),
    "an unknown status": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1", status="held-out"),
        "status:",
        'observed[1].status is "held-out"; allowed: fitted, implied, held_out. Did you mean "held_out"?',
    ),
    "held out without a naive forecast": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1").replace("    naive: {value: 0.5, from: the same}\n", ""),
        "quantity: hit_share",
        "observed[1].naive is missing; needed: {value, from}, a forecast without a model",
    ),
    "no reason for the status": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1").replace("    because: nothing was fitted on it\n", ""),
        "quantity: hit_share",
        "observed[1].because is missing; needed: text",
    ),
    "no time": (
        entry("clean_share", "0.5", "plus_or_minus: 0.1"),
        "quantity: clean_share",
        'observed[1].at is missing; needed: a time, for example "36 d"',
    ),
    "a time too many": (
        entry("detected_after", "5 d", "plus_or_minus: 1 d", at="3 d"),
        "at: 3 d",
        'observed[1].at is "3 d"; allowed: nothing, for detected_after has no time of its own',
    ),
    "a moment it is not counted from": (
        entry("detected_after", "5 d", "plus_or_minus: 1 d", since="announcement"),
        "since:",
        'observed[1].since is "announcement"; allowed: release, activation',
    ),
    "nobody of that name": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1", among="Hots"),
        "among:",
        'observed[1].among is "Hots"; allowed: a sector of the scenario (water, energy), or how the name',
    ),
    "a trade where a sector is asked": (
        entry("service_lost", "0.5", "plus_or_minus: 0.1", among="Host"),
        "among:",
        'observed[1].among is "Host"; allowed: a sector of the scenario (water, energy)',
    ),
    "an id that is none": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1", source="recovery.no_such"),
        "source:",
        'observed[1].source is "recovery.no_such"; allowed: an id of the evidence',
    ),
    "an unknown key": (
        entry("hit_share", "0.5", "plus_or_minus: 0.1", wihtin="3"),
        "wihtin:",
        "observed[1].wihtin is not a known key; allowed: quantity, what",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_fault_is_one_sentence_with_file_and_line(case: str, tmp_path: Path) -> None:
    observed, needle, sentence = WRONG[case]
    path = written(tmp_path, observed)
    line = next(n for n, text in enumerate(path.read_text().split("\n"), start=1) if needle in text)
    with pytest.raises(InputErrors) as caught:
        read_card(path)
    (said,) = caught.value.messages
    assert said.startswith(f"gauges.yaml, line {line}: {sentence}")


def test_an_unknown_quantity_is_met_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'Did you mean "restored_share"\?'):
        read_card(written(tmp_path, entry("restord_share", "0.5", "plus_or_minus: 0.1")))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ((POINT, ""), "observed is an empty value; allowed: a list"),
        (("observed:\n" + POINT, "observed: []\n"), "observed is an empty list; allowed: at least one thing"),
        (("observed:\n" + POINT, ""), "observed is missing; needed: a list"),
        (("Host: 50", "Hots: 50"), 'each.Hots is "Hots"; allowed: a sector of the scenario'),
        (("Host: 50", "Host: 0"), "each.Host is 0; allowed: a number above 0"),
        (("home: Nowhere", "home: Nowhre"), 'vendors.maker.home is "Nowhre"; allowed: a name under jurisdictions'),
        (("horizon: 60 d", "horizon: 60"), "line 6: horizon: 60 needs a unit"),
        (("scenario:\n", "scenario: not_there.yaml\nextra:\n"), "extra is not a known key"),
    ],
)
def test_what_is_wrong_with_a_card_as_a_whole(changed: tuple[str, str], sentence: str, tmp_path: Path) -> None:
    assert changed[0] in CARD + POINT
    path = tmp_path / "gauges.yaml"
    path.write_text((CARD + POINT).replace(*changed), encoding="utf-8")
    with pytest.raises(InputErrors) as caught:
        read_card(path)
    (said,) = caught.value.messages
    assert said.startswith("gauges.yaml, line ")
    assert sentence in said


def test_a_scenario_that_is_not_beside_the_card(tmp_path: Path) -> None:
    head, _, rest = CARD.partition("scenario:\n")
    path = tmp_path / "gauges.yaml"
    path.write_text(f"{head}scenario: gone.yaml\nstands_for:{rest.partition('stands_for:')[2]}{POINT}")
    with pytest.raises(InputErrors, match=r'line 5: scenario is "gone.yaml", which does not exist; allowed'):
        read_card(path)


def test_all_faults_come_in_one_go(tmp_path: Path) -> None:
    wrong = [
        entry("nothing", "1", "central: 0.5"),
        entry("hit_share", "5", "central: 0.5", status="fitted", naive="{value: 0, from: x}"),
        POINT,
    ]
    with pytest.raises(InputErrors) as caught:
        read_card(written(tmp_path, *wrong))
    assert len(caught.value.messages) == 2


def test_an_unknown_quantity_does_not_hide_what_else_is_wrong(tmp_path: Path) -> None:
    wrong = entry(
        "restord_share", "0.5", "plus_or_minus: 0.1\n    at_most: 1", status="held", among="Hots", source="no.such"
    )
    with pytest.raises(InputErrors) as caught:
        read_card(written(tmp_path, wrong))
    said = "\n".join(caught.value.messages)
    for place in ("quantity", "among", "at_most", "status", "source"):
        assert f"observed[1].{place} is " in said
    assert len(caught.value.messages) == 5
    bare = entry("restord_share", "0.5", "plus_or_minus: 0.1").replace("    naive: {value: 0.5, from: the same}\n", "")
    with pytest.raises(InputErrors) as caught:
        read_card(written(tmp_path, bare))
    assert [message.split()[3] for message in caught.value.messages] == ["observed[1].quantity", "observed[1].naive"]


def test_a_name_that_is_neither_a_file_nor_shipped() -> None:
    with pytest.raises(InputError, match=r'"crowdstrike_2042" is neither a file .* Did you mean "crowdstrike_2024"\?'):
        read_card("crowdstrike_2042")


def test_a_width_may_be_a_share_of_the_value_but_of_a_share_it_is_points(tmp_path: Path) -> None:
    rows = [entry("loss", "2 million USD", "plus_or_minus: 30 %"), entry("hit_share", "0.5", "plus_or_minus: 8 %")]
    loss, hit = (one.tolerance for one in read_card(written(tmp_path, *rows)).observed)
    assert (loss.low, loss.high) == (pytest.approx(1.4e6), pytest.approx(2.6e6))
    assert (hit.low, hit.high) == (pytest.approx(0.42), pytest.approx(0.58))
    assert math.isinf(
        read_card(written(tmp_path, entry("hit_share", "0.5", "at_least: 0.1"))).observed[0].tolerance.high
    )
