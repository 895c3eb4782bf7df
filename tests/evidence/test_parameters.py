"""The shipped parameter table keeps its promises: ids, ranges, sources, grades, and arithmetic."""

import math
import re
from statistics import NormalDist

import pytest

from simulator.evidence import UnknownEvidence, all_parameters, parameter
from simulator.evidence.tables import read_rows

COLUMNS = ["id", "value", "low", "high", "unit", "year", "jurisdiction"]
COLUMNS += ["source", "url", "grade", "confirmed", "kind", "note"]
PATTERNS = {
    "id": r"[a-zA-Z0-9_]+(\.[a-zA-Z0-9_]+)+",
    "unit": r"\S.*",
    "year": r"\d{4}(-\d{4})?( Q[1-4])?|undated",
    "jurisdiction": r"\S.*",
    "source": r"\S.*",
    "url": r"(https?://[^\s/]+\.[a-z]{2,}\S*( (?=\S)|$))*",
    "grade": r"[ABCD]",
    "confirmed": r"yes|no",
    "kind": r"published|derived|judgement|memory",
    "note": r"\S.{0,138}\.",
}

ROWS = read_rows("parameters.csv")


def test_the_file_has_the_columns_of_the_schema():
    assert all(list(row) == COLUMNS for row in ROWS)
    assert len(ROWS) > 300


def test_ids_are_unique_sorted_and_all_loaded():
    ids = [row["id"] for row in ROWS]
    assert ids == sorted(set(ids))
    assert list(all_parameters()) == ids


@pytest.mark.parametrize("column", PATTERNS)
def test_each_cell_is_well_formed(column):
    odd = {row["id"]: row[column] for row in ROWS if not re.fullmatch(PATTERNS[column], row[column])}
    assert odd == {}


def test_each_range_holds_its_value():
    for figure in all_parameters().values():
        assert math.isfinite(figure.value), figure.id
        assert (figure.low is None) == (figure.high is None), figure.id
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.value <= figure.high, figure.id


def test_grade_d_is_exactly_what_is_unproven():
    unproven = {
        figure.id
        for figure in all_parameters().values()
        if not figure.confirmed or figure.kind in ("judgement", "memory")
    }
    assert unproven == {figure.id for figure in all_parameters().values() if figure.grade == "D"}


def test_our_own_arithmetic_is_never_graded_as_measured():
    assert not [f.id for f in all_parameters().values() if f.kind == "derived" and f.grade == "A"]


def test_every_published_figure_names_its_page():
    assert not [f.id for f in all_parameters().values() if f.kind == "published" and not f.url]


def test_no_index_of_countries_ships():
    assert not [name for name in all_parameters() if "index" in name.split(".")]


def test_a_known_row_is_read_in_full():
    overrun = parameter("mit.replace.us_overrun")
    assert (overrun.value, overrun.low, overrun.high) == (2.7, 2.5, 3.0)
    assert (overrun.unit, overrun.jurisdiction, overrun.grade) == ("ratio", "US", "C")
    assert overrun.confirmed


def test_an_empty_range_is_none():
    assert parameter("pop.us.electric.iou_count").low is None


def test_an_unknown_id_names_the_nearest():
    with pytest.raises(UnknownEvidence, match=r'no parameter "adoption\.urgent_manual\.f_7"; allowed: .*f_7d'):
        parameter("adoption.urgent_manual.f_7")
    with pytest.raises(LookupError, match=r"\(\d+ in all\)$"):
        parameter("??")


def test_the_table_cannot_be_changed_by_a_reader():
    with pytest.raises(TypeError):
        all_parameters()["new"] = parameter("mit.replace.us_overrun")  # type: ignore[index]


def value(name):
    return parameter(name).value


@pytest.mark.parametrize("state", ["peace", "tension", "crisis", "war"])
def test_monthly_transitions_sum_to_one_and_keep_the_stationary_law(state):
    states = ("peace", "tension", "crisis", "war")
    row = sum(value(f"conflict.p_month.{state}_to_{other}") for other in states)
    assert row == pytest.approx(1.0, abs=2e-6)
    inflow = sum(
        value(f"conflict.stationary_share.{other}") * value(f"conflict.p_month.{other}_to_{state}") for other in states
    )
    assert inflow == pytest.approx(value(f"conflict.stationary_share.{state}"), abs=1e-4)


@pytest.mark.parametrize(
    ("days", "share"),
    [(7, "adoption.urgent_manual.f_7d"), (20, "adoption.urgent_manual.f_20d")],
)
def test_the_urgent_weibull_passes_its_points(days, share):
    shape = value("adoption.urgent_manual.fit_weibull_shape")
    scale = value("adoption.urgent_manual.fit_weibull_scale")
    assert 1 - math.exp(-((days / scale) ** shape)) == pytest.approx(value(share), abs=0.01)


@pytest.mark.parametrize(
    ("days", "share"),
    [(1, "adoption.silent_auto.f_1d"), (5, "adoption.silent_auto.f_5d"), (8, "adoption.silent_auto.f_8d")],
)
def test_the_silent_exponential_passes_within_its_range(days, share):
    mean = parameter("adoption.silent_auto.fit_exponential_mean")
    slow, fast = (1 - math.exp(-days / bound) for bound in (mean.high, mean.low))
    observed = parameter(share)
    assert slow <= observed.high
    assert fast >= observed.low


def test_the_ransomware_lognormal_passes_both_points_of_2024():
    median = value("recovery.utilities_ransomware.lognormal_median")
    logs = NormalDist(math.log(median), value("recovery.utilities_ransomware.lognormal_sigma"))
    assert logs.cdf(math.log(7)) == pytest.approx(value("recovery.utilities_ransomware.f_7d.2024"), abs=0.01)
    beyond = value("recovery.utilities_ransomware.over_30d.2024")
    assert 1 - logs.cdf(math.log(30)) == pytest.approx(beyond, abs=0.01)


def test_the_rule_of_three_bounds_events_never_seen():
    assert parameter("rate.coerced_vendor_pushing_malicious_update").high == pytest.approx(3 / 26, abs=0.005)
    assert parameter("selection.espionage.electric_utilities").high == pytest.approx(3 / 375)


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
def test_inoperability_scores_follow_their_power_law(score):
    published = value(f"dependency.inoperability.score_{score}")
    assert published == pytest.approx(0.008 * score**2.569323442, abs=5e-5)
