"""Check the known answers: what is calculated and what is simulated."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Literal, get_args

from simulator.batch.faults import RunFault
from simulator.batch.processes import checked_workers, end_at_once, finished, pool_of
from simulator.checks.case import Case, all_cases, leaves
from simulator.checks.exact import EXACT
from simulator.checks.figure import Figure, calculated
from simulator.checks.pace import seconds_of
from simulator.checks.simulated import SIMULATED
from simulator.scenario.errors import InputError, did_you_mean, listed, shown

Way = Literal["calculated", "simulated"]
WAYS: tuple[Way, ...] = get_args(Way)
Progress = Callable[[int, int, float], None]


@dataclass(frozen=True, eq=False)
class Piece:
    """What one worker does at a time: the calculation of a case, or one of its simulations."""

    case: Case
    way: Way
    number: int = 0


@dataclass(frozen=True)
class Found:
    """The figures of a piece. `crashed` says why it gave none, or not all; `seconds` are of the processor."""

    figures: tuple[Figure, ...] = ()
    crashed: str = ""
    seconds: float = 0.0


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
    def failed(self) -> bool:
        return not self.passed and not self.case.not_yet

    @property
    def figures(self) -> tuple[Figure, ...]:
        return self.calculated + self.simulated

    @property
    def fault(self) -> str:
        """What is wrong with the case as a whole, in words; "" if only figures are, or nothing is."""
        if self.case.not_yet or self.figures or self.crashed:
            return self.crashed
        return "nothing checks this"


def verify(
    ids: Iterable[str] | None = None, *, only: str | None = None, workers: int = 2, progress: Progress | None = None
) -> tuple[Checked, ...]:
    """Check cases (all, without `ids`), in the order of the table.

    `only` "calculated" or "simulated" leaves out the other way, and cases that have nothing but the other.
    `progress(done, all, share)` counts cases, and tells the share of the work that is done. Equal arguments give
    equal figures, whatever the number of workers. Raises InputError, and RunFault where a worker dies; a
    KeyboardInterrupt ends it at once.
    """
    checked_workers(workers)
    chosen = _chosen(ids, only)
    work = {case.id: [piece for piece in pieces(case) if only in (None, piece.way)] for case in chosen}
    waiting = {name: len(own) for name, own in work.items()}
    found: dict[Piece, Found] = {}
    everything = [piece for own in work.values() for piece in own]
    all_seconds = sum(map(_seconds, everything))
    done_seconds = 0.0
    for piece, result in _on_workers(everything, workers):
        found[piece] = result
        waiting[piece.case.id] -= 1
        done_seconds += _seconds(piece)
        if progress is not None:
            progress(sum(not left for left in waiting.values()), len(chosen), done_seconds / all_seconds)
    return tuple(_checked(case, {piece: found[piece] for piece in work[case.id]}) for case in chosen)


def check(case: Case) -> Checked:
    """All figures of a case, worked out here."""
    return _checked(case, {piece: do(piece) for piece in pieces(case)})


def pieces(case: Case) -> list[Piece]:
    """What there is to do for a case."""
    if case.not_yet:
        return []
    exact = [Piece(case, "calculated")] if case.id in EXACT else []
    return exact + [Piece(case, "simulated", number) for number in range(len(SIMULATED.get(case.id, ())))]


def do(piece: Piece) -> Found:
    """The figures of a piece. A broken model is a failed case, not a broken table."""
    started = time.process_time()
    figures: list[Figure] = []
    crashed = ""
    try:
        for figure in _figures(piece):
            figures.append(figure)
    except Exception as fault:
        crashed = f"{type(fault).__name__}: {fault}"
    return Found(tuple(figures), crashed, time.process_time() - started)


def _figures(piece: Piece) -> Iterator[Figure]:
    case = piece.case
    if piece.way == "simulated":
        yield from SIMULATED[case.id][piece.number](case)
        return
    got = dict(leaves(EXACT[case.id](case.inputs)))
    for name, expected in leaves(case.expected):
        yield calculated(name, expected, got[name], relative=case.relative, absolute=case.absolute)


def _chosen(ids: Iterable[str] | None, only: str | None) -> list[Case]:
    """The cases asked for. Raises InputError."""
    if only is not None and only not in WAYS:
        raise InputError(f"the way to check is {shown(only)}; allowed: {listed(WAYS)}")
    cases = all_cases()
    wanted = None if ids is None else [_name(text) for text in ids]
    for name in wanted or ():
        if name not in cases:
            known = list(cases)
            said = f"there is no case {shown(name)}; allowed: {listed(known, len(known))}. {did_you_mean(name, known)}"
            raise InputError(said.strip())
        if not _asked(cases[name], only):
            raise InputError(f"{name} is not {only}: nothing checks it in that way; allowed: leave --only out")
    return [case for name, case in cases.items() if (wanted is None or name in wanted) and _asked(case, only)]


def _name(text: str) -> str:
    """V08 for v8."""
    number = re.fullmatch(r"[Vv](\d{1,3})", text.strip())
    return f"V{int(number[1]):02d}" if number else text


def _asked(case: Case, only: str | None) -> bool:
    ways = {piece.way for piece in pieces(case)}
    return only is None or not ways or only in ways


def _checked(case: Case, found: dict[Piece, Found]) -> Checked:
    def of(way: Way) -> tuple[Figure, ...]:
        return tuple(figure for piece, one in found.items() if piece.way == way for figure in one.figures)

    crashed = "; ".join(one.crashed for one in found.values() if one.crashed)
    seconds = sum(one.seconds for one in found.values())
    return Checked(case, of("calculated"), of("simulated"), crashed, seconds)


def _seconds(piece: Piece) -> float:
    """About how long a piece takes."""
    if piece.way == "calculated":
        return 0.1
    return seconds_of(getattr(SIMULATED[piece.case.id][piece.number], "__name__", ""))


def _on_workers(work: Sequence[Piece], workers: int) -> Iterator[tuple[Piece, Found]]:
    """Results as they come in, the longest pieces first so that all workers end at about the same time.

    Never in this process: an interrupted run would go on as a partial one, and its figures would count.
    """
    if not work:
        return
    pool = pool_of(min(workers, len(work)))
    left = sorted(work, key=_seconds, reverse=True)
    try:
        for piece, result in finished(pool, do, tuple(left)):
            left.remove(piece)
            yield piece, result
    except BrokenProcessPool:
        names = listed(dict.fromkeys(piece.case.id for piece in left), 5)
        raise RunFault(
            f"a worker process died, perhaps for lack of memory, before these cases were checked: {names}; "
            "try fewer workers"
        ) from None
    finally:
        end_at_once(pool)
