"""Tables on a terminal of a given width: what gives way, and where words are broken."""

from __future__ import annotations

import sys

import pytest
from rich.console import Console

from simulator.cli import main
from simulator.commands import incidents, parameters, tables
from simulator.commands.tables import broken, column_widths, folded_table
from simulator.evidence import all_incidents, all_parameters


def printed(columns: tuple[str, ...], rows: list[tuple[str, ...]], width: int) -> list[str]:
    console = Console(width=width, highlight=False)
    with console.capture() as captured:
        console.print(folded_table(columns, rows, width))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_wide_columns_give_way_first_and_no_word_is_broken() -> None:
    said = "one two three four five six seven eight nine ten"
    lines = printed(("Id", "What"), [("a_name_of_some_length", said)], 50)
    assert lines[1].startswith("a_name_of_some_length  one two")
    assert {word for line in lines[1:] for word in line.split()} == {"a_name_of_some_length", *said.split()}
    assert max(map(len, lines)) <= 50


def test_a_word_too_long_is_broken_where_a_part_of_it_ends() -> None:
    assert broken("theatres.east.coercion.hazard.peace 1", 16).split() == [
        "theatres.east.",
        "coercion.hazard.",
        "peace",
        "1",
    ]
    assert broken("no_words_too_long here", 17) == "no_words_too_long here"
    lines = printed(("Parameter", "Said"), [("theatres.east.hazard", "uninterrupted"), ("b", "c")], 31)
    assert lines[1:3] == ["theatres.east.  uninterrupted", "hazard"]


def test_widths_by_hand() -> None:
    texts = [["abc"], ["ten letters and more"], ["a line of eighteen"]]
    assert column_widths(texts, 41, [False] * 3) == [3, 20, 18]
    assert column_widths(texts, 31, [False] * 3) == [3, 14, 14]
    assert column_widths(texts, 31, [False, True, False]) == [3, 20, 8]
    assert column_widths([["abcdef"], ["ghijkl"]], 6, [False, False]) == [3, 3]


@pytest.mark.parametrize(("width", "more"), [(100, False), (139, False), (140, True)])
def test_parameters_leave_out_year_place_and_source_where_there_is_no_room(
    width: int, more: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = at(width, "parameters", monkeypatch, capsys)
    assert out.splitlines()[0].split()[:5] == ["Id", "Value", "Range", "Unit", "Grade"]
    assert ("Source" in out.splitlines()[0]) == more
    assert ("with one ID, or with --json" in out) != more
    assert set(all_parameters()) <= {line.split()[0] for line in out.splitlines() if line}


def test_incidents_at_100_columns_keep_every_word(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = at(100, "incidents", monkeypatch, capsys)
    words = set(out.split())
    for record in all_incidents().values():
        assert {record.id, record.date, *record.title.split()} <= words


def at(width: int, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    for module in (tables, incidents, parameters):
        monkeypatch.setattr(module, "table_width", lambda: width)
    monkeypatch.setattr(sys, "argv", ["geocyber", command])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= width
    return out
