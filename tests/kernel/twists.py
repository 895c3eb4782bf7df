"""Twists: each changes one corner of a random scenario, so that rare rules come into play.

Ties in time, empty pools, given facts, grids that shed load, spies whom nobody notices: what the scenarios of
`tests.properties.worlds` seldom or never have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.random import Generator

from simulator.scenario.portfolio import Organisation
from simulator.scenario.words import HOST_GROUPS, SECTORS
from tests.kernel.laws import redrawn, some_law
from tests.model.worlds import exponential, link
from tests.properties.arms import CONTROLS
from tests.properties.worlds import PRODUCTS, THEATRES, VENDORS

PRIORITIES = ("customers_per_repair_hour", "first_come", "largest_first", "smallest_first", "random")
KINDS = ("private_warning", "public_advice", "covered_list", "ban", "emergency_order")
REGIMES = ("peace", "crisis", "war_direct")


@dataclass
class Draft:
    """A scenario while twists are at work on it."""

    sections: dict[str, Any]
    organisations: list[Organisation]
    dependencies: list[Any]
    links: list[Any]
    measures: dict[str, Any]
    names: dict[str, str]
    """Names in place of others, given at the end."""


def _alike(rng: Generator, draft: Draft) -> None:
    """All operators are of one size, so that only the last rule of a queue tells them apart."""
    draft.organisations[:] = [replace(o, customers=5000.0, people=10000.0) for o in draft.organisations]


def _acts(rng: Generator, draft: Draft) -> None:
    """Instruments of every kind, by every trigger."""
    states = sorted(set(VENDORS.values()))
    made = []
    for kind in KINDS:
        for number in range(int(rng.integers(0, 3))):
            triggers: list[dict[str, Any]] = [
                {"at": f"{int(rng.integers(0, 700))} d"},
                {"disclosure": True},
                {"theatre": str(rng.choice(list(THEATRES))), "regime": str(rng.choice(REGIMES[1:]))},
            ]
            act: dict[str, Any] = {
                "name": f"{kind} {number}",
                "kind": kind,
                "trigger": triggers[int(rng.integers(3))],
                "comply": round(rng.uniform(0.3, 1.0), 2),
                "comply_delay": exponential("20 d"),
                "bound": str(rng.choice(["all", "critical_infrastructure", "government", "briefed"])),
                "host_groups": list(HOST_GROUPS[int(rng.integers(0, 2)) :]),
            }
            if rng.random() < 0.5:
                act["trigger"]["delay"] = some_law(rng, 200.0)
            if kind == "ban" and rng.random() < 0.7:
                act["notice"] = some_law(rng, 1000.0)
            if rng.random() < 0.5:
                act |= {"groundless_shows": 0.7, "groundless_cost": "5000 USD"}
            named = {"vendors": [str(v) for v in rng.choice(list(VENDORS), 2, replace=False)]}
            made.append(act | (named if rng.random() < 0.5 else {"home_state": str(rng.choice(states))}))
    for act in made:
        act |= {"evidence_disclosed": bool(rng.random() < 0.5), "right_of_reply": bool(rng.random() < 0.5)}
        if act["kind"] == "ban" and rng.random() < 0.4:
            act["falls"] = {"levels": int(rng.integers(1, 5)), "every": "90 d"}
    draft.sections["instruments"] = [*draft.sections.get("instruments", []), *made]


def _code(rng: Generator, draft: Draft) -> None:
    """Payloads of every trigger; what is known of those outside; products of their own kind."""
    payloads, products = draft.sections["payloads"], draft.sections["products"]
    for name in ("wiper", "spy"):
        payloads[name]["trigger"] = str(rng.choice(["on_install", "synchronised", "on_install", "dormant"]))
        payloads[name]["activation"] = float(rng.choice([0.3, 1.0]))
        payloads[name]["restoration"] = str(rng.choice(["rebuild", "visit", "restart"]))
    payloads["spy"]["selection"] |= {
        "elsewhere": float(rng.choice([0.0, 30.0, 200.0])),
        "found_per_dormant": str(rng.choice(["0 / year", "0.05 / year", "1 / year"])),
        "found_per_active": str(rng.choice(["0 / year", "0.2 / year", "5 / year"])),
        "found_outside": str(rng.choice(["0 / year", "0.1 / year", "1 / year"])),
    }
    for product in products.values():
        product["first_at_release"] = bool(rng.random() < 0.5)
        if rng.random() < 0.3:
            product.pop("protects", None)
        if rng.random() < 0.5:
            product.pop("rings", None)
        elif rng.random() < 0.5:
            product["rings"] = {"shares": [0.1, 0.2, 0.3, 0.4], "starts": ["0 h", "0 h", "24 h", "48 h"]}
    for vendor in draft.sections["vendors"].values():
        vendor["reach_outside"] = float(rng.choice([0.0, 2e4, 3e6]))
    if rng.random() < 0.5:
        draft.sections["path_choice"] = {"rule": "logit", "precision": float(rng.choice([1.0, 30.0]))}
    signing = {"insiders": 3, "outsiders": 1, "quorum": 2}
    signing |= {"insider_complies": 0.8, "outsider_signs_blind": 0.5, "common_cause": 0.3}
    for vendor in draft.sections["vendors"].values():
        if rng.random() < 0.4:
            vendor["controls"] = list(CONTROLS)
        if rng.random() < 0.4:
            vendor["signing"] = signing
    if "crime" in draft.sections:
        draft.sections["crime"]["host_group"] = str(rng.choice(HOST_GROUPS))
    spells = draft.sections["theatres"]["south"].setdefault("sojourn", {})
    if not spells and rng.random() < 0.5:
        spells["peace"] = {"hyperexponential": {"share": 0.7, "ratio": 8.0}}


def _quiet(rng: Generator, draft: Draft) -> None:
    """Nobody notices for long, so that spies stay and what else gives them away counts; customers are entered late."""
    quick = draft.sections["detection"]["quick"]
    quick["own"] = exponential(str(rng.choice(["2000 h", "9000 h", "90000 h"])))
    for name in ("finder", "visible", "pull_if_coerced", "slower"):
        if rng.random() < 0.6:
            quick.pop(name)
    quick["pull"] = str(rng.choice(["0 h", "6 h", "40 d"]))
    if "telecom_proxy" in draft.sections:
        draft.sections["telecom_proxy"]["rate"] = "0.0005 / h"


def _everywhere(rng: Generator, draft: Draft) -> None:
    """One compromise that strikes every organisation at once."""
    path = next(iter(draft.sections["products"]["anvil"]["paths"]))
    kept = [d for d in draft.dependencies if d.product != "anvil"]
    ours = [replace(d, product="anvil", coverage=1.0) for d in draft.dependencies if d.product == "anvil"][:1]
    if not ours:
        return
    draft.dependencies[:] = kept + [replace(ours[0], organisation=o.name) for o in draft.organisations]
    draft.sections["payloads"]["wiper"] |= {"activation": 1, "trigger": "on_install", "delay": "0 h"}
    given = draft.sections.setdefault("given", {})
    given.setdefault("compromises", []).append(
        {"at": "90 d", "product": "anvil", "payload": "wiper", "path": path, "installed": "everywhere_at_once"}
    )


def _facts(rng: Generator, draft: Draft) -> None:
    """Dated facts of each kind."""
    given = draft.sections.setdefault("given", {})
    products = draft.sections["products"]
    compromises = given.setdefault("compromises", [])
    for _ in range(int(rng.integers(0, 4))):
        name = str(rng.choice(list(PRODUCTS)))
        fact: dict[str, Any] = {
            "at": f"{int(rng.integers(0, 60)) * 12} h",
            "product": name,
            "payload": str(rng.choice(["wiper", "spy"])),
            "path": str(rng.choice(list(products[name]["paths"]))),
            "installed": str(rng.choice(["by_adoption", "everywhere_at_once"])),
        }
        if rng.random() < 0.4:
            fact["offered_for"] = f"{int(rng.integers(1, 60))} h"
        if rng.random() < 0.4:
            fact["detected_after"] = f"{int(rng.integers(0, 8)) * 12} h"
        compromises.append(fact)
    if all("fault" in product for product in products.values()):
        given["faults"] = [
            {"at": f"{int(rng.integers(0, 90))} d", "product": str(rng.choice(list(PRODUCTS)))} for _ in range(2)
        ]
    given["outages"] = [
        {"at": f"{int(rng.integers(0, 40)) * 24} h", "organisation": o.name}
        | ({"lasts": f"{int(rng.integers(0, 5)) * 12} h"} if rng.random() < 0.5 else {"restoration": "visit"})
        for o in draft.organisations
        if rng.random() < 0.6
    ]
    if rng.random() < 0.3:
        given["regimes"] = {"north": [{"at": "0 h", "regime": "peace"}, {"at": "100 d", "regime": "war_direct"}]}
    names = [act["name"] for act in draft.sections.get("instruments", [])]
    if names and rng.random() < 0.5:
        given["instruments"] = [{"at": "96 h", "name": str(rng.choice(names))}]


def _grid(rng: Generator, draft: Draft) -> None:
    """Plants and networks side by side, with little in reserve."""
    for k, o in enumerate(draft.organisations):
        if rng.random() < 0.6:
            kw = float(rng.choice([0.0, 400.0, 900.0]))
            draft.organisations[k] = replace(o, sector="energy", generation_kw=kw)
    draft.sections["grid"] = {
        "load": f"{int(rng.integers(500, 3000))} kW",
        "reserve": f"{int(rng.choice([0, 100, 400]))} kW",
        "slow_reserve": f"{int(rng.choice([0, 200, 1000]))} kW",
        "slow_after": f"{int(rng.choice([0, 4, 12]))} h",
    }


def _hands(rng: Generator, draft: Draft) -> None:
    """Plant run by hand in every sector, with crews that are called away; stops until restored."""
    service = draft.sections["service"]
    service["manual"] = {
        s: {
            "share": round(rng.uniform(0.5, 1.0), 2),
            "floor": round(rng.uniform(0.0, 0.6), 2),
            "falls_by": float(rng.choice([0.0, 0.1, 0.25])),
            "every": f"{int(rng.choice([6, 12]))} h",
        }
        for s in SECTORS
        if rng.random() < 0.8
    }
    share = float(rng.choice([0.3, 1.0]))
    routes = {"precautionary_stop": round(1.0 - share, 3) / 2, "loss_of_view": share / 2, "unsafe_control": share / 2}
    service["on_activation"] = {s: dict.fromkeys(HOST_GROUPS[int(rng.integers(0, 2)) :], routes) for s in SECTORS}
    service["unsafe_water"] = float(rng.choice([0.0, 1.0]))
    if rng.random() < 0.4:
        service.pop("stop_time")
    if rng.random() < 0.3:
        service.pop("stop_on_disclosure")
    for shape in draft.sections["restoration"].values():
        if rng.random() < 0.6:
            shape["crew_share"] = float(rng.choice([0.0, 0.4, 1.0]))
        if rng.random() < 0.4:
            shape["slower_without_telecom"] = 3


def _laws(rng: Generator, draft: Draft) -> None:
    """Laws of every kind."""
    draft.sections = redrawn(draft.sections, lambda mean: some_law(rng, mean))


def _loops(rng: Generator, draft: Draft) -> None:
    """A ring of supply links, and chords, that carry a part; buffers that are soon empty, or that are none."""
    names = [o.name for o in draft.organisations]
    draft.links[:] = [k for k in draft.links if k.kind == "trust"]
    for n, consumer in enumerate(names):
        for step in (1, 2):
            provider = names[(n + step) % len(names)]
            if provider != consumer and (step == 1 or rng.random() < 0.4):
                draft.links.append(
                    link(
                        consumer,
                        provider,
                        float(rng.choice([0.0, 1.0, 6.0])),
                        carries=float(rng.choice([0.3, 0.6, 1.0])),
                        fallback=float(rng.choice([0.0, 0.2])),
                        restart_lag_h=float(rng.choice([0.0, 2.0, 12.0])),
                        recharge=float(rng.choice([0.0, 0.5, 2.0])),
                        refilled_after_h=float(rng.choice([4.0, 48.0, np.inf])),
                        deliveries=int(rng.integers(0, 3)),
                    )
                )
    kinds = [(k.organisation, k.provider, k.kind) for k in draft.links]
    draft.links[:] = [k for n, k in enumerate(draft.links) if kinds.index(kinds[n]) == n]


def _money(rng: Generator, draft: Draft) -> None:
    """Everything costs something; insurance excludes war; losses in units of the user's own."""
    draft.sections["impact"] = {
        "people_per_customer": {},
        "load_per_customer": "1.3 kW",
        "value_per_person_day": {"water": "11 USD", "telecom": "3.7 USD"},
        "value_of_lost_load": "6.1 USD",
        "society_share": 0.17,
        "lost_revenue_per_customer_day": {"energy": "2.3 USD", "water": "0.7 USD"},
        "response_per_team_day": "4100 USD",
        "rebuild_per_customer": "1.9 USD",
        "rebuild_cap": "20000 USD",
        "espionage_per_victim": "70000 USD",
        "vendor_liability": 0.13,
        "government_share": 0.07,
        "removal_per_customer": "3.3 USD",
        "insurance": {
            "insured": 0.8,
            "retention": "3000 USD",
            "limit": "30000 USD",
            "war_exclusion": [r for r in REGIMES if rng.random() < 0.5],
        },
        "abstract": {"per_compromise": 1.7, "per_install": 0.3},
    }


