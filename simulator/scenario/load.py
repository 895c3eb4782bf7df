"""From a file, or the name of a shipped scenario, to a checked scenario and its portfolio."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from simulator.scenario.combination import with_instruments
from simulator.scenario.document import Document, read_document
from simulator.scenario.errors import InputError, InputErrors, Problem, did_you_mean, listed, shown
from simulator.scenario.gather import csv_files, gather
from simulator.scenario.mitigation_checks import check_effects, check_mitigations
from simulator.scenario.portfolio import Register
from simulator.scenario.references import check_register, check_scenario
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import shipped_scenarios
from simulator.scenario.translate import validate_document


@dataclass(frozen=True)
class LoadedScenario:
    """A checked scenario with its portfolio.

    `text` is the whole document, what it extends merged in, as JSON with sorted keys (which is YAML too);
    `digest` is the SHA-256, in hexadecimal, of that document and of the bytes of its CSV files; `files` holds
    what those say, by the names under which the document speaks of them.
    """

    scenario: Scenario
    register: Register
    path: Path
    text: str
    digest: str
    files: Mapping[str, str] = field(default_factory=dict)


def load(path: str | Path) -> LoadedScenario:
    """A scenario file, or a shipped scenario by its name ("uk_2022").

    Raises InputErrors with everything that is wrong, a sentence each.
    """
    found = scenario_path(path)
    return load_document(read_document(found), found)


def load_document(document: Document, path: Path) -> LoadedScenario:
    """The scenario of a document that was read from `path`, perhaps changed since. Raises InputErrors."""
    scenario = validate_document(document, Scenario)
    complaints: list[str | Problem] = list(check_scenario(scenario))
    register = gather(scenario, document, complaints)
    of_mitigations = check_mitigations(scenario)
    if not complaints:
        complaints.extend(check_register(scenario, register))
    if not complaints:  # all names are sound, but for those of mitigations
        faulty = {problem.path[1] for problem in of_mitigations if problem.path[0] == "mitigations"}
        of_mitigations += check_effects(scenario, register, faulty)
    complaints.extend(of_mitigations)
    if complaints:
        raise InputErrors(_placed(complaint, document) for complaint in complaints)
    return LoadedScenario(
        scenario=with_instruments(scenario),
        register=register,
        path=path,
        text=json.dumps(document.data, ensure_ascii=False, sort_keys=True, indent=2),
        digest=_digest(scenario, document),
        files={
            str(getattr(scenario.portfolio, column)): file.read_bytes().decode("utf-8")
            for column, file in csv_files(scenario, document).items()
        },
    )


def restored(text: str, files: Mapping[str, str], digest: str) -> LoadedScenario:
    """A scenario from what a loaded one holds: its text, its CSV files and its digest. Raises InputErrors."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place).resolve()
        for name, content in files.items():
            file = folder / name
            if not file.resolve().is_relative_to(folder):
                raise InputError(f"{shown(name)} is not the name of a CSV file beside a scenario")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode("utf-8"))
        whole = folder / "scenario.yaml"
        whole.write_text(text, encoding="utf-8")
        return replace(load(whole), digest=digest)


def scenario_path(path: str | Path) -> Path:
    """The file that a path, or the name of a shipped scenario, stands for. Raises InputError for neither."""
    text = str(path)
    if len(Path(path).parts) != 1 or not text.isprintable() or Path(path).exists():
        return Path(path)
    shipped = shipped_scenarios()
    if text in shipped:
        return shipped[text]
    hint = did_you_mean(text, [*shipped, *sorted(file.name for file in Path().glob("*.yaml"))])
    said = f"{shown(text)} is neither a file nor a shipped scenario; allowed: a file, or {listed(shipped)}"
    raise InputError(said + (hint and f". {hint}"))


def _placed(complaint: str | Problem, document: Document) -> str | Problem:
    """A problem found in the scenario, with file and line; one found in a CSV file says its place itself."""
    if isinstance(complaint, str) or complaint.file:
        return complaint
    return complaint.at(document.file(complaint.path), document.line(complaint.path), complaint.path)


def _digest(scenario: Scenario, document: Document) -> str:
    canonical = json.dumps(document.data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    known = sha256(canonical.encode("utf-8", "surrogatepass"))
    for name, file in csv_files(scenario, document).items():
        content = file.read_bytes()
        known.update(f"\n{name} {len(content)}\n".encode())
        known.update(content)
    return known.hexdigest()
