"""Scenario files as plain data: lines, files, `extends`, and refusals in one sentence."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.document import MAX_BYTES, document_from_text, read_document
from simulator.scenario.errors import InputError


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        document_from_text(text, "uk.yaml")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("on", "on"),
        ("off", "off"),
        ("yes", "yes"),
        ("no", "no"),
        ("true", True),
        ("False", False),
        ("'true'", "true"),
        ("~", None),
        ("", None),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2022-02-24", "2022-02-24"),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("12", 12),
        ("-3", -3),
        ("1e5", 1e5),
        (".5", 0.5),
        ("3.", 3.0),
        ("36 d", "36 d"),
        ("9" * 5000, "9" * 5000),
        ("!!str 5", "5"),
    ],
)
def test_only_plain_decimals_and_true_and_false_are_not_text(written: str, value: object) -> None:
    found = document_from_text(f"a: {written}\n").data["a"]
    assert found == value
    assert type(found) is type(value)


def test_numbers_as_keys_become_text() -> None:
    assert document_from_text("2022: x\n1.5: y\n").data == {"2022": "x", "1.5": "y"}


def test_lines_are_those_of_the_keys_and_fall_back_to_the_nearest_ancestor() -> None:
    document = document_from_text("# top\nvendors:\n  orion:\n    home: R\n    paths:\n    - a\n    - b\n")
    assert document.line(("vendors", "orion", "home")) == 4
    assert document.line(("vendors", "orion", "paths", 1)) == 7
    assert document.line(("vendors", "orion", "missing", "deeper")) == 3
    assert document.line(()) == 2
    assert document.file(("vendors",)) == "scenario"


def test_aliases_and_merge_keys_give_unshared_data() -> None:
    document = document_from_text("a: &x {k: [1], l: 2}\nb: *x\nc: {<<: *x, l: 3}\nd: {<<: [{m: 1}, {m: 2}]}\n")
    assert document.data["c"] == {"k": [1], "l": 3}
    assert document.data["d"] == {"m": 1}
    document.data["a"]["k"].append(2)
    assert document.data["b"] == {"k": [1], "l": 2}
    assert document.line(("b",)) == 2
    assert document.line(("b", "l")) == 1


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["uk.yaml", "empty"]),
        ("# nothing\n", ["empty"]),
        ("- a\n", ["a list of 1", "allowed: a mapping"]),
        ("hello", ['"hello"', "allowed: a mapping"]),
        ("a: 1\nb:\n  c: 1\n  c: 2\n", ['line 4: the key "c" is written twice (first on line 3)']),
        ("1: x\n'1': y\n", ['line 2: the key "1" is written twice']),
        ("a: !!python/object/apply:os.system [x]", ["line 1", "!!python/object/apply:os.system", "no tags"]),
        ("a: !mine 3", ["!mine", "no tags"]),
        ("a: &x [*x]", ["line 1", "*x is not written above"]),
        ("a: *y", ["*y is not written above"]),
        ("a: [1\nb: 2", ["line 2, column 2: not valid YAML"]),
        ("a:\n\t- b", ["line 2, column 1", "spaces, not tabs"]),
        ("true: 1", ["a key is true", "quotes"]),
        ("? [a]\n: 1", ["a key is not a plain word"]),
        ("a: 1\n---\nb: 2", ["line 2: a second document"]),
        ("a: b\nc: \x01", ["line 2", "'\\x01'"]),
        ("a: " + "[" * 60, ["deeper than 50"]),
        ("a: " + "[" * 1_000_000, ["deeper than 50"]),
        ("a: {<<: 3}", ['"<<" is 3']),
        ("extends: other.yaml", ["line 1", "extends needs a file"]),
    ],
)
def test_refusals_name_line_given_and_allowed(text: str, parts: list[str]) -> None:
    said = refusal(text)
    for part in parts:
        assert part in said


def test_an_alias_bomb_is_refused_before_it_goes_off() -> None:
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    for level in "bcdefghij":
        lines.append(f"{level}: &{level} [" + ",".join([f"*{chr(ord(level) - 1)}"] * 10) + "]")
    started = time.perf_counter()
    assert "more than 200000 values" in refusal("\n".join(lines))
    assert time.perf_counter() - started < 2.0


def test_aliases_cannot_nest_deeper_than_the_text_may() -> None:
    lines = ["k0: &k0 [x]", *(f"k{i}: &k{i} [*k{i - 1}]" for i in range(1, 60))]
    assert "deeper than 50" in refusal("\n".join(lines))


def test_files_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    cases = {
        "missing.yaml": "does not exist",
        ".": "is a folder",
        write(tmp_path, "latin.yaml", "a: 1\nb: é\n".encode("latin-1")).name: "latin.yaml, line 2: not UTF-8",
        write(tmp_path, "binary.yaml", b"a: \0\1").name: "is not text",
        write(tmp_path, "large.yaml", b"a: " + b"x" * MAX_BYTES).name: "allowed: up to 5 MB",
    }
    for name, part in cases.items():
        with pytest.raises(InputError) as caught:
            read_document(tmp_path / name)
        assert part in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    with pytest.raises(InputError, match=r"pipe.yaml is not a plain file"):
        read_document(tmp_path / "pipe.yaml")


def test_a_byte_order_mark_is_not_part_of_the_first_key(tmp_path: Path) -> None:
    assert read_document(write(tmp_path, "a.yaml", b"\xef\xbb\xbfa: 1\n")).data == {"a": 1}


def test_the_child_wins_lists_are_replaced_and_null_removes(tmp_path: Path) -> None:
    base = write(tmp_path, "base/base.yaml", "a: {x: 1, y: {z: 2}}\nlist: [1, 2, 3]\ngone: 3\nkept: null\n")
    child = write(tmp_path, "child.yaml", "extends: base/base.yaml\na:\n  y: {z: 3, w: 4}\nlist: [9]\ngone: null\n")
    document = read_document(child)
    assert document.data == {"a": {"x": 1, "y": {"z": 3, "w": 4}}, "list": [9], "kept": None}
    assert (document.file(("a", "x")), document.line(("a", "x"))) == ("base/base.yaml", 1)
    assert (document.file(("a", "y", "z")), document.line(("a", "y", "z"))) == ("child.yaml", 3)
    assert document.files[("list", 0)] == child
    assert document.files[("a", "x")] == base
    assert document.sources == (child, base)


def test_removing_what_is_not_there_is_a_slip(tmp_path: Path) -> None:
    write(tmp_path, "base.yaml", "vendors: {orion: 1}\n")
    child = write(tmp_path, "child.yaml", "extends: base.yaml\nvendor: null\n")
    with pytest.raises(InputError, match=r'child.yaml, line 2: vendor is removed here.*Did you mean "vendors"'):
        read_document(child)


@pytest.mark.parametrize("wanted", ["/etc/passwd", "C:\\x.yaml", "[a]", "3", "''", '"a\\0b"', "nowhere.yaml", "."])
def test_what_extends_may_not_name(tmp_path: Path, wanted: str) -> None:
    path = write(tmp_path, "a.yaml", f"name: x\nextends: {wanted}\n")
    with pytest.raises(InputError, match=r"a\.yaml, line 2: .*allowed"):
        read_document(path)


def test_circles_and_long_chains_of_extends_are_refused(tmp_path: Path) -> None:
    a = write(tmp_path, "a.yaml", "extends: b.yaml\n")
    write(tmp_path, "b.yaml", "extends: ./a.yaml\n")
    with pytest.raises(InputError, match=r"b.yaml, line 1: extends goes in a circle: a.yaml -> b.yaml -> a.yaml"):
        read_document(a)
    for i in range(11):
        write(tmp_path, f"n{i}.yaml", f"extends: n{i + 1}.yaml\nk{i}: 1\n")
    write(tmp_path, "n11.yaml", "end: 1\n")
    with pytest.raises(InputError, match="allowed: up to 10"):
        read_document(tmp_path / "n0.yaml")
    assert read_document(tmp_path / "n1.yaml").data["end"] == 1


# YAML folds line breaks of its own (NEL, LS, PS) inside text, and what 1.2 and this project call a number
# ("1e3") the library, which speaks 1.1, writes as text without quotes; those apart, any text must survive.
ONLY_IN_YAML_1_2 = re.compile(r"[-+]?[0-9.]+[eE][-+]?[0-9]+")
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=20).filter(
    lambda text: not ONLY_IN_YAML_1_2.fullmatch(text)
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(st.dictionaries(TEXT.filter(lambda key: key != "extends"), PLAIN, min_size=1, max_size=5))
def test_data_written_by_a_yaml_library_reads_back(data: dict[str, object]) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    assert repr(document_from_text(text).data) == repr(data)  # repr: nan equals nan, 1 differs from 1.0


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        said = str(document_from_text(text).line(()))
    except InputError as refused:
        said = str(refused)
    assert "\n" not in said
