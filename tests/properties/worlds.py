"""Random small worlds in which much happens within a year or two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.random import Generator

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.replication import Outcome, simulate
from simulator.rules.quantile import Law
from simulator.scenario.portfolio import Dependency, Organisation, SupplyLink
from simulator.scenario.words import HOST_GROUPS, PATHS, SECTORS
from tests.driven import futures
from tests.model.worlds import exponential, link, organisation, stage

THEATRES = {"north": "Aland", "south": "Boria"}
"""Theatre and home state."""
VENDORS = {"ash": "Aland", "birch": "Aland", "cedar": "Boria", "dogwood": "Home"}
PRODUCTS = {"anvil": "ash", "bellows": "ash", "chisel": "birch", "drill": "cedar", "edge": "dogwood"}
MECHANISMS = (
    "coercion",
    "refusal",
    "intrusion",
    "access",
    "faults",
    "crime",
    "hacktivists",
    "proxy",
    "sanctions",
    "instruments",
    "removal",
    "grid",
    "worm",
    "espionage",
    "routine",
    "phases",
    "link",
)
REGIMES = ("peace", "crisis", "war_direct")


@dataclass(frozen=True, repr=False)
class Parts:
    """A scenario's sections and its portfolio, before they are made into a world."""

    recipe: str
    sections: Mapping[str, Any]
    organisations: tuple[Organisation, ...]
    dependencies: tuple[Dependency, ...]
    links: tuple[SupplyLink, ...]

    def __repr__(self) -> str:
        return self.recipe

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """What a failing example shows."""
        printer.text(self.recipe)

    def driver(self) -> Driver:
        return stage(self.sections, self.organisations, self.dependencies, self.links)

    def changed(self, **sections: Any) -> Parts:
        return replace(self, sections={**self.sections, **sections})


@st.composite
def parts(draw: st.DrawFn, without: Sequence[str] = (), always: Sequence[str] = ()) -> Parts:
    """A world with some of the mechanisms; numbers come from a seed, so that an example shrinks to few of them."""
    allowed = [m for m in MECHANISMS if m not in without]
    on = draw(st.sets(st.sampled_from(allowed))) | set(always)
    return random_parts(draw(st.integers(0, 10**6)), on, draw(st.integers(2, 6)))


def random_parts(seed: int, on: set[str] | frozenset[str], count: int) -> Parts:
    """A world of `count` organisations with the mechanisms in `on`."""
    rng = np.random.default_rng(seed)
    organisations = tuple(_organisation(rng, f"org {chr(97 + k)}", k) for k in range(count))
    recipe = f"random_parts({seed}, {sorted(on)}, {count})"
    return Parts(
        recipe, _sections(rng, on), organisations, _dependencies(rng, organisations), _links(rng, organisations)
    )


def outcome_of(driver: Driver, replication: int, stratum: Stratum = Stratum.CRUDE, seed: int = 5) -> Outcome:
    (future,) = futures(driver, seed, stratum, np.array([replication], dtype=np.int64))
    return simulate(driver, seed, future, keep_log=True)


def fates(driver: Driver, outcome: Outcome) -> dict[str, float]:
    """Customer-hours each organisation lost."""
    names = driver.world.organisations.names
    lost = dict.fromkeys(names, 0.0)
    for loss in outcome.losses:
        for i, hours in loss.cause.customer_hours.items():
            lost[names[i]] += hours
    return lost


def _organisation(rng: Generator, name: str, k: int) -> Organisation:
    shared = bool(rng.random() < 0.6)
    return organisation(
        name,
        SECTORS[k % len(SECTORS)],
        float(rng.integers(1, 40)) * 1000.0,
        pool="shared" if shared else "",
        own_teams=int(rng.integers(0, 2)) if shared else 1,
        critical=bool(rng.random() < 0.5),
        government=bool(rng.random() < 0.3),
        briefed=bool(rng.random() < 0.3),
        serves_war=bool(rng.random() < 0.3),
        stance=float(rng.random()),
        generation_kw=float(SECTORS[k % 3] == "energy" and rng.random() < 0.5) * 500.0,
    )


