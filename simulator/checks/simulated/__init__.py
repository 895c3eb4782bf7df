"""Known answers asked of the simulator: scenarios under `scenarios/known`, through the public `run` and `compare`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.checks.case import Case
from simulator.checks.figure import Figure
from simulator.checks.simulated import (
    crime,
    cycles,
    faults,
    intrusion,
    outages,
    payers,
    proxy,
    refusals,
    removal,
    restoration,
    sanctions,
    targeting,
    theatres,
    worms,
)

Simulation = Callable[[Case], Iterator[Figure]]

SIMULATED: Mapping[str, tuple[Simulation, ...]] = {
    "V08": (restoration.twenty_repairs,),
    "V45": (proxy.one_step_deep,),
    "V46": (crime.stale_definitions,),
    "V47": (removal.ample_integrators,),
    "V48": (removal.few_integrators,),
    "V49": (removal.emergency_order,),
    "V50": (outages.three_routes,),
    "V51": (cycles.two_that_need_each_other,),
    "V52": (cycles.generation_above_the_reserve,),
    "V53": (sanctions.gap_until_replaced,),
    "V54": (intrusion.intruders_in_the_build,),
    "V55": (intrusion.footholds_released,),
    "V56": (faults.pulled_when_it_shows,),
    "V57": (worms.across_trust_links,),
    "V58": (worms.at_one_moment,),
    "V59": (targeting.capped_nuisance,),
    "V60": (outages.visits_to_the_site,),
    "V61": (payers.costs_by_payer,),
    "V62": (payers.espionage_apart,),
    "V63": (theatres.mobilisation_and_surge,),
    "V64": (theatres.linked,),
    "V65": (refusals.orders_refused,),
}
"""By id of the case. Each entry is one piece of work of its own, with its own seed."""
