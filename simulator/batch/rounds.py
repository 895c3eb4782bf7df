"""Rounds of blocks until a number of replications or a precision is reached. Only complete rounds are judged."""

from __future__ import annotations

import math

from simulator.batch.asked import Asked
from simulator.batch.faults import RunFault
from simulator.batch.gathering import Crew, Gathering
from simulator.batch.goal import CONFIRMED_BY, FEWEST_FOR_PRECISION, Judged
from simulator.batch.plan import Design, Planner, design
from simulator.chance.arms import Arms

GROWTH = 2.0
"""A round may at most double what was run before it, so that allocation keeps learning."""


def planned(arms: Arms, seed: int, crude: bool) -> Design:
    """The strata of a run. Raises RunFault where they cannot be found."""
    try:
        return design(arms, seed, crude)
    except RuntimeError as fault:  # too many refusals
        raise RunFault(f"the probability of a compromise could not be found: {fault}") from fault


def ran(planner: Planner, crew: Crew, gathering: Gathering) -> bool:
    """Run rounds until what is asked for is reached. False if it was interrupted."""
    try:
        run_rounds(planner, crew, gathering)
    except KeyboardInterrupt:
        return False
    finally:
        crew.close()
    return True


def run_rounds(planner: Planner, crew: Crew, gathering: Gathering) -> None:
    """All rounds: a pilot in equal shares, then as many as are asked for or found wanting."""
    asked = gathering.asked
    gathering.expected = asked.replications or 0
    gathering.take(crew, planner.pilot(asked.limit))
    looks = Looks(asked)
    while (wanted := looks.next_total(gathering)) > gathering.done:
        gathering.expected = max(gathering.expected, wanted)
        gathering.take(crew, planner.round(gathering.deviations(), wanted), last=wanted == asked.replications)


class Looks:
    """Judges what there is after each round."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.confirming = False
        """Was the precision reached at the last look, and is to be so again at this one?"""

    def next_total(self, gathering: Gathering) -> int:
        """Replications there should be after the next round."""
        asked, done = self.asked, gathering.done
        if asked.replications is not None:
            return asked.replications
        assert asked.precision is not None
        if done < FEWEST_FOR_PRECISION:
            return min(FEWEST_FOR_PRECISION, asked.most)
        judged = Judged.of(asked.goal, gathering.sample(), gathering.measure)  # type: ignore[arg-type]
        reached = judged.reached(asked.precision)
        if judged.hopeless or (reached and (self.confirming or not asked.goal.quantile)):
            return done
        self.confirming = reached
        if reached:
            return min(math.ceil(CONFIRMED_BY * done), asked.most)
        missing = judged.more(asked.precision)
        wanted = GROWTH * done if missing is None else min(done + max(missing, 64) * 1.05, GROWTH * done)
        return min(math.ceil(wanted), asked.most)