def _dependencies(rng: Generator, organisations: Sequence[Organisation]) -> tuple[Dependency, ...]:
    rows = []
    for o in organisations:
        for product in PRODUCTS:
            if rng.random() < 0.55:
                host = HOST_GROUPS[int(rng.integers(len(HOST_GROUPS)))]
                hold_back = float(rng.choice([0.0, 24.0]))
                rows.append(Dependency(o.name, product, host, float(rng.choice([0.5, 1.0])), hold_back))
    return tuple(rows)


def _links(rng: Generator, organisations: Sequence[Organisation]) -> tuple[SupplyLink, ...]:
    rows = []
    for consumer in organisations:
        for provider in organisations:
            if consumer.name == provider.name or rng.random() > 0.4:
                continue
            if rng.random() < 0.3:
                rows.append(link(consumer.name, provider.name, kind="trust"))
                continue
            rows.append(
                link(
                    consumer.name,
                    provider.name,
                    Law.exponential(float(rng.uniform(2.0, 30.0))),
                    carries=float(rng.choice([0.5, 1.0])),
                    fallback=float(rng.choice([0.0, 0.3])),
                    restart_lag_h=float(rng.choice([0.0, 3.0])),
                    deliveries=int(rng.integers(0, 2)),
                )
            )
    return tuple(rows)


def _sections(rng: Generator, on: set[str] | frozenset[str]) -> dict[str, Any]:
    used = [PATHS[k] for k in sorted(rng.choice(len(PATHS), 2, replace=False).tolist())]
    sections: dict[str, Any] = {
        "horizon": "2 years",
        "jurisdictions": {
            state: {"legal_reach": round(rng.uniform(0.7, 1.0), 3), "resistance": round(rng.uniform(0.0, 0.3), 3)}
            for state in ("Aland", "Boria", "Home")
        },
        "theatres": {name: _theatre(rng, state, on) for name, state in THEATRES.items()},
        "vendors": {name: {"label": name, "home": home, "reach_outside": 5e4} for name, home in VENDORS.items()},
        "products": {name: _product(rng, name, vendor, used, on) for name, vendor in PRODUCTS.items()},
        "payloads": {
            "wiper": _payload(rng, on),
            "spy": {
                "mode": "espionage",
                "trigger": "on_install",
                "delay": exponential("60 h"),
                "activation": 0.9,
                "selection": {
                    "discount": "0.1 / year",
                    "found_per_active": "0.5 / year",
                    "found_per_dormant": "0.01 / year",
                    "found_outside": "0.2 / year",
                },
                "detection": "quick",
                "restoration": "rebuild",
            },
        },
        "detection": {
            "quick": {
                "own": exponential("60 h"),
                "finder": exponential("200 h"),
                "visible": exponential("10 h"),
                "pull": "6 h",
                "pull_if_coerced": "30 h",
                "slower": {"war_direct": 1.5},
            }
        },
        "adoption": {"a": exponential("20 h")},
        "service": {
            "on_activation": {
                s: {h: {"precautionary_stop": 0.3, "loss_of_view": 0.3, "unsafe_control": 0.3} for h in HOST_GROUPS}
                for s in SECTORS
            },
            "stop_on_disclosure": dict.fromkeys(HOST_GROUPS, 0.4),
            "stop_time": exponential("15 h"),
            "stopped_output": 0.2,
            "manual": {"water": {"share": 0.8, "floor": 0.2, "falls_by": 0.2, "every": "12 h"}},
            "unsafe_water": 0.3,
        },
        "pools": {"shared": {"teams": 2, "priority": "customers_per_repair_hour"}},
        "restoration": {
            "rebuild": {"kind": "rebuild", "time": exponential("40 h")},
            "visit": {
                "kind": "visit",
                "time": exponential("20 h"),
                "slower_without_telecom": 2,
                "crew_share": 0.5,
            },
            "restart": {"kind": "restart", "time": exponential("5 h"), "needs_team": False},
        },
        "targeting": {
            "critical_infrastructure": 0.5,
            "services_to_country_at_war": 0.7,
            "public_stance": 0.3,
        },
    }
    for mechanism, make in _OPTIONAL.items():
        if mechanism in on:
            sections |= make(rng)
    if "routine" in on:
        sections["pools"]["shared"]["routine"] = {"arrivals": "0.02 / h", "service": "30 h"}
    return sections


