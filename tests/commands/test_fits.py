"""`geocyber fits`: what it prints of each fit, and a name that is none."""

from __future__ import annotations

import json
import sys

import pytest

from simulator.cli import main
from simulator.evidence.fits import cases, curves
from simulator.evidence.fits.points import points


def printed(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", ["geocyber", "fits", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    assert not end.value.code
    return capsys.readouterr().out


def test_every_fit_is_printed_with_each_of_its_points(monkeypatch, capsys) -> None:
    text = printed([], monkeypatch, capsys)
    for fit in curves().values():
        assert f"\n{fit.curve.name}: " in text
    assert " ".join(text.split()).endswith("shares and delays of several together follow it.")
    for one in (*(point.incident for point in points()), *(case.case for case in cases())):
        assert one in text


def test_json_holds_points_fit_and_doubt(monkeypatch, capsys) -> None:
    (row,) = json.loads(printed(["rebuild", "--json"], monkeypatch, capsys))
    assert (row["fitted"], row["shipped"]) == ("weibull: shape 0.711, scale 5.31 d", "weibull: shape 0.71, scale 5.3 d")
    assert row["factor_90"] == [0.31, 3.2]
    assert [point["published"] for point in row["points"]] == [0.5, 0.6, 0.75, 0.9]
    for point in row["points"]:
        assert point["error"] == pytest.approx(point["without_it"] - point["published"], abs=1e-3)
    assert {other["incident"] for other in row["elsewhere"] if other["counted"]} == {"norsk_hydro_2019_buildings"}


def test_a_case_left_out_is_placed_among_the_others(monkeypatch, capsys) -> None:
    (row,) = json.loads(printed(["stealth", "--json"], monkeypatch, capsys))
    by_case = {one["case"]: one for one in row["cases"]}
    assert by_case["sunburst_2020"]["inside_80"]
    assert not by_case["juniper_2015"]["inside_80"]


def test_an_unknown_name_ends_in_one_sentence(monkeypatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["geocyber", "fits", "visitt"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr().err
    assert end.value.code == 2
    assert said.count("\n") == 1
    assert 'Did you mean "visit"?' in said
