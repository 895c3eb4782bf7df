"""A scenario as it may truly be: each parameter that states its ignorance gets one value drawn from it.

Chance (which future happens) and ignorance (which parameters are true) are separate loops (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import FieldPath, InputError, dotted
from simulator.scenario.quantity import Money, MoneyPer
from simulator.scenario.schema import Scenario
from simulator.scenario.words import REGIMES

T = TypeVar("T")

UniformOf = Callable[[str], float]
"""A uniform in (0, 1) for a name; the same name, the same uniform."""


def drawn(scenario: Scenario, uniform_of: UniformOf) -> Scenario:
    """The scenario with every parameter that has an ignorance law replaced by a draw from it.

    The value becomes the quantile of the law at `uniform_of(judgement(path))`; a value that is a law itself is
    scaled by the factor drawn. A drawn parameter keeps its source and assumption, and no range or ignorance,
    for here it is known. Raises InputError where the values drawn cannot stand together.
    """
    return cast(Scenario, _drawn(scenario, (), uniform_of))


def judgement(path: FieldPath) -> str:
    """What a draw is asked for by: the dotted path of a parameter, without the regime where it is one of a table.

    One person's ignorance runs through a table by regime: who puts the hazard of war too high puts that of
    crisis too high as well. So all its entries stand at the same quantile, each of its own law, and keep their
    order. Rates from a regime to another are judged one by one, and so are parameters that happen to be stated
    alike, such as the hazards of two home states.
    """
    by_regime = len(path) > 1 and path[-1] in REGIMES and path[-2] not in REGIMES
    return dotted(path[:-1] if by_regime else path)


def _drawn(part: Any, path: FieldPath, uniform_of: UniformOf) -> Any:
    """The part with draws in it, or the same object where nothing in it states ignorance."""
    if isinstance(part, Stated):
        return part if part.ignorance is None else _known(part, part.ignorance.quantile(uniform_of(judgement(path))))
    if isinstance(part, BaseModel):
        fields = {name: getattr(part, name) for name in type(part).model_fields}
        changed = _changed(fields, path, uniform_of)
        return _checked(part.model_copy(update=changed), path, changed) if changed else part
    if isinstance(part, Mapping):
        changed = _changed(part, path, uniform_of)
        return {**part, **changed} if changed else part
    if isinstance(part, tuple):
        changed = _changed(dict(enumerate(part)), path, uniform_of)
        return tuple(changed.get(number, item) for number, item in enumerate(part)) if changed else part
    return part


def _changed(items: Mapping[Any, Any], path: FieldPath, uniform_of: UniformOf) -> dict[Any, Any]:
    found = {key: _drawn(item, (*path, key), uniform_of) for key, item in items.items()}
    return {key: item for key, item in found.items() if item is not items[key]}


def _known(stated: Stated[T], drawn_at: float) -> Stated[T]:
    value: Any = stated.value
    if isinstance(value, Law):
        value = value.scaled(drawn_at)
    elif isinstance(value, (Money, MoneyPer)):
        value = replace(value, amount=drawn_at)
    else:
        value = round(drawn_at) if isinstance(value, int) else drawn_at
    return Stated(value, stated.source, stated.assumption)


def _checked(section: BaseModel, path: FieldPath, changed: Mapping[str, Any]) -> BaseModel:
    """The section, where it obeys the rules among its own parameters. Raises InputError."""
    if any(isinstance(part, Stated) for part in changed.values()):
        try:
            type(section).model_validate(section.model_dump(mode="json"))
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise InputError(f"{dotted(path)}: a draw from the ignorance stated here is refused: {said}") from None
    return section