def _theatre(rng: Generator, state: str, on: set[str] | frozenset[str]) -> dict[str, Any]:
    theatre: dict[str, Any] = {
        "home_state": state,
        "start": REGIMES[int(rng.integers(3))],
        "rates": {
            "peace": {"crisis": _rate(rng, 0.5, 3.0)},
            "crisis": {"peace": _rate(rng, 0.5, 3.0), "war_direct": _rate(rng, 0.5, 3.0)},
            "war_direct": {"crisis": _rate(rng, 0.5, 3.0)},
        },
    }
    if "phases" in on:
        theatre["sojourn"] = {"peace": {"erlang": 2}}
        theatre["surge"] = {"war_direct": {"mean": "30 d", "multiplier": 3}}
        theatre["mobilisation"] = [{"before": "war_direct", "mean": "20 d", "multiplier": 2, "stands_down": 0.3}]
    if "link" in on and state == "Boria":
        theatre["linked_to"] = {"theatre": "north", "multiplier": {"war_direct": 2.5}}
    if "coercion" in on:
        theatre["coercion"] = _coercion(rng, "refusal" in on)
    if "access" in on:
        theatre["access_stock"] = {
            "gained": "2 / year",
            "kept": "200 d",
            "release": {"crisis": "0.05 / year", "war_direct": _rate(rng, 0.1, 0.4)},
            "payload": "wiper",
        }
    return theatre


def _coercion(rng: Generator, refusing: bool) -> dict[str, Any]:
    shares = rng.dirichlet([1.0, 1.0, 1.0, 1.0]).round(3).tolist()
    largest = shares.index(max(shares[1:]), 1)
    shares[largest] -= max(shares[1] + shares[2] + shares[3] - 1.0, 0.0)  # what rounding added
    refusal = dict(zip(("resist", "publicise", "leave", "move"), shares, strict=True))
    refusal["resist"] = max(1.0 - shares[1] - shares[2] - shares[3], 0.0)
    return {
        "hazard": {
            "peace": _rate(rng, 0.02, 0.1),
            "crisis": _rate(rng, 0.05, 0.2),
            "war_direct": _rate(rng, 0.1, 0.4),
        },
        "campaign": "all_at_once" if rng.random() < 0.6 else "one_by_one",
        "saves_for_war": 0,
        "occasions": {"peace": "8 / year", "crisis": "12 / year", "war_direct": "12 / year"},
        "burn_cost": dict.fromkeys(REGIMES, 1),
        "espionage_value": {"peace": 0.2},
        "discount": "0.1 / year",
        "unused_loss": "0.1 / year",
        "compliance": {r: round(rng.uniform(0.2, 0.8), 3) if refusing else 1 for r in REGIMES},
        "refusal": refusal | {"hazard_after_move": round(rng.uniform(0.0, 1.0), 3)},
        "failed_use_burns": bool(rng.random() < 0.5),
        "payload": "wiper",
    }


def _payload(rng: Generator, on: set[str] | frozenset[str]) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "mode": "disruption",
        "trigger": "on_install" if rng.random() < 0.5 else "synchronised",
        "delay": exponential("12 h"),
        "activation": 0.8,
        "detection": "quick",
        "restoration": "rebuild" if rng.random() < 0.5 else "visit",
    }
    if "worm" in on:
        payload |= {"worm": 0.5, "worm_delay": exponential("5 h")}
    return payload


