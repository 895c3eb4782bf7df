"""How long the simulations take: for the order of the work and the time left on a progress bar, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS: Mapping[str, float] = {
    "three_regimes": 43.0,
    "one_vendor_from_peace": 42.0,
    "customers_take_it_in_turn": 36.0,
    "chance_puts_them_into_rings": 32.0,
    "nuisance_beside_a_vendor": 29.0,
    "war_of_two_stages": 28.0,
    "a_spy_chooses": 19.0,
    "events_of_a_year_from_peace": 18.0,
    "victims_and_an_outsider": 17.0,
    "every_quorum": 14.0,
    "events_that_excite_each_other": 13.0,
    "one_vendor_from_war": 13.0,
    "quorums_in_a_comparison": 13.0,
    "one_use": 12.0,
    "a_ban_in_a_comparison": 11.0,
    "twenty_repairs": 11.0,
    "a_thinned_part": 9.0,
    "the_best_path_left": 8.0,
    "two_vendors": 8.0,
    "installs_against_detection": 7.0,
    "one_step_deep": 7.0,
    "three_routes": 7.0,
    "a_cascade_without_chance": 0.1,
    "two_that_need_each_other": 0.1,
}
"""Of the processor, by name of the function, as `Checked.seconds` told them once."""
USUAL = 4.0
"""Of one that is not in the list."""


def seconds_of(simulation: str) -> float:
    """About how long a simulation takes."""
    return SECONDS.get(simulation, USUAL)
