"""Supply links and the service they leave: V13, V34, V41."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, from_row, mean
from simulator.checks.simulated.counted import total
from simulator.risk.service import reliability, service_losses
from simulator.rules.clock import HOURS_PER_DAY


def an_outage_against_a_buffer(case: Case) -> Iterator[Figure]:
    """Telecom stands for the consumer whose buffer is exponential."""
    results = answer("v13", replications=9_000, seed=13)
    exact = case.expected
    for sector, buffer in (("water", "det"), ("telecom", "exp")):
        hours = total(results.events, f"customer_hours_{sector}")
        fails = mean(results, (hours > 0.0).astype(float), probability=True)
        yield simulated(f"p_fail_{buffer}", exact[f"p_fail_{buffer}"], fails)
        yield simulated(f"mean_downtime_{buffer}", exact[f"mean_downtime_{buffer}"], mean(results, hours))


def reliability_of_power(case: Case) -> Iterator[Figure]:
    """The model does not know a threshold of hours, so the person-days beyond one are calculated only."""
    results = answer("v34", replications=4, seed=34)
    exact = case.expected
    power = reliability(results).set_index(["sector", "index"]).to_dict("index")
    for name, index in (("SAIFI", "SAIFI"), ("SAIDI_min", "SAIDI"), ("CAIDI_min", "CAIDI"), ("ENS_MWh", "ENS")):
        yield simulated(name, exact[name], from_row(power["energy", index]))
    lost = service_losses(results).set_index(["sector", "measure"]).to_dict("index")
    name = "people_days_without_water"
    yield simulated(name, exact[name], from_row(lost["water", "person_days"]))


def a_cascade_without_chance(case: Case) -> Iterator[Figure]:
    """Hours without service, as customers lose them. The hours of the power cuts are inputs."""
    results = answer("v41", replications=4, seed=6)
    exact, people = case.expected, case.inputs["people"]
    cut = sum(end - start for start, end in case.inputs["energy_out_h"])
    for name, hours, column, unit in (
        ("energy_out_hours", cut, "customer_hours_energy", people),
        ("telecom_down_hours", exact["telecom_down_hours"], "customer_hours_telecom", people),
        ("water_unserved_full_hours", exact["water_unserved_full_hours"], "customer_hours_water", people),
        ("people_days_without_water", exact["people_days_without_water"], "person_hours_water", HOURS_PER_DAY),
    ):
        yield simulated(name, hours, mean(results, total(results.events, column) / unit))
