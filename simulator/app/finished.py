"""A finished run as the page shows it: read once from its folder, which can then go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from simulator.app.assumptions import Assumption, widest
from simulator.app.settings import Settings, scenario_file
from simulator.batch.results import Results
from simulator.batch.store import MANIFEST
from simulator.briefing.pictures import RETURN_PERIODS
from simulator.briefing.summary import Summary, summarise
from simulator.risk.condition import probability_of_compromise
from simulator.risk.exceedance import exceedance
from simulator.risk.service import service_bands
from simulator.risk.summary import unit_of
from simulator.scenario.ledger import ledger
from simulator.scenario.load import load

CHARTS = {
    "exceedance": "How bad could a year be?",
    "service": "Who loses service, and for how long?",
    "reach": "Whose software reaches most customers?",
}
"""The question that each chart of a run answers."""


@dataclass(frozen=True)
class Chart:
    """A picture with its description in words and the numbers it was drawn from."""

    name: str
    question: str
    png: bytes
    alt: str
    data: pd.DataFrame

    def csv(self) -> bytes:
        """The numbers, unrounded."""
        return self.data.to_csv(index=False, lineterminator="\n").encode()


@dataclass(frozen=True)
class Finished:
    """All that is shown of a run. `manifest`: the bytes of its file."""

    settings: Settings
    title: str
    version: str
    summary: Summary
    conditional: bool
    partial: bool
    charts: tuple[Chart, ...]
    assumptions: tuple[Assumption, ...]
    manifest: bytes


def read_finished(folder: Path, settings: Settings) -> Finished:
    """A run from its folder. Raises InputError if the folder does not hold one with its charts."""
    results = Results.read(folder)
    return Finished(
        settings=settings,
        title=str(results.manifest["scenario"]["title"]),
        version=str(results.manifest["versions"]["geocyber"]),
        summary=summarise(results),
        conditional=results.conditional,
        partial=results.partial,
        charts=tuple(
            Chart(
                name,
                question,
                (folder / f"{name}.png").read_bytes(),
                (folder / f"{name}.alt.txt").read_text(encoding="utf-8").strip(),
                data_behind(name, results),
            )
            for name, question in CHARTS.items()
            if (folder / f"{name}.png").is_file()
        ),
        assumptions=tuple(widest(ledger(load(scenario_file(settings.scenario))))),
        manifest=(folder / MANIFEST).read_bytes(),
    )


def data_behind(name: str, results: Results) -> pd.DataFrame:
    """The numbers of a chart under names that a reader of the chart knows."""
    if name == "exceedance":
        return losses_by_rarity(results)
    return people_without_service(results) if name == "service" else customers_reached(results)


def losses_by_rarity(results: Results) -> pd.DataFrame:
    """Yearly loss by return period; rows without a figure say why."""
    table = exceedance(results, results.measure, "AEP", [float(years) for years in RETURN_PERIODS])
    unit = unit_of(results.measure, results.currency)
    names = {
        "return_period": "once in so many years",
        "probability": "chance in a year",
        "loss": f"loss, {unit}",
        "low": "low (95 % range)",
        "high": "high (95 % range)",
        "effective": "futures behind it",
        "note": "remark",
    }
    table = table[list(names)].rename(columns=names)
    return table.assign(remark=table["remark"].str.replace("replications", "simulated futures"))


def people_without_service(results: Results) -> pd.DataFrame:
    """People without service by hours since the start, over the futures that the chart shows."""
    given = "compromise" if probability_of_compromise(results).value > 0.0 else "outage"
    names = {
        "sector": "sector",
        "hour": "hours since the start",
        "mean": "average",
        "q05": "5 % below",
        "q25": "25 % below",
        "q50": "half below",
        "q75": "75 % below",
        "q95": "95 % below",
    }
    return service_bands(results, given)[list(names)].rename(columns=names)


def customers_reached(results: Results) -> pd.DataFrame:
    """Vendors with the share of each sector's customers they reach, the widest reach first."""
    table = results.reach.sort_values("reach", ascending=False, ignore_index=True).drop(columns="vendor")
    shares = {s: f"share of {s}" for s in ("water", "telecom", "energy")}
    return table.rename(columns={"label": "vendor", "home": "home state", **shares, "reach": "customers reached"})
