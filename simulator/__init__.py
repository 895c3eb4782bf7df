"""Simulator of cyber risk to water, telecom and energy portfolios from vendors abroad.

    from simulator import load, run, replay
    results = run(load("uk_2022"), replications=2000, seed=1)

Importing the package does no work; the three functions are fetched when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["load", "replay", "run"]

if TYPE_CHECKING:
    from simulator.batch.run import run
    from simulator.model.replay import replay
    from simulator.scenario.load import load

_HOMES = {
    "load": "simulator.scenario.load",
    "run": "simulator.batch.run",
    "replay": "simulator.model.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
