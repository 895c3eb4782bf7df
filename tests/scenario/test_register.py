"""Registers: typed rows from CSV, and every wrong cell named by row and column."""

from __future__ import annotations

import csv
import io
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario import register
from simulator.scenario.errors import InputError, InputErrors
from simulator.scenario.names import checked_name
from simulator.scenario.quantity import Money
from simulator.scenario.register import MAX_PROBLEMS, Column, read_register

COLUMNS = (
    Column("name", "name", unique=True),
    Column("sector", "choice", allowed=("water", "telecom", "energy")),
    Column("customers", "count", description="connections"),
    Column("coverage", "share", required=False, default=1.0),
    Column("stance", "number", required=False, default=0.0, minimum=-1, maximum=1),
    Column("buffer", "quantity", required=False, default=0.0, dimension="time", unit="h"),
    Column("critical", "boolean", required=False, default=False),
    Column("note", "text", required=False, default=""),
    Column("cost", "quantity", required=False, dimension="money"),
)
HEADER = "name,sector,customers"


def read(tmp_path: Path, text: str | bytes, columns: tuple[Column, ...] = COLUMNS) -> list[dict[str, object]]:
    path = tmp_path / "organisations.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_register(path, columns, "organisations")


def refusals(tmp_path: Path, text: str | bytes, columns: tuple[Column, ...] = COLUMNS) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(tmp_path, text, columns)
    return str(caught.value).split("\n")


def test_rows_are_typed_and_defaults_fill_in(tmp_path: Path) -> None:
    text = (
        "name,sector,customers,coverage,buffer,critical,cost\n"
        'Aldmere Water,water,1200,7 %,2 d,yes,3 kUSD\n\n"Börk, Telecom",telecom,3e3,,36,,\n'
    )
    first, second = read(tmp_path, text)
    assert first == {
        "name": "Aldmere Water",
        "sector": "water",
        "customers": 1200,
        "coverage": 0.07,
        "stance": 0.0,
        "buffer": 48.0,
        "critical": True,
        "note": "",
        "cost": Money(3000.0, "USD"),
    }
    assert (second["name"], second["customers"], second["coverage"]) == ("Börk, Telecom", 3000, 1.0)
    assert (second["buffer"], second["critical"], second["cost"]) == (36.0, False, None)
    assert type(first["customers"]) is int


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_byte_order_marks_separators_and_line_ends(tmp_path: Path, start: bytes, separator: str, end: str) -> None:
    rows = [HEADER.replace(",", separator), separator.join(['"a, b; c"', "water", "1"]), ""]
    (row,) = read(tmp_path, start + end.join(rows).encode())
    assert row["name"] == "a, b; c"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "x,water,12k",
            'organisations.csv, row 2, column customers: "12k" is not a whole number; allowed: 0 or more',
        ),
        (
            "x,water,1.5",
            'organisations.csv, row 2, column customers: "1.5" is not a whole number; allowed: 0 or more',
        ),
        (
            "x,watr,1",
            'column sector: "watr" is not known; allowed: water, telecom, energy. Did you mean "water"?',
        ),
        (",water,1", "column name: an empty cell; allowed: a name"),
        ("x,,1", "column sector: an empty cell; allowed: water, telecom, energy"),
        ("=cmd(),water,1", "takes for a formula"),
        ("@x,water,1", "takes for a formula"),
        ("../x,water,1", "path or for markup"),
        ("<b>x,water,1", "path or for markup"),
        ("x" * 81 + ",water,1", "a name of 81 characters"),
        ("x\u202ey,water,1", "control or invisible character"),
        ("x,water", "row 2: has 2 cells; allowed: 3, as in the header"),
        ("x,water,1,2", "row 2: has 4 cells; allowed: 3, as in the header"),
        ('"x,water,1', "row 2: not valid CSV"),
        ("x,water,1\nx,water,2", 'row 3, column name: "x" is already in row 2'),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path, row: str, sentence: str) -> None:
    (said,) = refusals(tmp_path, f"{HEADER}\n{row}\n")
    assert sentence in said


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("coverage", "7", "a share from 0 to 1"),
        ("coverage", '"0,5"', '"0,5" is not a share'),
        ("stance", "2", '"2" is out of range; allowed: -1 to 1'),
        ("stance", "nan", '"nan" is not a number'),
        ("buffer", "-3", "is out of range; allowed: a time of 0 or more"),
        ("buffer", "3 kW", '"3 kW" is a power; allowed: a time'),
        ("critical", "perhaps", "neither true nor false; allowed: true, yes, 1, false, no, 0"),
        ("note", "a\x07b", "is not plain text"),
        ("cost", "3", '"3" needs a unit, for example "3 USD"'),
    ],
)
def test_each_kind_refuses_what_it_is_not(tmp_path: Path, column: str, cell: str, sentence: str) -> None:
    (said,) = refusals(tmp_path, f"{HEADER},{column}\nx,water,1,{cell}\n")
    assert said.startswith(f"organisations.csv, row 2, column {column}: ")
    assert sentence in said


