"""Sums of a Poisson number of losses on a lattice, by Panjer's recursion (V05) and by transform (V06)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from simulator.chance.regimes import Floats


def sums_by_recursion(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V05."""
    severity = lattice(inputs["C"]["severity_pmf"])
    size = np.arange(len(severity))
    mean = inputs["C"]["poisson_mean"]
    law = panjer(mean, severity, 16)
    return {
        "A_stop_loss": _stop_loss(inputs["A"]),
        "B_stop_loss": _stop_loss(inputs["B"]),
        "C_pmf_0_to_6": law[:7],
        "C_mean": mean * (severity @ size),
        "C_var": mean * (severity @ size**2),
        "C_sf_15": 1.0 - law.sum(),
    }


def annual_exceedance(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """V06: the largest event of a year and the sum of a year, both strictly above each level."""
    rate, severity = inputs["annual_rate"], lattice(inputs["severity_pmf"])
    law = by_transform(rate, severity, 2048)  # 20 times the largest event, of which there is one in two years
    above = [severity[level + 1 :].sum() for level in inputs["levels"]]
    return {
        "OEP": [-math.expm1(-rate * p) for p in above],
        "AEP": [law[level + 1 :].sum() for level in inputs["levels"]],
        "AAL": rate * (severity @ np.arange(len(severity))),
        "OEP_rate_above_50": rate * severity[51:].sum(),
    }


def lattice(pmf: Mapping[str, float]) -> Floats:
    """Probabilities of the sizes 0, 1, 2, ..."""
    law = np.zeros(max(map(int, pmf)) + 1)
    for size, p in pmf.items():
        law[int(size)] = p
    return law


def panjer(mean: float, severity: Floats, size: int) -> Floats:
    """Probabilities of the sums 0 to size - 1 (Panjer 1981): g_s = (mean / s) sum_j j f_j g_(s - j)."""
    law = np.zeros(size)
    law[0] = math.exp(-mean * (1.0 - severity[0]))
    weight = mean * np.arange(len(severity)) * severity
    for s in range(1, size):
        most = min(s, len(severity) - 1)
        law[s] = weight[1 : most + 1] @ law[s - most : s][::-1] / s
    return law


def by_transform(mean: float, severity: Floats, size: int) -> Floats:
    """The same law by a fast Fourier transform. `size` has to hold all but a negligible part of it."""
    transform = np.exp(mean * (np.fft.rfft(severity, size) - 1.0))
    law: Floats = np.fft.irfft(transform, size)
    return law


def _stop_loss(part: Mapping[str, Any]) -> float:
    """E(S - d)+ = E S - d + sum over s < d of (d - s) P(S = s)."""
    severity = lattice(part["severity_pmf"])
    deductible: int = part["aggregate_deductible"]
    mean: float = part["poisson_mean"] * float(severity @ np.arange(len(severity)))
    below = panjer(part["poisson_mean"], severity, deductible)
    return mean - deductible + float(below @ (deductible - np.arange(deductible)))
