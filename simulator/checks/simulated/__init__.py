"""Known answers asked of the simulator: scenarios under `scenarios/known`, through the public `run` and `compare`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from simulator.checks.case import Case
from simulator.checks.figure import Figure
from simulator.checks.simulated import coercion, controls, nuisance, regimes, release, restoration, supply, whole

Simulation = Callable[[Case], Iterator[Figure]]

SIMULATED: Mapping[str, tuple[Simulation, ...]] = {
    "V01": (regimes.three_regimes,),
    "V02": (regimes.war_of_two_stages,),
    "V03": (
        nuisance.events_of_a_year_from_peace,
        nuisance.events_of_any_year,
        nuisance.events_under_two_regimes,
    ),
    "V04": (nuisance.events_that_excite_each_other,),
    "V05": (nuisance.stop_loss_of_a, nuisance.stop_loss_of_b, nuisance.law_of_a_year),
    "V06": (nuisance.largest_and_sum,),
    "V07": (restoration.a_job_to_busy_teams,),
    "V08": (restoration.twenty_repairs,),
    "V09": (release.installs_against_detection,),
    "V10": (release.victims_and_an_outsider, release.first_of_many_weibull_times),
    "V11": (release.customers_take_it_in_turn,),
    "V13": (supply.an_outage_against_a_buffer,),
    "V14": (coercion.one_use, coercion.one_use_counted),
    "V15": (coercion.a_single_regime,),
    "V16": (controls.quorums_in_a_comparison, controls.every_quorum),
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
    "V44": (controls.the_best_path_left, controls.a_logit_choice),
    "V70": (release.chance_puts_them_into_rings,),
    "V71": (coercion.half_of_the_reach,),
}
"""By id of the case. Each entry is one piece of work of its own, with its own seed."""
