"""The size tables agree with themselves and with the parameters they cite."""

import pytest

from simulator.evidence import UnknownEvidence, parameter, size_table, size_tables

CLASSES = [size for table in size_tables().values() for size in table]


def test_each_class_agrees_with_itself():
    for size in CLASSES:
        assert size.count >= 1, size
        assert size.count * size.mean == pytest.approx(size.total, rel=0.005), size
        assert size.low is None or size.low <= size.mean, size
        assert size.high is None or size.mean <= size.high, size
        assert size.unit in ("people", "customers", "properties", "connections"), size


def test_each_class_repeats_the_parameter_it_cites():
    for size in CLASSES:
        cited = parameter(size.source)
        if size.count == 1:
            assert (size.mean, size.unit) == (cited.value, cited.unit), size
        elif size.name != "other_93_percent":
            assert size.count == cited.value, size


def test_the_two_classes_of_2004_sum_to_all_systems():
    classes = size_table("us_water_systems_2004")
    assert sum(c.count for c in classes) == parameter("pop.us.water.cws_total_2004").value


def test_names_of_classes_are_unique_within_a_table():
    assert len({(c.table, c.name) for c in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize("name", ["us_ga_water_systems", "us_water_systems_2011"])
def test_water_classes_touch_and_do_not_overlap(name):
    classes = size_table(name)
    assert [c.low for c in classes[1:]] == [c.high + 1 for c in classes[:-1]]
    assert classes[0].low == parameter("pop.us.water.cws_smallest").value


def test_georgia_holds_every_active_system_and_its_people():
    classes = size_table("us_ga_water_systems")
    assert sum(c.count for c in classes) == parameter("pop.us_ga.water.cws_total").value
    assert sum(c.total for c in classes) == pytest.approx(10.45e6, rel=1e-3)


@pytest.mark.parametrize("name", ["us_water_systems_2004", "us_water_systems_2011"])
def test_few_large_systems_serve_most_people(name):
    classes = size_table(name)
    large = [c for c in classes if c.mean > 10_000]
    assert sum(c.count for c in large) / sum(c.count for c in classes) == pytest.approx(0.075, abs=0.01)
    assert sum(c.total for c in large) / sum(c.total for c in classes) == pytest.approx(0.815, abs=0.01)


def test_investor_owned_utilities_hold_their_published_share_of_customers():
    classes = {c.name: c for c in size_table("us_electric_utilities")}
    everyone = sum(c.total for c in classes.values())
    assert classes["investor_owned"].total / everyone == pytest.approx(0.72, abs=0.005)


def test_an_unknown_table_names_the_nearest():
    with pytest.raises(UnknownEvidence, match=r'no size table "uk_water"; allowed: .*uk_water_companies'):
        size_table("uk_water")
