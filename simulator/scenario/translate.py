"""Everything wrong with a document, in one go and in plain sentences, or an instance of its model class."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from simulator.scenario.document import Document
from simulator.scenario.errors import FieldPath, InputErrors, Problem, did_you_mean, listed, shown
from simulator.scenario.kinds import in_words, keys_of, kinds_at

M = TypeVar("M", bound=BaseModel)

MAX_PROBLEMS = 100

ALLOWED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "dict_type": "a mapping of keys to values",
    "mapping_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "dataclass_type": "a mapping of keys to values",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "none_required": "nothing",
    "greater_than": "above {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "below {lt}",
    "less_than_equal": "{le} or less",
    "multiple_of": "a multiple of {multiple_of}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
    "string_pattern_mismatch": "text that matches {pattern}",
    "too_short": "a list of at least {min_length}",
    "too_long": "a list of at most {max_length}",
}
"""What pydantic's error types allow, with its context filled in."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One error of pydantic at a path of the document; inside a union, with its fork and the branch tried."""

    error: ErrorDetails
    path: FieldPath
    fork: FieldPath | None
    branch: str


def validate_document(document: Document, model: type[M]) -> M:
    """An instance of the model class. Raises InputErrors with every problem, each with file and line."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        faults = [_fault(document.data, e) for e in error.errors(include_url=False)]
    problems = sorted(_problems(faults, model), key=lambda p: document.line(p.path) or 0)
    said: list[str | Problem] = [p.at(document.file(p.path), document.line(p.path), p.path) for p in problems]
    if len(said) > MAX_PROBLEMS:
        said[MAX_PROBLEMS:] = [f"... and {len(said) - MAX_PROBLEMS} more problems"]
    raise InputErrors(said) from None


def _fault(data: object, error: ErrorDetails) -> Fault:
    """Keeps what stands in the document of pydantic's location, which also names branches of unions."""
    path: list[str | int] = []
    fork: FieldPath | None = None
    branch = ""
    last = len(error["loc"]) - 1
    for position, part in enumerate(error["loc"]):
        known, inner = _below(data, part)
        if known:
            data = inner
            path.append(part)
        elif position == last and error["type"] == "missing":
            path.append(part)
        elif fork is None and part not in ("value", "[key]"):
            fork, branch = tuple(path), str(part)
    return Fault(error, tuple(path), fork, branch)


def _below(data: object, part: str | int) -> tuple[bool, object]:
    """Whether the data has this key or index, and what stands there."""
    if isinstance(data, dict) and part in data:
        return True, data[part]
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return True, data[part]
    return False, None


def _problems(faults: Iterable[Fault], model: type[BaseModel]) -> list[Problem]:
    """One problem for one wrong value: of a union, the branch that came nearest, or all it allows."""
    forks: dict[FieldPath, dict[str, list[Fault]]] = defaultdict(lambda: defaultdict(list))
    problems: list[Problem] = []
    for fault in faults:
        if fault.fork is None:
            problems.extend(_sentences(fault, model))
        else:
            forks[fault.fork][fault.branch].append(fault)
    for fork, branches in forks.items():
        inside = [tried for tried in branches.values() if all(f.path != fork for f in tried)]
        if inside or len(branches) == 1:
            nearest = min(inside or branches.values(), key=len)
            problems.extend(p for fault in nearest for p in _sentences(fault, model))
        else:
            problems.append(_joined([p for tried in branches.values() for p in _sentences(tried[0], model)]))
    return list(dict.fromkeys(problems))


def _joined(problems: Sequence[Problem]) -> Problem:
    """One problem for a value that no branch of a union takes."""
    custom = [p for p in problems if not p.given]
    allowed = ", or ".join(dict.fromkeys(p.allowed for p in problems if p.allowed))
    hint = next((p.hint for p in problems if p.given and p.hint), "")
    if not custom:
        return Problem(problems[0].path, problems[0].given, allowed, hint)
    also = f"; also allowed: {allowed}" if allowed else ""
    return Problem(custom[0].path, "", hint=f"{custom[0].hint}{also}" + (hint and f". {hint}"))


def _sentences(fault: Fault, model: type[BaseModel]) -> list[Problem]:
    error, path = fault.error, fault.path
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    cause = context.get("error")
    if isinstance(cause, InputErrors):
        return [
            replace(c, path=(*path, *c.path)) if isinstance(c, Problem) else _said(path, c) for c in cause.complaints
        ]
    if isinstance(cause, Exception):
        return [_said(path, str(cause))]
    if error["loc"][-1:] == ("[key]",) or kind == "extra_forbidden":
        allowed = keys_of(kinds_at(model, path[:-1]))
        hint = did_you_mean(path[-1], allowed)
        if not hint and given is None and " " in str(path[-1]):
            hint = "A text with a comma inside braces needs quotes"
        return [Problem(path, "not a known key", listed(allowed, 40), hint)]
    if kind == "missing":
        return [Problem(path, "missing", in_words(kinds_at(model, path)))]
    if kind in ("literal_error", "enum", "union_tag_invalid"):
        return [_choice(path, given, context)]
    if kind == "union_tag_not_found":
        tag = str(context.get("discriminator", "")).strip("'")
        return [Problem((*path, tag), "missing", in_words(kinds_at(model, (*path, tag))))]
    numbers = {key: f"{v:g}" if isinstance(v, float) else v for key, v in context.items()}
    allowed_words = ALLOWED[kind].format(**numbers) if kind in ALLOWED else _lowered(error["msg"])
    quotes = kind == "string_type" and isinstance(given, (int, float))
    return [Problem(path, shown(given), allowed_words, "Write it in quotes" if quotes else "")]


def _said(path: FieldPath, sentence: str) -> Problem:
    return Problem(path, given="", hint=sentence)


def _choice(path: FieldPath, given: object, context: dict[str, Any]) -> Problem:
    if "discriminator" in context:
        path, given = (*path, str(context["discriminator"]).strip("'")), context.get("tag")
    expected = str(context.get("expected", context.get("expected_tags", "")))
    choices = re.findall(r"'([^']*)'", expected) or [expected]
    return Problem(path, shown(given), listed(choices), did_you_mean(given, choices))


def _lowered(message: str) -> str:
    message = message.removeprefix("Input should be ").removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
