"""The ledger of a scenario: every parameter with its value, its range and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.evidence import Parameter, all_parameters
from simulator.scenario.distribution import KEYS, Stated
from simulator.scenario.errors import FieldPath, dotted
from simulator.scenario.load import LoadedScenario
from simulator.scenario.references import evidence_ids
from simulator.scenario.stated import stated_values

Basis = Literal["source", "assumption", "unstated"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter. `value`, `low` and `high` read as they were written; "" for no range.

    `grade` is the worst of the evidence named as source (A measured ... D from memory), "" without any.
    `basis` is "unstated" for a number that names neither a source nor an assumption.
    """

    parameter: str
    value: str
    low: str
    high: str
    source: str
    grade: str
    assumption: str
    basis: Basis

    @property
    def range(self) -> str:
        """`low to high`, or ""."""
        return f"{self.low} to {self.high}" if self.low else ""

    @property
    def said(self) -> str:
        """The source and the assumption in one line, or "unstated"."""
        return "; ".join(part for part in (self.source, self.assumption) if part) or self.basis


def ledger(loaded: LoadedScenario) -> list[Entry]:
    """An entry for every parameter that can state its source, in the order of the schema.

    Mitigations on offer are in it, in force or not. Where no range is written and nothing is assumed beside one
    row of the evidence, the range is that of the evidence, in its unit.
    """
    document = json.loads(loaded.text)
    # Instruments that mitigations put in force come after those written, and stand under mitigations already.
    written = loaded.scenario.model_copy(
        update={"instruments": loaded.scenario.instruments[: len(document.get("instruments") or ())]}
    )
    return [_entry(path, stated, _written(loaded, document, path)) for path, stated in stated_values(written)]


def _entry(path: FieldPath, stated: Stated[Any], written: object) -> Entry:
    fields: Mapping[str, Any] = {"value": written}
    if isinstance(written, Mapping) and set(KEYS) & set(written):
        fields = written
    known = [all_parameters()[name] for name in evidence_ids(stated.source)]
    low, high = fields.get("range") or (None, None)
    if low is None and len(known) == 1 and stated.assumption is None:
        low, high = _range_of(known[0])
    return Entry(
        parameter=dotted(path),
        value=in_words(fields["value"]),
        low=in_words(low) if low is not None else "",
        high=in_words(high) if high is not None else "",
        source=stated.source or "",
        grade=max((parameter.grade for parameter in known), default=""),
        assumption=stated.assumption or "",
        basis="source" if stated.source else "assumption" if stated.assumption else "unstated",
    )


def _range_of(parameter: Parameter) -> tuple[str | None, str | None]:
    if parameter.low is None or parameter.high is None:
        return None, None
    unit = "" if parameter.unit == "1" else f" {parameter.unit}"
    return f"{parameter.low:g}{unit}", f"{parameter.high:g}{unit}"


def in_words(written: object) -> str:
    """A value of the file on one line: `36 d`, `lognormal: p05 1 d, p50 4 d, p95 20 d`."""
    if isinstance(written, Mapping):
        ((law, parameters),) = written.items()
        return f"{law}: " + ", ".join(f"{key} {in_words(value)}" for key, value in parameters.items())
    if isinstance(written, list):
        shown = ", ".join(in_words(value) for value in written[:5])
        return f"[{shown}{', ...' if len(written) > 5 else ''}]"
    return f"{written:.15g}" if isinstance(written, float) else str(written)


def _written(loaded: LoadedScenario, document: Any, path: FieldPath) -> object:
    """What the file says at a path, or the default as a file would say it."""
    try:
        return _at(document, path)
    except KeyError:
        return _at(loaded.scenario.model_dump(mode="json"), path)


def _at(document: Any, path: FieldPath) -> object:
    for part in path:
        document = document[part]
    return document
