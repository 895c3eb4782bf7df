"""The adversary picks the path after seeing the controls, so controls on one path do not average."""

import math
from collections.abc import Sequence

PATHS = ("code_release", "content_update", "cloud_command", "telemetry", "remote_support")


def success_after_controls(base: Sequence[float], efficacies: Sequence[Sequence[float]]) -> tuple[float, ...]:
    """p_j = base_j x product over controls k of (1 - efficacies[k][j]), for each path j."""
    left = list(base)
    for control in efficacies:
        left = [p * (1.0 - e) for p, e in zip(left, control, strict=True)]
    return tuple(left)


def best_path(success: Sequence[float]) -> int:
    """Index of the path most likely to succeed; the first of equals."""
    return max(range(len(success)), key=success.__getitem__)


def best_success(success: Sequence[float]) -> float:
    """Success of an adversary who always takes the best path left."""
    return max(success)


def logit_success(success: Sequence[float], precision: float) -> float:
    """Success of an adversary who takes path j with probability proportional to exp(precision x p_j).

    Source: quantal response, McKelvey & Palfrey 1995. Precision 0 is blind choice, infinity the best path.
    """
    top = max(success)
    weights = [math.exp(precision * (p - top)) if p < top else 1.0 for p in success]
    return sum(w * p for w, p in zip(weights, success, strict=True)) / sum(weights)
