"""`make bench` runs, prints every row it owes, and draws its picture: on tiny sizes, for speed itself is no test."""

import pytest

from benchmarks import __main__ as command
from benchmarks import picture
from benchmarks.scaling import Curve, Growth
from simulator.charts.lint import lint

OWED = [
    "kernel / C++, core path",
    "textbook SimPy / kernel",
    "this project's SimPy model / kernel",
    "gain from the kernel",
    "gain from skipping",
    "gain from sampling",
    "uk_2022 with metrics, 10,000 replications",
    "us_state with metrics, 100,000 replications",
    "organisations x 2 vendors, 10,000 replications",
    "V17, 10,000,000 replications: memory",
    "two threads / one",
    "two workers, Dask: overhead",
    "1e+09 replications, 100 nodes of 32 cores",
    "uk_2022: 5 % on the AAL",
    "uk_2022: 5 % on the 1-in-200 annual loss",
    "share of kernel time in randomness, heap, rules, output",
    "by organisations",
    "by replications",
]


@pytest.mark.slow
def test_it_prints_one_table_with_every_row_it_owes(tmp_path, capsys):
    page = tmp_path / "speed.md"
    page.write_text(f"before\n{command.BEGINS}\nold\n{command.ENDS}\nafter\n")
    status = command.main(["--quick", "--docs", str(tmp_path)])
    told = capsys.readouterr().out
    assert status == 0
    assert [row for row in OWED if row not in told] == []
    assert told.startswith("Measured on ")
    assert told.count("verdict") == 1
    before, block = page.read_text().split(command.BEGINS)
    block, after = block.split(command.ENDS)
    alt = (tmp_path / "images" / "speed.alt.txt").read_text().strip()
    assert (before, after) == ("before\n", "\nafter\n")
    assert block == f"\n```text\n{told.rstrip()}\n```\n\n![{alt}](images/speed.png)\n"
    assert (tmp_path / "images" / "speed.png").is_file()


def test_a_page_without_a_place_for_the_table_is_left_alone(tmp_path):
    page = tmp_path / "speed.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="no place for the table"):
        command.write_into(page, "text\n")
    assert page.read_text() == "nothing\n"


def curves(factor, names):
    at = (200, 500, 2_000, 10_000, 50_000)
    speeds = {"C++": 1e-7, "kernel": 1.4e-7, "textbook": 1e-5, "model": 1.5e-5}
    return {name: Curve(at, tuple(factor * speeds[name] * n for n in at), tuple(1.5 * n for n in at)) for name in names}


@pytest.mark.parametrize("names", [("C++", "kernel", "textbook", "model"), ("C++", "textbook", "model"), ("model",)])
def test_the_picture_is_sound_whichever_engines_there_are(names):
    found = Growth(curves(1.0, names), curves(100.0, names), 2_000)
    figure = picture.draw(found, "a processor")
    assert lint(figure) == []
    assert figure.headline.endswith("250 times the size, 250 times the time")


def test_time_in_step_with_events_has_exponent_one():
    assert curves(1.0, ["model"])["model"].exponent == pytest.approx(1.0)
    square = Curve((1, 10, 100), (1.0, 100.0, 10_000.0), (5.0, 50.0, 500.0))
    assert square.exponent == pytest.approx(2.0)
