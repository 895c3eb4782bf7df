"""What the event model and the kernel each say of the same futures, and where they first differ."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np

from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.kernel.codes import MODES
from simulator.kernel.engine import Engine, Played
from simulator.kernel.memory import Memory
from simulator.kernel.reading import Notes, event_log
from simulator.kernel.undertakings import FIRST_MODE_OF_MITIGATION
from simulator.model.clock import Entry
from simulator.model.impact import EventLoss
from simulator.model.replication import Noted, Outcome, people_over_time
from simulator.rules.curve import SERVICE_HOURS
from simulator.scenario.words import CAUSE_KINDS, PATHS, REGIMES, SECTORS
from tests.kernel.told import SEED

KINDS_OF_INSTRUMENT = ("private_warning", "public_advice", "covered_list", "ban", "emergency_order")


def first_difference(driver: Driver, outcomes: Sequence[Outcome]) -> str:
    """Where the kernel first says anything else than these outcomes, in words; "" if it never does.

    Each future is played by itself in a fresh memory with its log, and all of them one after another in one.
    """
    if not outcomes:
        return ""
    engine, columns = Engine(driver), FutureColumns.of([outcome.future for outcome in outcomes])
    for row, outcome in enumerate(outcomes):
        memory = engine.play_one(SEED, columns, row)
        where = f"{outcome.future.stratum.name} {outcome.future.replication}"
        found = difference_of_logs(driver, outcome, memory) or difference_at_the_end(driver, outcome, memory, row)
        if found:
            return f"{where}: {found}"
    found = difference_of_tables(driver, outcomes, engine.play(SEED, columns))
    return f"all in one memory: {found}" if found else ""


def difference_of_logs(driver: Driver, outcome: Outcome, memory: Memory) -> str:
    """The first event that differs, with two before it."""
    assert outcome.log is not None
    ours, its = outcome.log, event_log(driver, memory)
    if ours == its and all(map(_same_bits, ours, its)):
        return ""
    n = next((n for n, (a, b) in enumerate(zip(ours, its, strict=False)) if a != b or not _same_bits(a, b)), None)
    n = min(len(ours), len(its)) if n is None else n
    lines = [f"  both   {_line(ours, k)}" for k in range(max(n - 2, 0), n)]
    lines += [f"  model  {_line(ours, n)}", f"  kernel {_line(its, n)}"]
    return "\n".join([f"event {n} of {len(ours)} and {len(its)} differs", *lines])


def difference_at_the_end(driver: Driver, outcome: Outcome, memory: Memory, row: int) -> str:
    """What else one replication says: its history, what was asked, what became known."""
    history, noted = memory["history"][: int(memory["run"]["history"][0])], Notes(driver).read(memory)
    pairs: list[tuple[str, Any, Any]] = [
        ("history", outcome.history, tuple((float(h["hour"]), int(h["sector"]), float(h["people"])) for h in history)),
        *((field.name, getattr(outcome, field.name), getattr(noted, field.name)) for field in fields(Noted)),
    ]
    found = next((f"{name}: model {ours!r}\n kernel {its!r}" for name, ours, its in pairs if not _equal(ours, its)), "")
    own = replace(Played.of(memory), results=memory["results"][row : row + 1])
    return found or difference_of_tables(driver, [outcome], own)


def difference_of_tables(driver: Driver, outcomes: Sequence[Outcome], played: Played) -> str:
    """The first figure of the tables that differs."""
    losses, curves = iter(played.losses), iter(played.curves)
    for outcome, result in zip(outcomes, played.results, strict=True):
        where = f"replication {outcome.future.replication}"
        own = {
            "losses": len(outcome.losses),
            "victims": outcome.espionage_victims,
            "groundless": outcome.groundless_warnings,
            "count": outcome.sim_events,
            "worst": outcome.worst.number if outcome.worst is not None else -1,
            "peak": list(outcome.peak_people),
            "restored": list(outcome.restored_h),
        }
        for name, ours in own.items():
            if not _equal(ours, result[name].tolist()):
                return f"{where}: {name}: model {ours!r} kernel {result[name].tolist()!r}"
        for loss in outcome.losses:
            row = next(losses)
            for name, (ours, read) in LOSS.items():
                a, b = ours(loss), read(driver, played, row)
                if not _equal(a, b):
                    return f"{where}: {name} of loss {loss.cause.number}: model {a!r} kernel {b!r}"
        for sector, ours in _curves(outcome):
            curve = next(curves, None)
            its = None if curve is None else (int(curve["sector"]), curve["people"].tolist())
            if not _equal((sector, ours), its):
                return f"{where}: service curve: model {(sector, ours)!r} kernel {its!r}"
    rest = len([*losses]), len([*curves])
    return f"{rest[0]} losses and {rest[1]} service curves too many" if any(rest) else ""


def _curves(outcome: Outcome) -> Iterator[tuple[int, list[float]]]:
    """People without service on the fixed grid, by sector that loses any."""
    for sector in range(len(SECTORS)) if outcome.worst is not None else ():
        hours, people = people_over_time(outcome.worst, sector)
        if hours:
            after = np.searchsorted(hours, SERVICE_HOURS, side="right").tolist()
            yield sector, [people[k - 1] if k else 0.0 for k in after]


Read = Callable[[Driver, Played, Any], Any]


def _field(name: str) -> Read:
    return lambda driver, played, row: row[name].tolist()


def _targets(driver: Driver, played: Played, row: Any) -> list[tuple[int, int]]:
    flat = played.loss_targets[row["first_target"] : row["end_target"]].tolist()
    return list(zip(flat[::2], flat[1::2], strict=True))


def _vendor(driver: Driver, played: Played, row: Any) -> str:
    products = driver.world.products
    return " + ".join(
        driver.world.vendors[v] for v in sorted({products.vendor[p] for p, _ in _targets(driver, played, row)})
    )


def _product(driver: Driver, played: Played, row: Any) -> str:
    names = driver.world.products.names
    return "" if row["proxy"] else " + ".join(names[p] for p, _ in _targets(driver, played, row))


def _path(driver: Driver, played: Played, row: Any) -> str:
    return "" if row["proxy"] else " + ".join(sorted({PATHS[k] for _, k in _targets(driver, played, row)}))


def _mode(driver: Driver, played: Played, row: Any) -> str:
    names = [one.name for one in driver.world.mitigations]
    words = [*MODES, "nuisance", *KINDS_OF_INSTRUMENT, *names]
    assert len(words) - len(names) == FIRST_MODE_OF_MITIGATION
    return words[row["mode"]] if row["mode"] >= 0 else ""


LOSS: dict[str, tuple[Callable[[EventLoss], Any], Read]] = {
    "number": (lambda x: x.cause.number, _field("number")),
    "kind": (lambda x: x.cause.kind, lambda driver, played, row: CAUSE_KINDS[row["kind"]]),
    "vendor": (lambda x: x.cause.vendor, _vendor),
    "product": (lambda x: x.cause.product, _product),
    "path": (lambda x: x.cause.path, _path),
    "mode": (lambda x: x.cause.mode, _mode),
    "theatre": (
        lambda x: x.cause.theatre,
        lambda driver, played, row: driver.world.theatres[row["theatre"]] if row["theatre"] >= 0 else "",
    ),
    "regime": (
        lambda x: x.cause.regime,
        lambda driver, played, row: REGIMES[row["regime"]] if row["regime"] >= 0 else "",
    ),
    "malicious": (lambda x: int(x.cause.malicious), _field("malicious")),
    "start": (lambda x: x.cause.start_h, _field("start")),
    "paid": (lambda x: x.paid_h, _field("paid")),
    "year": (lambda x: x.cause.year, _field("year")),
    "installs": (lambda x: x.cause.installs, _field("installs")),
    "activations": (lambda x: x.cause.activations, _field("activations")),
    "organisations out": (lambda x: len(x.cause.customer_hours), _field("organisations_out")),
    "detection": (lambda x: x.cause.detection_h, _field("detection")),
    "customer-hours": (lambda x: x.customer_hours, _field("customer_hours")),
    "person-hours": (lambda x: x.person_hours, _field("person_hours")),
    "unsafe": (lambda x: x.cause.unsafe_person_hours, _field("unsafe")),
    "energy": (lambda x: x.ens_mwh, _field("ens")),
    "interruptions": (lambda x: x.cause.interruptions, _field("interruptions")),
    "operator": (lambda x: x.operator, _field("operator")),
    "customers": (lambda x: x.customers, _field("customers")),
    "society": (lambda x: x.society, _field("society")),
    "insurer": (lambda x: x.insurer, _field("insurer")),
    "vendor's part": (lambda x: x.vendor, _field("vendor")),
    "government": (lambda x: x.government, _field("government")),
    "abstract": (lambda x: x.cause.abstract, _field("abstract")),
}
"""Columns of the event loss table: of the model's rows, and of the kernel's."""


def _equal(a: Any, b: Any) -> bool:
    """Bit for bit: floats that are equal are the same float, and nan is nan."""
    if isinstance(a, float) and isinstance(b, float):
        return _bits(a) == _bits(b) or (math.isnan(a) and math.isnan(b))
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(_equal, a, b))
    return bool(a == b)


def _bits(x: float) -> bytes:
    return struct.pack("<d", x)


def _same_bits(a: Entry, b: Entry) -> bool:
    """Beside being equal: no 0.0 for -0.0, no float for a whole number."""
    return _bits(a.time_h) == _bits(b.time_h) and type(a.detail) is type(b.detail) and _equal(a.detail, b.detail)


def _line(log: Sequence[Entry], n: int) -> str:
    if n >= len(log):
        return "nothing"
    e = log[n]
    return f"{e.time_h!r} h: {e.kind.name} of {e.who} after {e.parent}, {e.detail!r}"
