"""Core-path worlds that press one rule or another hard: without events at the same instant, and full of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from benchmarks.core_path import Portfolio
from simulator.rules.quantile import Law
from tests.model.worlds import exponential, wiper

ALIKE = Portfolio(120, sizes=Law.fixed(1000.0))
FRAIL = Portfolio(120, reached=0.9, buffer=Law.lognormal(4.0, 0.6))


def rules(
    adoption: Any = "6 h",
    delay: Any = "24 h",
    own: Any = "1e9 h",
    finder: Any = "1000 h",
    visible: Any = "500 h",
    pull: Any = "6 h",
    repair: Any = "24 h",
) -> dict[str, Any]:
    """Sections of a core path with these delays."""
    return {
        "adoption": {"a": adoption},
        "payloads": {"wiper": wiper(delay=delay, activation=0.7)},
        "detection": {"d": {"own": own, "finder": finder, "visible": visible, "pull": pull}},
        "restoration": {"r": {"kind": "rebuild", "time": repair}},
    }


AT_RANDOM = exponential("100 h")
OFTEN = rules(AT_RANDOM, AT_RANDOM, repair=exponential("6 h"))
UNTIED = {
    "as measured": (Portfolio(120), {}),
    "one team": (Portfolio(120), {"pools": {"teams": {"teams": 1}}}),
    "cleaned before it acts": (Portfolio(120), rules(AT_RANDOM, AT_RANDOM, finder="50 h", pull="500 h", repair="1 h")),
    "up and down": (FRAIL, OFTEN),
    "slow to restart": (replace(FRAIL, restart_lag_h=40.0), OFTEN),
}
TIED = {
    "all alike": (ALIKE, {"pools": {"teams": {"teams": 2}}}),
    "no delays": (ALIKE, rules("0 h", "0 h", "0 h", "0 h", "0 h", "0 h", "0 h")),
    "on whole days": (ALIKE, rules("24 h", visible="48 h", finder="72 h", pull="24 h")),
    "installs spread": (ALIKE, rules({"uniform": {"low": "0 h", "high": "96 h"}}, visible="48 h", pull="24 h")),
}
