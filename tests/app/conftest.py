"""The page without a browser, offering two small scenarios and running stand-ins for the command line."""

import sys
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from simulator import load, run
from simulator.app import explore, job, settings
from simulator.app.finished import read_finished
from simulator.app.settings import Settings
from simulator.briefing.pictures import save_pictures

ROOT = Path(__file__).resolve().parents[2]
KNOWN = ROOT / "scenarios" / "known"
TINY = KNOWN / "v17.yaml"
PATIENCE_S = 60.0

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


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory):
    """The folder of a finished run of the tiny scenario, with its charts."""
    folder = tmp_path_factory.mktemp("run") / "out"
    save_pictures(run(load(TINY), replications=16, seed=1, out=folder), folder)
    return folder


@pytest.fixture
def shipped(monkeypatch):
    """Two scenarios on offer beside a file of defaults; one gives facts."""
    files = {"defaults": ROOT / "scenarios" / "defaults.yaml", "facts": KNOWN / "v08.yaml", "tiny": TINY}
    monkeypatch.setattr(settings, "shipped_scenarios", lambda: files)
    explore.catalogue.clear()
    yield files
    explore.catalogue.clear()


@pytest.fixture
def chosen(shipped):
    return Settings("tiny", 200, 1)


@pytest.fixture
def child(monkeypatch, run_folder, tmp_path, shipped):
    """Call it with a script: runs then start that script in place of the command line."""
    monkeypatch.setattr(job.tempfile, "tempdir", str(tmp_path))

    def stand_in(script):
        monkeypatch.setattr(
            job, "command", lambda settings, out: [sys.executable, "-c", script, str(run_folder), str(out)]
        )

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


def until(true):
    """Waits for something to come true."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
