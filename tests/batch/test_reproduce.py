"""Running again from the manifest alone: equal bytes here, equal metrics elsewhere, and no mercy for anything else."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulator.batch import reproduce as module
from simulator.batch.identity import identity
from simulator.batch.reproduce import apart, reproduce
from simulator.batch.run import run
from simulator.batch.store import MANIFEST, METRICS, TABLES
from simulator.commands import reproduce as command
from simulator.scenario.errors import InputError
from simulator.scenario.load import load
from simulator.scenario.shipped import known_answer
from tests.batch.test_store import Stopper


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("original") / "run"
    run(load(known_answer("v17_from_war")), replications=300, seed=5, out=folder)
    return folder


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    return shutil.copytree(original, tmp_path / "run")


def rewrite(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}, indent=2, sort_keys=True) + "\n")


def test_a_run_comes_out_the_same(original: Path) -> None:
    found = reproduce(original)
    assert (found.changed, found.differing, found.metrics_apart) == ((), (), ())
    assert found.holds


@pytest.mark.slow
def test_from_python_and_the_command(original: Path) -> None:
    line = [sys.executable, "-m", "simulator", "reproduce", str(original), "--progress-lines"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == f"Reproduced: all files of {original} came out the same to the last byte."


def test_a_table_that_was_changed_is_named(folder: Path) -> None:
    table = pd.read_parquet(folder / "events.parquet")
    table.loc[0, "start_h"] += 1.0
    table.to_parquet(folder / "events.parquet")
    found = reproduce(folder)
    assert found.differing == ("events.parquet",)
    assert not found.holds


def test_a_metric_that_was_changed_is_named(folder: Path) -> None:
    told = json.loads((folder / METRICS).read_text())
    aal = told["average_annual_loss"]
    rewrite(folder / METRICS, average_annual_loss={**aal, "value": aal["value"] * (1.0 + 1e-9)})
    found = reproduce(folder)
    assert found.differing == (METRICS,)
    assert [line.partition(" is ")[0] for line in found.metrics_apart] == ["average_annual_loss.value"]
    assert not found.holds


def test_another_seed_in_the_manifest_gives_other_tables(folder: Path) -> None:
    asked = json.loads((folder / MANIFEST).read_text())["asked"]
    rewrite(folder / MANIFEST, asked={**asked, "seed": 6})
    found = reproduce(folder)
    assert {"events.parquet", METRICS, MANIFEST} <= set(found.differing)
    assert found.metrics_apart
    assert not found.holds


def test_elsewhere_equal_metrics_will_do(folder: Path) -> None:
    """As if made on another machine: last bits of metrics and the platform of the manifest differ."""
    manifest = json.loads((folder / MANIFEST).read_text())
    rewrite(folder / MANIFEST, platform={**manifest["platform"], "libc": "musl 1.2"})
    aal = json.loads((folder / METRICS).read_text())["average_annual_loss"]
    rewrite(folder / METRICS, average_annual_loss={**aal, "value": aal["value"] * (1.0 + 4e-13)})
    found = reproduce(folder)
    assert len(found.changed) == 1
    assert found.changed[0].endswith("was musl 1.2")
    assert set(found.differing) == {METRICS, MANIFEST}
    assert found.holds
    rewrite(folder / METRICS, average_annual_loss={**aal, "value": aal["value"] * (1.0 + 1e-11)})
    assert not reproduce(folder).holds


def test_words_of_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(changed: str, apart: str) -> str:
        found = module.Reproduction(tuple(changed.split()), (METRICS,), tuple(apart.split()))
        monkeypatch.setattr(module, "reproduce", lambda *_, **__: found)
        command.reproduce_command(folder, progress_lines=True)
        return capsys.readouterr().out

    assert told("libc", "").startswith("What runs it differs: libc.\nThese files came out otherwise: metrics.json.")
    assert "Reproduced: all metrics agree to 1e-12" in told("libc", "")
    with pytest.raises(command.typer.Exit) as end:
        told("", "a b c d e f g")
    assert end.value.exit_code == 1
    assert capsys.readouterr().out.endswith("  and 2 more\nNOT reproduced.\n")


def test_what_is_compared() -> None:
    assert list(apart({"a": [1.0, None, "x"]}, {"a": [1.0 + 1e-13, None, "x"]})) == []
    assert list(apart({"a": [1.0]}, {"a": [1.0 + 1e-11]})) == ["a[1] is 1.00000000001, was 1.0"]
    assert len(list(apart({"a": [1.0]}, {"a": [1.0, 2.0]}))) == 1
    assert len(list(apart({"a": 1}, {"b": 1}))) == 1
    assert len(list(apart({"a": 0.0}, {"a": 1e-300}))) == 1
    assert len(list(apart({"a": None}, {"a": math.pi}))) == 1


def test_folders_without_a_complete_run(folder: Path, tmp_path: Path) -> None:
    def refusal(place: Path) -> str:
        with pytest.raises(InputError) as told:
            reproduce(place)
        assert "\n" not in str(told.value)
        return str(told.value)

    assert refusal(tmp_path / "no") == f"{tmp_path / 'no'} is not a finished run: {MANIFEST} is missing"
    run(load(known_answer("v17")), replications=900, out=tmp_path / "half", progress=Stopper(4))
    assert "was stopped early; geocyber run --resume" in refusal(tmp_path / "half")
    (folder / f"{TABLES[0]}.parquet").unlink()
    assert refusal(folder) == f"{folder} is not a finished run: {TABLES[0]}.parquet is missing"


def test_a_manifest_that_lacks_something(folder: Path) -> None:
    manifest = json.loads((folder / MANIFEST).read_text())
    del manifest["asked"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"cannot be run again: its manifest\.json lacks 'asked'"):
        reproduce(folder)


def test_the_manifest_says_what_made_it(original: Path) -> None:
    manifest = json.loads((original / MANIFEST).read_text())
    assert {part: manifest[part] for part in ("versions", "code", "platform")} == identity()
    assert {"geocyber", "python", "numpy", "scipy", "simpy", "pandas", "pyarrow"} <= set(manifest["versions"])
    assert set(manifest["platform"]) == {"system", "machine", "libc", "simd"}
