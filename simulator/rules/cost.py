"""Who pays for an event (DESIGN 4.19)."""


def insured_share(cost: float, share: float, retention: float, limit: float) -> float:
    """What the insurer pays of an operator's cost of one event: a share of what exceeds the retention, capped."""
    return min(max(cost - retention, 0.0) * share, limit)
