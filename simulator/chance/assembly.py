"""Futures put together, as columns, from driver paths and the successes placed on them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.chance.arms import Arms, Batch
from simulator.chance.columns import FutureColumns, offsets, places
from simulator.chance.dates import DateTables
from simulator.chance.driver import Driver
from simulator.chance.future import Answer, Stratum
from simulator.chance.regimes import Paths
from simulator.chance.successes import Candidates, Placing
from simulator.chance.targets import given

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Columns = dict[str, NDArray[Any]]


def assembled(arms: Arms, batch: Batch, stratum: Stratum) -> tuple[FutureColumns, ...]:
    """The futures of all rows of a batch, in each arm: first candidate forced, none, or free, by their stratum."""
    placing, kinds = Placing(arms, batch), len(arms.kinds)
    candidates = Candidates.joined([], kinds)
    if stratum is not Stratum.NONE:
        candidates = placing.candidates(stratum is Stratum.AT_LEAST_ONE)
    common = _keys(batch, stratum) | _regimes(batch.paths, len(batch.draw.replications))
    parts = [_part(arms.kinds[n], batch, n, placing, candidates.of(candidates.taken[:, n])) for n in range(kinds)]
    return tuple(
        FutureColumns(**common, **parts[kind], **_dates(driver, _tables(arms, a, batch)))
        for a, (driver, kind) in enumerate(zip(arms.drivers, arms.kind, strict=True))
    )


def _keys(batch: Batch, stratum: Stratum) -> Columns:
    return {
        "replication": batch.draw.replications.astype(np.uint32),
        "stratum": np.full(len(batch.draw.replications), stratum, dtype=np.int8),
        "attempt": batch.draw.attempts.astype(np.uint32),
    }


def _regimes(paths: tuple[Paths, ...], rows: int) -> Columns:
    times = np.concatenate([np.zeros((rows, 0)), *(p.times for p in paths)], axis=1)
    states = np.concatenate([np.zeros((rows, 0), dtype=np.int64), *(p.states for p in paths)], axis=1)
    counts = np.array([np.isfinite(p.times).sum(axis=1) for p in paths], dtype=np.int64).reshape(len(paths), rows)
    jumped = np.isfinite(times)
    return {"regime_from": places(counts.T), "regime_time": times[jumped], "regime_state": states[jumped]}


def _part(driver: Driver, batch: Batch, kind: int, placing: Placing, own: Candidates) -> Columns:
    """What arms of one kind share: attempts and hazards."""
    used = np.full((len(batch.draw.replications), len(driver.channels)), np.inf)
    once = placing.once[own.channel]
    used[own.row[once], own.channel[once]] = own.time[once]
    failed, answers = _failed(driver, batch, kind, used)
    every = Candidates.joined([own, failed], own.taken.shape[1])
    order = np.lexsort((every.occurrence, every.channel, every.time, every.row))
    answer = np.concatenate([np.full(len(own.row), Answer.SUCCEEDED, dtype=np.int64), answers])
    rows = len(used)
    return {
        "attempt_from": offsets(np.bincount(every.row, minlength=rows)),
        "attempt_time": every.time[order],
        "attempt_channel": every.channel[order],
        "attempt_occurrence": every.occurrence[order],
        "attempt_answer": answer[order],
        **_targets(driver, batch, kind, own, order),
        "hazards": placing.hazards(kind, used),
    }


def _failed(driver: Driver, batch: Batch, kind: int, used: Floats) -> tuple[Candidates, Integers]:
    """Failed attempts up to the use of their channel, and how they ended."""
    kinds = len(batch.courses)
    found, answers = [], [np.zeros(0, dtype=np.int64)]
    for k, refused in batch.courses[kind].refused.items():
        until = np.minimum(used[:, k], driver.world.horizon_h)
        for number, (times, ended) in enumerate(zip(refused.times, refused.answers, strict=True)):
            row = np.flatnonzero(times < until)
            same = np.ones((len(row), kinds), dtype=bool)
            found.append(Candidates(row, np.full(len(row), k), np.full(len(row), number), times[row], same))
            answers.append(ended[row])
    return Candidates.joined(found, kinds), np.concatenate(answers)


def _targets(driver: Driver, batch: Batch, kind: int, own: Candidates, order: Integers) -> Columns:
    """What each success gives into hostile hands; `order` is that of all attempts, successes first."""
    place = np.argsort(order)
    found = [np.zeros((3, 0), dtype=np.int64)]
    """Attempts, products, paths."""
    for k in np.unique(own.channel).tolist():
        standing = driver.channels[k].standing
        if standing is None:
            continue
        here = np.flatnonzero(own.channel == k)
        row = own.row[here]
        dates = batch.courses[kind].dates.only(row)
        chosen, path = given(driver, k, batch.draw.only(row), own.time[here], own.occurrence[here], dates)
        success, n = np.nonzero(chosen)
        found.append(np.stack([place[here[success]], np.array(standing.products, dtype=np.int64)[n], path[chosen]]))
    attempt, product, path = np.concatenate(found, axis=1)
    sequence = np.argsort(attempt, kind="stable")
    return {
        "target_from": offsets(np.bincount(attempt, minlength=len(order))),
        "target_product": product[sequence],
        "target_path": path[sequence],
    }


def _tables(arms: Arms, arm: int, batch: Batch) -> DateTables:
    """Dates of one arm: those of its kind's driver, or its own of the same keys."""
    driver, kind = arms.drivers[arm], arms.kind[arm]
    if driver is arms.kinds[kind]:
        return batch.courses[kind].dates
    return driver.calendar.draw(batch.draw, batch.paths)


def _dates(driver: Driver, dates: DateTables) -> Columns:
    scopes = [one.vendors if one.of_vendors else () for one in driver.world.mitigations]
    columns = [dates.vendors[m, v] for m, scope in enumerate(scopes) for v in scope]
    return {
        "instruments": dates.instruments,
        "notice_ends": dates.notice_ends,
        "sanctions": dates.sanctions,
        "mitigations": dates.mitigations,
        "vendor_from": offsets([len(scope) for scope in scopes]),
        "vendors": np.stack(columns, axis=1) if columns else np.zeros((len(dates.sanctions), 0)),
    }
