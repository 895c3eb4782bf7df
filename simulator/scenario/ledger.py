"""The ledger of a scenario: every parameter with its value, its range and where it comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from simulator.evidence import Parameter, all_parameters
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.distribution import KEYS, Stated
from simulator.scenario.errors import FieldPath, dotted
from simulator.scenario.load import LoadedScenario
from simulator.scenario.quantity import Money, MoneyPer
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
    return [_entry(*parameter) for parameter in written_parameters(loaded)]


def written_parameters(loaded: LoadedScenario) -> Iterator[tuple[FieldPath, Stated[Any], Any]]:
    """Every parameter that the ledger lists, with its path and with what the file says, or would say of a default."""
    document = json.loads(loaded.text)
    # Instruments that mitigations put in force come after those written, and stand under mitigations already.
    written = loaded.scenario.model_copy(
        update={"instruments": loaded.scenario.instruments[: len(document.get("instruments") or ())]}
    )
    for path, stated in stated_values(written):
        yield path, stated, _written(loaded, document, path)


def _entry(path: FieldPath, stated: Stated[Any], written: Any) -> Entry:
    fields: Mapping[str, Any] = {"value": written}
    if stated.derived:
        fields = _derived(stated, written)
    elif isinstance(written, Mapping) and set(KEYS) & set(written):
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


def _derived(stated: Stated[Any], written: Mapping[str, Any]) -> Mapping[str, Any]:
    """The value and the range of a parameter that comes of data or experts, as a person would write them."""
    assert stated.range is not None
    if stated.experts is not None:
        unit, size = stated.experts.unit_of(written["experts"])
        count = len(stated.experts.answers)
        why = f"mean of {count} expert{'s' if count > 1 else ''}"
    else:
        unit, size = "/ year", 1.0 / HOURS_PER_YEAR
        why = "mean after the data"
    value, *ends = (f"{_amount(part) / size:.3g} {unit}".rstrip() for part in (stated.value, *stated.range))
    return {"value": f"{value} ({why})", "range": ends}


def _amount(value: float | Money | MoneyPer) -> float:
    return value if isinstance(value, (int, float)) else value.amount


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


def _written(loaded: LoadedScenario, document: Any, path: FieldPath) -> Any:
    """What the file says at a path, or the default as a file would say it."""
    try:
        return _at(document, path)
    except KeyError:
        return _at(loaded.scenario.model_dump(mode="json"), path)


def _at(document: Any, path: FieldPath) -> Any:
    for part in path:
        document = document[part]
    return document
