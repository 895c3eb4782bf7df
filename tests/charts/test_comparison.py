"""The chart of benefit against cost: clean over extremes, and its marks, words and order equal the data."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from simulator.charts.arms import headline, read_arms
from simulator.charts.comparison import WORSE, comparison_chart
from simulator.charts.lint import lint
from simulator.charts.money_axis import scale_for
from simulator.charts.numbers import in_letters, short, signed
from simulator.charts.style import INK, NAVY, Footer, save
from simulator.scenario.errors import InputError
from tests.charts.arms_made_up import ABOUT, arm, frame, realistic
from tests.charts.conftest import LONG

Words = Callable[[Figure], str]

CASES: dict[str, pd.DataFrame] = {
    "realistic": realistic(),
    "none": realistic().iloc[:0],
    "one": frame(arm("staged_rollout", 190e6, 1.1e6, 45e6)),
    "all negative": frame(*(arm(f"m{n}", -1e6 * n, 2e6 * n, 3e5) for n in range(1, 26))),
    "all zero": frame(*(arm(f"m{n}", 0.0, 0.0) for n in range(3))),
    "free": frame(*(arm(f"m{n}", 1e6 * n, 0.0, 1e5) for n in range(3))),
    "saves money": frame(arm("a", 1e6, -3e5, 1e5), arm("b", 0.0, -3e7)),
    "no intervals": frame(*(arm(f"m{n}", 1e6, 4e5 * n, math.nan) for n in range(1, 4))),
    "one-sided": frame(arm("a", 1e6, 4e5, 1e5, benefit_high=math.nan)),
    "doubtful cost": frame(arm("a", 3e6, 4e6, 5e5, cost_low=3e6, cost_high=5e6)),
    "huge": frame(arm("a", 1e13, 9e14, 1e12), arm("b", 1e5, 9e3, 1e4), arm("c", 3.0, 2.0, 4.0)),
    "tiny": frame(arm("a", 1e-9, 2e-9, 1e-10), arm("b", 0.0, 1e-9)),
    "wide interval": frame(arm("a", 1e4, 2e4, 1e12), arm("b", 1e4, 2e4, 1.0)),
    "long titles": frame(
        *(arm(f"m{n}", 1e6 * n, 2e6, 3e6, title=f"{LONG} {n}", tail_worse=n % 2 == 0) for n in range(25))
    ),
    "wide letters": frame(arm("a", 1e6, 2e6, title="W" * 80), arm("b", 1e6, 2e6, title="W W " * 20)),
    "dollars": frame(arm("$A_{x}$", 1e6, 2e6)),
    "sets only": frame(*(arm(f"m{n}", 9e6, 2e6, 1e6, together=True) for n in range(2))),
    "no grades": frame(arm("a", 1e6, 2e6, grade=""), arm("b", 1e6, 2e6, grade="")),
}


def rows_of(figure: Figure) -> Axes:
    """The axes that carry the amounts."""
    return figure.axes[1]


def marks(figure: Figure, *markers: str) -> list[float]:
    """Benefits drawn, from the top."""
    found = [line for line in rows_of(figure).lines if line.get_marker() in (markers or ("o", "D", "X"))]
    return [float(line.get_xdata()[0]) for line in sorted(found, key=lambda line: -line.get_ydata()[0])]


def costs(figure: Figure) -> list[float]:
    lines = [line for line in rows_of(figure).lines if line.get_color() == INK and line.get_linewidth() == 2.6]
    return [float(line.get_xdata()[0]) for line in sorted(lines, key=lambda line: -line.get_ydata()[0])]


@pytest.mark.parametrize("case", CASES)
def test_no_faults(case: str, long_footer: Footer) -> None:
    for about, footer in ((ABOUT, None), ({**ABOUT, "conditional": True, "title": LONG}, long_footer)):
        figure = comparison_chart(CASES[case], about, footer=footer)  # type: ignore[arg-type]
        assert lint(figure) == []
        assert about["title"] in figure.alt


def test_the_alt_text_holds_every_figure() -> None:
    arms = realistic()
    alt = comparison_chart(arms, ABOUT).alt
    for row in arms.to_dict("records"):
        benefit, cost, net = (short(row[name], "GBP") for name in ("benefit", "cost", "net"))
        low, high = (short(row[f"net_{end}"], "GBP") for end in ("low", "high"))
        (told,) = [text for text in alt.split(". ") if text.startswith(f"{row['title']}: {row['verdict']}; ")]
        assert f"benefit {benefit} (" in told
        assert f"cost {cost}, " in told
        assert f"net {net} ({low} to {high})" in told or low == high
        assert (WORSE in told) == row["tail_worse"]
        assert ("in force together" in told) == row["together"]


def test_the_alt_text_is_saved_with_the_picture(tmp_path: Path) -> None:
    figure = comparison_chart(realistic(), ABOUT)
    png, words = save(figure, tmp_path / "comparison")
    assert words.read_text(encoding="utf-8").startswith("Three of 22 mitigations pay for themselves")
    with Image.open(png) as image:
        image.load()
        assert image.text["Description"] == figure.alt


def test_marks_are_the_data_best_first_and_sets_below() -> None:
    arms = realistic()
    figure = comparison_chart(arms, ABOUT)
    rank = {"pays": 0, "unclear": 1, "does not pay": 2}
    expected = arms.assign(rank=arms["verdict"].map(rank)).sort_values(
        ["together", "rank", "net"], ascending=[True, True, False]
    )
    np.testing.assert_allclose(marks(figure), expected["benefit"])
    np.testing.assert_allclose(costs(figure), expected["cost"])
    for marker, verdict in (("o", "pays"), ("D", "unclear"), ("X", "does not pay")):
        np.testing.assert_allclose(marks(figure, marker), expected.loc[expected["verdict"] == verdict, "benefit"])


def test_intervals_are_drawn_from_end_to_end() -> None:
    figure = comparison_chart(CASES["one"], ABOUT)
    plain = [line for line in rows_of(figure).lines if line.get_marker() == "None"]
    spans = [line.get_xdata() for line in plain if line.get_color() == NAVY]
    np.testing.assert_allclose(spans, [[145e6, 235e6]])
    low, high = rows_of(figure).get_xlim()
    assert low <= 0 < 235e6 < high


def test_the_grey_of_a_row_ends_at_its_cost() -> None:
    figure = comparison_chart(CASES["one"], ABOUT)
    (ground,) = rows_of(figure).patches
    assert ground.get_x() + ground.get_width() == pytest.approx(1.1e6)  # type: ignore[attr-defined]


def test_zero_is_marked() -> None:
    for case in ("realistic", "all negative", "free"):
        axes = rows_of(comparison_chart(CASES[case], ABOUT))
        zeros = [line for line in axes.lines if list(line.get_xdata()) == [0, 0] and line.get_color() == INK]
        assert zeros, case
        assert "0" in [label.get_text() for label in axes.get_xticklabels()]


def test_a_scale_that_is_not_even_says_so(words: Words) -> None:
    assert "log scale, but even where thick (−£1m to £1m)" in words(comparison_chart(realistic(), ABOUT))
    near = frame(arm("a", 3e6, 1e6, 1e5), arm("b", 4e6, 2e6, 1e5))
    assert "Benefit and cost; even scale" in words(comparison_chart(near, ABOUT))


def test_verdicts_nets_and_warnings_are_in_words(words: Words) -> None:
    arms = realistic()
    said = words(comparison_chart(arms, ABOUT))
    assert said.count(WORSE) == arms["tail_worse"].sum() == 3
    for net in arms["net"]:
        assert signed(net, "GBP") in said
    drawn = [text.get_text() for text in comparison_chart(arms, ABOUT).texts]
    for verdict, rows in arms.groupby("verdict"):
        assert drawn.count(verdict) == len(rows)
    assert "One at a time" in drawn
    assert "Several in force together" in drawn


def test_missing_intervals_are_said(words: Words) -> None:
    assert "no known interval" in words(comparison_chart(CASES["no intervals"], ABOUT))
    assert "no known interval" not in words(comparison_chart(realistic(), ABOUT))
    assert "(no interval)" in comparison_chart(CASES["no intervals"], ABOUT).alt


class TestHeadline:
    def of(self, *rows: dict[str, object], conditional: bool = False) -> str:
        return headline(read_arms(frame(*rows)), {**ABOUT, "conditional": conditional})

    def test_counts_are_the_data_s(self) -> None:
        arms = realistic().query("not together and not tail_worse")
        said = headline(read_arms(arms), ABOUT)
        counts = arms["verdict"].value_counts()
        expected = f"{in_letters(counts['pays'])} of {len(arms)} mitigations pay for themselves, "
        expected += f"{counts['unclear']} are unclear and {in_letters(counts['does not pay'])} do not; "
        expected += "the best mitigation, Hold updates for 48 hours, gains £300m net"
        assert said == expected.capitalize().replace("hold", "Hold").replace("£300M", "£300m")

    pays, unclear, loses = arm("a", 9e6, 1e6, 1e5), arm("b", 2e6, 1e6, 5e6), arm("c", 0.0, 1e6, 1e5)

    def test_one_arm(self) -> None:
        assert self.of(self.pays) == "A pays for itself: benefit £9m, cost £1m"
        assert self.of(self.unclear) == "B may or may not pay for itself: benefit £2m, cost £1m"
        worse = {**self.loses, "tail_worse": True}
        assert self.of(worse) == "C does not pay for itself: benefit £0, cost £1m; it makes rare bad years worse"

    def test_all_alike(self) -> None:
        best = "the best mitigation, A, gains £8m net"
        assert self.of(self.pays, {**self.pays, "name": "z"}) == f"Both mitigations pay for themselves; {best}"
        assert self.of(self.pays, self.pays, self.pays) == f"All three mitigations pay for themselves; {best}"
        assert self.of(self.loses, self.loses) == "Neither of two mitigations pays for itself"
        said = self.of(self.unclear, self.unclear, self.unclear)
        assert said == "None of three mitigations clearly pays for itself, and none clearly does not"

    def test_mixed(self) -> None:
        best = "the best mitigation, A, gains £8m net"
        assert self.of(self.pays, self.loses) == f"One of two mitigations pays for itself and one does not; {best}"
        assert self.of(self.unclear, self.loses) == (
            "Neither of two mitigations clearly pays for itself: one is unclear and one does not"
        )

    def test_a_set_may_pay_where_none_alone_does(self) -> None:
        together = {**self.pays, "together": True}
        assert self.of(self.loses, self.loses, together).endswith("pays for itself; the set in force together does")
        assert self.of(self.loses, self.loses, together, {**self.unclear, "together": True}).endswith(
            "; one of two sets in force together does"
        )

    def test_given_facts_come_first(self) -> None:
        said = self.of(self.pays, conditional=True)
        assert said == "If the given facts hold, A pays for itself: benefit £9m, cost £1m"

    def test_nothing_compared(self) -> None:
        assert headline([], ABOUT) == "No mitigation was compared"


def test_a_long_title_is_cut_in_the_headline_and_whole_in_the_alt_text() -> None:
    figure = comparison_chart(frame(arm("a", 9e6, 1e6, 1e5, title=LONG)), ABOUT)
    assert "…" in figure.headline
    assert figure.headline.endswith("pays for itself: benefit £9m, cost £1m")
    assert figure.alt.startswith(f"{LONG} pays for itself: benefit £9m, cost £1m.")


@pytest.mark.parametrize(
    ("sizes", "even"),
    [((1e6, 9e6), math.inf), ((4e4, 5e6, 2e7, 6e8, 3e8), 1e6), ((2e6, 3e8), 1e6 * 10), ((1e13, 9e14, 3.0), 1e12)],
)
def test_half_of_the_marks_lie_well_outside_the_even_stretch(sizes: tuple[float, ...], even: float) -> None:
    scale = scale_for(sizes, [])
    assert scale.even == even
    assert scale.low <= 0.0 < max(sizes) < scale.high
    if scale.is_log:
        assert sum(size >= 10 * scale.even for size in sizes) >= len(sizes) / 2


@pytest.mark.parametrize("marks", [(0.0,), (-3.0, -1.0), (-1e9, 1.0), (5.0, 5.0), (1e-12, 1e12)])
def test_a_scale_holds_all_amounts_and_zero(marks: tuple[float, ...]) -> None:
    ends = [-1.0, 2e6]
    scale = scale_for(marks, ends)
    assert scale.low <= min(*marks, *ends, 0.0)
    assert scale.high >= max(*marks, *ends, 0.0)
    assert 0.0 in scale.ticks
    assert list(scale.ticks) == sorted(scale.ticks)


def test_bad_frames_are_refused() -> None:
    one = CASES["one"]
    with pytest.raises(InputError, match="table of arms has no column verdict, net_low; it needs"):
        comparison_chart(one.drop(columns=["net_low", "verdict"]), ABOUT)
    with pytest.raises(InputError, match='verdict of "staged_rollout" is "perhaps"; allowed: pays'):
        comparison_chart(one.assign(verdict="perhaps"), ABOUT)
    with pytest.raises(InputError, match='cost of "staged_rollout" is nan; allowed: a finite amount'):
        comparison_chart(one.assign(cost=math.nan), ABOUT)
    with pytest.raises(InputError, match='interval of net of "staged_rollout" is 5 to 4; allowed: rising'):
        comparison_chart(one.assign(net_low=5.0, net_high=4.0), ABOUT)
    with pytest.raises(InputError, match='unit of the loss is "XAU"'):
        comparison_chart(one, {**ABOUT, "currency": "XAU"})
