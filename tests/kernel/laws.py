"""Laws of every kind for random scenarios."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.random import Generator


def some_law(rng: Generator, mean: float) -> Any:
    """A law of hours of about this size, of any kind; or no time at all."""
    h = f"{mean:.4f} h"
    laws: list[Any] = [
        h,
        "0 h",
        {"exponential": {"mean": h}},
        {"pert": {"min": "0 h", "mode": h, "max": f"{3.0 * mean:.4f} h"}},
        {"gamma": {"mean": h, "shape": round(float(rng.uniform(0.4, 4.0)), 3)}},
        {"weibull": {"shape": round(float(rng.uniform(0.6, 2.5)), 3), "scale": h}},
        {"uniform": {"low": "0 h", "high": f"{2.0 * mean:.4f} h"}},
        {"lognormal": {"median": h, "sigma": 0.7}},
        {"lognormal": {"p05": f"{mean / 5.0:.4f} h", "p50": h, "p95": f"{2.5 * mean:.4f} h"}},
        {"empirical": {"values": ["1 h", h, f"{2.0 * mean:.4f} h"], "weights": [1, 2, 0.5]}},
    ]
    return laws[int(rng.integers(len(laws)))]


def redrawn(value: Any, law: Callable[[float], Any]) -> Any:
    """Sections with `law(its mean in hours)` in place of every exponential law."""
    if isinstance(value, dict):
        if set(value) == {"exponential"}:
            number, unit = value["exponential"]["mean"].split()
            return law(float(number) * (24.0 if unit == "d" else 1.0))
        return {key: redrawn(one, law) for key, one in value.items()}
    return [redrawn(one, law) for one in value] if isinstance(value, list) else value
