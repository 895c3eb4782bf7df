"""From the theatre section of a scenario to a chain, a scripted path, and an order of simulation."""

from __future__ import annotations

import numpy as np

from simulator.chance.regimes import Chain, Mobilisation, Paths, Sojourn, Surge, expand
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.scenario.conflict import Theatre
from simulator.scenario.words import REGIMES
from simulator.world.world import World


def chain_of(theatre: Theatre) -> Chain:
    """The expanded phase-type chain of a theatre."""
    rates = np.zeros((len(REGIMES), len(REGIMES)))
    for regime, row in theatre.rates.items():
        for other, rate in row.items():
            rates[REGIMES.index(regime), REGIMES.index(other)] = rate.value * HOURS_PER_YEAR
    sojourn: dict[str, Sojourn] = {}
    for regime, shape in theatre.sojourn.items():
        if shape.erlang is not None:
            sojourn[regime] = Sojourn.erlang(shape.erlang)
        elif shape.hyperexponential is not None:
            h = shape.hyperexponential
            sojourn[regime] = Sojourn.hyperexponential(h.share.value, h.ratio.value)
    surge: dict[str, Surge] = {r: Surge(s.mean.value, s.multiplier.value) for r, s in theatre.surge.items()}
    mobilisation = [
        Mobilisation(m.before, m.mean.value, m.multiplier.value, m.stands_down.value) for m in theatre.mobilisation
    ]
    return expand(REGIMES, rates, theatre.start, sojourn, surge, mobilisation)


def given_paths(world: World, chains: tuple[Chain, ...]) -> dict[int, GivenPath]:
    """Scripted regime paths by theatre."""
    given = world.scenario.given
    if given is None:
        return {}
    found = {}
    for name, steps in given.regimes.items():
        t = world.theatres.index(name)
        start = (0.0, world.scenario.theatres[name].start)
        script = [start, *((s.at, s.regime) for s in sorted(steps, key=lambda s: s.at))]
        if len(script) > 1 and script[1][0] == 0.0:
            script = script[1:]
        found[t] = GivenPath(
            np.array([at for at, _ in script]),
            np.array([settled_state(chains[t], REGIMES.index(regime)) for _, regime in script]),
        )
    return found


def settled_state(chain: Chain, regime: int) -> int:
    """The first plain phase of a regime, with no surge and no mobilisation."""
    for state in np.flatnonzero(chain.regime == regime):
        if ", " not in chain.labels[state]:
            return int(state)
    raise ValueError(f"regime {REGIMES[regime]} is not in the chain")


class GivenPath:
    """One scripted path, the same in every replication."""

    def __init__(self, times: np.ndarray, states: np.ndarray) -> None:
        self.times, self.states = times, states

    def repeat(self, rows: int) -> Paths:
        return Paths(np.tile(self.times, (rows, 1)), np.tile(self.states, (rows, 1)))


def link_order(world: World) -> tuple[int, ...]:
    """Theatres in an order in which every leader comes before those linked to it (cycles are refused at load)."""
    order: list[int] = []
    names = list(world.theatres)
    while len(order) < len(names):
        for t, name in enumerate(names):
            linked = world.scenario.theatres[name].linked_to
            if t not in order and (linked is None or names.index(linked.theatre) in order):
                order.append(t)
    return tuple(order)
