"""An arm against its base: by which rows it is judged."""

from __future__ import annotations

from simulator.batch.arm import ArmOfBase
from simulator.batch.workers import make_arms
from simulator.scenario.combination import in_force
from simulator.scenario.mitigation_file import load_with


def test_questions_are_by_rows_of_the_base() -> None:
    """What takes the place of a product later pushes the rows of the arm along."""
    loaded = load_with("uk_2022", "uk_2022")
    both = in_force(loaded, ["hold_updates", "replace_at_renewal"])
    arms = make_arms([loaded.scenario, both.scenario], loaded.register)
    base, world = (driver.world.dependencies.names for driver in arms.drivers)
    assert world[: len(base)] != base
    arm = ArmOfBase(arms.base.world, arms.drivers[1])
    (held,) = (m for m in arm.new if arm.world.mitigations[m].name == "hold_updates")
    meant = {world[d] for d in arm.world.mitigations[held].dependencies} & set(base)
    assert {base[d] for _, d in arm.answers[held] if d >= 0} == meant
    assert {what for what, _ in arm.answers[held]} == {"hold_updates"}
