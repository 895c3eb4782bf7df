"""Labels find free room near their marks, or are left out."""

import numpy as np
import pytest

from simulator.charts.placing import Room
from simulator.charts.style import PIXELS_PER_INCH, Box, draw_axes, page


@pytest.fixture
def room() -> Room:
    figure, body = page("Headline", "Subtitle.", ["Source."], "Words.", 3.0)
    axes = draw_axes(figure, body)
    axes.set_xlim(0, 10)
    axes.set_ylim(0, 10)
    return Room(figure, axes, body)


def test_coordinates_are_inches_on_the_page(room: Room) -> None:
    x, y = room.on_page([0, 10], [0, 10])
    assert x.tolist() == pytest.approx([room.inside.x0, room.inside.x1])
    assert y.tolist() == pytest.approx([room.inside.y0, room.inside.y1])


def test_labels_stand_clear_of_bands_and_of_each_other(room: Room) -> None:
    x = np.linspace(0, 10, 50)
    room.keep_clear(x, x - 1, x + 1)
    for at in (4.0, 5.0, 5.5, 6.0):
        assert room.label(at, at, [f"at {at}", "(lower to upper)"], "black")
    boxes = room.taken
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            assert a.x1 < b.x0 or b.x1 < a.x0 or a.y1 < b.y0 or b.y1 < a.y0
        pixels = [(x * PIXELS_PER_INCH, y * PIXELS_PER_INCH) for x, y in ((a.x0, a.y1), (a.x1, a.y0))]
        (left, top), (right, bottom) = room.axes.transData.inverted().transform(pixels)
        assert bottom > right + 1 or top < left - 1  # wholly above or wholly below the rising band


def test_a_label_stays_near_its_mark_where_there_is_room(room: Room) -> None:
    assert room.label(5, 5, ["near"], "black")
    (px,), (py,) = room.on_page([5], [5])
    (box,) = room.taken
    assert np.hypot(max(box.x0 - px, 0, px - box.x1), max(box.y0 - py, 0, py - box.y1)) < 0.2


def test_no_room_no_label(room: Room) -> None:
    before = len(room.figure.texts)
    room.keep_clear([0, 10], [0, 0], [10, 10])
    assert not room.label(5, 5, ["nowhere"], "black")
    room.inside = Box(0, 0, 0.1, 0.1)
    assert not room.label(5, 5, ["too wide"], "black")
    assert len(room.figure.texts) == before


def test_a_label_stands_on_a_pale_band_rather_than_far_away(room: Room) -> None:
    room.keep_clear([0, 10], [0, 0], [10, 9], pale=True)
    room.keep_clear([0, 10], [5, 5], [5, 5])
    assert room.label(2, 5, ["near"], "black")
    _, (py,) = room.on_page([2], [5])
    (box,) = room.taken
    assert abs((box.y0 + box.y1) / 2 - py) < 0.5
    assert box.y0 > py or box.y1 < py
