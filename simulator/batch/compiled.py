"""Blocks played by the compiled kernel: the same tables as the event model's, to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from simulator.batch.tables import EVENTS, REPLICATIONS, SERVICE, Tables, framed, year_table
from simulator.chance.columns import FutureColumns
from simulator.chance.driver import Driver
from simulator.chance.future import Answer
from simulator.kernel.engine import Engine, Played
from simulator.kernel.reading import mode_words, path_words
from simulator.model.replication import Noted
from simulator.rules.curve import SERVICE_HOURS
from simulator.scenario.words import CAUSE_KINDS, PAYERS, REGIMES, SECTORS

_engines: WeakKeyDictionary[Driver, Engine] = WeakKeyDictionary()
"""An engine does not keep its driver alive, so that both go together."""
_making = Lock()


def engine_of(driver: Driver) -> Engine:
    """The engine of a driver's world, made once, whichever thread is first."""
    with _making:
        if driver not in _engines:
            _engines[driver] = Engine(driver)
        return _engines[driver]


def played(driver: Driver, seed: int, columns: FutureColumns, round_number: int) -> tuple[Tables, list[Noted]]:
    """Tables of all futures, in their order; none of them notes anything."""
    with engine_of(driver).playing(seed, columns) as found:
        return _tables(driver, columns, found, round_number), []


def played_noting(driver: Driver, seed: int, columns: FutureColumns, round_number: int) -> tuple[Tables, list[Noted]]:
    """Tables of all futures, in their order, and what each noted."""
    with engine_of(driver).playing_noting(seed, columns) as (found, noted):
        return _tables(driver, columns, found, round_number), noted


def _tables(driver: Driver, columns: FutureColumns, played: Played, round_number: int) -> Tables:
    events = _events(driver, columns, played)
    return Tables(
        replications=_replications(columns, played, round_number),
        events=events,
        years=year_table(events),
        service=_service(columns, played),
    )


def _replications(columns: FutureColumns, played: Played, round_number: int) -> pd.DataFrame:
    own, rows = played.results, len(columns)
    won = columns.attempt_answer == int(Answer.SUCCEEDED)
    row = np.repeat(np.arange(rows), np.diff(columns.attempt_from))[won]
    first = np.full(rows, np.nan)
    np.fmin.at(first, row, columns.attempt_time[won])
    values = {
        "replication": columns.replication,
        "stratum": columns.stratum,
        "round": np.full(rows, round_number),
        "events": own["losses"],
        "successes": np.bincount(row, minlength=rows),
        "first_success_h": first,
        **{f"peak_people_{s}": own["peak"][:, n] for n, s in enumerate(SECTORS)},
        **{f"restored_{q}_h": own["restored"][:, n] for n, q in enumerate((50, 90, 99))},
        "espionage_victims": own["victims"],
        "groundless_warnings": own["groundless"],
        "sim_events": own["count"],
    }
    return framed(values, REPLICATIONS)


def _events(driver: Driver, columns: FutureColumns, played: Played) -> pd.DataFrame:
    own, world = played.losses, driver.world
    vendor, product, path = _release_words(driver, played)
    values: dict[str, object] = {
        "replication": columns.replication[own["row"]],
        "event": own["number"],
        "count": np.ones(len(own)),
        "cause": _words(CAUSE_KINDS, own["kind"]),
        "vendor": vendor,
        "product": product,
        "path": path,
        "mode": _words(mode_words(driver), own["mode"]),
        "theatre": _words(world.theatres, own["theatre"]),
        "regime": _words(REGIMES, own["regime"]),
        "start_h": own["start"],
        "paid_h": own["paid"],
        "year": own["year"],
        "installs": own["installs"],
        "activations": own["activations"],
        "organisations_out": own["organisations_out"],
        "detection_h": own["detection"],
        **{f"customer_hours_{s}": own["customer_hours"][:, n] for n, s in enumerate(SECTORS)},
        **{f"person_hours_{s}": own["person_hours"][:, n] for n, s in enumerate(SECTORS)},
        "unsafe_person_hours_water": own["unsafe"],
        "ens_mwh": own["ens"],
        **{f"interruptions_{s}": own["interruptions"][:, n] for n, s in enumerate(SECTORS)},
        **{f"cost_{payer}": own[payer] for payer in PAYERS},
        "abstract": own["abstract"],
    }
    return framed(values, EVENTS)


def _release_words(driver: Driver, played: Played) -> tuple[object, object, object]:
    """Vendor, product and path of each loss; "" for all that came by no release."""
    own, world = played.losses, driver.world
    given = np.flatnonzero(own["end_target"] > own["first_target"])
    texts: dict[tuple[bool, tuple[int, ...]], int] = {}
    code = np.full(len(own), -1)
    targets = played.loss_targets.tolist()
    asked = (own[name][given].tolist() for name in ("proxy", "first_target", "end_target"))
    code[given] = [
        texts.setdefault((bool(proxy), tuple(targets[first:end])), len(texts))
        for proxy, first, end in zip(*asked, strict=True)
    ]
    vendors, products, paths = [], [], []
    for proxy, pairs in texts:
        named, ways = pairs[::2], pairs[1::2]
        vendors.append(" + ".join(world.vendors[v] for v in sorted({world.products.vendor[p] for p in named})))
        products.append("" if proxy else " + ".join(world.products.names[p] for p in named))
        paths.append("" if proxy else path_words(sum(1 << way for way in set(ways))))
    return _words(vendors, code), _words(products, code), _words(paths, code)


def _service(columns: FutureColumns, played: Played) -> pd.DataFrame:
    own, grid = played.curves, len(SERVICE_HOURS)
    values = {
        "replication": np.repeat(columns.replication[own["row"]], grid),
        "sector": _words(SECTORS, np.repeat(own["sector"], grid)),
        "hour": np.tile(SERVICE_HOURS, len(own)),
        "people_without": own["people"].reshape(-1),
    }
    return framed(values, SERVICE)


def _words(words: Sequence[str], code: np.ndarray) -> object:
    """The word of each code; "" for -1."""
    return pd.array([*words, ""], dtype="str").take(code)
