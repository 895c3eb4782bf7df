"""Widths, line breaks and the faces that ship."""

import pytest

from simulator.charts.lettering import FONTS, balanced, in_lines, shortened, width, wrapped

TEXT = "One year in 100 could cost £1.1bn or more; four measures together would cut that to about £520m"


def test_the_two_faces_ship_with_their_licence() -> None:
    names = sorted(path.name for path in FONTS.iterdir())
    assert names == ["OFL.txt", "SourceSansPro-Regular.ttf", "SourceSansPro-Semibold.ttf"]
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_the_faces_are_the_ones_used() -> None:
    from matplotlib.font_manager import FontProperties, findfont

    from simulator.charts.lettering import family, load_fonts

    load_fonts()
    for semibold, face in ((False, "Regular"), (True, "Semibold")):
        found = findfont(FontProperties(family=list(family(semibold))), fallback_to_default=False)
        assert found.endswith(f"SourceSansPro-{face}.ttf")


def test_width_grows_with_size_and_weight() -> None:
    assert width("loss", 20) == pytest.approx(2 * width("loss", 10), rel=0.05)
    assert width("loss", 16, semibold=True) > width("loss", 16)


@pytest.mark.parametrize("inches", [1.0, 2.5, 6.0])
def test_no_line_is_too_wide_and_no_word_is_lost(inches: float) -> None:
    for lines in (wrapped(TEXT, inches, 11), balanced(TEXT, inches, 11)):
        assert all(width(line, 11) <= inches for line in lines)
        assert " ".join(lines) == TEXT


def test_balanced_lines_are_of_like_length() -> None:
    greedy, even = wrapped(TEXT, 5.0, 11), balanced(TEXT, 5.0, 11)
    assert len(greedy) == len(even) == 2
    assert width(even[1], 11) > width(greedy[1], 11)


def test_a_word_wider_than_the_line_is_broken() -> None:
    lines = wrapped("x" * 300, 2.0, 11)
    assert "".join(lines) == "x" * 300
    assert all(width(line, 11) <= 2.0 for line in lines)


def test_a_no_break_space_keeps_a_number_with_its_unit() -> None:
    inches = width("would lose 1.1", 11) + 0.01
    assert wrapped("would lose 1.1 million", inches, 11) == ["would lose 1.1", "million"]
    assert wrapped("would lose 1.1\u00a0million", inches, 11) == ["would lose", "1.1\u00a0million"]


def test_cut_text_ends_in_an_ellipsis_and_fits() -> None:
    assert shortened("short", 2.0, 11) == "short"
    cut = shortened(TEXT, 2.0, 11)
    assert cut.endswith("…")
    assert width(cut, 11) <= 2.0
    lines = in_lines(TEXT, 2, 2.0, 11)
    assert len(lines) == 2
    assert lines[1].endswith("…")
