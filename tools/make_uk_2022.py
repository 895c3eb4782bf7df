"""Makes the register of the scenario uk_2022: sixty invented operators with sizes like real ones.

Sizes are drawn with replacement from public counts of real operators (simulator/evidence/size_tables.csv),
disturbed and scaled to a national total, so that none is a real operator's. Market shares and the
rules of supply are those that scenarios/us_state.yaml declares. The seed is fixed: the same bytes every time.

    python tools/make_uk_2022.py [folder]
"""

from __future__ import annotations

import csv
import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulator.evidence import size_table  # noqa: E402
from simulator.rules.normal import inverse_normal  # noqa: E402
from simulator.scenario.document import read_document  # noqa: E402
from simulator.scenario.quantity import parse  # noqa: E402

SEED = 20220224
ROUNDED_TO = 100
CRITICAL_FROM = 100_000
LARGE_FROM = 1_000_000
"""From here an operator has cleared staff, and response teams of its own."""

WATER = """Aldmere Brackenfold Corvale Dunwithy Eskerby Fallowmoor Gorsebeck Hawkenside Inglefold Juniperdale
Knapwick Lorncaster Mossbarrow Netherquill Osierham Pellbrook Quillmarsh Rookhollow Saltmarrow
Tarnbeck""".split()
POWER = """Ashlumen Birchvolt Cindermoor Dovewatt Emberlow Farrowlight Glasswick Heronvolt Ironbeck Jackdawe
Kestrelmoor Lanternfell Mistlewatt Northlumen""".split()
GENERATION = "Breezehollow Galebeck Gustmere Heliomoor Skylarke Sunfallow Tidewick Zephyrdale".split()
TELECOM = """Beaconfold Chimewell Dialmoor Echobeck Fenwire Gannetline Hollowtone Inklewire Jinglefold
Kitewire Larchtone Murmurdale Nettlewire Owlsignal Pipwell Quaverline Ringmarsh Signalbeck""".split()


@dataclass(frozen=True)
class Sector:
    """Operators of one kind: where sizes come from, how far they are disturbed, and their total."""

    sector: str
    names: Sequence[str]
    table: str
    spread: float
    """Standard deviation of the logarithm of the disturbance."""
    customers: float


SECTORS = (
    Sector("water", [f"{n} Water" for n in WATER], "uk_water_companies", 0.15, 27.0e6),
    Sector("energy", [f"{n} Networks" for n in POWER], "uk_electricity_networks", 0.15, 30.0e6),
    Sector("telecom", [f"{n} Telecom" for n in TELECOM], "uk_telecom_operators", 0.4, 29.0e6),
)
GENERATORS = [f"{n} Generation" for n in GENERATION]
GENERATOR_CUSTOMERS = (5_000.0, 50_000.0)
GENERATOR_MEGAWATTS = (200.0, 1_500.0)
LEAST_PROVIDERS = 2
"""A national operator has more than one supplier of anything."""
TRUSTING = 16
"""Operators that trust the network of one other."""

Row = dict[str, Any]


@cache
def _us_state() -> dict[str, Any]:
    """The scenario that declares market shares and rules for links."""
    return read_document(ROOT / "scenarios" / "us_state.yaml").data


def make(folder: Path) -> None:
    """Write organisations.csv, dependencies.csv and links.csv into `folder`."""
    random = Random(SEED)
    organisations = list(_organisations(random))
    _write(folder / "organisations.csv", organisations)
    _write(folder / "dependencies.csv", sorted(_dependencies(random, organisations), key=_by_names))
    _write(folder / "links.csv", sorted(_links(random, organisations), key=_by_names))


def _organisations(random: Random) -> Iterator[Row]:
    for group in SECTORS:
        for name, customers in zip(group.names, _sizes(random, group), strict=True):
            yield _organisation(random, name, group.sector, customers, 0)
    for name in GENERATORS:
        supplied = _log_uniform(random, *GENERATOR_CUSTOMERS)
        kilowatts = 1000 * round(_log_uniform(random, *GENERATOR_MEGAWATTS))
        yield _organisation(random, name, "energy", _rounded(supplied), kilowatts)


def _sizes(random: Random, group: Sector) -> list[int]:
    """Real sizes drawn with replacement, disturbed and scaled; none as in the evidence."""
    real = [size_class.mean for size_class in size_table(group.table)]
    drawn = [
        real[int(random.random() * len(real))] * math.exp(group.spread * inverse_normal(random.random()))
        for _ in group.names
    ]
    return [_rounded(size * group.customers / sum(drawn)) for size in drawn]


