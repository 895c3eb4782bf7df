"""Mitigations compared: each alone, and named sets together, against the base on the same simulated futures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.batch.engines import AUTO
from simulator.batch.gathering import Progress
from simulator.batch.results import Results
from simulator.batch.side_by_side import Arm, run_side_by_side
from simulator.decisions.bans import BanOutlook, ban_outlooks
from simulator.decisions.reasons import reason_of
from simulator.scenario.combination import clashes, in_force
from simulator.scenario.errors import InputError, did_you_mean, listed, shown
from simulator.scenario.load import LoadedScenario
from simulator.scenario.mitigations import Mitigation

DEFAULT_REPLICATIONS = 600


@dataclass(frozen=True)
class Compared:
    """One mitigation, or a set of them together, and what came of it."""

    name: str
    title: str
    members: tuple[str, ...]
    """Names of the mitigations that are in force beside those of the base."""
    arm: Arm
    grade: str
    """Of the evidence for its effect; of a set, the worst of its members."""
    reason: str
    """Why it does so little on the update channel, where it does; "" otherwise."""

    @property
    def together(self) -> bool:
        """Is it a set?"""
        return len(self.members) > 1 or self.name not in self.members


@dataclass(frozen=True)
class Comparison:
    """A base and what was compared with it. Tables of all are on the same futures, strata and weights."""

    base: Results
    compared: tuple[Compared, ...]
    bans: tuple[BanOutlook, ...]
    left_out: tuple[str, ...]
    """Sentences: what could not be compared, and why."""
    discount_per_hour: float

    def of(self, name: str) -> Compared:
        """The mitigation or set of this name. Raises InputError for an unknown one."""
        for one in self.compared:
            if one.name == name:
                return one
        names = [one.name for one in self.compared]
        hint = did_you_mean(name, names)
        raise InputError(f"{shown(name)} was not compared; allowed: {listed(names, 40)}" + (hint and f". {hint}"))


def compare(
    loaded: LoadedScenario,
    mitigations: Sequence[str] | None = None,
    *,
    sets: Sequence[str] | None = None,
    together: Sequence[str] = (),
    replications: int | None = None,
    precision: float | None = None,
    seed: int = 1,
    workers: int = 1,
    crude: bool = False,
    engine: str = AUTO,
    bans: bool = True,
    progress: Progress | None = None,
) -> Comparison:
    """Compare the mitigations that a scenario has on offer (`load_with` reads them from a file of their own).

    `mitigations` names single ones (all, if None) and `sets` named sets (all if None and no single one is named);
    `together` is one more set, made up on the spot, whose members are compared alone too where nothing else is
    named. `precision` is judged on the base's average annual loss.
    `bans` asks for the outlook of each ban over two and ten years and by attitude of the state; `engine` is one
    of `simulator.batch.engines`. Equal arguments but `workers` give equal results, and equal tables with any engine.
    Raises InputError for an unknown name and for mitigations that cannot be in force together.
    """
    arms, left_out = _arms(loaded, mitigations, sets, together)
    if not arms:
        raise InputError("; ".join(left_out) or "nothing to compare: the scenario has no mitigations on offer")
    scenarios = [loaded, *(in_force(loaded, members) for _, members in arms)]
    if replications is None and precision is None:
        replications = DEFAULT_REPLICATIONS
    found = run_side_by_side(
        scenarios,
        replications=replications,
        precision=precision,
        seed=seed,
        workers=workers,
        crude=crude,
        engine=engine,
        progress=progress,
    )
    offers = loaded.scenario.mitigations
    compared = tuple(
        Compared(
            name=name,
            title=_title(name, members, offers),
            members=members,
            arm=arm,
            grade=max(offers[m].grade for m in members),
            reason=reason_of(loaded, scenario),
        )
        for (name, members), arm, scenario in zip(arms, found.arms, scenarios[1:], strict=True)
    )
    outlooks = [
        outlook
        for (name, members), scenario in zip(arms, scenarios[1:], strict=True)
        if bans and members == (name,) and _is_ban(offers[name])
        for outlook in ban_outlooks(loaded, scenario, name, seed)
    ]
    discount = loaded.scenario.impact.discount
    return Comparison(found.base, compared, tuple(outlooks), left_out, discount.value if discount is not None else 0.0)


def _arms(
    loaded: LoadedScenario, only: Sequence[str] | None, sets: Sequence[str] | None, together: Sequence[str]
) -> tuple[list[tuple[str, tuple[str, ...]]], tuple[str, ...]]:
    """(name, members) of everything to be compared, and why the rest is not."""
    scenario = loaded.scenario
    known = [name for name in scenario.mitigations if name not in scenario.in_force]
    if only is None and sets is None and together:
        only = together
    chosen = [_known(name, known, "a mitigation on offer") for name in only] if only is not None else known
    if sets is not None:
        named = [_known(name, list(scenario.mitigation_sets), "a set of mitigations") for name in sets]
    else:
        named = list(scenario.mitigation_sets) if only is None else []
    left_out = []
    arms: list[tuple[str, tuple[str, ...]]] = []
    for name in dict.fromkeys(chosen):
        refusals = clashes(scenario, loaded.register, (*scenario.in_force, name))
        if refusals and only is not None:
            raise InputError("; ".join(refusals))
        left_out += [f"Not alone: {refusal}" for refusal in refusals]
        if not refusals:
            arms.append((name, (name,)))
    for name in dict.fromkeys(named):
        members = tuple(m for m in scenario.mitigation_sets[name] if m not in scenario.in_force)
        if members:
            arms.append((name, members))
    if together:
        members = tuple(dict.fromkeys(_known(name, known, "a mitigation on offer") for name in together))
        arms.append(("together", members))
    return arms, tuple(left_out)


def _known(name: str, known: Sequence[str], what: str) -> str:
    if name not in known:
        hint = did_you_mean(name, known)
        said = f"{shown(name)} is not {what}; allowed: {listed(known, 40) or 'none'}"
        raise InputError(said + (hint and f". {hint}"))
    return name


def _title(name: str, members: tuple[str, ...], offers: dict[str, Mitigation]) -> str:
    if members == (name,):
        return offers[name].title
    return f"{len(members)} together: {name.replace('_', ' ')}" if name != "together" else f"{len(members)} together"


def _is_ban(mitigation: Mitigation) -> bool:
    act = mitigation.does.instrument
    return act is not None and act.kind == "ban"
