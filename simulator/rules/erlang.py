"""The M/M/c queue: teams shared by jobs that arrive at random."""

import math


def erlang_c(servers: int, load: float) -> float:
    """P(an arrival has to wait) with `load` = arrival rate x mean service time, load < servers.

    Source: Erlang 1917; any textbook on queues. Raises ValueError if the queue has no stationary law.
    """
    return _waiting_term(servers, load) * empty_probability(servers, load)


def empty_probability(servers: int, load: float) -> float:
    """P(nobody is in the system) in the long run."""
    term, idle = 1.0, 1.0
    for k in range(1, servers):
        term *= load / k
        idle += term
    return 1.0 / (idle + _waiting_term(servers, load))


def mean_queue(servers: int, load: float) -> float:
    """Mean number of jobs that wait, Lq. Divide by the arrival rate for the mean wait (Little)."""
    return erlang_c(servers, load) * load / (servers - load)


def stationary_state(u: float, servers: int, load: float) -> int:
    """Number of jobs in the system in the long run, as the quantile of a uniform 0 < u < 1."""
    term = empty_probability(servers, load)
    below = term
    for k in range(servers - 1):
        if u <= below:
            return k
        term *= load / (k + 1)
        below += term
    if u <= below or load == 0.0:
        return servers - 1 if load > 0.0 else 0
    # From here on the tail is geometric: P(N > n) = C (load / servers)^(n - servers + 1).
    waiting = erlang_c(servers, load)
    steps = math.log((1.0 - u) / waiting) / math.log(load / servers)
    return servers - 1 + max(1, math.ceil(steps))


def _waiting_term(servers: int, load: float) -> float:
    if servers < 1 or not 0.0 <= load < servers:
        raise ValueError(f"{servers} teams cannot carry a load of {load}: it must be 0 or more and below the teams")
    term = 1.0
    for k in range(1, servers + 1):
        term *= load / k
    return term / (1.0 - load / servers)
