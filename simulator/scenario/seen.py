"""Events seen, or none, in a time: what has been counted about a rate, and what is believed of it before.

`seen: {events: 0, in: 200 years, visible: 0.5, prior: jeffreys}`; a year may be a vendor-year or a state-year.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from simulator.evidence.rates import Counted, GammaRate
from simulator.evidence.silence import after
from simulator.rules.quantile import Law
from simulator.scenario.base import Section
from simulator.scenario.errors import InputError, did_you_mean, shown
from simulator.scenario.laws import above_zero, checked_keys, law_json_schema, plain, read_law, write_law
from simulator.scenario.quantity import Count, PositiveHours, Share, Written, parse, text_json_schema

NAMED: dict[str, Callable[[], GammaRate]] = {"jeffreys": GammaRate.jeffreys, "uniform": GammaRate.uniform}
"""Priors that say nothing themselves: half an event in no time, or one."""

ALLOWED = "jeffreys, uniform, {constrained: 0.01 / year}, {gamma: {shape, exposure}} or a distribution of rates"


@dataclass(frozen=True, slots=True)
class PriorOfRate(Written):
    """Marks a field with a belief about a rate before the data."""

    def read(self, given: object) -> GammaRate | Law:
        """Exposures in hours, rates per hour. Raises InputError."""
        if isinstance(given, (GammaRate, Law)):
            return given
        if isinstance(given, str) and given in NAMED:
            return NAMED[given]()
        if not isinstance(given, Mapping):
            hint = did_you_mean(given, list(NAMED))
            raise InputError(f"{shown(given)} is not a prior; allowed: {ALLOWED}" + (hint and f". {hint}"))
        if set(given) == {"constrained"}:
            return GammaRate.constrained(above_zero("prior", "constrained", given, _rate))
        if set(given) == {"gamma"} and "exposure" in (given["gamma"] or ()):
            held = checked_keys("gamma", given["gamma"], (("shape", "exposure"),))
            return GammaRate(above_zero("gamma", "shape", held, plain), above_zero("gamma", "exposure", held, _time))
        law = read_law(given, _rate)
        if law.quantile(0.05) == law.quantile(0.95):
            raise InputError(f"{shown(given)} holds one value, which no data can move; allowed: {ALLOWED}")
        return law

    def write(self, value: GammaRate | Law) -> object:
        """As a person would write it; a constrained prior as the gamma that it is."""
        if isinstance(value, Law):
            return write_law(value, lambda rate: f"{rate!r} / h")
        name = next((name for name, make in NAMED.items() if make() == value), None)
        return name or {"gamma": {"shape": value.shape, "exposure": f"{value.exposure!r} h"}}

    def json_schema(self) -> dict[str, Any]:
        """A name, or a mapping with one belief in it."""
        rate, time = text_json_schema("rate"), text_json_schema("time")
        held = {"type": "object", "properties": {"shape": {"type": "number"}, "exposure": time}}
        return {
            "anyOf": [
                {"enum": list(NAMED)},
                _only("constrained", rate),
                _only("gamma", held | {"required": ["shape", "exposure"], "additionalProperties": False}),
                {"anyOf": [rate, law_json_schema(rate)]},  # as ignorance has it, so that the two are one form
            ]
        }


def _only(key: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {key: value}, "required": [key], "additionalProperties": False}


def _rate(given: object) -> float:
    return parse(given, "rate")


def _time(given: object) -> float:
    return parse(given, "time")


class Seen(Section):
    """What has been counted about a rate, in so many vendor-years, state-years or other years watched.

    With a prior its posterior mean is the value; without one it stands beside a value that states its ignorance, and
    changes nothing.
    """

    events: Count = Field(description="events that became known")
    exposure: PositiveHours = Field(alias="in")
    visible: Share = Field(1.0, description="share of events that would have become known")
    prior: Annotated[GammaRate | Law, PriorOfRate()] | None = Field(None, description="what is believed before")
    source: str | None = Field(None, min_length=1, description="where the count comes from")

    @model_serializer(mode="wrap")
    def _as_written(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = handler(self)
        return {"in" if key == "exposure" else key: part for key, part in fields.items() if part is not None}

    @property
    def counted(self) -> Counted:
        """The data, in hours. Raises ValueError where nothing could have been seen and something was."""
        return Counted(self.events, self.exposure, self.visible)

    def posterior(self, prior: GammaRate | Law | None) -> Law:
        """The law of the rate per hour after the data. Raises ValueError where the two do not go together."""
        if prior is None:
            raise ValueError("data without a prior give no posterior")
        if isinstance(prior, GammaRate):
            return prior.after(self.counted).law()
        return after(prior, self.counted)


def law_before(prior: GammaRate | Law) -> Law | None:
    """A prior as a law of rates per hour; None for one that has no range of its own."""
    if isinstance(prior, Law):
        return prior
    return prior.law() if prior.proper else None
