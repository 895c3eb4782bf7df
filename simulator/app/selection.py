"""The mitigations on offer for a scenario, and those of them that were switched on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from simulator.app.settings import Settings, scenario_file
from simulator.scenario.combination import clashes
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.load import LoadedScenario
from simulator.scenario.mitigation_file import load_with, made_for
from simulator.scenario.mitigations import Effect, Mitigation

Actor = Literal["operator", "vendor", "government"]
ACTORS: dict[Actor, str] = {"operator": "Operators", "vendor": "Vendors", "government": "Governments"}
"""Who can act, and the heading of what each can do."""

BY_VENDORS = frozenset({"controls", "signing", "rings", "finder_left"})
BY_GOVERNMENTS = frozenset({"instrument", "pool_teams"})
"""Effects that only vendors, or only governments, can bring about."""


@dataclass(frozen=True)
class Selection(Settings):
    """What a comparison is made from: mitigations compared each alone, and those in force together (or none)."""

    alone: tuple[str, ...]
    together: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises InputError, as for a run, and without anything to compare."""
        super().__post_init__()
        mitigation_file(self.scenario)
        if not self.alone:
            raise InputError("no mitigation is switched on that can be compared; allowed: at least one")

    def words(self, *, by_name: bool = False) -> list[str]:
        _run, scenario, *sampling = super().words(by_name=by_name)
        file = mitigation_file(self.scenario)
        options = [word for name in self.alone for word in ("--only", name)]
        options += [word for name in self.together for word in ("--together", name)]
        return ["compare", scenario, "--mitigations", file.stem if by_name else str(file), *options, *sampling]


@dataclass(frozen=True)
class Offers:
    """A scenario with the mitigations on offer for it."""

    loaded: LoadedScenario

    @property
    def mitigations(self) -> dict[str, Mitigation]:
        """By name, in the order of the file; without those that are in force already."""
        scenario = self.loaded.scenario
        return {name: m for name, m in scenario.mitigations.items() if name not in scenario.in_force}

    @property
    def sets(self) -> dict[str, tuple[str, ...]]:
        """Named sets of them."""
        own = self.mitigations
        return {
            name: tuple(m for m in members if m in own)
            for name, members in self.loaded.scenario.mitigation_sets.items()
        }

    def by(self, actor: Actor) -> dict[str, Mitigation]:
        """What one kind of actor can do."""
        return {name: m for name, m in self.mitigations.items() if acting(m.does) == actor}

    def select(self, settings: Settings, names: Sequence[str]) -> tuple[Selection, list[str]]:
        """What is compared when these are switched on, and why not all of it: each alone where it can stand alone,
        and all together if they can. Raises InputError for an unknown name and for nothing to compare."""
        own = self.mitigations
        if unknown := [name for name in names if name not in own]:
            raise InputError(f"{shown(unknown[0])} is no mitigation on offer; allowed: {listed(own, 40)}")
        alone = tuple(name for name in names if not self._clashes([name]))
        refusals = self._clashes(names)
        if not alone and refusals:
            raise InputError("; ".join(refusals))
        together = tuple(names) if len(names) > 1 and not refusals else ()
        return Selection(settings.scenario, settings.futures, settings.seed, alone, together), refusals

    def _clashes(self, names: Sequence[str]) -> list[str]:
        """Why these cannot stand together, or one alone, in sentences with titles in place of names."""
        scenario = self.loaded.scenario
        sentences = clashes(scenario, self.loaded.register, (*scenario.in_force, *names))
        for name, mitigation in scenario.mitigations.items():
            sentences = [said.replace(shown(name), f"“{mitigation.title}”") for said in sentences]
        return sentences


def acting(effect: Effect) -> Actor:
    """Who has to act for this effect."""
    stated = effect.model_fields_set
    if stated & BY_GOVERNMENTS:
        return "government"
    return "vendor" if stated & BY_VENDORS else "operator"


def has_mitigations(scenario: str) -> bool:
    """Is there a file of mitigations made for this scenario?"""
    return made_for(scenario_file(scenario)) is not None


def mitigation_file(scenario: str) -> Path:
    """The file of mitigations made for a scenario of the app. Raises InputError where there is none."""
    file = made_for(scenario_file(scenario))
    if file is None:
        raise InputError(f"no mitigations are on offer for {shown(scenario)}; allowed: a scenario with a file of them")
    return file


def offers_for(scenario: str) -> Offers:
    """What is on offer for a scenario. Raises InputError where nothing is, or a file is wrong."""
    return Offers(load_with(scenario_file(scenario), mitigation_file(scenario)))
