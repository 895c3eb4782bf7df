"""The page without a browser, offering two small scenarios and running stand-ins for the command line."""

import json
import re
import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load, run
from simulator.app import explore, job, selection, settings
from simulator.app.compared import read_compared
from simulator.app.finished import read_finished
from simulator.app.selection import Selection, offers_for
from simulator.app.settings import Settings
from simulator.briefing.pictures import save_pictures
from simulator.charts.comparison import comparison_chart
from simulator.charts.style import save
from simulator.decisions.compare import compare
from simulator.decisions.findings import about, findings
from simulator.scenario.mitigation_file import load_with

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ROOT / "scenarios" / "known"
TINY = KNOWN / "v17.yaml"
PATIENCE_S = 60.0
GREEK = re.compile("[\N{GREEK CAPITAL LETTER ALPHA}-\N{GREEK SMALL LETTER OMEGA}]")

GOOD = """
import shutil, sys
print("progress 100 200", flush=True)
print("progress 200 200", flush=True)
shutil.copytree(sys.argv[1], sys.argv[2])
"""
ENDLESS = """
import sys
print("progress 50 200", flush=True)
sys.stdin.read()
"""
AT_FAULT = """
import sys
sys.exit(print("geocyber: uk.yaml, line 3: horizon is *soon*; allowed: a time\\nsecond $1 to $2", file=sys.stderr) or 2)
"""
BROKEN = "raise RuntimeError('entrails')"


MITIGATIONS = """
format: 1
mitigations:
  hold:
    title: Hold updates for *two* days
    about: Code waits.
    grade: C
    does: {hold_updates: {value: 2 d, range: [1 d, 7 d], assumption: one case (mit.power_backup.uk_4h_emergency)}}
    rollout: {value: {uniform: {low: 1 d, high: 30 d}}, range: [0 d, 60 d], assumption: a quick project}
    cost: {running: {fixed: {value: 20000 USD, range: [5000 USD, 50000 USD], assumption: a tester}}}
  staging: &staging
    title: Roll out in stages
    about: One in a hundred first.
    grade: B
    does: {rings: {shares: [0.01, 0.99], starts: [0 h, 24 h]}}
    comply: {value: 0.71, source: removal.exposed_bad_build.f_3d}
    cost:
      running: {fixed: {value: 500000 USD, range: [100000 USD, 2 million USD], assumption: a release team}}
      each: vendor
      payer: vendor
  staging_slow:
    <<: *staging
    title: Roll out in slow stages
  warn:
    title: A warning in private
    about: Few may be told.
    grade: D
    does:
      instrument:
        name: warn
        kind: private_warning
        trigger: {at: 0 h}
        home_state: Ruritania
        comply: {value: 0.3, range: [0.1, 0.6], assumption: few act on it}
        comply_delay: {value: {exponential: {mean: 30 d}}, range: [10 d, 90 d], assumption: at the next renewal}
        groundless_cost: {value: 0 USD, range: [0 USD, 1000 USD], assumption: it stays private}
        groundless_shows: {value: 0, range: [0, 0.1], assumption: it stays private}
  heed:
    title: A team for the warned
    about: It is hired when the warning comes.
    grade: D
    does: {own_teams: 1}
    starts: {warning: warn}
sets:
  all_of_it: [hold, staging]
"""
COMPARED = ("hold", "staging")
"""Mitigations of the finished comparison."""


@pytest.fixture(scope="session")
def mitigations(tmp_path_factory):
    """A file of mitigations for the tiny scenario."""
    file = tmp_path_factory.mktemp("mitigations") / "tiny.yaml"
    file.write_text(MITIGATIONS)
    return file


@pytest.fixture(scope="session")
def comparison_folder(tmp_path_factory, mitigations):
    """The folder that `geocyber compare` leaves."""
    comparison = compare(load_with(TINY, mitigations), COMPARED, together=COMPARED, replications=64, seed=1)
    folder = tmp_path_factory.mktemp("comparison") / "out"
    folder.mkdir()
    arms, common = findings(comparison), about(comparison)
    arms.to_csv(folder / "comparison.csv", index=False)
    arms.to_parquet(folder / "comparison.parquet")
    record = {"about": common, "arms": json.loads(arms.to_json(orient="records"))}
    (folder / "comparison.json").write_text(json.dumps(record, allow_nan=False))
    save(comparison_chart(arms, common), folder / "comparison")
    return folder


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """The folder of a finished run of the tiny scenario, with its charts."""
    folder = tmp_path_factory.mktemp("run") / "out"
    save_pictures(run(load(TINY), replications=16, seed=1, out=folder), folder)
    return folder


@pytest.fixture
def shipped(monkeypatch, mitigations):
    """Two scenarios on offer beside a file of defaults; one gives facts, the other has mitigations."""
    files = {"defaults": ROOT / "scenarios" / "defaults.yaml", "facts": KNOWN / "v08.yaml", "tiny": TINY}
    monkeypatch.setattr(settings, "shipped_scenarios", lambda: files)
    monkeypatch.setattr(selection, "made_for", lambda path: mitigations if path == TINY else None)
    explore.catalogue.clear()
    explore.on_offer.clear()
    yield files
    explore.catalogue.clear()
    explore.on_offer.clear()


@pytest.fixture
def chosen(shipped):
    return Settings("tiny", 200, 1)


@pytest.fixture
def offers(shipped):
    return offers_for("tiny")


@pytest.fixture
def switched_on(offers, chosen):
    """What the finished comparison was made from."""
    return offers.select(chosen, COMPARED)[0]


@pytest.fixture
def child(monkeypatch, run_folder, comparison_folder, tmp_path, shipped):
    """Call it with a script: runs and comparisons then start that script in place of the command line."""
    monkeypatch.setattr(job.tempfile, "tempdir", str(tmp_path))

    def stand_in(script):
        def command(settings, out):
            folder = comparison_folder if isinstance(settings, Selection) else run_folder
            return [sys.executable, "-c", script, str(folder), str(out)]

        monkeypatch.setattr(job, "command", command)

    return stand_in


@pytest.fixture
def page(shipped, monkeypatch):
    """The page with the tiny scenario and few futures chosen."""
    bench = job.Bench()  # all pages under test share one session
    monkeypatch.setattr(explore, "own_bench", lambda: bench)
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S).run()
    at.selectbox(key="scenario").select("tiny")
    yield at.select_slider(key="futures").set_value(200).run()
    bench.clear()


@pytest.fixture
def finished(run_folder, chosen):
    return read_finished(run_folder, chosen)


@pytest.fixture
def compared(comparison_folder, switched_on):
    return read_compared(comparison_folder, switched_on)


def keys(at):
    """The buttons of a view."""
    return {button.key for button in at.button}


def press(at, key):
    """Presses a button and looks again, as the browser does, until what it started is over."""
    at.button(key=key).click().run()
    until(lambda: "cancel" not in keys(at.run()))
    return at


def words_on(at):
    """Every sentence on the page but the command line, which has the words of the command."""
    blocks = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning)
    texts = [element.value for block in blocks for element in block]
    texts += [expander.label for expander in at.expander]
    tables = [element.value for element in (*at.table, *at.dataframe)]
    texts += [str(cell) for table in tables for row in table.to_numpy() for cell in row]
    texts += [str(name) for table in tables for name in table.columns]
    return texts


def until(true):
    """Waits for something to come true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
