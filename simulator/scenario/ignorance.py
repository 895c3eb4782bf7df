"""A scenario as it may truly be: each parameter that states its ignorance, or a range, gets one value drawn from it.

Chance (which future happens) and ignorance (which parameters are true) are separate loops (DESIGN section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from simulator.rules.quantile import EXPONENTIAL, FIXED, Law
from simulator.scenario.distribution import Stated
from simulator.scenario.errors import FieldPath, InputError, dotted
from simulator.scenario.quantity import Money, MoneyPer
from simulator.scenario.schema import Scenario
from simulator.scenario.words import REGIMES

T = TypeVar("T")

UniformOf = Callable[[str], float]
"""A uniform in (0, 1) for a name; the same name, the same uniform."""


def drawn(scenario: Scenario, uniform_of: UniformOf, *, ranges: bool = False) -> Scenario:
    """The scenario with every parameter that has an ignorance law replaced by a draw from it.

    With `ranges`, those that state only a range are drawn as well (`law_of_range`), but for a section whose own
    rules the draws would break, such as shares that must add to one. The value becomes the quantile of the law at
    `uniform_of(judgement(path))`; a value that is a law itself is scaled by the factor drawn. A drawn parameter
    keeps its source and assumption, and no range or ignorance, for here it is known. Raises InputError where the
    values drawn from ignorance cannot stand together.
    """
    return cast(Scenario, _drawn(scenario, (), uniform_of, ranges))


def law_of_range(stated: Stated[Any]) -> Law | None:
    """The law that a range stands for where no ignorance is stated, or None where it stands for none.

    Ranges are meant as nine chances in ten: a lognormal, split at the value, with the ends as its 5 and 95 % points;
    PERT where an end is nought, or is the value itself. Of an exponential law, the range is of its mean, and this is
    the law of a factor on it; what the range of another law means is not known well enough to draw from.
    """
    if stated.range is None:
        return None
    low, high = (_amount(end) for end in stated.range)
    value = _amount(stated.value)
    if low is None or high is None or value is None or not low < high:
        return None
    if isinstance(stated.value, Law):
        low, value, high = low / value, 1.0, high / value
    if 0.0 < low < value < high:
        return Law.lognormal_quantiles(low, value, high)
    return Law.pert(low, value, high) if low <= value <= high else None


def _amount(value: Any) -> float | None:
    """The size of a plain number or of money; of a fixed or an exponential law its mean."""
    if isinstance(value, Law):
        return value.mean() if value.kind in (FIXED, EXPONENTIAL) else None
    if isinstance(value, (Money, MoneyPer)):
        return value.amount
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def judgement(path: FieldPath) -> str:
    """What a draw is asked for by: the dotted path of a parameter, without the regime where it is one of a table.

    One person's ignorance runs through a table by regime: who puts the hazard of war too high puts that of
    crisis too high as well. So all its entries stand at the same quantile, each of its own law, and keep their
    order. Rates from a regime to another are judged one by one, and so are parameters that happen to be stated
    alike, such as the hazards of two home states.
    """
    by_regime = len(path) > 1 and path[-1] in REGIMES and path[-2] not in REGIMES
    return dotted(path[:-1] if by_regime else path)


def _drawn(part: Any, path: FieldPath, uniform_of: UniformOf, ranges: bool) -> Any:
    """The part with draws in it, or the same object where there is nothing to draw."""
    if isinstance(part, Stated):
        return _known(part, judgement(path), uniform_of, ranges)
    if isinstance(part, BaseModel):
        fields = {name: getattr(part, name) for name in type(part).model_fields}
        changed = _changed(fields, path, uniform_of, ranges)
        if not changed:
            return part
        try:
            return _checked(part.model_copy(update=changed), path, changed)
        except InputError:
            if not ranges:
                raise
            return _drawn(part, path, uniform_of, False)  # such as shares that must add to one
    if isinstance(part, Mapping):
        changed = _changed(part, path, uniform_of, ranges)
        return {**part, **changed} if changed else part
    if isinstance(part, tuple):
        changed = _changed(dict(enumerate(part)), path, uniform_of, ranges)
        return tuple(changed.get(number, item) for number, item in enumerate(part)) if changed else part
    return part


def _changed(items: Mapping[Any, Any], path: FieldPath, uniform_of: UniformOf, ranges: bool) -> dict[Any, Any]:
    found = {key: _drawn(item, (*path, key), uniform_of, ranges) for key, item in items.items()}
    return {key: item for key, item in found.items() if item is not items[key]}


def _known(stated: Stated[T], name: str, uniform_of: UniformOf, ranges: bool) -> Stated[T]:
    law = stated.ignorance or (law_of_range(stated) if ranges else None)
    if law is None:
        return stated
    at = law.quantile(uniform_of(name))
    most: Any = stated.range[1] if stated.ignorance is None and stated.range is not None else None
    if isinstance(most, float) and most <= 1.0:
        at = min(at, most)  # a share goes no higher than its range
    value: Any = stated.value
    if isinstance(value, Law):
        value = value.scaled(at)
    elif isinstance(value, (Money, MoneyPer)):
        value = replace(value, amount=at)
    else:
        value = max(round(at), min(value, 1)) if isinstance(value, int) else at  # no count falls to nought
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
