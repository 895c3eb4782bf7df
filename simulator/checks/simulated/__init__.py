"""Known answers asked of the simulator: scenarios under `scenarios/known`, through the public `run` and `compare`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.checks.case import Case
from simulator.checks.figure import Figure
from simulator.checks.simulated import (
    coercion,
    controls,
    crime,
    cycles,
    faults,
    intrusion,
    outages,
    payers,
    proxy,
    release,
    refusals,
    removal,
    restoration,
    sanctions,
    supply,
    targeting,
    theatres,
    whole,
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
    "V09": (release.installs_against_detection,),
    "V13": (supply.an_outage_against_a_buffer,),
    "V14": (coercion.one_use, coercion.one_use_counted),
    "V15": (coercion.a_single_regime,),
    "V16": (controls.quorums_in_a_comparison, controls.quorums_in_force),
    "V17": (whole.one_vendor_from_peace, whole.one_vendor_from_war),
    "V19": (whole.nuisance_beside_a_vendor,),
    "V34": (supply.reliability_of_power,),
    "V36": (release.a_spy_chooses,),
    "V37": (coercion.made_common_and_weighted_back,),
    "V39": (coercion.a_ban_over_driver_paths, coercion.a_ban_in_a_comparison),
    "V40": (controls.a_thinned_part,),
    "V41": (supply.a_cascade_without_chance,),
    "V42": (restoration.largest_first, restoration.smallest_first, restoration.random_order),
    "V43": (coercion.two_vendors,),
    "V44": (controls.the_best_path_left,),
    "V61": (payers.costs_by_payer,),
    "V62": (payers.espionage_apart,),
    "V63": (theatres.mobilisation_and_surge,),
    "V64": (theatres.linked,),
    "V65": (refusals.orders_refused,),
}
"""By id of the case. Each entry is one piece of work of its own, with its own seed."""
