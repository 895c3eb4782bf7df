"""Which control acts on which path: what is left of each after all controls."""

from collections.abc import Sequence


def success_after_controls(base: Sequence[float], efficacies: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """p_j = base_j x product over controls k of (1 - efficacies[k][j]), for each path j."""
    left = list(base)
    for control in efficacies:
        left = [p * (1.0 - e) for p, e in zip(left, control, strict=True)]
    return tuple(left)
