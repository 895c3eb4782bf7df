"""Run again from the manifest alone, and compare."""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.batch.crew import Hands
from simulator.batch.gathering import Progress
from simulator.batch.identity import differences, identity
from simulator.batch.order import Order
from simulator.batch.run import carry_out
from simulator.batch.store import MANIFEST, METRICS, TABLES, RunFolder, read_manifest
from simulator.scenario.errors import InputError, dotted

CLOSE = 1e-12
"""Relative difference of metrics that another kind of machine may make: the last bits of its mathematical functions."""
FILES = (*(f"{name}.parquet" for name in TABLES), METRICS, MANIFEST)
"""What has to come out the same. Times and charts are left out."""


@dataclass(frozen=True)
class Reproduction:
    """What running again came to."""

    changed: tuple[str, ...]
    """What differs between what ran then and what runs now, in words; empty for the same."""
    differing: tuple[str, ...]
    """Files whose bytes differ."""
    metrics_apart: tuple[str, ...]
    """Metrics that differ by more than `CLOSE`, in words."""

    @property
    def same_bytes(self) -> bool:
        return not self.differing

    @property
    def holds(self) -> bool:
        """Equal bytes; or, from other versions or another kind of machine, equal metrics to the last bits."""
        return self.same_bytes or (bool(self.changed) and not self.metrics_apart)


def reproduce(
    folder: str | Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """Run a finished run again from its manifest, in a temporary folder, and compare all its files.

    Raises InputError for a folder that holds no complete run.
    """
    place = Path(folder)
    missing = [name for name in (MANIFEST, *FILES) if not (place / name).is_file()]
    if missing:
        raise InputError(f"{place} is not a finished run: {missing[0]} is missing")
    manifest = read_manifest(place)
    if manifest["state"] != "complete":
        raise InputError(f"the run in {place} was stopped early; geocyber run --resume {place} completes it first")
    try:
        order = Order.from_plain(manifest)
    except (KeyError, TypeError, AttributeError) as fault:
        raise InputError(f"{place} cannot be run again: its {MANIFEST} lacks {fault}") from None
    with tempfile.TemporaryDirectory() as temporary:
        again = RunFolder.create(Path(temporary) / "run")
        carry_out(Order.of(order.loaded, order.asked), Hands(workers, scheduler), again, progress)
        differing = [n for n in FILES if (place / n).read_bytes() != (again.folder / n).read_bytes()]
        before, now = (json.loads((where / METRICS).read_text(encoding="utf-8")) for where in (place, again.folder))
    return Reproduction(tuple(differences(order.made_with, identity())), tuple(differing), tuple(apart(before, now)))


def apart(before: Any, now: Any, path: tuple[str | int, ...] = ()) -> Iterator[str]:
    """Values of two nested structures that differ, numbers by more than `CLOSE` of the larger, in words."""
    if isinstance(before, dict) and isinstance(now, dict) and before.keys() == now.keys():
        for key, value in before.items():
            yield from apart(value, now[key], (*path, key))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for k, (was, is_now) in enumerate(zip(before, now, strict=True)):
            yield from apart(was, is_now, (*path, k))
    elif not _close(before, now):
        yield f"{dotted(path)} is {now!r}, was {before!r}"


def _close(before: Any, now: Any) -> bool:
    if isinstance(before, float) and isinstance(now, float):
        return math.isclose(before, now, rel_tol=CLOSE, abs_tol=0.0)
    return bool(before == now)