def _organisation(random: Random, name: str, sector: str, customers: int, kilowatts: int) -> Row:
    public, serves, speaks = random.random(), random.random(), random.random()
    large = customers >= LARGE_FROM
    return {
        "name": name,
        "sector": sector,
        "customers": customers,
        "pool": "responders",
        "own_teams": int(large),
        "critical": _yes(customers >= CRITICAL_FROM or kilowatts > 0),
        "government": _yes(sector == "water" and public < 0.15),
        "briefed": _yes(large),
        "serves_war": _yes(serves < 0.1),
        "stance": 0.8 if speaks < 0.15 else 0.1,
        "generation": f"{kilowatts // 1000} MW",
    }


def _dependencies(random: Random, organisations: list[Row]) -> Iterator[Row]:
    """Each market is dealt out in turn, so an operator runs one product of a kind while there are enough.

    All host groups of a kind are dealt in the same order: who runs it in the office runs it on servers too.
    """
    scenario = _us_state()
    kind = {name: product["kind"] for name, product in scenario["products"].items()}
    hands: dict[tuple[str, str], list[Row]] = {}
    dealt: dict[tuple[str, str, str], int] = defaultdict(int)
    for share in scenario["portfolio"]["generate"]["products"]:
        what, sector, group = kind[share["product"]], share["sector"], share["host_group"]
        if (what, sector) not in hands:
            hands[what, sector] = _shuffled(random, [o for o in organisations if o["sector"] == sector])
            if what == "inverter_cloud":
                hands[what, sector].sort(key=lambda o: o["generation"] == "0 MW")
        order = hands[what, sector]
        held = parse(share["hold_back"]["value"], "time") if "hold_back" in share else 0.0
        for _ in range(max(1, round(share["share"]["value"] * len(order)))):
            yield {
                "organisation": order[dealt[what, sector, group] % len(order)]["name"],
                "product": share["product"],
                "host_group": group,
                "coverage": share["coverage"]["value"],
                "hold_back": f"{held:g} h",
            }
            dealt[what, sector, group] += 1


def _links(random: Random, organisations: list[Row]) -> Iterator[Row]:
    """By the rules of us_state, a larger provider the likelier; trust between pairs of water and power."""
    networks = [o for o in organisations if o["generation"] == "0 MW"]
    for rule in _us_state()["portfolio"]["generate"]["links"]:
        if rule.get("kind") == "trust":
            continue
        providers = [o for o in networks if o["sector"] == rule["provider"]]
        count = max(rule["providers"]["value"], LEAST_PROVIDERS)
        for consumer in organisations:
            if consumer["sector"] == rule["sector"]:
                for provider in _by_size(random, providers, count):
                    yield _link(consumer, provider, rule, round(1.0 / count, 4))
    owners = _shuffled(random, [o for o in networks if o["sector"] != "telecom"])
    for one, other in zip(owners[:TRUSTING:2], owners[1:TRUSTING:2], strict=True):
        yield _trust(one, other)


def _link(consumer: Row, provider: Row, rule: Row, carries: float) -> Row:
    hours = [parse(point, "time") for point in rule["buffer"]["value"]["pert"].values()]
    lag = parse(rule["restart_lag"]["value"], "time") if "restart_lag" in rule else 0.0
    return {
        "organisation": consumer["name"],
        "provider": provider["name"],
        "kind": "supply",
        "carries": carries,
        "fallback": rule["fallback"]["value"],
        "buffer": " / ".join(f"{h:g} h" for h in hours),
        "recharge": rule["recharge"]["value"],
        "restart_lag": f"{lag:g} h",
        "deliveries": rule["deliveries"]["value"] if "deliveries" in rule else 0,
    }


def _trust(one: Row, other: Row) -> Row:
    return {
        "organisation": one["name"],
        "provider": other["name"],
        "kind": "trust",
        "carries": 0,
        "fallback": 1,
        "buffer": "0 h",
        "recharge": 1,
        "restart_lag": "0 h",
        "deliveries": 0,
    }


def _by_size(random: Random, providers: list[Row], count: int) -> list[Row]:
    """`count` different providers, the larger the likelier: a race with rates in proportion to size."""
    finish = [(-math.log1p(-random.random()) / o["customers"], o["name"], o) for o in providers]
    return [o for _, _, o in sorted(finish, key=lambda runner: runner[:2])[:count]]


def _shuffled(random: Random, rows: list[Row]) -> list[Row]:
    return [row for _, _, row in sorted((random.random(), row["name"], row) for row in rows)]


def _log_uniform(random: Random, low: float, high: float) -> float:
    return low * math.exp(math.log(high / low) * random.random())


def _rounded(size: float) -> int:
    return ROUNDED_TO * max(1, round(size / ROUNDED_TO))


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _by_names(row: Row) -> tuple[str, str, str]:
    return row["organisation"], row.get("product") or row["provider"], row.get("host_group") or row["kind"]


def _write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "scenarios" / "uk_2022")
