"""What is installed: the wheel holds code, data and scenarios, and the locks agree with the project."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
SOURCES = ["pyproject.toml", "setup.py", "README.md", "LICENSE", "simulator", "scenarios"]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+)(?: ; (.+?))? \\$", re.MULTILINE)

INSTALLED = """
from pathlib import Path
import simulator
from simulator.evidence import parameter
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.checks.hindcast.reading import read_card
from simulator.scenario.shipped import hindcast_cards, shipped_scenarios
assert len([read_card(name) for name in hindcast_cards()]) >= 6
assert len(load_with("uk_2022", made_for("uk_2022")).scenario.mitigations) >= 20
assert parameter("mit.replace.us_overrun").value == 2.7
print(simulator.__file__, *shipped_scenarios().values(), sep="\\n")
"""


def pins(name):
    """The pins of one lock as {(package, marker): version}."""
    text = (ROOT / "requirements" / name).read_text()
    return {(package, marker): version for package, version, marker in PIN.findall(text)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder into which the wheel was unpacked, built from a copy so that nothing is left behind."""
    copy = tmp_path_factory.mktemp("copy")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    build = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = (copy / "dist").glob("*.whl")
    target = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(wheel).extractall(target)
    return target


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_code_and_data(installed):
    ours = [f for f in (ROOT / "simulator").rglob("*") if f.is_file() and "__pycache__" not in f.parts]
    missing = [str(f) for f in ours if not (installed / f.relative_to(ROOT)).is_file()]
    assert missing == []
    assert not (installed / "tests").exists()


@pytest.mark.slow
def test_the_wheel_finds_its_own_scenarios(installed):
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    code, *scenarios = (Path(line) for line in done.stdout.split("\n") if line)
    assert code == installed / "simulator" / "__init__.py"
    shipped = installed / "simulator" / "shipped"
    files = sorted((ROOT / "scenarios").glob("*.yaml"))
    assert scenarios == [shipped / file.name for file in files if file.stem != "defaults"]  # a base, not a scenario
    assert len(scenarios) >= 1


@pytest.mark.parametrize("name", ["run.lock", "dev.lock", "installer.lock"])
def test_each_lock_is_hashed_and_names_no_host(name):
    text = (ROOT / "requirements" / name).read_text()
    assert pins(name)
    requirements = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert [r for r in requirements if "--hash=sha256:" not in r] == []
    assert "://" not in text
    assert "--index" not in text


def test_what_runs_is_what_is_tested():
    tested = pins("dev.lock")
    assert {key: version for key, version in pins("run.lock").items() if tested.get(key) != version} == {}


@pytest.mark.parametrize(("lock", "extras"), [("run.lock", []), ("dev.lock", ["app", "dev"])], ids=["run", "dev"])
def test_each_lock_covers_the_requirements_of_the_project(lock, extras):
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *PROJECT["build-system"]["requires"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    names = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace("_", "-") for line in wanted}
    assert names - {package for package, _ in pins(lock)} == set()


def test_the_build_input_repeats_the_build_requirement():
    lines = (ROOT / "requirements" / "build.in").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == PROJECT["build-system"]["requires"]
