"""Where the figures of a mitigation come from: its own parameters, each with its source or its assumption."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.app.assumptions import grouped, plain_path
from simulator.evidence import all_parameters, parameter
from simulator.scenario.ledger import Entry
from simulator.scenario.references import evidence_ids

PLAIN = {
    "does": "effect",
    "instrument": "government act",
    "rollout": "time until it works",
    "comply": "share that really do it",
    "comply_delay": "time until they do it",
    "end_of_life": "time until bought again",
    "capital": "to buy",
    "running": "a year",
    "scope": "whom it is about",
}
"""Words of a scenario file that a reader of the page need not know."""


LAWS = {
    "uniform": "anything from {low} to {high}",
    "pert": "most likely {mode}, from {min} to {max}",
    "exponential": "{mean} on average",
}
EVIDENCE_ID = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")


@dataclass(frozen=True)
class Source:
    """A row of the evidence as it is read. `url`: its page, or "" where it has none or several."""

    name: str
    grade: str
    note: str
    url: str


@dataclass(frozen=True)
class Origin:
    """A parameter as it is read, and what it rests on."""

    parameter: str
    value: str
    range: str
    sources: tuple[Source, ...]
    assumption: str


def origins(entries: Iterable[Entry], mitigation: str) -> tuple[Origin, ...]:
    """The parameters of one mitigation, in the order of its file."""
    start = f"mitigations.{mitigation}."
    return tuple(
        origin(entry, entry.parameter.removeprefix(start)) for entry in entries if entry.parameter.startswith(start)
    )


def origin(entry: Entry, path: str) -> Origin:
    """An entry of the ledger in plain words, its evidence by name instead of by id."""
    return Origin(
        parameter=plain_path(".".join(PLAIN.get(step, step) for step in path.split("."))),
        value=grouped(law_in_words(entry.value)),
        range=grouped(entry.range),
        sources=tuple(map(source, evidence_ids(entry.source))),
        assumption=EVIDENCE_ID.sub(named, entry.assumption),
    )


def source(name: str) -> Source:
    """A row of the evidence."""
    row = parameter(name)
    return Source(row.source, row.grade, row.note, row.url if " " not in row.url else "")


def named(found: re.Match[str]) -> str:
    """What an id in a sentence stands for; any other word with a point in it as it is."""
    row = all_parameters().get(found[0])
    if row is None:
        return found[0]
    return "own arithmetic" if row.kind == "derived" else row.source


def law_in_words(value: str) -> str:
    """`uniform: high 150 d, low 30 d` as `anything from 30 d to 150 d`; what is no law, or a rarer one, as it is."""
    law, parted, rest = value.partition(": ")
    given = dict(part.split(" ", 1) for part in rest.split(", ")) if parted and law in LAWS else {}
    return LAWS[law].format(**given) if given else value
