"""A large market: many organisations, each with a product of one of many vendors, half of them of one home state."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.core_path import Portfolio, everybody_in, lognormal, rules, supply_links
from simulator.scenario.load import LoadedScenario
from simulator.scenario.portfolio import Register
from simulator.scenario.schema import Scenario
from tests.model.worlds import BASE, JURISDICTIONS, coercion, product, runs, theatre, vendor


def large_market(organisations: int, vendors: int) -> LoadedScenario:
    """The rules of the core path, with a conflict, a coercing home state, outside intruders and faulty updates."""
    portfolio = Portfolio(organisations)
    tiers = everybody_in(portfolio)
    everybody = [o for tier in tiers for o in tier]
    dependencies = [row for v in range(vendors) for row in runs(everybody[v::vendors], f"p{v:02d}")]
    document = {**BASE, **_sections(organisations, vendors)}
    text = json.dumps(document, sort_keys=True)
    return LoadedScenario(
        scenario=Scenario.model_validate(document),
        register=Register(
            tuple(sorted(everybody, key=lambda o: o.name)),
            tuple(sorted(dependencies, key=lambda d: d.organisation)),
            tuple(supply_links(tiers, portfolio)),
        ),
        path=Path("large_market.yaml"),
        text=text,
        digest=sha256(text.encode()).hexdigest(),
    )


def _sections(organisations: int, vendors: int) -> dict[str, Any]:
    names = [f"{v:02d}" for v in range(vendors)]
    return {
        **rules(organisations, max(organisations // vendors, 1)),
        "horizon": "5 years",
        "jurisdictions": JURISDICTIONS,
        "theatres": {"t": theatre(coercion=coercion(campaign="one_by_one"))},
        "vendors": {f"v{n}": vendor(home="RQ"[k % 2]) for k, n in enumerate(names)},
        "products": {f"p{n}": product(f"v{n}", fault="fault") for n in names},
        "intrusion": {"theatre": "t", "rate": "0.001 / year", "payload": "wiper", "paths": ["code_release"]},
        "faults": {
            "fault": {
                "rate": "0.05 / year",
                "path": "code_release",
                "activation": 0.05,
                "detection": "seen",
                "restoration": "restart",
            }
        },
        "detection": {
            **rules(organisations, max(organisations // vendors, 1))["detection"],
            "seen": {"own": lognormal("30 h", 0.5), "pull": "1 h"},
        },
        "restoration": {
            **rules(organisations, 1)["restoration"],
            "restart": {"kind": "restart", "time": lognormal("4 h", 0.5), "needs_team": False},
        },
    }