def test_names_may_be_tied_to_known_names(tmp_path: Path) -> None:
    columns = (Column("provider", "name", allowed=("Aldmere Water", "Börk Telecom")),)
    (said,) = refusals(tmp_path, "provider\nAldmer Water\n", columns)
    assert said.endswith('allowed: Aldmere Water, Börk Telecom. Did you mean "Aldmere Water"?')


def test_the_header_is_checked_all_in_one_go(tmp_path: Path) -> None:
    said = refusals(tmp_path, "name,sectr,name,,coverage\n")
    assert len(said) == 5
    assert said[0].startswith("organisations.csv, column sectr is not known; allowed: name, sector")
    assert said[0].endswith('Did you mean "sector"?')
    assert "column name is there twice" in said[1]
    assert "column number 4, without a name," in said[2]
    assert "column sector is missing" in said[3]
    assert "column customers (connections) is missing; found: name, sectr" in said[4]


def test_all_wrong_cells_come_at_once(tmp_path: Path) -> None:
    said = refusals(tmp_path, f"{HEADER}\na,water,-1\nb,wter,x\n\nc,water,2\n=d,water,1\n")
    assert [line.split(":")[0].removeprefix("organisations.csv, ") for line in said] == [
        "row 2, column customers",
        "row 3, column sector",
        "row 3, column customers",
        "row 6, column name",
    ]


def test_a_flood_of_problems_is_cut_off(tmp_path: Path) -> None:
    said = refusals(tmp_path, f"{HEADER}\n" + "".join(f"n{i},water,x\n" for i in range(5000)))
    assert len(said) == MAX_PROBLEMS + 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "column name is missing"),
        (b"name,sector,customers\n", "has no rows"),
        (b"name,sector,customers\n\xe9,water,1\n", "not UTF-8"),
        (b"name,sector,customers\n\0,water,1\n", "is not text"),
    ],
)
def test_files_that_are_no_register(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert sentence in refusals(tmp_path, content)[0]


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.csv does not exist; allowed: a CSV file of organisations"):
        read_register(tmp_path / "nowhere.csv", COLUMNS, "organisations")
    with pytest.raises(InputError, match="is a folder"):
        read_register(tmp_path, COLUMNS, "organisations")


def test_too_many_rows_are_refused_with_the_memory_they_need(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{HEADER}\n" + "x,water,1\n" * 50
    monkeypatch.setattr(register, "MAX_ROWS", 20)
    (said,) = refusals(tmp_path, text)
    assert "about 51 organisations, which need 0.0 GB of memory; allowed: up to 20" in said
    monkeypatch.setattr(register, "MAX_ROWS", 1000)
    little = types.SimpleNamespace(virtual_memory=lambda: types.SimpleNamespace(available=1000))
    monkeypatch.setattr(register, "psutil", little)
    assert "allowed: what fits in the 0.0 GB free here" in refusals(tmp_path, text)[0]


NAMES = st.text(min_size=1, max_size=90)


@given(st.lists(st.tuples(NAMES, st.integers(0, 2**53), st.floats(0.0, 1.0)), min_size=1, max_size=5))
def test_rows_written_by_a_csv_library_read_back_or_are_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, int, float]]
) -> None:
    columns = (Column("name", "name"), Column("customers", "count"), Column("coverage", "share"))
    stream = io.StringIO()
    csv.writer(stream).writerows([("name", "customers", "coverage"), *rows])
    path = tmp_path_factory.getbasetemp() / "written.csv"
    path.write_bytes(stream.getvalue().encode("utf-8", "replace"))
    try:
        found = read_register(path, columns, "organisations")
    except InputError as refused:
        said = refused.messages if isinstance(refused, InputErrors) else (str(refused),)
        text = all("\0" not in name for name, _, _ in rows)
        # A wrong name is told by its row; a file with a zero byte in it is refused whole.
        started = [message.startswith("written.csv, row " if text else "written.csv is not text") for message in said]
        assert started == [True] * len(said)
        return
    assert found == [
        {"name": checked_name(name), "customers": customers, "coverage": coverage} for name, customers, coverage in rows
    ]
