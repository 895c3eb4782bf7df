"""JSON Schemas of a scenario file and of a file of mitigations, for editors that check YAML while it is written.

It describes the whole document, with what it extends merged in. What only the program can check (names that
must exist, units, sums) it leaves to `geocyber validate`.
"""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel

from simulator.scenario.mitigation_file import MitigationFile
from simulator.scenario.schema import Scenario

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SMALL = 60
"""A part whose text is no longer than this many characters stays where it is."""


TITLES: dict[type[BaseModel], str] = {
    Scenario: "A scenario of geocyber",
    MitigationFile: "Mitigations of geocyber, for a scenario",
}
"""The files that have a schema."""


def json_schema(model: type[BaseModel] = Scenario) -> dict[str, Any]:
    """The schema; every form in which a parameter may be written stands once, under `$defs`."""
    found = model.model_json_schema()
    shared = _Shared()
    sections = {name: shared.section(section) for name, section in found.pop("$defs").items()}
    whole = shared.section(found)
    return {
        "$schema": DIALECT,
        **whole,
        "title": TITLES[model],
        "$defs": dict(sorted((sections | shared.forms).items())),
    }


def json_schema_text(model: type[BaseModel] = Scenario) -> str:
    """The schema as the text of a file."""
    return json.dumps(json_schema(model), indent=1, ensure_ascii=False) + "\n"


class _Shared:
    """Collects the forms that occur again and again: quantities, distributions, parameters with a source."""

    def __init__(self) -> None:
        self.forms: dict[str, Any] = {}
        self.name_of: dict[str, str] = {}

    def section(self, schema: dict[str, Any]) -> dict[str, Any]:
        """A section with its keys, each of which refers to a form."""
        inside = {key: self.short(value) for key, value in schema.get("properties", {}).items()}
        return {k: v for k, v in schema.items() if k not in ("properties", "title")} | {"properties": inside}

    def short(self, schema: Any) -> Any:
        """The schema with its forms replaced by references; what is said about one place stays there."""
        if isinstance(schema, list):
            return [self.short(one) for one in schema]
        if not isinstance(schema, dict):
            return schema
        said = {key: schema[key] for key in ("default",) if key in schema}
        rest = {key: value for key, value in schema.items() if key not in ("title", "default")}
        if "anyOf" in rest and "description" in rest:
            said["description"] = rest.pop("description")
        properties = rest.get("properties")
        parts = {key: self.short(value) for key, value in rest.items() if key != "properties"}
        if properties is not None:
            parts["properties"] = {key: self.short(value) for key, value in properties.items()}
        name = _form_name(parts)
        text = json.dumps(parts, sort_keys=True)
        if not name or len(text) <= SMALL:
            return parts | said
        return {"$ref": f"#/$defs/{self._shared_name(name, text, parts)}"} | said

    def _shared_name(self, name: str, text: str, parts: dict[str, Any]) -> str:
        if text not in self.name_of:
            others = sum(known == name or known.startswith(f"{name}_") for known in self.forms)
            self.name_of[text] = f"{name}_{others + 1}" if name in self.forms else name
            self.forms[self.name_of[text]] = parts
        return self.name_of[text]


def _form_name(schema: dict[str, Any]) -> str:
    """What a form is called: time_text, share, law_of_time, stated_share, experts_of_time; "" for what is no form."""
    if "pattern" in schema:
        what = str(schema.get("description", "")).split(";")[0].split(" from ")[0].split(", ")[0]
        return "_".join(word for word in what.split() if word not in ("a", "an", "of")) + "_text"
    answer = schema.get("items", {}).get("properties", {})
    if "p05" in answer:
        return f"experts_of_{_branch_name(answer['p05'])}"
    branches = schema.get("anyOf", ())
    if not branches or {"type": "null"} in branches:
        return ""
    last = branches[-1].get("properties", {})
    prefix = "stated_" if "value" in last else "law_of_" if "lognormal" in last else ""
    return prefix + _branch_name(branches[0] if prefix else branches[-1])


def _branch_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2].removesuffix("_text")
    if schema.get("type") == "integer":
        return "positive_whole_number" if schema.get("minimum") == 1 else "whole_number"
    return "number" if schema.get("type") == "number" else ""
