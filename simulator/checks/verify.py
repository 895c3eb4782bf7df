"""Check the known answers: what is calculated, then what is simulated."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from simulator.batch import interrupts
from simulator.batch.workers import main_left_alone
from simulator.checks.case import Case, all_cases, leaves
from simulator.checks.exact import EXACT
from simulator.checks.figure import Figure, calculated
from simulator.checks.simulated import SIMULATED


@dataclass(frozen=True)
class Checked:
    """A case and its figures. `crashed` says why a part of it gave none."""

    case: Case
    calculated: tuple[Figure, ...] = ()
    simulated: tuple[Figure, ...] = ()
    crashed: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def passed(self) -> bool:
        """Every figure agrees, and there is at least one. A case that is not yet asked has not passed."""
        return bool(self.figures) and not self.crashed and all(figure.passed for figure in self.figures)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.calculated + self.simulated


def verify(
    ids: Sequence[str] | None = None, *, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> tuple[Checked, ...]:
    """Check cases (all, without `ids`), in the order of the table. `progress(done, all)` counts cases.

    Equal arguments give equal figures, whatever the number of workers. A KeyboardInterrupt ends it.
    """
    cases = all_cases()
    chosen = [cases[name] for name in cases if ids is None or name in ids]
    found: dict[str, Checked] = {}
    for checked in _all(chosen, workers):
        found[checked.case.id] = checked
        if progress is not None:
            progress(len(found), len(chosen))
    return tuple(found[case.id] for case in chosen)


def _all(cases: Sequence[Case], workers: int) -> Iterator[Checked]:
    if workers == 1:
        yield from map(check, cases)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        with interrupts.kept_from_children(), main_left_alone():
            promised = [pool.submit(check, case) for case in cases]
        try:
            yield from (promise.result() for promise in as_completed(promised))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def check(case: Case) -> Checked:
    """All figures of a case."""
    started = time.monotonic()
    if case.not_yet:
        return Checked(case)
    own = tuple(_calculated(case)) if case.id in EXACT else ()
    found: list[Figure] = []
    crashed = ""
    try:
        for ask in SIMULATED.get(case.id, ()):
            found += ask(case)
    except Exception as fault:  # a broken model is a failed case, not a broken table
        crashed = f"{type(fault).__name__}: {fault}"
    return Checked(case, own, tuple(found), crashed, time.monotonic() - started)


def _calculated(case: Case) -> Iterator[Figure]:
    got = dict(leaves(EXACT[case.id](case.inputs)))
    for name, expected in leaves(case.expected):
        yield calculated(name, expected, got[name], relative=case.relative, absolute=case.absolute)
