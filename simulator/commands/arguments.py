"""Arguments that several commands take, and how they are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from simulator.scenario.load import LoadedScenario

ScenarioArgument = Annotated[str, typer.Argument(help="scenario file, or the name of a shipped scenario")]
MitigationsOption = Annotated[
    str | None,
    typer.Option(
        "--mitigations",
        help="file of mitigations, or the name of a shipped one; left out: that in mitigations/ beside the scenario",
    ),
]
ReplicationsOption = Annotated[int | None, typer.Option(help="number of simulated futures")]
SeedOption = Annotated[int, typer.Option(help="seed; equal seeds give equal results")]
SchedulerOption = Annotated[
    str | None, typer.Option(help="Dask scheduler that shares out the work: tcp://HOST:PORT, or local")
]
CrudeOption = Annotated[bool, typer.Option("--crude", help="plain Monte Carlo, without strata")]
EngineOption = Annotated[
    str, typer.Option(help="what plays the futures: auto, simpy, or kernel (compiled, needs Numba); results are equal")
]
ProgressLinesOption = Annotated[
    bool, typer.Option("--progress-lines", help="plain lines 'progress DONE ASKED' instead of a bar")
]
StopWithStdinOption = Annotated[
    bool, typer.Option("--stop-with-stdin", help="stop, as after Ctrl-C, when standard input closes")
]


def load_asked(scenario: str, mitigations: str | None) -> LoadedScenario:
    """The scenario with the mitigations asked for, or else those made for it."""
    from simulator.scenario.mitigation_file import load_with, made_for

    return load_with(scenario, made_for(scenario) if mitigations is None else mitigations)


def read_precision(text: str) -> float:
    """5%, "5 %" or 0.05."""
    match = re.fullmatch(r"\s*([0-9]*\.?[0-9]+)\s*(%?)\s*", text)
    if match is None:
        raise InputError(f'--precision is "{text}"; allowed: a share such as 5% or 0.05')
    return float(match[1]) / (100.0 if match[2] else 1.0)


def watch_stdin() -> None:
    """Interrupts the run when whoever holds the other end of standard input is gone."""
    import _thread
    import os
    import threading

    def wait() -> None:
        while os.read(0, 4096):  # not sys.stdin, whose lock would be held when the interpreter ends
            pass
        _thread.interrupt_main()

    threading.Thread(target=wait, daemon=True).start()
