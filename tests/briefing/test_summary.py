"""What a run says in words: every figure is the data's, and doubt is not hidden."""

from __future__ import annotations

import dataclasses
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from simulator.batch.results import Results
from simulator.batch.run import run
from simulator.briefing.summary import CAUSES, IF, Row, Section, Summary, _between, _scaled, summarise
from simulator.risk.breakdown import by_cause
from simulator.risk.condition import probability_of_compromise
from simulator.risk.exceedance import exceedance
from simulator.risk.loss import average_annual_loss
from simulator.risk.summary import loss_given_cause
from simulator.risk.words import money, two_digits
from simulator.scenario.load import load
from simulator.scenario.words import CAUSE_KINDS, MALICIOUS_CAUSES

KNOWN = Path(__file__).resolve().parents[2] / "scenarios" / "known"


@cache
def of(name: str, **arguments: Any) -> Results:
    return run(load(KNOWN / f"{name}.yaml"), **{"replications": 400, "seed": 3, **arguments})


def changed(results: Results, **manifest: Any) -> Results:
    return dataclasses.replace(results, manifest={**results.manifest, **manifest})


def section(summary: Summary, start: str) -> Section:
    (found,) = [s for s in summary.sections if s.title.startswith(start)]
    return found


def row(summary: Summary, start: str, label: str) -> Row:
    (found,) = [r for r in section(summary, start).rows if r.label.strip() == label]
    return found


def words(summary: Summary) -> str:
    lines = [summary.headline, summary.basis]
    for part in summary.sections:
        lines += [part.title, part.note, *(f"{r.label} {r.value} {r.doubt}" for r in part.rows)]
    return "\n".join(lines)


def test_every_kind_of_cause_has_words() -> None:
    assert set(CAUSES) == set(CAUSE_KINDS)
    assert len(set(CAUSES.values())) == len(CAUSES)
    assert set(IF) == set(MALICIOUS_CAUSES)


def test_the_headline_is_the_dearest_hostile_event_of_the_data() -> None:
    results = of("v17_from_war")
    loss = loss_given_cause(results, "customer_hours", "coerced_update")[0.9].value
    expected = f"An update forced by a home state costs {two_digits(loss)} customer-hours or more in one case of ten."
    assert summarise(results).headline == expected


@pytest.mark.parametrize(("years", "said"), [(5.0, "5 years"), (0.5, "6 months"), (30 / 365.25, "30 days")])
def test_the_horizon_is_said_in_a_unit_of_its_size(years: float, said: str) -> None:
    told = summarise(changed(of("v17_from_war"), horizon_years=years))
    assert f"simulated futures of {said};" in told.basis
    assert section(told, "How likely").title == f"How likely is that within {said}?"


def test_without_hostile_events_the_headline_is_a_bad_year() -> None:
    results = of("v42", replications=1_100)
    loss = float(exceedance(results, "customer_hours", "AEP", (100.0,))["loss"].iloc[0])
    expected = f"Given the stated facts, one year in 100 costs {two_digits(loss)} customer-hours or more."
    assert summarise(results).headline == expected


def test_with_too_few_futures_the_headline_is_the_average() -> None:
    results = of("v42", replications=20)
    aal = average_annual_loss(results, "customer_hours").value
    expected = f"Given the stated facts, the average year costs {two_digits(aal)} customer-hours."
    assert summarise(results).headline == expected


def test_the_average_year_and_its_causes_are_the_data_s() -> None:
    results = of("v19")
    summary = summarise(results)
    total = average_annual_loss(results, "abstract")
    assert row(summary, "The average year", "all causes").value == f"{two_digits(total.value)} units"
    causes = by_cause(results, "abstract")["value"]
    shown = {r.label.strip(): r.value for r in section(summary, "The average year").rows[1:]}
    assert shown == {
        "hacktivists": f"{two_digits(causes['hacktivist'])} units",
        "update forced by a home state": f"{two_digits(causes['coerced_update'])} units",
    }


def test_bad_years_are_the_curve_s() -> None:
    results = of("v17_from_war")
    curve = exceedance(results, "customer_hours", "AEP", (5.0, 50.0)).set_index("return_period")["loss"]
    assert curve[5.0] == 0.0
    part = "A year as bad as this"
    assert row(summarise(results), part, "once in 5 years").value == "no loss"
    assert row(summarise(results), part, "once in 50 years").value == f"{two_digits(curve[50.0])} customer-hours"


