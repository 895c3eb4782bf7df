"""The floors of the house: who may import whom, what stays out of an import, how big a file may be."""

import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import cli

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "simulator"
HEAVY = ["matplotlib", "pandas", "pint", "pyarrow", "scipy", "simpy", "streamlit"]
LINT = "import sys; from importlinter import cli; sys.exit(cli.lint_imports(no_cache=True))"


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs Python code in a process of its own; `-c` puts the working folder first on the path."""
    return subprocess.run([sys.executable, "-c", script], cwd=folder, capture_output=True, text=True, check=False)


def test_no_import_goes_up_a_floor(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert cli.lint_imports(no_cache=True) == cli.EXIT_STATUS_SUCCESS


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        ("evidence/upward.py", "import simulator.scenario", "Data flows down"),
        ("rules/curious.py", "import simulator.evidence", "Data flows down"),
        ("attic/__init__.py", "", "Data flows down"),
        ("world/window.py", "import streamlit", "Only the app"),
        ("risk/picture.py", "from matplotlib.figure import Figure", "Only charts"),
    ],
)
def test_the_contracts_notice(tmp_path, file, line, broken):
    for folder in ("evidence", "rules", "scenario", "world", "risk", "app"):
        (tmp_path / "simulator" / folder).mkdir(parents=True)
        (tmp_path / "simulator" / folder / "__init__.py").touch()
    (tmp_path / "simulator" / "__init__.py").touch()
    (tmp_path / "simulator" / "app" / "page.py").write_text("import streamlit\n")
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    sound = run(LINT, tmp_path)
    assert sound.returncode == 0, sound.stdout + sound.stderr

    planted = tmp_path / "simulator" / file
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(line + "\n")
    faulty = run(LINT, tmp_path)
    assert faulty.returncode == 1, faulty.stdout + faulty.stderr
    assert broken in faulty.stdout


@pytest.mark.parametrize("module", ["simulator", "simulator.evidence", "simulator.scenario"])
def test_an_import_stays_light(module):
    script = f"import sys, {module}; print(*sorted(set({HEAVY}) & set(sys.modules)))"
    done = run(script, ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []


def test_every_folder_of_code_is_a_package():
    """Otherwise it would be left out of the installed package without a word."""
    folders = {file.parent for file in PACKAGE.rglob("*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_file_of_code_is_long():
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}
