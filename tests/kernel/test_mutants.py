"""The equality of both engines is told from a near miss: bugs planted in the kernel are all noticed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("numba", reason="the compiled kernel needs numba: pip install geocyber[fast]")

from simulator.kernel import play  # noqa: F401  # declares all parts
from simulator.kernel.keeping import cache_folder
from simulator.kernel.linker import link
from simulator.scenario.mechanisms import MECHANISMS
from tests.kernel.planted import MUTANTS

GROUPS = 2
HOUSE = Path(__file__).parents[2]
KERNEL = HOUSE / "simulator" / "kernel"
SECONDS = 60.0
"""Without a difference for so long, a bug has made the kernel hang."""


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("group", range(GROUPS))
def test_planted_bugs_are_caught(group: int, tmp_path: Path) -> None:
    """Each in a process of its own, with a copy of the sound kernel's cache; a bug that does not compile proves
    nothing.
    """
    link()
    shutil.copytree(cache_folder(), tmp_path / "geocyber" / "kernel")
    numbers = [str(number) for number in range(group, len(MUTANTS), GROUPS)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.kernel.planted", str(SECONDS), *numbers],
        cwd=HOUSE,
        env=os.environ | {"GEOCYBER_CACHE": str(tmp_path), "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    print(*(f"{one['means']}: {one['how'].splitlines()[0] if one['how'] else 'nothing'}" for one in found), sep="\n")
    assert len(found) == len(numbers)
    assert [one["means"] for one in found if not one["caught"]] == []


def test_every_mechanism_is_broken_twice_and_each_rule_stands_once() -> None:
    counts = Counter(mutant["mechanism"] for mutant in MUTANTS)
    assert set(counts) == {m.number for m in MECHANISMS if m.number}
    assert min(counts.values()) >= 2
    for mutant in MUTANTS:
        text = (KERNEL / f"{mutant['place']}.py").read_text(encoding="utf-8")
        assert text.count(mutant["rule"]) == 1, mutant["means"]
        assert mutant["rule"].count("\n") == mutant["broken"].count("\n"), mutant["means"]
