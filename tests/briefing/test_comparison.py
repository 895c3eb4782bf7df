"""What a comparison says in words: every figure is the data's, the loud is loud, and doubt is not hidden."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
import pytest

from simulator.briefing.comparison import ComparisonSummary, summarise_comparison
from simulator.briefing.summary import Section
from simulator.charts.arms import About, headline, read_arms
from simulator.charts.comparison import comparison_chart
from simulator.charts.numbers import short
from simulator.commands.comparison_table import print_comparison
from tests.charts.arms_made_up import ABOUT, BANS, JOINT, also, arm, frame, realistic
from tests.charts.conftest import LONG

FULL: About = {**ABOUT, "joint": JOINT, "bans": BANS}
CASES: dict[str, pd.DataFrame] = {
    "realistic": realistic(),
    "none": realistic().iloc[:0],
    "one": frame(arm("staged_rollout", 190e6, 1.1e6, 45e6)),
    "all negative": frame(*(also(arm(f"m{n}", -1e6 * n, 2e6 * n, 3e5)) for n in range(1, 26))),
    "all zero": frame(*(arm(f"m{n}", 0.0, 0.0) for n in range(3))),
    "no intervals": frame(*(also(arm(f"m{n}", 1e6, 4e5 * n, math.nan)) for n in range(1, 4))),
    "huge": frame(also(arm("a", 1e13, 9e14, 1e12)), also(arm("b", 1e5, 9e3, 1e4))),
    "long titles": frame(*(also(arm(f"m{n}", 1e6 * n, 2e6, 3e6, title=f"{LONG} {n}")) for n in range(25))),
    "nothing known": frame(
        arm("a", 1e6, 2e6, **dict.fromkeys(("var", "tvar", "ratio", "rerun", "operator_net", "outage"), math.nan))
    ),
}


def section(summary: ComparisonSummary, start: str) -> Section:
    (found,) = [part for part in summary.sections if part.title.startswith(start)]
    return found


def titles(summary: ComparisonSummary) -> list[str]:
    return [part.title for part in summary.sections]


def words(summary: ComparisonSummary) -> str:
    lines = [summary.headline, summary.basis, *summary.warnings, *map(str, summary.lines)]
    for part in summary.sections:
        lines += [part.title, part.note, *(f"{row.label} {row.value} {row.doubt}" for row in part.rows)]
    return "\n".join(lines)


def changed(row: dict[str, Any], measure: str, value: float, low: float, high: float) -> dict[str, Any]:
    return row | {measure: value, f"{measure}_low": low, f"{measure}_high": high}


@pytest.mark.parametrize("case", CASES)
def test_plain_words_and_no_holes(case: str) -> None:
    said = words(summarise_comparison(CASES[case], FULL))
    assert not re.search(r"replication|\barms?\b|\bnan\b|None\b(?! of)|\binf\b|[α-ω]", said), said


@pytest.mark.parametrize("case", CASES)
def test_it_is_printed_within_the_width(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    print_comparison(CASES[case], FULL)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 118
    said = " ".join(printed.split())
    assert " ".join(summarise_comparison(CASES[case], FULL).headline.split()) in said


def test_nothing_printed_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    """A table wider than the page would lose its right edge: every letter must come out."""
    summary = summarise_comparison(CASES["realistic"], FULL)
    print_comparison(CASES["realistic"], FULL)
    printed = capsys.readouterr().out
    for text in (row.doubt for part in summary.sections for row in part.rows):
        assert all(word in printed for word in text.split()), text
    for line in summary.lines:
        assert line.interval in printed
    assert "…" not in printed


def test_the_headline_is_the_chart_s() -> None:
    arms = realistic()
    summary = summarise_comparison(arms, ABOUT)
    assert summary.headline == f"{headline(read_arms(arms), ABOUT)}."
    assert comparison_chart(arms, ABOUT).headline == summary.headline[:-1]


def test_lines_are_the_data_best_first_and_sets_last() -> None:
    arms = realistic()
    lines = summarise_comparison(arms, ABOUT).lines
    by_title = arms.set_index("title")
    for line in lines:
        row = by_title.loc[line.title]
        assert (line.verdict, line.operator, line.evidence) == (row["verdict"], row["operator_verdict"], row["grade"])
        assert (line.benefit, line.cost) == (short(row["benefit"], "GBP"), short(row["cost"], "GBP"))
        assert line.net.removeprefix("+") == short(row["net"], "GBP")
        if row["net_low"] < row["net_high"]:
            assert line.interval == f"{short(row['net_low'], 'GBP')} to {short(row['net_high'], 'GBP')}"
        ratio = row["benefit"] / row["cost"]
        assert line.ratio == (short(ratio) if abs(ratio) >= 0.005 else "0")
    rank = ("pays", "unclear", "does not pay")
    order = [(line.together, rank.index(line.verdict), -by_title.loc[line.title, "net"]) for line in lines]
    assert order == sorted(order)


def test_two_significant_digits() -> None:
    summary = summarise_comparison(realistic(), ABOUT)
    values = [x for line in summary.lines for x in (line.benefit, line.cost, line.net, line.interval, line.ratio)]
    values += [row.value for part in summary.sections for row in part.rows]
    for number in re.findall(r"[\d,]*\.?\d+", " ".join(values)):
        assert len(number.replace(",", "").replace(".", "").strip("0")) <= 2, number


def test_operators_and_society_may_differ() -> None:
    rows = [arm("a", 9e6, 1e6, 1e5), arm("b", 9e6, 1e6, 1e5, operator_verdict="does not pay")]
    rows[1] = changed(rows[1], "operator_net", -4e5, -5e5, -3e5)
    (row,) = section(summarise_comparison(frame(*rows), ABOUT), "Where operators").rows
    assert (row.label, row.value) == ("B", "society: pays; operators: does not pay")
    assert row.doubt == "net for operators −£400,000 (−£500,000 to −£300,000)"
    same = section(summarise_comparison(frame(rows[0]), ABOUT), "Where operators")
    assert (same.rows, same.note) == ([], "The verdict is the same for both.")


def test_a_worse_tail_is_a_loud_line() -> None:
    row = changed(arm("ban", 9e6, 1e6, 1e5, tail_worse=True), "var", -2e6, -3e6, -1e6)
    said = summarise_comparison(frame(row, arm("a", 1.0, 2.0)), ABOUT).warnings
    assert said == ("WORSE BAD YEARS with Ban: a 1-in-200 year costs £2m (£1m to £3m) more.",)
    beyond = changed(changed(row, "var", math.nan, math.nan, math.nan), "tvar", -4e6, -6e6, -2e6)
    (said,) = summarise_comparison(frame(beyond), ABOUT).warnings
    assert said == "WORSE BAD YEARS with Ban: years beyond a 1-in-200 year cost £4m (£2m to £6m) more on average."
    assert summarise_comparison(frame({**row, "tail_worse": False}), ABOUT).warnings == ()


def test_warnings_are_printed_above_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_comparison(realistic(), FULL)
    printed = capsys.readouterr().out
    assert printed.count("WORSE BAD YEARS with ") == 3
    assert printed.index("WORSE BAD YEARS") < printed.index("What pays, for society")


class TestBesidesMoney:
    measure, title = "person_days_water", "People-days without water"

    def of(self, *changes: tuple[float, float, float]) -> ComparisonSummary:
        rows = [changed(arm(f"m{n}", 1.0, 1.0), self.measure, *change) for n, change in enumerate(changes)]
        return summarise_comparison(frame(*rows), ABOUT)

    def test_only_what_chance_does_not_explain_is_shown(self) -> None:
        part = section(self.of((1200.0, 900.0, 1500.0), (50.0, -50.0, 150.0)), self.title)
        assert [(row.label, row.value, row.doubt) for row in part.rows] == [("M0", "1,200", "900 to 1,500")]

    def test_what_is_added_comes_first(self) -> None:
        part = section(self.of((1200.0, 900.0, 1500.0), (-30.0, -40.0, -20.0)), self.title)
        assert [(row.label, row.value) for row in part.rows] == [("M1", "30 MORE"), ("M0", "1,200")]
        assert part.rows[0].doubt == "30 (20 to 40) added"

    def test_the_five_largest_and_how_many_more(self) -> None:
        part = section(self.of(*((100.0 * n, 90.0 * n, 110.0 * n) for n in range(1, 9))), self.title)
        assert [row.value for row in part.rows] == ["800", "700", "600", "500", "400"]
        assert part.note == "Three more gain less."

    def test_no_change_is_said_once(self) -> None:
        part = section(self.of((50.0, -50.0, 150.0)), "No change")
        assert "People-days without water spared in a year; People-days without telecom" in part.note

    def test_beyond_the_data_is_said_with_its_note(self) -> None:
        rows = [arm("a", 1.0, 1.0, var=math.nan, note="beyond the data: 4 effective futures"), arm("b", 1.0, 1.0)]
        part = section(summarise_comparison(frame(*rows), ABOUT), "A 1-in-200 year")
        assert part.note == "Not known for one of two: beyond the data: 4 effective futures."


def test_why_so_little() -> None:
    rows = section(summarise_comparison(realistic(), ABOUT), "Why so little").rows
    assert [row.label for row in rows] == ["Vendor's data centres moved abroad", "Transparency centre"]
    assert rows[1].value == "benefit £21,000 (−£160,000 to £200,000)"
    assert rows[1].doubt.startswith("Reviews take 60 days")


def test_sets_joint_against_sum() -> None:
    (row,) = section(summarise_comparison(realistic(), FULL), "Sets").rows
    assert row.label == "Hold, stage and drill"
    assert row.value == "£420m together, £510m added up"
    assert row.doubt == "adding up overstates by £92m (£55m to £130m)"


def test_what_adding_up_does_is_told_from_the_interval() -> None:
    for low, high, said in ((-9e6, 5e6, "not told apart"), (0.0, 0.0, "changes nothing"), (-9e6, -1e6, "understates")):
        joint = {"sum": 1e8, "joint": 1e8, "difference": (low + high) / 2, "low": low, "high": high, "sentence": ""}
        found = summarise_comparison(realistic(), {**FULL, "joint": {"cheap_three": joint}})
        assert said in section(found, "Sets").rows[0].doubt


def test_bans_by_horizon_and_belief() -> None:
    rows = section(summarise_comparison(realistic(), FULL), "Ban, removal within two years: share").rows
    assert [row.value for row in rows] == [f"20 % without, {share} % with" for share in (12, 33, 15, 17)]
    assert rows[1].label == "2 years, if it saves its asset for war"
    assert rows[1].doubt == "The state uses what it is about to lose."
    assert [part for part in titles(summarise_comparison(realistic(), ABOUT)) if part.startswith("Ban,")] == []


def test_how_it_was_made() -> None:
    rows = [arm("a", 1.0, 1.0, rerun=0.03), arm("b", 1.0, 1.0, rerun=0.4), arm("c", 1.0, 1.0, rerun=0.12)]
    again, chance, gained = section(summarise_comparison(frame(*rows), ABOUT), "How the").rows
    assert chance.label == "verdicts among three that chance alone gets wrong"
    assert chance.value == "about 0.075 each way at most"
    assert (again.value, again.doubt) == ("3 % to 40 % of futures", "median 12 %; it changes nothing in the others")
    assert gained.value == "variance of differences cut 14 times"


def test_the_basis_names_futures_seed_discount_and_conditions() -> None:
    said = summarise_comparison(realistic(), ABOUT).basis
    for part in ("20,000 simulated futures of 5 years", "seed 7", "GBP at 3.5 % a year", "no other doubt"):
        assert part in said
    assert "conditional" not in said
    given = summarise_comparison(realistic(), {**ABOUT, "conditional": True})
    assert "conditional on given facts" in given.basis
    assert given.headline.startswith("If the given facts hold, ")