LETTERS = "aZ9 éñ漢ß🛰Ж·"


def _names(rng: Generator, draft: Draft) -> None:
    """Names in any script, some so long that their letters fill several blocks of a hash."""
    known = [*PRODUCTS, *VENDORS, *THEATRES, *(o.name for o in draft.organisations), "friends", "foes", "shared"]
    for number, name in enumerate(known):
        length = int(rng.choice([3, 30, 68]))
        letters = "".join(LETTERS[int(k)] for k in rng.integers(0, len(LETTERS), length)).strip()
        draft.names[name] = f"N{letters}{number:03d}"


def _pools(rng: Generator, draft: Draft) -> None:
    """Pools of every priority, busy and idle, some without a team or without an operator."""
    pools: dict[str, Any] = {}
    for name in ("shared", "second", "third"):
        teams = int(rng.integers(0, 3))
        pools[name] = {"teams": teams, "priority": str(rng.choice(PRIORITIES))}
        if teams and rng.random() < 0.5:
            pools[name]["routine"] = {"arrivals": f"{teams * rng.choice([0.0, 0.01, 0.045])} / h", "service": "20 h"}
    draft.sections["pools"] = pools
    for k, o in enumerate(draft.organisations):
        pool = str(rng.choice(["", *pools]))
        least = 0 if pool and pools[pool]["teams"] else 1
        draft.organisations[k] = replace(o, pool=pool, own_teams=max(int(rng.integers(0, 2)), least))
    draft.sections["restoration"]["restart"]["needs_team"] = bool(rng.random() < 0.5)


