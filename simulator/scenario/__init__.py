"""What a person writes: scenario files, portfolios, units and distributions.

A scenario is loaded with `simulator.load`, or `simulator.scenario.load.load`, which is the same. Nothing is
imported before it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.scenario.errors import InputError
    from simulator.scenario.load import LoadedScenario

__all__ = ["InputError", "LoadedScenario"]

_HOMES = {"InputError": "errors", "LoadedScenario": "load"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
