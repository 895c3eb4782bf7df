"""Costs by payer, and victims of espionage: V61, V62."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import total
from simulator.scenario.words import PAYERS, SECTORS


def costs_by_payer(case: Case) -> Iterator[Figure]:
    results = answer("v61", replications=3_000, seed=61)
    exact = case.expected
    warned = results.replications.set_index("replication")["groundless_warnings"].astype(float)
    yield simulated("groundless", exact["groundless"], mean(results, warned))
    for payer in PAYERS:
        yield simulated(payer, exact[payer], mean(results, total(results.events, f"cost_{payer}")))


def espionage_apart(case: Case) -> Iterator[Figure]:
    results = answer("v62", replications=2_200, seed=62)
    exact = case.expected
    victims = results.replications.set_index("replication")["espionage_victims"].astype(float)
    yield simulated("victims", exact["victims"], mean(results, victims))
    yield simulated("cost_operator", exact["cost_operator"], mean(results, total(results.events, "cost_operator")))
    lost = total(results.events, *[f"customer_hours_{sector}" for sector in SECTORS])
    yield simulated("customer_hours", exact["customer_hours"], mean(results, lost))
    lasted = results.events.set_index("replication")["detection_h"].fillna(0.0)
    yield simulated("hours_to_detection", exact["hours_to_detection"], mean(results, lasted))
