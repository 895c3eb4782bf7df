"""Mitigations in a file of their own, laid over a scenario.

    format: 1
    controls: {...}      # controls that mitigations adopt and the scenario does not have
    mitigations: {...}
    sets: {name: [names of mitigations]}

`extends` works as in a scenario. A name under mitigations or sets that the scenario has too is the file's; a
control may be in both only if it is the same.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from simulator.scenario.base import Section
from simulator.scenario.document import Document, read_document
from simulator.scenario.errors import FieldPath, InputError, InputErrors, Problem, did_you_mean, listed, shown
from simulator.scenario.load import LoadedScenario, load, load_document, scenario_path
from simulator.scenario.mitigations import Mitigation
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import shipped_mitigations
from simulator.scenario.translate import validate_document
from simulator.scenario.vendors import Control

SECTIONS = {"controls": "controls", "mitigations": "mitigations", "sets": "mitigation_sets"}
"""Sections of a file of mitigations, and where they stand in a scenario."""


class MitigationFile(Section):
    format: Literal[1] = Field(description="version of this file format")
    extends: str | None = Field(None, description="another file of mitigations this one builds on")
    controls: dict[str, Control] = Field({}, description="controls that the scenario does not have")
    mitigations: dict[str, Mitigation] = Field(description="on offer")
    sets: dict[str, tuple[str, ...]] = Field({}, description="named sets, to be compared as a whole")


def load_with(path: str | Path, mitigations: str | Path | None) -> LoadedScenario:
    """A scenario, as `load` takes it, with a file of mitigations, or a shipped one by name, laid over it.

    None adds nothing. Text and digest are those of the whole. Raises InputErrors with everything that is wrong
    in either file, a sentence each.
    """
    if mitigations is None:
        return load(path)
    scenario_file, file = scenario_path(path), mitigations_path(mitigations)
    document = read_document(scenario_file)
    alike = file.name == scenario_file.name
    added = read_document(file, f"{file.parent.name}/{file.name}" if alike else file.name)
    complaints: list[str | Problem] = []
    for each, model in ((document, Scenario), (added, MitigationFile)):
        try:
            validate_document(each, model)
        except InputErrors as error:
            complaints.extend(error.complaints)
    complaints = complaints or list(_two_controls(document, added))
    if complaints:
        raise InputErrors(complaints)
    try:
        return load_document(document.with_sections(added, SECTIONS), scenario_file)
    except InputErrors as error:
        raise InputErrors(_as_written(complaint, added) for complaint in error.complaints) from None


def mitigations_path(path: str | Path) -> Path:
    """The file that a path, or the name of a shipped file of mitigations, stands for. Raises InputError for neither."""
    text = str(path)
    if len(Path(path).parts) != 1 or not text.isprintable() or Path(path).exists():
        return Path(path)
    shipped = shipped_mitigations()
    if text in shipped:
        return shipped[text]
    hint = did_you_mean(text, [*shipped, *sorted(file.name for file in Path().glob("*.yaml"))])
    said = f"{shown(text)} is neither a file nor shipped mitigations; allowed: a file, or {listed(shipped)}"
    raise InputError(said + (hint and f". {hint}"))


def made_for(path: str | Path) -> Path | None:
    """The file of mitigations made for a scenario: the one of its name in a folder `mitigations` beside it, if any."""
    scenario = scenario_path(path)
    file = scenario.parent / "mitigations" / scenario.name
    return file if file.is_file() else None


def _two_controls(document: Document, added: Document) -> list[Problem]:
    """Controls that both define, each in its own way."""
    own = document.data.get("controls") or {}
    return [
        Problem(
            path := ("controls", name),
            "not as in the scenario",
            "the same as there, or another name",
            file=added.file(path),
            line=added.line(path),
        )
        for name, control in (added.data.get("controls") or {}).items()
        if name in own and own[name] != control
    ]


def _as_written(complaint: str | Problem, added: Document) -> str | Problem:
    """A problem of the whole with the path that it has in the file of mitigations, where it is there."""
    if isinstance(complaint, str) or complaint.file not in added.names:
        return complaint
    keys = {ours: theirs for theirs, ours in SECTIONS.items()}
    first, *rest = complaint.path
    path: FieldPath = (keys.get(str(first), first), *rest)
    return replace(complaint, path=path)
