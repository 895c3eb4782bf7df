"""The three charts of a run, as figures and as files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from simulator.batch.results import Results
from simulator.charts.exceedance import exceedance_chart
from simulator.charts.reach import reach_chart
from simulator.charts.service import service_chart
from simulator.charts.style import Footer, HouseFigure, save
from simulator.risk.condition import probability_of_compromise
from simulator.risk.exceedance import exceedance
from simulator.risk.service import service_bands
from simulator.risk.summary import unit_of
from simulator.scenario.errors import InputError

RETURN_PERIODS = (2, 3, 5, 7, 10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10000)


def pictures(results: Results) -> Iterator[tuple[str, HouseFigure]]:
    """(file name without ending, figure) of each chart."""
    title = str(results.manifest["scenario"]["title"])
    unit = unit_of(results.measure, results.currency)
    yield (
        "exceedance",
        exceedance_chart(
            exceedance(results, results.measure, "AEP", [float(y) for y in RETURN_PERIODS]),
            unit=unit,
            kind="AEP",
            scenario=title,
            footer=footer(results),
            conditional=results.conditional,
        ),
    )
    given = "compromise" if probability_of_compromise(results).value > 0.0 else "outage"
    yield (
        "service",
        service_chart(
            service_bands(results, given),
            scenario=title,
            footer=footer(results, "How likely the event is rests on assumed hazards and is not in this chart."),
            conditional=results.conditional,
            given=given,
        ),
    )
    if len(results.reach):
        yield (
            "reach",
            reach_chart(
                results.reach.set_index("label").drop(columns="vendor"),
                scenario=title,
                footer=footer(results, "Market shares are assumptions of the scenario."),
            ),
        )


def save_pictures(results: Results, folder: Path) -> list[Path]:
    """Write every chart with its text alternative beside it. Raises InputError if they cannot be written."""
    written: list[Path] = []
    for name, figure in pictures(results):
        try:
            written += save(figure, folder / name)
        except OSError as fault:
            raise InputError(
                f"chart {name} could not be written to {folder} ({os.strerror(fault.errno or 0)})"
            ) from None
    return [path for path in written if path.suffix == ".png"]


def footer(results: Results, caveat: str = "") -> Footer:
    """Where a chart's numbers come from."""
    return Footer(
        model_version=str(results.manifest["versions"]["geocyber"]),
        scenario=str(results.manifest["scenario"]["name"]),
        replications=len(results.replications),
        years=results.horizon_years,
        seed=int(results.manifest["seed"]),
        caveat=caveat,
    )
