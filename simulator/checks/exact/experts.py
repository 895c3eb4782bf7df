"""What experts say (V25, V26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.evidence import cooke
from simulator.evidence.experts import ThreePoints
from simulator.rules.quantile import Law, pert_shapes


def laws_of_experts(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """PERT from three points, and the lognormal laws through two or three."""
    low, mode, high = (inputs["pert"][key] for key in ("min", "mode", "max"))
    pert = Law.pert(low, mode, high)
    alpha, beta = pert_shapes(low, mode, high)
    said = ThreePoints(**inputs["lognormal"])
    split = said.law()
    return {
        "pert": {
            "alpha": alpha,
            "beta": beta,
            "mean": pert.mean(),
            "var": pert.variance(),
            "q05": pert.quantile(0.05),
            "q95": pert.quantile(0.95),
            "classical_sd_rule": (high - low) / 6.0,
        },
        "lognormal": {
            "mu_from_5_95": said.mu,
            "sigma": said.sigma,
            "implied_median": said.implied_median,
            "stated_median": split.quantile(0.5),
            "mean": Law.lognormal(said.implied_median, said.sigma).mean(),
            "split_sigma_low": split.b,
            "split_sigma_high": split.c,
        },
    }


def classical_model(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Scores of all experts with counts; weights of those whose answers are given too."""
    figures: dict[str, dict[str, float]] = {}
    scores: dict[str, cooke.Score] = {}
    for name in "ABC":
        counts = inputs[f"expert_{name}_counts"]
        figures[name] = {"stat": cooke.surprise(counts), "calibration": cooke.calibration(counts)}
        points = inputs.get(f"{name}_quantiles")
        if points is not None:
            figures[name]["information"] = cooke.information(points, inputs["intrinsic_range"])
            scores[name] = cooke.Score(figures[name]["calibration"], figures[name]["information"])
    shares = cooke.weights(list(scores.values()), inputs["cutoff"])
    return {**figures, "weights": dict(zip(scores, shares, strict=True))}
