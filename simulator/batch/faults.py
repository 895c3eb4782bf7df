"""What ends a run that was asked for rightly."""

from __future__ import annotations

from simulator.scenario.errors import InputError


class RunFault(InputError):
    """The machine failed the run; what was finished is safe."""
