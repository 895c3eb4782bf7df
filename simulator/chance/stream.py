"""Uniforms of one key in order of occurrence, drawn in blocks: cheaper than one by one, and the same numbers."""

from __future__ import annotations

from simulator.chance.keys import Draws, Purpose

_BLOCK = 256


class Stream:
    """Occurrences 0, 1, 2, ... of one purpose and entity."""

    __slots__ = ("_draws", "_entity", "_next", "_purpose", "_ready")

    def __init__(self, draws: Draws, purpose: Purpose, entity: int) -> None:
        self._draws = draws
        self._purpose = purpose
        self._entity = entity
        self._next = 0
        self._ready: list[float] = []

    def draw(self) -> float:
        """The uniform of the next occurrence."""
        if not self._ready:
            block = range(self._next, self._next + _BLOCK)
            self._ready = self._draws.uniforms(self._purpose, self._entity, block).tolist()[::-1]
            self._next += _BLOCK
        return self._ready.pop()
