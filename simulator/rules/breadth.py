"""How many customers a stealthy operator activates: each one more adds value and risk of discovery."""

from collections.abc import Iterable


def breadth(
    values: Iterable[float],
    detection: float,
    discount: float,
    external: float = 0.0,
    dormant: int = 0,
    dormant_detection: float = 0.0,
) -> tuple[int, float]:
    """Number n* of targets to activate, and the value of the campaign.

    V(n) = (sum of the n largest values) / (discount + external + dormant x dormant_detection
    + n x detection); a target is added while its value exceeds detection x V(n). All rates share one unit
    of time and `values`, the largest first, are per that unit.
    """
    gained, leak, worth = 0.0, discount + external + dormant * dormant_detection, 0.0
    chosen = 0
    for value in values:
        if value <= detection * worth:
            break
        chosen += 1
        gained += value
        worth = gained / (leak + chosen * detection)
    return chosen, worth