def _proxies(rng: Generator, draft: Draft) -> None:
    """Operators of telecom with many customers, and a rate at which most are entered."""
    for k, o in enumerate(draft.organisations[::2]):
        draft.organisations[2 * k] = replace(o, sector="telecom", generation_kw=0.0)
    host = str(rng.choice(HOST_GROUPS))
    rate = str(rng.choice(["0 / h", "0.01 / h", "0.3 / h"]))
    draft.sections["telecom_proxy"] = {"rate": rate, "restoration": "rebuild", "host_group": host}


def _removals(rng: Generator, draft: Draft) -> None:
    """Products in place of those taken out, and few who can do the work."""
    draft.sections["removal"] = {
        "time": exponential("15 d"),
        "overrun": 1.4,
        "integrators": int(rng.integers(1, 4)),
        "replaced_by": {"anvil": "drill", "chisel": "edge", "drill": "edge"},
    }


def _sides(rng: Generator, draft: Draft) -> None:
    """Two sides of hacktivists: one that harms, one that may be counted only."""
    side = {"theatre": "south", "rate": dict.fromkeys(REGIMES, "4 / year"), "duration": some_law(rng, 20.0)}
    draft.sections["hacktivists"] = {
        "friends": side | {"output_lost": 1, "abstract_loss": {"pert": {"min": 0, "mode": 1, "max": 5}}},
        "foes": side
        | {"theatre": "north", "output_lost": float(rng.choice([0.0, 0.5])), "branching": 0.7, "decay": "0.2 / h"},
    }


