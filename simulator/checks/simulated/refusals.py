"""Orders that are refused: V65."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.case import Case
from simulator.checks.figure import Figure, simulated
from simulator.checks.simulated.asked import answer, mean
from simulator.checks.simulated.counted import caused_by, count


def orders_refused(case: Case) -> Iterator[Figure]:
    """A warning shows as groundless where a vendor came into the news and was never used; the last releases of the
    year reach nobody where updates stopped.
    """
    results = answer("v65", replications=2_600, seed=65, crude=True)
    exact = case.expected
    yield simulated("used", exact["used"], mean(results, count(caused_by(results, "coerced_update"))))
    exposed = results.replications.set_index("replication")["groundless_warnings"].astype(float)
    yield simulated("exposed", exact["exposed"], mean(results, exposed))
    last = caused_by(results, "given")
    yield simulated("gone", exact["gone"], mean(results, count(last[last["installs"] == 0])))
