"""The outer loop: which parameters are true, drawn apart from which future happens."""

from __future__ import annotations

from simulator.chance.keys import Purpose, stable_hash
from simulator.chance.philox import uniform
from simulator.scenario.ignorance import drawn
from simulator.scenario.schema import Scenario


def drawn_scenario(scenario: Scenario, seed: int, outer: int, *, ranges: bool = False) -> Scenario:
    """The scenario of outer draw number `outer`: see `simulator.scenario.ignorance.drawn`.

    Each draw is a function of (seed, outer, the dotted path of the parameter) alone, so a parameter added or
    taken away moves no other. Raises InputError where the values drawn cannot stand together, ValueError for
    an `outer` outside 0 to 2**32 - 1 or a seed outside 0 to 2**64 - 1.
    """
    return drawn(scenario, lambda path: uniform(seed, outer, Purpose.IGNORANCE, stable_hash(path), 0), ranges=ranges)
