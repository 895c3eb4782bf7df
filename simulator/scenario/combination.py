"""Mitigations in force together: which can stand side by side, and the scenario that holds them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from typing import TYPE_CHECKING

from simulator.scenario.errors import InputErrors, did_you_mean, listed, shown
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario
from simulator.scenario.scope import dependencies_in, products_in, vendors_in

if TYPE_CHECKING:
    from simulator.scenario.load import LoadedScenario


def in_force(loaded: LoadedScenario, names: Iterable[str]) -> LoadedScenario:
    """The same scenario with these mitigations in force, beside those that its file has in force.

    An instrument among them joins `scenario.instruments`; all else is for the engine to read off
    `scenario.mitigations`. `scenario.in_force` is in alphabetical order, whatever the order asked for. The text
    says `in_force`; the digest is that of the scenario and of these names. Nothing to add gives the same object
    back. Raises InputErrors for an unknown name and for two that cannot stand together.
    """
    scenario = loaded.scenario
    chosen = tuple(sorted({*scenario.in_force, *names}))
    refusals = [_unknown(name, list(scenario.mitigations)) for name in chosen if name not in scenario.mitigations]
    refusals = refusals or clashes(scenario, loaded.register, chosen)
    if refusals:
        raise InputErrors(refusals)
    if len(chosen) == len(scenario.in_force):
        return loaded
    written = json.loads(loaded.text) | {"in_force": list(chosen)}
    return replace(
        loaded,
        scenario=with_instruments(scenario.model_copy(update={"in_force": chosen})),
        text=json.dumps(written, ensure_ascii=False, sort_keys=True, indent=2),
        digest=sha256(f"{loaded.digest} {json.dumps(chosen)}".encode()).hexdigest(),
    )


def with_instruments(scenario: Scenario) -> Scenario:
    """The scenario with the instruments that its mitigations in force are, after its own."""
    known = {instrument.name for instrument in scenario.instruments}
    acts = (scenario.mitigations[name].does.instrument for name in scenario.in_force)
    added = tuple(act for act in acts if act is not None and act.name not in known)
    return scenario.model_copy(update={"instruments": scenario.instruments + added}) if added else scenario


def clashes(scenario: Scenario, register: Register, names: Sequence[str]) -> list[str]:
    """Why these mitigations cannot be in force together, a sentence each; empty where they can.

    No two replace the same product at the same place, or set the signing of one vendor or the rings of one
    product; and one that waits for a warning needs the instrument that gives it.
    """
    taken = {name: set(_takes(scenario, register, name)) for name in names}
    sentences = []
    for first, second in combinations(names, 2):
        shared = sorted(taken[first] & taken[second])
        if shared:
            more = f" and {len(shared) - 1} more" if len(shared) > 1 else ""
            said = f"{shown(first)} and {shown(second)} both change {shared[0]}{more}"
            sentences.append(f"{said}; allowed: one of the two")
    given = {*names, *(instrument.name for instrument in scenario.instruments)}
    for name in names:
        warning = scenario.mitigations[name].starts.warning
        if warning is not None and warning not in given:
            sentences.append(f"{shown(name)} waits for {shown(warning)}; allowed: only together with it")
    return sentences


def _takes(scenario: Scenario, register: Register, name: str) -> Iterator[str]:
    """What a mitigation claims for itself alone, in words."""
    mitigation = scenario.mitigations[name]
    effect, scope = mitigation.does, mitigation.scope
    swaps = [swap.by for swap in (effect.replace, effect.second_source) if swap is not None]
    if swaps:
        for d in dependencies_in(scope, scenario, register):
            if any(d.product in by for by in swaps):
                yield f"{d.product} at {d.organisation} ({d.host_group})"
    if effect.signing is not None:
        yield from (f"the signing of {vendor}" for vendor in vendors_in(scope, scenario))
    if effect.rings is not None:
        yield from (f"the rings of {product}" for product in products_in(scope, scenario))


def _unknown(name: str, known: list[str]) -> str:
    allowed = listed(known, 40) or "none, for the scenario has no mitigations"
    hint = did_you_mean(name, known)
    return f"{shown(name)} is not a mitigation on offer; allowed: {allowed}" + (hint and f". {hint}")