def _ties(rng: Generator, draft: Draft) -> None:
    """Everything takes whole days or no time at all, so that much happens at one moment."""
    draft.sections = redrawn(draft.sections, lambda mean: str(rng.choice(["0 h", "0 h", "12 h", "24 h", "48 h"])))
    draft.links[:] = [
        replace(k, buffer=link("a", "b", float(rng.choice([0.0, 12.0, 24.0]))).buffer, restart_lag_h=12.0)
        for k in draft.links
    ]


def _worms(rng: Generator, draft: Draft) -> None:
    """A worm that crosses every trust link, and everybody trusts everybody; at times as slow as the updates."""
    delay = str(rng.choice(["0 h", "3 h", "30 h"]))
    draft.sections["payloads"]["wiper"] |= {"worm": float(rng.choice([0.6, 1.0])), "worm_delay": delay}
    names = [o.name for o in draft.organisations]
    known = {(k.organisation, k.provider) for k in draft.links if k.kind == "trust"}
    pairs = [(a, b) for a in names for b in names if a < b and (a, b) not in known and (b, a) not in known]
    draft.links += [link(a, b, kind="trust") for a, b in pairs if rng.random() < 0.7]


def _mitigations(rng: Generator, draft: Draft) -> None:
    """Mitigations in force, made once all the rest is known (`tests.kernel.measures`)."""


TWISTS: dict[str, Callable[[Generator, Draft], None]] = {
    "grid": _grid,
    "proxies": _proxies,
    "alike": _alike,
    "pools": _pools,
    "acts": _acts,
    "code": _code,
    "quiet": _quiet,
    "hands": _hands,
    "loops": _loops,
    "worms": _worms,
    "money": _money,
    "removals": _removals,
    "sides": _sides,
    "facts": _facts,
    "everywhere": _everywhere,
    "laws": _laws,
    "ties": _ties,
    "mitigations": _mitigations,
    "names": _names,
}