def _product(
    rng: Generator, name: str, vendor: str, used: Sequence[str], on: set[str] | frozenset[str]
) -> dict[str, Any]:
    product: dict[str, Any] = {
        "label": name,
        "vendor": vendor,
        "kind": "endpoint_security",
        "paths": {path: round(rng.uniform(0.4, 1.0), 3) for path in used},
        "adoption": dict.fromkeys(used, "a"),
        "first_at_release": bool(rng.random() < 0.5),
        "protects": round(rng.uniform(0.1, 0.5), 3),
    }
    if rng.random() < 0.5:
        product["rings"] = {"shares": [0.3, 0.7], "starts": ["0 h", "20 h"]}
    if "faults" in on:
        product["fault"] = f"slip by {used[0]}"
    return product


def _faults(rng: Generator) -> dict[str, Any]:
    common = {"rate": "0.4 / year", "activation": 0.6, "detection": "quick", "restoration": "restart"}
    return {"faults": {f"slip by {path}": common | {"path": path} for path in PATHS}}


def _instruments(rng: Generator) -> dict[str, Any]:
    common = {"comply": 0.7, "comply_delay": exponential("30 d")}
    return {
        "instruments": [
            common | {"name": "warning", "kind": "private_warning", "trigger": {"at": "60 d"}}
            | {"home_state": "Aland", "bound": "briefed", "groundless_shows": 0.5, "groundless_cost": "1000 USD"},
            common | {"name": "ban", "kind": "ban", "trigger": {"theatre": "north", "regime": "crisis"}}
            | {"vendors": ["ash"], "bound": "critical_infrastructure", "notice": "90 d"},
            common | {"name": "order", "kind": "emergency_order", "trigger": {"disclosure": True}}
            | {"home_state": "Boria", "bound": "all"},
        ]
    }  # fmt: skip


_OPTIONAL = {
    "faults": _faults,
    "instruments": _instruments,
    "intrusion": lambda rng: {
        "intrusion": {
            "theatre": "south",
            "rate": _rate(rng, 0.01, 0.08),
            "multiplier": {"war_direct": 2},
            "vendors": list(VENDORS),
            "payload": "spy" if rng.random() < 0.5 else "wiper",
            "paths": list(PATHS),
        }
    },
    "espionage": lambda rng: {
        "intrusion": {
            "theatre": "north",
            "rate": _rate(rng, 0.01, 0.08),
            "vendors": list(VENDORS),
            "payload": "spy",
            "paths": list(PATHS),
        }
    },
    "crime": lambda rng: {
        "crime": {
            "rate": "1 / year",
            "reference_customers": 10000,
            "size_exponent": 0.4,
            "theatre": "south",
            "multiplier": {"war_direct": 2},
            "stale_after": "60 d",
            "restoration": "restart",
        }
    },
    "hacktivists": lambda rng: {
        "hacktivists": {
            "friends": {
                "theatre": "north",
                "rate": {"crisis": "2 / year", "war_direct": "6 / year"},
                "branching": 0.4,
                "decay": "0.05 / h",
                "duration": exponential("6 h"),
                "output_lost": 0.3,
            }
        }
    },
    "proxy": lambda rng: {"telecom_proxy": {"rate": "0.02 / h", "restoration": "rebuild"}},
    "sanctions": lambda rng: {
        "sanctions": {
            "theatre": "north",
            "regime": "war_direct",
            "probability": 0.7,
            "delay": exponential("20 d"),
            "replacement": exponential("120 d"),
        }
    },
    "removal": lambda rng: {"removal": {"time": exponential("20 d"), "overrun": 1.3, "integrators": 1}},
    "grid": lambda rng: {
        "grid": {"load": "2000 kW", "reserve": "300 kW", "slow_reserve": "200 kW", "slow_after": "4 h"}
    },
}


def _rate(rng: Generator, low: float, high: float) -> str:
    return f"{rng.uniform(low, high):.3f} / year"
