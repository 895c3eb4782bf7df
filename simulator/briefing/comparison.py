"""What a comparison of mitigations says, in the order a risk officer and a policy adviser ask.

First what pays for society and what does not, then who sees it otherwise, what changes besides money, and how far
to trust it. Two significant digits; amounts are present values over the horizon.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd

from simulator.briefing.summary import Row, Section, Summary
from simulator.charts.arms import About, Arm, Ban, Estimate, headline, horizon, ranked, read_arms
from simulator.charts.numbers import count, in_letters, short, signed
from simulator.risk.words import percent, two_digits
from simulator.scenario.words import SECTORS

MOST_SHOWN = 5
"""Mitigations shown for each thing they change besides money."""
WITHOUT = {"water": "water", "telecom": "telecom", "energy": "energy supply"}
SAVES = {
    0.0: "the state does not save its asset for war",
    0.5: "it half saves its asset for war",
    1.0: "it saves its asset for war",
}

Write = Callable[[float], str]


@dataclass(frozen=True)
class Line:
    """An arm in the table of what pays, ready to print."""

    title: str
    verdict: str
    benefit: str
    cost: str
    net: str
    interval: str
    ratio: str
    operator: str
    evidence: str
    together: bool


@dataclass(frozen=True)
class ComparisonSummary(Summary):
    """A summary with a table of the arms, and what must not be missed."""

    warnings: tuple[str, ...]
    lines: tuple[Line, ...]
    """What pays first, then the unclear, then what does not; sets after single mitigations."""


def summarise_comparison(arms: pd.DataFrame, about: About) -> ComparisonSummary:
    """The summary of a comparison. Raises `InputError` for a frame that lacks a column or holds a bad figure."""
    rows = ranked(read_arms(arms))
    sections = [
        operator_and_society(rows, about),
        *besides_money(rows, about),
        reasons(rows, about),
        sets(rows, about),
        *bans(rows, about),
        method(rows, about),
    ]
    return ComparisonSummary(
        headline=f"{headline(rows, about)}.",
        basis=basis(about),
        sections=tuple(section for section in sections if section.rows or section.note),
        warnings=tuple(warnings(rows, about)),
        lines=tuple(line(arm, about) for arm in sorted(rows, key=lambda arm: arm.together)),
    )


def writer(about: About) -> Write:
    """Money in short; less than half of one unit is nothing but rounding."""
    return lambda amount: short(amount if abs(amount) >= 0.5 else 0.0, about["currency"])


def line(arm: Arm, about: About) -> Line:
    write, ratio = writer(about), arm["ratio"]
    return Line(
        title=arm.title,
        verdict=arm.verdict,
        benefit=write(arm["benefit"].value),
        cost=write(arm["cost"].value),
        net=signed(arm["net"].value if abs(arm["net"].value) >= 0.5 else 0.0, about["currency"]),
        interval=arm["net"].range(write),
        ratio=("0" if abs(ratio.value) < 0.005 else short(ratio.value)) if ratio.known else "–",
        operator=arm.operator_verdict or "–",
        evidence=arm.grade or "–",
        together=arm.together,
    )


def warnings(rows: Sequence[Arm], about: About) -> list[str]:
    """A loud line for each arm that makes the tail worse."""
    write = writer(about)
    said = []
    for arm in rows:
        if arm.tail_worse:
            text = f"WORSE BAD YEARS with {arm.title}"
            if arm["var"].known and arm["var"].value < 0:
                text += f": {a_year_of(about)} costs {added(arm['var'], write)} more"
            elif arm["tvar"].known and arm["tvar"].value < 0:
                text += f": years beyond {a_year_of(about)} cost {added(arm['tvar'], write)} more on average"
            said.append(f"{text}.")
    return said


def added(spared: Estimate, write: Write) -> str:
    """What is not spared but added: the figure with its sign turned."""
    return Estimate(-spared.value, -spared.high, -spared.low).told(write)


def a_year_of(about: About) -> str:
    return f"a 1-in-{two_digits(about['return_period'])} year"


def operator_and_society(rows: Sequence[Arm], about: About) -> Section:
    """Where what pays for operators and for society differ."""
    section = Section("Where operators and society differ")
    write = writer(about)
    for arm in rows:
        if arm.operator_verdict and arm.operator_verdict != arm.verdict:
            value = f"society: {arm.verdict}; operators: {arm.operator_verdict}"
            net = f"net for operators {arm['operator_net'].told(write)}"
            unseen = "no difference in any simulated future"
            section.rows.append(Row(arm.title, value, unseen if arm.operator_verdict == "not touched" else net))
    if rows and not section.rows:
        section.note = "The verdict is the same for both."
    return section


def besides_money(rows: Sequence[Arm], about: About) -> list[Section]:
    """People-days by sector, the chance of an outage, and the rare year."""
    days = (
        spared(rows, f"person_days_{sector}", f"People-days without {WITHOUT[sector]} spared in a year", count)
        for sector in SECTORS
    )
    years = horizon(about["horizon_years"])
    outage = spared(rows, "outage", f"Chance of any outage within {years}, cut by (in points)", points)
    year = a_year_of(about)
    rare = spared(rows, "var", f"{year[0].upper()}{year[1:]} becomes cheaper by", writer(about))
    beyond = [arm for arm in rows if not arm["var"].known]
    if beyond:
        why = next((f": {arm.note}" for arm in beyond if arm.note), "")
        rare.note = f"{rare.note} Not known for {in_letters(len(beyond))} of {in_letters(len(rows))}{why}.".strip()
    sections = [*days, outage, rare]
    silent = [section.title for section in sections if not section.rows and not section.note]
    if rows and silent:
        note = "No mitigation changes these by more than chance might: "
        sections.append(Section("No change to be seen", note=f"{note}{'; '.join(silent)}."))
    return sections


def spared(rows: Sequence[Arm], measure: str, title: str, write: Write) -> Section:
    """The arms that change a measure by more than chance would: worsening ones, then the largest gains."""
    section = Section(title)
    told = sorted((arm for arm in rows if arm[measure].beyond_chance), key=lambda arm: -arm[measure].value)
    worse = [arm for arm in told if arm[measure].value < 0]
    better = told[: len(told) - len(worse)]
    for arm in reversed(worse):
        estimate = arm[measure]
        section.rows.append(Row(arm.title, f"{write(-estimate.value)} MORE", f"{added(estimate, write)} added"))
    for arm in better[:MOST_SHOWN]:
        section.rows.append(Row(arm.title, write(arm[measure].value), arm[measure].range(write)))
    left = len(better) - MOST_SHOWN
    if left > 0:
        section.note = f"{in_letters(left).capitalize()} more {'gains' if left == 1 else 'gain'} less."
    return section


def points(share: float) -> str:
    """A difference of probabilities, in percentage points."""
    return two_digits(100 * share)


def reasons(rows: Sequence[Arm], about: About) -> Section:
    """Why so little, or so much; the least benefit first."""
    section = Section("Why so little, or so much")
    explained = sorted((arm for arm in rows if arm.reason), key=lambda arm: arm["benefit"].value)
    section.rows += [Row(arm.title, f"benefit {arm['benefit'].told(writer(about))}", arm.reason) for arm in explained]
    return section


def sets(rows: Sequence[Arm], about: About) -> Section:
    """What a set gains in force together, against the sum of what its members gain alone."""
    section = Section("Sets: in force together against added up")
    titles = {arm.name: arm.title for arm in rows}
    write = writer(about)
    for name, joint in about["joint"].items():
        difference = Estimate(joint["difference"], joint["low"], joint["high"])
        value = f"{write(joint['joint'])} together, {write(joint['sum'])} added up"
        section.rows.append(Row(titles.get(name, name), value, f"{added_up(difference)} {difference.told(write)}"))
    return section


def added_up(difference: Estimate) -> str:
    """What adding up single benefits does, by the interval of sum less joint."""
    if difference.low == difference.high == 0.0:
        return "adding up changes nothing:"
    if not difference.beyond_chance:
        return "not told apart by these futures:"
    return "adding up overstates by" if difference.value > 0 else "adding up understates; sum less joint"


def bans(rows: Sequence[Arm], about: About) -> list[Section]:
    """What a ban does to the hazard itself, over two horizons and three beliefs about the state."""
    titles = {arm.name: arm.title for arm in rows}
    sections: dict[str, Section] = {}
    for ban in about["bans"]:
        name = ban["mitigation"]
        section = sections.setdefault(
            name,
            Section(f"{titles.get(name, name)}: share of today's customers within reach when the state uses a vendor"),
        )
        value = f"{percent(ban['without'])} without, {percent(ban['with'])} with"
        section.rows.append(Row(f"{horizon(ban['horizon_years'])}, if {saves(ban)}", value, ban["sentence"]))
    return list(sections.values())


def saves(ban: Ban) -> str:
    known = SAVES.get(ban["saves"])
    return known or f"it saves its asset for war to {percent(ban['saves'])}"


def method(rows: Sequence[Arm], about: About) -> Section:
    """What was really simulated again, and what comparing the same futures gained."""
    section = Section("How the comparison was made")
    shares = [arm.rerun for arm in rows if math.isfinite(arm.rerun)]
    if shares:
        least, most = percent(min(shares)), percent(max(shares))
        value = f"{least if least == most else f'{least} to {most}'} of futures"
        doubt = f"median {percent(median(shares))}; it changes nothing in the others"
        section.rows.append(Row("simulated again for a mitigation", value, doubt))
    if len(rows) > 1:
        each = two_digits(0.025 * len(rows))
        section.rows.append(
            Row(
                f"verdicts among {in_letters(len(rows))} that chance alone gets wrong",
                f"about {each} each way at most",
                "intervals are of 95 % each, not of all together",
            )
        )
    ratio = about["variance_ratio"]
    if math.isfinite(ratio):
        value = f"variance of differences cut {two_digits(ratio)} times"
        doubt = f"as if there were {two_digits(ratio)} times as many separate futures (median mitigation)"
        section.rows.append(Row("gained by comparing the same futures", value, doubt))
    return section


def basis(about: About) -> str:
    """Number of futures, horizon, seed, money, intervals."""
    parts = [
        f"{about['replications']:,} simulated futures of {horizon(about['horizon_years'])}",
        "the same futures for every mitigation",
        f"seed {about['seed']}",
        f"present values in {about['currency']} at {percent(about['discount'])} a year",
        "intervals (95 %) cover the error of a finite number of futures, no other doubt",
    ]
    if about["conditional"]:
        parts.append("conditional on given facts")
    return "; ".join(parts)