def test_years_beyond_the_data_are_not_shown() -> None:
    beyond = row(summarise(of("v42", replications=100)), "A year as bad as this", "once in 50 years")
    assert beyond.value == "not shown"
    assert re.fullmatch(r"beyond the data: [\d.]+ effective simulated futures, ten needed", beyond.doubt)


class TestIgnorance:
    """Where the stated range of a hazard spans more than a factor of ten, no central estimate is shown."""

    wide = ({"coerced_update": [0.2, 3.0], "all": [0.2, 3.0]}, {"coerced_update": [0.0, 1.5], "all": [0.0, 1.5]})
    narrow = ({}, {"coerced_update": [0.5, 5.0], "all": [0.5, 5.0]})

    @pytest.mark.parametrize("ranges", wide)
    def test_a_wide_range_hides_the_centre(self, ranges: dict[str, list[float]]) -> None:
        results = changed(of("v17_from_war"), hazard_ranges=ranges)
        summary = summarise(results)
        aal = average_annual_loss(results, "customer_hours").value
        low, high = ranges["all"]
        for label in ("all causes", "update forced by a home state"):
            shown = row(summary, "The average year", label)
            assert shown.doubt == "range of the assumed hazard"
            assert shown.value.startswith(two_digits(aal * low).split()[0])
            assert f"to {two_digits(aal * high)} customer-hours" in shown.value
            assert two_digits(aal) not in shown.value
        (likely,) = section(summary, "How likely").rows
        assert likely.label == "under the stated range of hazards"
        assert "hazards are assumptions" in section(summary, "How likely").note
        assert "their stated range is wide" in section(summary, "A year as bad").note

    @pytest.mark.parametrize("ranges", narrow)
    def test_a_narrow_range_leaves_it(self, ranges: dict[str, list[float]]) -> None:
        results = changed(of("v17_from_war"), hazard_ranges=ranges)
        aal = average_annual_loss(results, "customer_hours").value
        for label in ("all causes", "update forced by a home state"):
            assert row(summarise(results), "The average year", label).value == f"{two_digits(aal)} customer-hours"
        likely = row(summarise(results), "How likely", "probability")
        assert (likely.value, likely.doubt) == ("7.2 % (1 in 14)", "remote chance (nearest band)")
        assert section(summarise(results), "A year as bad").note == ""

    def test_causes_with_a_known_rate_keep_their_average(self) -> None:
        """Nuisance is most of the average of V19, so the sum is not too wide either."""
        results = changed(of("v19"), hazard_ranges={"coerced_update": [0.1, 10.0], "all": [0.1, 10.0]})
        summary = summarise(results)
        value = by_cause(results, "abstract")["value"]
        coerced = value["coerced_update"]
        assert row(summary, "The average year", "hacktivists").value == f"{two_digits(value['hacktivist'])} units"
        assert row(summary, "The average year", "all causes").value == f"{two_digits(value.sum())} units"
        own = row(summary, "The average year", "update forced by a home state").value
        assert own == f"{two_digits(0.1 * coerced)} to {two_digits(10.0 * coerced)} units"

    def test_the_range_of_the_probability_follows_the_hazard(self) -> None:
        results = changed(of("v17_from_war"), hazard_ranges={"coerced_update": [0.1, 10.0], "all": [0.1, 10.0]})
        p = probability_of_compromise(results).value
        assert _scaled(p, 1.0) == pytest.approx(p)
        low, high = 1 - (1 - p) ** 0.1, 1 - (1 - p) ** 10
        (shown,) = section(summarise(results), "How likely").rows
        assert shown.value == f"{two_digits(100 * low)} % to {two_digits(100 * high)} %"
        assert shown.doubt == "remote chance to likely (nearest bands)"  # 0.7 to 53 %; likely begins at 55 %

    def test_stated_ranges_come_from_the_scenario(self) -> None:
        ranges = run(load("pre_positioned"), replications=4).manifest["hazard_ranges"]
        assert set(ranges) == {"access_release", "outside_intrusion", "all"}
        assert all(low <= 1.0 <= high for low, high in ranges.values())
        # Two and three quarter years of war at 0.5 to 12 a year: released for certain, or three times in four.
        assert ranges["access_release"] == pytest.approx([0.75, 1.0], abs=0.01)
        assert of("v17").manifest["hazard_ranges"] == {}


