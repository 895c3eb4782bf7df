"""How long the simulations take: for the order of the work and the time left on a progress bar, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

SECONDS: Mapping[str, float] = {
    "one_vendor_from_peace": 42.0,
    "nuisance_beside_a_vendor": 29.0,
    "a_spy_chooses": 20.0,
    "one_vendor_from_war": 13.0,
    "quorums_in_a_comparison": 12.0,
    "a_ban_in_a_comparison": 11.0,
    "twenty_repairs": 11.0,
    "a_thinned_part": 9.0,
    "the_best_path_left": 8.0,
    "two_vendors": 8.0,
    "installs_against_detection": 7.0,
    "one_step_deep": 7.0,
    "three_routes": 7.0,
    "quorums_in_force": 1.0,
    "a_cascade_without_chance": 0.1,
    "two_that_need_each_other": 0.1,
}
"""Of the processor, by name of the function, as `Checked.seconds` told them once."""
USUAL = 4.0
"""Of one that is not in the list."""


def seconds_of(simulation: str) -> float:
    """About how long a simulation takes."""
    return SECONDS.get(simulation, USUAL)
