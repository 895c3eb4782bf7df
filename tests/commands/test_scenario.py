"""validate, evidence, schema and new: what they print, and that bad input ends in sentences and exit code 2."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from simulator.scenario.json_schema import json_schema_text
from simulator.scenario.mitigation_file import MitigationFile
from simulator.scenario.template import FILES, write_template
from tests.commands.test_run import Run, caller

ROOT = Path(__file__).parents[2]
SMALL = Path(__file__).parents[1] / "scenario" / "data" / "small"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys)


@pytest.fixture
def scenario(tmp_path) -> Path:
    shutil.copytree(SMALL, tmp_path / "small")
    return tmp_path / "small" / "scenario.yaml"


def change(scenario: Path, old: str, new: str) -> Path:
    text = scenario.read_text()
    assert text.count(old) == 1
    scenario.write_text(text.replace(old, new))
    return scenario


def test_a_valid_scenario_is_two_lines(run, scenario):
    done = run("validate", scenario)
    assert (done.code, done.err) == (0, "")
    first, second = done.out.splitlines()
    assert first == (
        "small: 3 organisations (1 energy, 1 telecom, 1 water) with 3500 customers, 3 dependencies, 3 links"
    )
    assert second.startswith("valid; of ")
    assert " 3 name a source, 2 are assumptions, " in second  # one of them a default


def test_mitigations_are_laid_over_a_scenario(run, scenario):
    done = run("validate", scenario, "--mitigations", scenario.with_name("mitigations.yaml"))
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1] == "11 mitigations on offer, 2 sets of them, in force: none"
    rows = json.loads(run("evidence", scenario, "--mitigations", scenario.with_name("mitigations.yaml"), "--json").out)
    (row,) = [row for row in rows if row["parameter"] == "mitigations.hold.does.hold_updates"]
    assert (row["value"], row["low"], row["high"], row["basis"]) == ("2 d", "1 d", "7 d", "assumption")


def test_what_is_wrong_with_mitigations_is_a_line_each_and_exit_code_two(run, scenario):
    file = change(scenario.with_name("mitigations.yaml"), "both: [hold, swap]", "both: []")
    done = run("validate", scenario, "--mitigations", file)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("mitigations.yaml, line 93: sets.both is an empty list; allowed: ")
    assert len(done.err.splitlines()) == 1
    done = run("evidence", scenario, "--mitigations", "nowhere")
    assert (done.code, done.out) == (2, "")
    assert "is neither a file nor shipped mitigations; allowed: a file, or uk_2022" in done.err


def test_a_shipped_scenario_comes_with_the_mitigations_made_for_it(run):
    assert " mitigations on offer, 4 sets of them, in force: none\n" in run("validate", "uk_2022").out
    assert "mitigations" not in run("validate", "faulty_update").out
    names = [row["parameter"] for row in json.loads(run("evidence", "uk_2022", "--json").out)]
    assert "mitigations.hold_updates.does.hold_updates" in names


def test_each_problem_is_a_line(run, scenario):
    change(scenario, "label: Orion, home: Ruritania", "label: Orion, home: Ruritannia")
    change(scenario, "intrusion: {theatre: east", "intrusion: {theatre: nowhere")
    done = run("validate", scenario)
    assert (done.code, done.out) == (2, "")
    first, second = done.err.splitlines()
    assert first.startswith("scenario.yaml, line ")
    assert first.endswith('Did you mean "Ruritania"?')
    assert "intrusion.theatre" in second


GROUP = '{{sector: water, name: "W {{n}}", count: {count}, size: 100}}'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("horizon: 2 years", "horizon: [", "not valid YAML"),
        ("name: small", "name: !!python/name:os.system small", 'the tag "!!python/name:os.system" is not known'),
        ("horizon: 2 years", "horizon: yes", "horizon: "),
        ("horizon: 2 years", "horizon: 2 m", "the unit"),
        ("horizon: 2 years", "horizon: -1 d", "out of range"),
        ("start: peace\n    rates:\n      peace: {crisis: {value",
         "start: truce\n    rates:\n      peace: {crisis: {value",
         'theatres.east.start is "truce"; allowed: peace, tension'),
        ("activation: 1, detection: loud, restoration: rebuild}\nservice",
         "activation: 1.2, detection: loud, restoration: rebuild}\nservice", "a share from 0 to 1"),
        ("linked_to: {theatre: east", "linked_to: {theatre: south", "part of a circle, south -> south"),
        ("organisations: organisations.csv\n  dependencies: dependencies.csv\n  links: links.csv", "{}",
         "portfolio is without organisations"),
        ("organisations: organisations.csv\n  dependencies: dependencies.csv\n  links: links.csv",
         f"generate: {{seed: 1, groups: [{GROUP.format(count=10_000_000)}]}}", "up to 1000000 organisations"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", ["validate", "evidence"])
def test_bad_input_is_one_sentence_and_exit_code_two(run, scenario, command, old, new, said):
    done = run(command, change(scenario, old, new))
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert "Traceback" not in done.err


def test_a_portfolio_that_cannot_be_simulated_is_not_valid(run, scenario):
    done = run("validate", change(scenario, "responders: {teams: 2}", "responders: {teams: 0}"))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith('organisation "Alder Water" has no response team of its own and no pool with teams')


@pytest.mark.parametrize("command", ["validate", "evidence"])
def test_a_missing_file_is_one_sentence_and_exit_code_two(run, tmp_path, command):
    done = run(command, tmp_path / "none.yaml")
    assert (done.code, done.out) == (2, "")
    assert done.err.removeprefix("geocyber: ") == "none.yaml does not exist; allowed: a readable file\n"


@pytest.mark.slow
def test_no_traceback_reaches_a_person(tmp_path):
    (tmp_path / "bomb.yaml").write_text("a: &a [x, x]\n" + "b: [" + ", ".join(["*a"] * 100_000) + "]\n")
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "validate", tmp_path / "bomb.yaml"],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "once aliases are written out" in done.stderr


def test_the_evidence_is_a_table(run, scenario):
    done = run("evidence", scenario)
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].split() == ["Parameter", "Value", "Range", "Grade", "Source", "or", "assumption"]
    (row,) = [line for line in lines if line.startswith("impact.value_of_lost_load")]
    assert "23 GBP" in row
    assert "1 GBP to 70 GBP" in row
    assert "value.electricity.voll.gb_headline" in row


def test_the_evidence_as_json(run, scenario):
    rows = json.loads(run("evidence", scenario, "--json").out)
    (row,) = [row for row in rows if row["parameter"] == "jurisdictions.Ruritania.resistance"]
    assert row == {
        "parameter": "jurisdictions.Ruritania.resistance",
        "value": "0.3",
        "low": "0",
        "high": "0.7",
        "source": "",
        "grade": "",
        "assumption": "judgement",
        "basis": "assumption",
    }


JEFFREYS = "seen: {events: 0, in: 200 vendor-years, visible: 0.5, prior: jeffreys}, assumption: half would surface"


def test_what_a_count_makes_of_a_rate_is_told_below_the_table(run, scenario):
    change(scenario, "hazard: {crisis: 0.01 / year}", f"hazard: {{crisis: {{{JEFFREYS}}}}}")
    lines = run("evidence", scenario).out.splitlines()
    start = lines.index("theatres.east.coercion.hazard.crisis")
    assert lines[start + 1].split() == ["/", "year", "5", "%", "50", "%", "95", "%", "mean"]
    assert lines[start + 2].split() == ["after", "2e-05", "0.0023", "0.019", "0.005"]
    assert lines[start + 3].strip().startswith("No event in 200 years, where 0.5 of all events would have become known")
    assert lines[start + 5].strip() == "What runs is the mean after the data, 0.005 / year."
    (row,) = [line for line in lines[:start] if line.startswith("theatres.east.coercion.hazard.crisis")]
    assert "0.005 / year (mean after the" in row


def test_what_experts_make_of_a_number_is_told_and_is_in_the_json(run, scenario):
    answers = "{name: Ames, p05: 1 d, p50: 4 d, p95: 20 d}, {name: Brook, min: 2 d, mode: 3 d, max: 10 d, weight: 2}"
    change(scenario, "kept: 280 d", f"kept: {{experts: [{answers}], assumption: asked}}")
    lines = run("evidence", scenario).out.splitlines()
    start = lines.index("theatres.east.access_stock.kept")
    assert [line.split()[:1] for line in lines[start + 1 : start + 5]] == [["d"], ["Ames"], ["Brook"], ["pool"]]
    assert lines[start + 2].split() == ["Ames", "1", "4", "20", "6.5", "4.5", "1"]
    rows = json.loads(run("evidence", scenario, "--json").out)
    with_belief = [row for row in rows if "belief" in row]
    assert [row["parameter"] for row in with_belief] == ["theatres.east.access_stock.kept"]
    belief = with_belief[0]["belief"]
    assert belief["unit"] == "d"
    assert [line["name"] for line in belief["lines"]] == ["Ames", "Brook", "pool"]
    assert belief["runs"] == belief["lines"][-1]["spread"]["mean"]


def test_the_shipped_evidence_says_that_silence_hardly_moves_the_hazard_of_war(run):
    out = run("evidence", "uk_2022").out
    for regime, years, runs in (("war_elsewhere", "4.74", "0.02"), ("war_direct", "5.83", "0.15")):
        told = out[out.index(f"theatres.east.coercion.hazard.{regime}, and 1 alike") :].split("\n\n")[0]
        assert f"No event in {years} years" in told
        assert "The data hardly moved it" in told
        assert f"What runs is the value as stated, {runs} / year" in told
    assert "rates.war_elsewhere.war_direct" in out[out.index("with no count of events: ") :]
    assert "with no count of events" not in run("evidence", "uk_2022", "--unstated").out


def test_beliefs_alone(run, scenario):
    alone = run("evidence", "uk_2022", "--beliefs").out
    assert alone.lstrip().startswith("theatres.east.coercion.hazard.peace, and 1 alike\n")
    assert run("evidence", "uk_2022").out.endswith(alone)
    rows = json.loads(run("evidence", "uk_2022", "--beliefs", "--json").out)
    assert len(rows) == 10
    assert all("belief" in row for row in rows)
    assert run("evidence", scenario, "--beliefs").out == "No figure says what was seen of it, nor what experts say.\n"
    refused = run("evidence", scenario, "--beliefs", "--unstated")
    assert refused.code == 2
    assert "allowed: one of them" in refused.err


def test_the_page_on_rates_and_experts_prints_what_the_command_prints(run, tmp_path):
    """Its two examples laid over uk_2022, and each line of its three answers found in the output."""
    page = (ROOT / "docs" / "scenarios.md").read_text().split("## Rates nobody has seen, and several experts")[1]
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", page.split("\n## ")[0], flags=re.MULTILINE)
    examples = [yaml.safe_load(block) for block in blocks if block.lstrip().startswith("hazard:")]
    nothing = dict.fromkeys(("value", "range", "ignorance"))
    taken = {"peace": nothing, "war_elsewhere": nothing | {"seen": None}}
    hazard = {regime: taken[regime] | stated for example in examples for regime, stated in example["hazard"].items()}
    (tmp_path / "mine.yaml").write_text(
        yaml.safe_dump(
            {
                "extends": os.path.relpath(ROOT / "scenarios" / "uk_2022.yaml", tmp_path),
                "theatres": {"east": {"coercion": {"hazard": hazard}}},
            }
        )
    )
    out = run("evidence", tmp_path / "mine.yaml").out + run("evidence", "uk_2022").out
    printed = {" ".join(line.split()) for line in out.splitlines()}
    answers = [line for block in blocks if "hazard:" not in block for line in block.splitlines() if line.strip()]
    assert len(answers) > 15
    assert [line for line in answers if " ".join(line.split()) not in printed] == []


def test_only_what_is_unstated(run, scenario, tmp_path):
    rows = json.loads(run("evidence", scenario, "--json", "--unstated").out)
    assert {row["basis"] for row in rows} == {"unstated"}
    done = run("evidence", write_template(tmp_path / "new"), "--unstated")
    assert done.out == "Every figure names a source or an assumption.\n"


def test_brackets_in_a_note_are_not_taken_for_markup(run, scenario):
    change(scenario, "assumption: judgement", 'assumption: "[bold]as [0, 1] says"')
    assert "[bold]as [0, 1] says" in run("evidence", scenario).out


def test_the_schema_is_printed_or_written(run, tmp_path):
    assert run("schema").out == json_schema_text()
    done = run("schema", "--out", tmp_path / "s.json")
    assert (done.code, done.out) == (0, "")
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == json_schema_text()
    assert run("schema", "--mitigations").out == json_schema_text(MitigationFile)
    refused = run("schema", "--out", tmp_path / "none" / "s.json")
    assert refused.code == 2
    assert "cannot be written: No such file or directory" in refused.err


def test_a_new_scenario_is_valid(run, tmp_path):
    done = run("new", tmp_path / "mine")
    assert done.code == 0
    assert {file.name for file in (tmp_path / "mine").iterdir()} == set(FILES)
    assert run("validate", tmp_path / "mine" / "scenario.yaml").code == 0
    mitigations = tmp_path / "mine" / "mitigations.yaml"
    assert run("validate", tmp_path / "mine" / "scenario.yaml", "--mitigations", mitigations).code == 0
    again = run("new", tmp_path / "mine")
    assert again.code == 2
    assert again.err.endswith("is a folder with something in it; allowed: a new folder, or an empty one\n")
