"""The linter catches what it is for, and is silent on a sound page."""

from itertools import pairwise

import pytest

from simulator.charts.lint import lightness, lint
from simulator.charts.style import (
    NAVY,
    SECTOR_COLOURS,
    TINTS,
    Box,
    HouseFigure,
    draw_axes,
    page,
    set_ticks,
    write,
)


@pytest.fixture
def sound() -> tuple[HouseFigure, Box]:
    return page("One year in 100 could cost £1m or more", "Yearly loss.", ["Source: a test."], "Words.", 2.0)


def with_axes(figure: HouseFigure, body: Box) -> None:
    axes = draw_axes(figure, Box(body.x0 + 1, body.y0 + 0.5, body.x1 - 0.5, body.y1))
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    set_ticks(axes, "x", [0, 5, 10], ["0", "$5 or $6", "10"])
    set_ticks(axes, "y", [0, 5, 10], ["0", "5", "10"])


def test_a_sound_page_has_no_faults(sound: tuple[HouseFigure, Box]) -> None:
    with_axes(*sound)
    assert lint(sound[0]) == []


def test_text_off_the_page(sound: tuple[HouseFigure, Box]) -> None:
    write(sound[0], 7.5, 1.5, "runs off the right-hand edge")
    assert lint(sound[0]) == ["off the page: 'runs off the right-hand edge'"]


@pytest.mark.parametrize(("x", "y"), [(-0.3, 1.5), (4, -0.1), (4, 9.0)])
def test_every_edge_counts(sound: tuple[HouseFigure, Box], x: float, y: float) -> None:
    write(sound[0], x, y, "stray words")
    assert "off the page: 'stray words'" in lint(sound[0])


def test_overlapping_text(sound: tuple[HouseFigure, Box]) -> None:
    write(sound[0], 3.0, 1.5, "first label")
    write(sound[0], 3.2, 1.55, "second label")
    assert lint(sound[0]) == ["overlap: 'first label' and 'second label'"]


def test_a_label_on_a_tick(sound: tuple[HouseFigure, Box]) -> None:
    figure, body = sound
    with_axes(figure, body)
    write(figure, body.x0 + 0.88, body.y0 + 0.45, "label")
    assert any("overlap" in fault and "'label'" in fault for fault in lint(figure))


def test_small_text(sound: tuple[HouseFigure, Box]) -> None:
    write(sound[0], 3, 1.5, "fine print", size=8.4)
    assert lint(sound[0]) == ["smaller than 8.5 pt: 'fine print'"]
    write(sound[0], 3, 1.9, "foot", size=8.5)
    assert len(lint(sound[0])) == 1


def test_colours_alike_in_grey(sound: tuple[HouseFigure, Box]) -> None:
    figure, body = sound
    axes = draw_axes(figure, body)
    axes.plot([0, 1], [0, 1], color="#BF4A0A")
    axes.plot([0, 1], [1, 0], color="#24706F")
    axes.set_axis_off()
    faults = lint(figure)
    assert len(faults) == 1
    assert faults[0].startswith("alike in grey: #24706F and #BF4A0A")


def test_a_headline_of_three_lines(sound: tuple[HouseFigure, Box]) -> None:
    head = next(text for text in sound[0].texts if text.get_gid() == "headline")
    head.set_text("one\ntwo\nthree")
    assert any("more than 2 lines" in fault for fault in lint(sound[0]))


def test_hidden_text_is_no_fault(sound: tuple[HouseFigure, Box]) -> None:
    write(sound[0], 7.9, 1.5, "hidden").set_visible(False)
    assert lint(sound[0]) == []


def test_lightness_of_known_colours() -> None:
    assert lightness("#FFFFFF") == pytest.approx(100)
    assert lightness("#000000") == 0
    assert lightness("#777777") == pytest.approx(50, abs=0.2)
    assert lightness(NAVY) == pytest.approx(24, abs=1)


@pytest.mark.parametrize("palette", [sorted(SECTOR_COLOURS.values(), key=lightness), TINTS[::-1]])
def test_the_house_palettes_part_in_grey(palette: list[str]) -> None:
    steps = [lightness(colour) for colour in palette]
    assert all(b - a >= 12 for a, b in pairwise(steps))