def test_a_success_in_every_future_is_not_called_certain_by_a_range() -> None:
    results = of("v17_from_war")
    always = dataclasses.replace(
        results,
        replications=results.replications.assign(successes=1, stratum=2),
        strata=results.strata.iloc[:1].assign(stratum=2, probability=1.0, replications=len(results.replications)),
    )
    (shown,) = section(summarise(always), "How likely").rows
    assert (shown.value, shown.doubt) == ("in every simulated future", "almost certain")


def test_probabilities_name_their_yardstick() -> None:
    assert "PHIA probability yardstick" in section(summarise(of("v17")), "How likely").note


@pytest.mark.parametrize("name", ["v17", "v17_from_war", "v19", "v41", "v42", "v43", "v08", "v09"])
def test_two_significant_digits_and_no_model_words(name: str) -> None:
    summary = summarise(of(name, replications=100))
    for number in re.findall(r"[\d,]*\.?\d+", " ".join(r.value for s in summary.sections for r in s.rows)):
        digits = number.replace(",", "").replace(".", "").strip("0")
        assert len(digits) <= 2 or re.fullmatch(r"9+\d\d?", digits), number
    said = words(summary)
    assert not re.search(r"replication|strat(a|um)|\bnan\b|None|\binf\b", said), said


def test_conditional_runs_say_so() -> None:
    summary = summarise(of("v42"))
    assert summary.headline.startswith("Given the stated facts, ")
    assert "conditional on given facts" in summary.basis
    assert "conditional" not in words(summarise(of("v17")))


def test_partial_runs_say_so() -> None:
    assert "PARTIAL: the run was stopped early" in summarise(changed(of("v17"), state="partial")).basis
    assert "PARTIAL" not in words(summarise(of("v17")))


def test_a_precision_that_was_not_reached_is_owned_up_to() -> None:
    asked = of("v17").manifest["asked"]
    missed = changed(of("v17"), asked={**asked, "precision": 0.001})
    assert "the 0.1 % asked for were not reached" in summarise(missed).basis
    met = changed(of("v17"), asked={**asked, "precision": 0.5})
    assert "not reached" not in summarise(met).basis


@pytest.mark.parametrize(
    ("name", "crude", "said"),
    [
        ("v17", False, "sampled by whether a hostile compromise succeeds"),
        ("v17", True, "plain sampling"),
        ("v42", False, "plain sampling"),  # one stratum: nothing hostile
    ],
)
def test_the_way_of_sampling_is_said(name: str, crude: bool, said: str) -> None:
    assert said in summarise(of(name, replications=64, crude=crude)).basis


def test_a_run_without_any_loss() -> None:
    results = of("v17", replications=64, crude=True)
    assert results.events.empty
    summary = summarise(results)
    assert summary.headline == "No loss in any of 64 simulated futures."
    assert row(summary, "The average year", "all causes").value == "0 customer-hours"
    assert [s.title for s in summary.sections if s.title.startswith(("If", "How"))] == []


def test_the_smallest_runs() -> None:
    for name in ("v17", "v19", "v42", "v43"):
        assert summarise(of(name, replications=4)).headline.endswith(".")


def test_money_is_split_by_payer() -> None:
    results = run(load("faulty_update"), replications=60, seed=2)
    assert results.measure == "cost"
    summary = summarise(results)
    aal = average_annual_loss(results, "cost").value
    assert row(summary, "The average year", "all causes").value == money(aal, "GBP")
    assert row(summary, "The average year", "borne by operator").value.startswith("GBP ")


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("GBP 1.2 million", "GBP 3.4 million", "GBP 1.2 to 3.4 million"),
        ("GBP 650,000", "GBP 2.3 million", "GBP 650,000 to 2.3 million"),
        ("GBP 8", "GBP 2.3 million", "GBP 8 to GBP 2.3 million"),
        ("31 million customer-hours", "42 million customer-hours", "31 to 42 million customer-hours"),
        ("950 million hours", "1.2 billion hours", "950 million to 1.2 billion hours"),
        ("8 hours", "2 million hours", "8 hours to 2 million hours"),
        ("1.7 units", "2.5 units", "1.7 to 2.5 units"),
        ("0.1", "2", "0.1 to 2"),
    ],
)
def test_two_amounts_as_a_range(low: str, high: str, said: str) -> None:
    assert _between(low, high) == said
