"""A finished comparison as the page shows it: read once from its folder, which can then go."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pandas as pd

import simulator
from simulator.app.finished import Chart
from simulator.app.origin import Origin, origins
from simulator.app.selection import Selection, offers_for
from simulator.briefing.comparison import ComparisonSummary, summarise_comparison
from simulator.charts.arms import About, Arm, Estimate, ranked, read_arms, read_estimate
from simulator.charts.numbers import short, signed
from simulator.scenario.ledger import Entry, ledger
from simulator.scenario.mitigations import Mitigation
from simulator.scenario.words import PAYERS, Payer

NAME = "comparison"
QUESTION = "What does each buy, and what does it cost?"
WHO: dict[Payer, str] = {
    "operator": "Operators",
    "customers": "Their customers",
    "society": "Everybody else",
    "insurer": "Insurers",
    "vendor": "Vendors",
    "government": "Governments",
}
ALL = "Society as a whole"


@dataclass(frozen=True)
class Member:
    """A mitigation of an arm, and what its own figures rest on."""

    title: str
    about: str
    grade: str
    origins: tuple[Origin, ...]


@dataclass(frozen=True)
class Account:
    """How the figures of one arm came about. `payers`: payer, what it gains, what it pays, net, ready to print."""

    title: str
    verdict: str
    buys: str
    costs: str
    net: str
    rerun: float
    note: str
    tail: str
    payers: tuple[tuple[str, str, str, str], ...]
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Compared:
    """All that is shown of a comparison. `table` and `record`: the bytes of its files."""

    settings: Selection
    title: str
    version: str
    summary: ComparisonSummary
    conditional: bool
    partial: bool
    left_out: tuple[str, ...]
    chart: Chart
    accounts: tuple[Account, ...]
    table: bytes
    record: bytes


def read_compared(folder: Path, settings: Selection) -> Compared:
    """A comparison from its folder. Raises InputError if the folder does not hold one."""
    frame = pd.read_parquet(folder / f"{NAME}.parquet")
    record = (folder / f"{NAME}.json").read_bytes()
    common = read_common(record)
    about = cast(About, common)
    offers = offers_for(settings.scenario)
    entries = ledger(offers.loaded)
    rows = {str(row["name"]): row for row in frame.to_dict("records")}
    arms = sorted(ranked(read_arms(frame)), key=lambda arm: arm.together)
    return Compared(
        settings=settings,
        title=about["title"],
        version=simulator.__version__,
        summary=summarise_comparison(frame, about),
        conditional=about["conditional"],
        partial=common["partial"],
        left_out=tuple(common["left_out"]),
        chart=Chart(
            NAME,
            QUESTION,
            (folder / f"{NAME}.png").read_bytes(),
            (folder / f"{NAME}.alt.txt").read_text(encoding="utf-8").strip(),
            drawn(arms, about["currency"]),
        ),
        accounts=tuple(account(arm, rows[arm.name], about["currency"], offers.mitigations, entries) for arm in arms),
        table=(folder / f"{NAME}.csv").read_bytes(),
        record=record,
    )


def read_common(record: bytes) -> dict[str, Any]:
    """What all arms have in common. JSON knows no infinity: where nothing is left to chance, the gain is null."""
    common: dict[str, Any] = json.loads(record)["about"]
    if common["variance_ratio"] is None:
        common["variance_ratio"] = math.inf
    return common


def drawn(arms: Sequence[Arm], currency: str) -> pd.DataFrame:
    """The numbers of the chart under names that a reader of the chart knows."""
    return pd.DataFrame(
        {
            "mitigation": arm.title,
            f"benefit, {currency}": arm["benefit"].value,
            "benefit, low (95 % range)": arm["benefit"].low,
            "benefit, high (95 % range)": arm["benefit"].high,
            f"cost, {currency}": arm["cost"].value,
            f"net, {currency}": arm["net"].value,
            "net, low (95 % range)": arm["net"].low,
            "net, high (95 % range)": arm["net"].high,
            "for society": arm.verdict,
            "for operators": arm.operator_verdict,
        }
        for arm in arms
    )


def account(
    arm: Arm, row: Mapping[Any, Any], currency: str, known: Mapping[str, Mitigation], entries: Sequence[Entry]
) -> Account:
    """How the figures of an arm came about."""
    return Account(
        title=arm.title,
        verdict=arm.verdict,
        buys=arm["benefit"].told(lambda amount: short(amount, currency)),
        costs=arm["cost"].told(lambda amount: short(amount, currency)),
        net=signed(arm["net"].value, currency),
        rerun=arm.rerun,
        note=arm.note,
        tail=str(row.get("tail_sentence") or ""),
        payers=tuple(by_payer(row, currency)),
        members=tuple(
            Member(known[name].title, known[name].about, known[name].grade, origins(entries, name))
            for name in arm.members
        ),
    )


def by_payer(row: Mapping[Any, Any], currency: str) -> Iterator[tuple[str, str, str, str]]:
    """Who gains and who pays, then all of them; those whom an arm leaves untouched are left out."""
    for who, ending in (*((WHO[payer], f"_{payer}") for payer in PAYERS), (ALL, "")):
        benefit, cost, net = (read_estimate(row, f"{figure}{ending}") for figure in ("benefit", "cost", "net"))
        if touched(benefit) or touched(cost):
            interval = net.range(lambda amount: short(amount, currency))
            yield (
                who,
                short(benefit.value, currency),
                short(cost.value, currency),
                f"{signed(net.value, currency)} ({interval})",
            )


def touched(estimate: Estimate) -> bool:
    return not estimate.value == estimate.low == estimate.high == 0.0
