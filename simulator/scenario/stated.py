"""Every parameter of a scenario that carries where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from simulator.scenario.distribution import Stated
from simulator.scenario.errors import FieldPath


def stated_values(section: object, path: FieldPath = ()) -> Iterator[tuple[FieldPath, Stated[Any]]]:
    """Each Stated below a section with its path, in the order of the schema; lists count from 0."""
    if isinstance(section, Stated):
        yield path, section
    elif isinstance(section, BaseModel):
        for name in type(section).model_fields:
            yield from stated_values(getattr(section, name), (*path, name))
    elif isinstance(section, Mapping):
        for key, value in section.items():
            yield from stated_values(value, (*path, str(key)))
    elif isinstance(section, tuple):
        for number, value in enumerate(section):
            yield from stated_values(value, (*path, number))
