"""Simulator of cyber risk to water, telecom and energy portfolios from vendors abroad.

    from simulator import compare, load, load_with, replay, reproduce, resume, run
    results = run(load("uk_2022"), replications=2000, seed=1)
    comparison = compare(load_with("uk_2022", "uk_2022"), ["hold_updates", "segmentation"])

Importing the package does no work; the functions are fetched when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["compare", "load", "load_with", "replay", "reproduce", "resume", "run"]

if TYPE_CHECKING:
    from simulator.batch.reproduce import reproduce
    from simulator.batch.run import resume, run
    from simulator.decisions.compare import compare
    from simulator.model.replay import replay
    from simulator.scenario.load import load
    from simulator.scenario.mitigation_file import load_with

_HOMES = {
    "compare": "simulator.decisions.compare",
    "load": "simulator.scenario.load",
    "load_with": "simulator.scenario.mitigation_file",
    "run": "simulator.batch.run",
    "resume": "simulator.batch.run",
    "reproduce": "simulator.batch.reproduce",
    "replay": "simulator.model.replay",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
