"""incidents, parameters and mechanisms: what they print, as text and as JSON; an unknown name is one sentence."""

from __future__ import annotations

import json

import pytest

from simulator.commands.incidents import in_unit
from simulator.evidence import all_incidents, all_parameters, incident
from tests.commands.test_run import Run, caller


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_list_has_a_line_for_each_record(run: Run) -> None:
    code, out, err = run("incidents")
    assert (code, err) == (0, "")
    starts = [line.split()[0] for line in out.splitlines() if line and not line.startswith(" ")]
    assert set(all_incidents()) <= set(starts)
    (row,) = [line for line in out.splitlines() if line.startswith("notpetya_2017")]
    assert "2017-06-27" in row
    assert row.split()[-4:] == ["of", "the", "victims", "B"]
    assert "30 incidents, 253 figures, 229 of them read in the page named." in out


def test_the_list_as_json(run: Run) -> None:
    lines = json.loads(run("incidents", "--json")[1])
    assert [line["id"] for line in lines] == list(all_incidents())
    (line,) = [line for line in lines if line["id"] == "viasat_2022"]
    assert line["conflict"] == "war with the state of the victims"
    assert line["figures"] == 13
    assert line["confirmed"] == pytest.approx(12 / 13)


@pytest.mark.parametrize("name", list(all_incidents()))
def test_a_record_shows_every_figure_with_its_source_and_every_denial(run: Run, name: str) -> None:
    code, out, err = run("incidents", name)
    assert (code, err) == (0, "")
    record = incident(name)
    text = flat(out)
    for topic in {figure.topic for figure in record.figures}:
        assert f"\n{topic.capitalize()}: " in out
    for figure in record.figures:
        assert in_unit(figure.value, figure.unit) in text
        if figure.source.url:
            assert figure.source.url in out
    for denial in record.denials:
        assert flat(f"Denial: {denial.by}: {denial.said}") in text
    for act in record.acts:
        assert act.date in out
    assert ("Not known: " in text) == bool(record.gaps)


def test_a_record_as_json_has_the_grade_of_each_figure(run: Run) -> None:
    record = json.loads(run("incidents", "sunburst_2020", "--json")[1])
    assert record["id"] == "sunburst_2020"
    assert len(record["figures"]) == 28
    assert {figure["grade"] for figure in record["figures"]} == {"A", "B", "C", "D"}
    assert record["figures"][0]["source"]["url"].startswith("https://")
    assert record["denials"][0]["by"] == "the government of Russia"


@pytest.mark.parametrize(
    ("command", "name", "near"),
    [("incidents", "notpetia_2017", "notpetya_2017"), ("parameters", "exit_ban_f_229d", "exit.ban.f_229d")],
)
def test_an_unknown_name_is_one_sentence_with_the_nearest(run: Run, command: str, name: str, near: str) -> None:
    code, out, err = run(command, name)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert err.startswith(f'geocyber: the evidence holds no {command[:-1]} "{name}"; allowed: ')
    assert err.endswith(f' in all). Did you mean "{near}"?\n')


def test_an_incident_goes_by_how_its_id_alone_begins(run: Run) -> None:
    assert run("incidents", "sunburst") == run("incidents", "sunburst_2020")
    code, out, err = run("incidents", "shadow")
    several = [name for name in all_incidents() if name.startswith("shadow")]
    assert (code, out) == (2, "")
    assert err == f'geocyber: "shadow" begins {len(several)} ids of incidents; allowed: {", ".join(several)}\n'
    code, _, err = run("incidents", "no\nsuch")
    assert code == 2
    assert err.startswith('geocyber: the evidence holds no incident "no\\nsuch"; allowed: ')


def test_a_parameter_is_shown_in_full(run: Run) -> None:
    code, out, _ = run("parameters", "exit.ban.f_229d")
    assert code == 0
    assert out.splitlines()[1] == "  0.58 share of organisations, 0.55 to 0.6"
    assert "grade B" in out
    assert "https://" in out


def test_parameters_are_listed_by_how_they_begin(run: Run) -> None:
    _, out, _ = run("parameters", "exit.ban.")
    assert [line.split()[0] for line in out.splitlines()[1:] if not line.startswith(" ")] == [
        name for name in all_parameters() if name.startswith("exit.ban.")
    ]
    rows = json.loads(run("parameters", "--json")[1])
    assert [row["id"] for row in rows] == list(all_parameters())


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.58, "share", "58 %"),
        (1.76e-05, "share", "0.00176 %"),
        (5.4e9, "USD", "5.4 billion USD"),
        (1.2e7, "USD", "12 million USD"),
        (1500.0, "organisations", "1,500 organisations"),
        (0.054, "days", "0.054 days"),
        (2012.0, "year", "2012"),
        (139.0, "count", "139"),
        (0.0, "MW", "0 MW"),
    ],
)
def test_figures_are_said_as_people_say_them(value: float, unit: str, said: str) -> None:
    assert in_unit(value, unit) == said


def test_mechanisms_are_listed_with_their_grades(run: Run) -> None:
    code, out, err = run("mechanisms", "uk_2022")
    assert (code, err) == (0, "")
    (row,) = [line for line in out.splitlines() if line.startswith("2 ")]
    assert row.split()[1] == "Coercion"
    assert row.split()[-2:] == ["D", "D"]
    rows = json.loads(run("mechanisms", "uk_2022", "--json")[1])
    assert [row["number"] for row in rows if row["number"]] == list(range(1, 20))
    assert all(sum(row[grade] for grade in "ABCD") == row["figures"] for row in rows)
    assert run("mechanisms", "uk_2022", "--markdown")[1].startswith("| No | Mechanism | What it does |")
    assert run("mechanisms", "nowhere")[0] == 2
