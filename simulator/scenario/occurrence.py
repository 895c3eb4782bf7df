"""Can it happen at all? What would set a mitigation or an instrument off, against the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.scenario.errors import listed
from simulator.scenario.government import Instrument, Trigger
from simulator.scenario.mitigations import Start
from simulator.scenario.schema import Scenario
from simulator.scenario.words import Regime


def why_never(scenario: Scenario, begins: Start | Trigger, vendors: Iterable[str]) -> str:
    """Why a date, a regime or a disclosure never comes within the horizon, or "" where it may.

    `vendors`: those whose disclosure counts.
    """
    if begins.at is not None and begins.at >= scenario.horizon:
        return "the scenario ends before that date"
    if begins.theatre is not None and begins.regime is not None:
        reached = regimes_reached(scenario, begins.theatre)
        if begins.regime not in reached:
            return f"the theatre {begins.theatre} only comes to {listed(reached)}"
    if begins.disclosure and not any(may_turn_hostile(scenario, vendor) for vendor in vendors):
        return "nothing malicious can happen to a vendor it is about"
    return ""


def why_no_warning(scenario: Scenario, instrument: Instrument) -> str:
    """Why an instrument never fires, or "" where it may."""
    facts = scenario.given.instruments if scenario.given is not None else ()
    if any(fact.name == instrument.name and fact.at < scenario.horizon for fact in facts):
        return ""
    return why_never(scenario, instrument.trigger, vendors_of(scenario, instrument))


def vendors_of(scenario: Scenario, instrument: Instrument) -> list[str]:
    """Vendors an instrument names, by name or by home state."""
    return [
        name
        for name, vendor in scenario.vendors.items()
        if name in instrument.vendors or vendor.home == instrument.home_state
    ]


def regimes_reached(scenario: Scenario, theatre: str) -> list[Regime]:
    """Regimes that a theatre can be in, the first one first: by its script, or by its rates from where it starts."""
    steps = scenario.given.regimes.get(theatre, ()) if scenario.given is not None else ()
    found = [scenario.theatres[theatre].start]
    if steps:
        return list(dict.fromkeys([*found, *(step.regime for step in steps if step.at < scenario.horizon)]))
    rates = scenario.theatres[theatre].rates
    for regime in found:  # grows while it is walked
        ahead = (goal for goal, rate in rates.get(regime, {}).items() if rate.value > 0.0)
        found.extend(goal for goal in ahead if goal not in found)
    return found


def may_turn_hostile(scenario: Scenario, vendor: str) -> bool:
    """Can anything malicious happen to a vendor: a state's use, an intrusion, a compromise that is given?"""
    if any(_may_coerce(scenario, name, vendor) for name in scenario.theatres):
        return True
    intrusion = scenario.intrusion
    entered = intrusion is not None and (intrusion.vendors is None or vendor in intrusion.vendors)
    if intrusion is not None and entered and intrusion.rate.value > 0.0:
        return True
    facts = scenario.given.compromises if scenario.given is not None else ()
    return any(scenario.products[fact.product].vendor == vendor for fact in facts)


def _may_coerce(scenario: Scenario, name: str, vendor: str) -> bool:
    theatre = scenario.theatres[name]
    if theatre.coercion is None or theatre.home_state != scenario.vendors[vendor].home:
        return False
    hazard = theatre.coercion.hazard
    return any(hazard[regime].value > 0.0 for regime in regimes_reached(scenario, name) if regime in hazard)
