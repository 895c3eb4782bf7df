"""The compiled engine of a world: blocks of futures in, losses and curves out; or one future with its event log."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields

import numpy as np

from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.kernel import play as _play  # declares all parts
from simulator.kernel.linker import Ready, link, linked
from simulator.kernel.memory import Memory
from simulator.kernel.placing import draw_compiled
from simulator.kernel.portfolio import Tables, instruments, mitigations, portfolio, supply_side
from simulator.kernel.reading import Notes
from simulator.kernel.register import Register
from simulator.kernel.rulebook import code, conflict, facts, response, rules
from simulator.model.replication import Noted

__all__ = ["Engine", "Played", "Ready", "make_ready", "tables_of_world"]
_PARTS = _play


@dataclass(frozen=True)
class Played:
    """What a block of R replications came to, as rows of the kernel's tables (`simulator.kernel.layout`)."""

    results: np.ndarray
    losses: np.ndarray
    loss_targets: np.ndarray
    curves: np.ndarray

    @classmethod
    def of(cls, memory: Memory) -> Played:
        """What came out of all futures that a memory has looked at, where it lies there."""
        run = memory["run"]
        return cls(
            memory["results"],
            memory["losses"][: int(run["all_losses"][0])],
            memory["loss_targets"][: int(run["all_targets"][0])],
            memory["curves"][: int(run["all_curves"][0])],
        )

    def copied(self) -> Played:
        """The same, apart from any memory."""
        return Played(*(getattr(self, field.name).copy() for field in fields(self)))


def tables_of_world(driver: Driver) -> Tables:
    """A world written down for the kernel."""
    register = Register()
    coded, rows = code(driver, register)
    tables = {
        **portfolio(driver, register),
        **supply_side(driver, register, rows),
        **coded,
        **response(driver),
        **conflict(driver, register, rows),
        **instruments(driver, register),
        **mitigations(driver, register),
        **facts(driver, rows),
        **rules(driver, register),
    }
    return tables | register.tables()


def make_ready(told: Ready | None = None) -> None:
    """Compile the kernel or read it from disk, telling `told` how far that is. Futures are drawn compiled then."""
    link(told)
    draw_compiled()


class Engine:
    """Plays futures of one world. Threads may share it: each block has a memory of its own while it is played."""

    def __init__(self, driver: Driver) -> None:
        make_ready()
        self.world = tables_of_world(driver)
        self._notes = Notes(driver)
        self._idle: dict[bool, deque[Memory]] = {False: deque(), True: deque()}
        """Memories that do not ask, and that do."""

    def memory(self, keep_log: bool = False, ask: bool = False) -> Memory:
        """Memory for a thread that plays futures of this world."""
        return Memory(self.world, keep_log, ask)

    def play(self, seed: int, columns: FutureColumns) -> Played:
        """All futures of a block. The interpreter is free meanwhile."""
        with self.playing(seed, columns) as played:
            return played.copied()

    @contextmanager
    def playing(self, seed: int, columns: FutureColumns) -> Iterator[Played]:
        """As `play`, without a copy: to be read before the context ends, for another block comes into its place."""
        with self._lent(seed, columns, ask=False) as memory:
            play_block, place = linked("play_block"), 0
            while (place := play_block(memory.address, place, len(columns))) < len(columns):
                memory.grow()
            yield Played.of(memory)

    @contextmanager
    def playing_noting(self, seed: int, columns: FutureColumns) -> Iterator[tuple[Played, list[Noted]]]:
        """As `playing`, but one future by one, and what each noted. The interpreter is free while one is played."""
        noted = []
        with self._lent(seed, columns, ask=True) as memory:
            play_block = linked("play_block")
            for row in range(len(columns)):
                while play_block(memory.address, row, row + 1) == row:
                    memory.grow()
                noted.append(self._notes.read(memory))
            yield Played.of(memory), noted

    @contextmanager
    def _lent(self, seed: int, columns: FutureColumns, ask: bool) -> Iterator[Memory]:
        """A memory that no other thread has, to play these futures in."""
        idle = self._idle[ask]
        try:
            memory = idle.pop()
        except IndexError:  # one for each thread that plays at the same time
            memory = self.memory(ask=ask)
        memory["rules"]["seed"] = seed
        memory.look_at(columns)
        yield memory
        idle.append(memory)

    def play_one(self, seed: int, columns: FutureColumns, row: int = 0) -> Memory:
        """One future with its event log, and what was asked of mitigations: the memory as it is at the end."""
        memory = self.memory(keep_log=True, ask=True)
        memory["rules"]["seed"] = seed
        while True:
            memory.look_at(columns)
            linked("play")(memory.address, row)
            if memory["run"]["full"][0] < 0:
                return memory
            memory.grow()
