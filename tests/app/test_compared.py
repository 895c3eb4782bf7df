"""A comparison as the page keeps it, and what its figures rest on."""

import json
import math

import pandas as pd
import pytest

from simulator.app.compared import ALL, WHO, read_common, read_compared
from simulator.app.job import Job
from simulator.app.origin import law_in_words, origins
from simulator.briefing.comparison import summarise_comparison
from simulator.scenario.ledger import ledger
from simulator.scenario.words import PAYERS
from tests.app.conftest import GOOD, until

ARROW = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"


def test_files_are_those_of_the_comparison(compared, comparison_folder):
    assert compared.table == (comparison_folder / "comparison.csv").read_bytes()
    assert compared.record == (comparison_folder / "comparison.json").read_bytes()
    assert compared.chart.png == (comparison_folder / "comparison.png").read_bytes()
    assert compared.chart.alt == (comparison_folder / "comparison.alt.txt").read_text().strip()


def test_it_says_what_the_briefing_says(compared, comparison_folder):
    frame = pd.read_parquet(comparison_folder / "comparison.parquet")
    about = json.loads(compared.record)["about"]
    assert compared.summary == summarise_comparison(frame, about)
    assert (compared.title, compared.conditional, compared.partial) == (about["title"], False, False)


def test_the_numbers_of_the_chart_are_the_findings(compared, comparison_folder):
    frame = pd.read_parquet(comparison_folder / "comparison.parquet").set_index("title")
    drawn = compared.chart.data.set_index("mitigation")
    assert set(drawn.index) == set(frame.index)
    for name, column in (("benefit, USD", "benefit"), ("cost, USD", "cost"), ("net, USD", "net")):
        pd.testing.assert_series_equal(drawn[name], frame.loc[drawn.index, column], check_names=False)
    for end in ("low", "high"):
        wanted = frame.loc[drawn.index, f"net_{end}"]
        pd.testing.assert_series_equal(drawn[f"net, {end} (95 % range)"], wanted, check_names=False)


def test_every_arm_has_its_account_singles_first(compared):
    told = [(account.title, account.verdict, account.net) for account in compared.accounts]
    assert told == [(line.title, line.verdict, line.net) for line in compared.summary.lines]
    assert [len(account.members) for account in compared.accounts] == [1, 1, 2]


def test_the_account_says_who_pays_and_leaves_out_whom_it_does_not_touch(compared):
    accounts = {account.title: account for account in compared.accounts}
    staging = accounts["Roll out in stages"]
    assert [row[0] for row in staging.payers] == ["Vendors", ALL]
    assert staging.payers[0][2] == staging.payers[1][2] != "$0"
    assert [row[0] for row in accounts["Hold updates for *two* days"].payers] == ["Operators", ALL]
    assert set(WHO) == set(PAYERS)


def test_each_figure_of_a_mitigation_names_its_source_or_assumption(offers):
    entries = ledger(offers.loaded)
    delay, rollout, cost = origins(entries, "hold")
    assert delay.parameter == f"effect {ARROW} hold updates"
    assert (delay.value, delay.range, delay.sources) == ("2 d", "1 d to 7 d", ())
    assert delay.assumption == "one case (UK parliamentary question 108166, 2025)", "the id of the evidence, named"
    assert (rollout.parameter, rollout.value) == ("time until it works", "anything from 1 d to 30 d")
    assert cost.parameter == f"cost {ARROW} a year {ARROW} fixed"
    (share, _) = origins(entries, "staging")
    (source,) = share.sources
    assert source.name.startswith("Bitsight")
    assert source.url.startswith("https://")
    assert (source.grade, source.note) == ("B", "Internet-visible servers with the trojanised build.")
    assert origins(entries, "staging_slow") == origins(entries, "staging")


def test_no_figure_of_a_mitigation_is_left_out(offers):
    entries = [entry for entry in ledger(offers.loaded) if entry.parameter.startswith("mitigations.")]
    assert sum(len(origins(entries, name)) for name in offers.mitigations) == len(entries) > 10


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("uniform: high 150 d, low 30 d", "anything from 30 d to 150 d"),
        ("pert: max 7 years, min 2 years, mode 4 years", "most likely 4 years, from 2 years to 7 years"),
        ("exponential: mean 1 d", "1 d on average"),
        ("lognormal: p05 1 d, p50 4 d, p95 20 d", "lognormal: p05 1 d, p50 4 d, p95 20 d"),
        ("0.034 GBP", "0.034 GBP"),
    ],
)
def test_laws_in_words(written, read):
    assert law_in_words(written) == read


def test_no_chance_at_all_is_an_infinite_gain(compared):
    record = json.loads(compared.record)
    record["about"]["variance_ratio"] = None
    assert read_common(json.dumps(record).encode())["variance_ratio"] == math.inf


def test_a_job_reads_a_comparison_as_one(child, switched_on, compared, tmp_path):
    child(GOOD)
    job = Job(switched_on)
    until(lambda: job.ended)
    assert job.fault == ""
    assert job.finished.summary == compared.summary
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_comparison_is_refused(tmp_path, switched_on):
    with pytest.raises(OSError, match="comparison"):
        read_compared(tmp_path, switched_on)
