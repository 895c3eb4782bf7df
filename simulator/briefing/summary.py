"""What a run says, in the order a risk officer asks: how bad if it happens, how likely, and the average year.

Two significant digits. Where the stated range of a hazard nobody has observed spans more than a factor of
ten, no central estimate is shown, only what the range makes of it (DESIGN section 7).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from simulator.batch.ignorance import ALL, TOO_WIDE
from simulator.batch.results import Results
from simulator.risk.breakdown import by_cause, by_payer, by_sector
from simulator.risk.condition import probability_of_compromise, share_that_arrives
from simulator.risk.estimate import effective_sample_size, largest_share
from simulator.risk.exceedance import exceedance
from simulator.risk.health import ailments
from simulator.risk.loss import average_annual_loss
from simulator.risk.precision import relative_error
from simulator.risk.sampling import design_of
from simulator.risk.service import reliability, service_losses
from simulator.risk.summary import conditional, loss_given_cause, unit_of
from simulator.risk.words import YARDSTICK, in_words, length_of_time, money, nearest_band, one_in, percent, two_digits
from simulator.scenario.words import MALICIOUS_CAUSES, CauseKind

SHOWN_RETURN_PERIODS = (5.0, 10.0, 50.0, 100.0, 200.0, 1000.0)

SIZES = ("million", "billion", "trillion")
IF: dict[CauseKind, str] = {
    "coerced_update": "an update forced by a home state",
    "outside_intrusion": "an intrusion into a vendor",
    "access_release": "a release of footholds",
    "telecom_proxy": "an entry through a telecom operator",
}

FOLLOWING: frozenset[CauseKind] = frozenset({"telecom_proxy", "instrument"})
"""Causes that follow from hostile ones, and so share the doubt of their hazards."""

CAUSES: dict[CauseKind, str] = {
    "coerced_update": "update forced by a home state",
    "outside_intrusion": "outside intrusion into a vendor",
    "access_release": "footholds released",
    "faulty_update": "faulty update, no malice",
    "telecom_proxy": "entry through a telecom operator",
    "crime": "ordinary crime",
    "hacktivist": "hacktivists",
    "sanctions": "sanctions: replacement",
    "instrument": "government instrument: compliance",
    "mitigation": "mitigation: replacement of a product",
    "given": "given facts",
}


@dataclass(frozen=True)
class Row:
    """A line of the summary: what, how much, how sure."""

    label: str
    value: str
    doubt: str = ""


@dataclass
class Section:
    title: str
    rows: list[Row] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Summary:
    headline: str
    basis: str
    """What the figures rest on: how many simulated futures, seed, precision."""
    sections: tuple[Section, ...]


def summarise(results: Results) -> Summary:
    """The summary of a run."""
    sections = [
        _if_it_happens(results),
        _how_likely(results),
        _average_year(results),
        _bad_years(results),
        _service(results),
    ]
    return Summary(headline(results), basis(results), tuple(s for s in sections if s.rows or s.note))


def headline(results: Results) -> str:
    """One sentence with the finding and its number."""
    write = _writer(results)
    start = "Given the stated facts, " if results.conditional else ""
    worst = _dearest_success(results)
    if worst is not None:
        cause, loss, cases = worst
        return _sentence(f"{start}{IF[cause]} costs {write(loss)} or more in one case of {cases}")
    curve = exceedance(results, results.measure, "AEP", (100.0,)).iloc[0]
    if math.isfinite(curve["loss"]) and curve["loss"] > 0.0:
        return _sentence(f"{start}one year in 100 costs {write(curve['loss'])} or more")
    aal = average_annual_loss(results, results.measure)
    if aal.value == 0.0:
        return _sentence(f"{start}no loss in any of {len(results.replications):,} simulated futures")
    return _sentence(f"{start}the average year costs {write(aal.value)}")


def _dearest_success(results: Results) -> tuple[CauseKind, float, str] | None:
    """(cause, loss, "two" or "ten") of the hostile cause with the largest typical loss; None if too few were seen."""
    found = {c: loss_given_cause(results, results.measure, c) for c in MALICIOUS_CAUSES}
    typical = {c: given[0.5].value for c, given in found.items() if math.isfinite(given[0.5].value)}
    if not typical:
        return None
    cause = max(typical, key=typical.__getitem__)
    rare = found[cause][0.9].value
    return (cause, rare, "ten") if math.isfinite(rare) else (cause, typical[cause], "two")


def basis(results: Results) -> str:
    """Number of futures, strata, seed, standard error of the average."""
    judged = results.judged
    error = relative_error(judged.estimate)
    parts = [
        f"{len(results.replications):,} simulated futures of {length_of_time(results.horizon_years)}",
        "sampled by whether a hostile compromise succeeds" if len(results.strata) > 1 else "plain sampling",
        f"seed {results.manifest['seed']}",
    ]
    if len(results.strata) > 1:
        weight = design_of(results).weight
        worth = two_digits(effective_sample_size(weight))
        parts.append(
            f"worth {worth} equally weighted ones, the heaviest {percent(largest_share(weight))} of all weight"
        )
    if math.isfinite(error):
        name = "the average year" if judged.metric.name == "AAL" else judged.metric.name
        parts.append(f"standard error of {name} {100 * error:.2g} %")
        parts += _wanted(results, error)
    if results.conditional:
        parts.append("conditional on given facts")
    if results.partial:
        parts.append("PARTIAL: the run was stopped early")
    if ailments(results):
        parts.append("UNHEALTHY: its weights are too unequal")
    return "; ".join(parts)


def _wanted(results: Results, error: float) -> list[str]:
    """How many more futures would be needed: for what was asked, or else for half the error."""
    asked = results.asked_precision
    if asked is not None and results.judged.reached(asked):
        return []
    target = asked if asked is not None else float(f"{error / 2.0:.1g}")
    more = results.judged.more(target) if target > 0.0 else None
    said = [f"the {percent(asked)} asked for were not reached"] if asked is not None else []
    return [*said, f"{percent(target)} would take some {two_digits(more)} more futures"] if more else said


def _if_it_happens(results: Results) -> Section:
    """Conditional on a success, no hazard that nobody has observed enters."""
    section = Section("If a hostile update or foothold succeeds")
    if results.large:
        section.note = "Left out for a run of this size, whose tables stay on the disk."
        return section
    told = conditional(results, results.measure)
    if not told["replications"]:
        return Section("")
    write = _writer(results)
    arrives = share_that_arrives(results)
    if arrives is not None:
        label = "an operator takes the hostile code in"
        section.rows.append(Row(label, f"{percent(arrives.value)} of cases", _doubt(arrives.row(), percent)))
    for cause in MALICIOUS_CAUSES:
        given = loss_given_cause(results, results.measure, cause)
        for q, words in ((0.5, "one case of two"), (0.9, "one case of ten")):
            if math.isfinite(given[q].value):
                label = f"{IF[cause]}: {words}, at least"
                section.rows.append(Row(label, write(given[q].value), _doubt(given[q].row(), write)))
    for person in told["people"]:
        if person["statistic"] == "q90" and person["value"]:
            section.rows.append(
                Row(
                    f"people without {person['sector']} at once, one in ten",
                    two_digits(person["value"]),
                    _doubt(person, two_digits),
                )
            )
    typical = [r for r in told["restoration"] if r["quantile"] == 0.5 and r["value"] is not None]
    back = {f"{row['restored']:g} % of service back": _hours(row["value"]) for row in typical}
    if len(set(back.values())) == 1:  # a single organisation is out in the typical event
        back = {"service back": next(iter(back.values()))}
    section.rows += [Row(label, f"after {time}", "typical, if service is lost") for label, time in back.items()]
    return section


def _how_likely(results: Results) -> Section:
    p = probability_of_compromise(results)
    if p.value == 0.0:
        return Section("")
    section = Section(f"How likely is that within {length_of_time(results.horizon_years)}?")
    low, high = _hazard_range(results)
    if p.value == 1.0:
        section.rows.append(Row("probability", "in every simulated future", in_words(p.value)))
        section.note = f"Words: {YARDSTICK}."
    elif high > TOO_WIDE * low:
        least, most = _scaled(p.value, low), _scaled(p.value, high)
        section.rows.append(
            Row(
                "under the stated range of hazards",
                f"{percent(least)} to {percent(most)}",
                _bands(least, most),
            )
        )
        section.note = (
            "The hazards are assumptions, and no update forced by a state has ever been proven. "
            f"This run assumed those that give {percent(p.value)} ({one_in(p.value)}). Words: {YARDSTICK}."
        )
    else:
        section.rows.append(Row("probability", f"{percent(p.value)} ({one_in(p.value)})", in_words(p.value)))
        section.note = f"Words: {YARDSTICK}."
    return section


def _bands(least: float, most: float) -> str:
    """The yardstick's words for both ends of a range."""
    (low, sure_low), (high, sure_high) = nearest_band(least), nearest_band(most)
    return f"{low.words} to {high.words}{'' if sure_low and sure_high else ' (nearest bands)'}"


def _average_year(results: Results) -> Section:
    write = _writer(results)
    section = Section("The average year")
    causes = by_cause(results, results.measure)
    causes = causes[causes["value"] > 0.0].sort_values("value", ascending=False)
    ranges = np.array([_hazard_range(results, str(cause)) for cause in causes.index]).reshape(-1, 2)
    ends = causes["value"].to_numpy()[:, None] * ranges
    total = average_annual_loss(results, results.measure).row()
    section.rows.append(_annual_row("all causes", total, ends.sum(axis=0), write))
    for (cause, row), own in zip(causes.iterrows(), ends, strict=True):
        section.rows.append(_annual_row(f"  {CAUSES[cast(CauseKind, cause)]}", dict(row), own, write))
    if results.measure == "cost":
        for payer, row in by_payer(results).iterrows():
            if row["value"] > 0.0:
                section.rows.append(Row(f"  borne by {payer}", write(row["value"]), _doubt(dict(row), write)))
    elif results.measure in ("customer_hours", "person_hours"):
        for sector, row in by_sector(results, results.measure).iterrows():
            if row["value"] > 0.0:
                section.rows.append(Row(f"  in {sector}", write(row["value"]), _doubt(dict(row), write)))
    return section


def _annual_row(label: str, row: Mapping[str, Any], ends: Sequence[float], write: Callable[[float | None], str]) -> Row:
    """An average, or only the range that the assumed hazards leave it where that is too wide."""
    low, high = ends
    if high > TOO_WIDE * low:
        return Row(label, _between(write(low), write(high)), "range of the assumed hazard")
    return Row(label, write(row["value"]), _doubt(row, write))


def _bad_years(results: Results) -> Section:
    write = _writer(results)
    section = Section("A year as bad as this or worse comes")
    for _, row in exceedance(results, results.measure, "AEP", SHOWN_RETURN_PERIODS).iterrows():
        label = f"once in {row['return_period']:g} years"
        if not math.isfinite(row["loss"]):
            section.rows.append(Row(label, "not shown", _on_screen(str(row["note"]))))
        elif row["loss"] == 0.0:
            section.rows.append(Row(label, "no loss", _on_screen(str(row["note"]))))
        else:
            section.rows.append(Row(label, write(row["loss"]), _doubt(dict(row), write)))
    low, high = _hazard_range(results)
    if high > TOO_WIDE * low:
        section.note = "Under the hazards that this run assumed; their stated range is wide."
    return section


def _service(results: Results) -> Section:
    section = Section("Service lost in the average year")
    for _, row in service_losses(results).iterrows():
        if row["value"] and row["measure"] != "customer_hours":
            label = f"{row['sector']}: {str(row['measure']).replace('_', ' ')}"
            section.rows.append(Row(label, two_digits(row["value"]), _doubt(dict(row), two_digits)))
    for _, row in reliability(results).iterrows():
        if row["value"] and row["index"] in ("SAIDI", "SAIFI", "ENS"):
            label = f"{row['sector']}: {row['index']}, {row['unit']}"
            section.rows.append(Row(label, two_digits(row["value"]), _doubt(dict(row), two_digits)))
    return section


def _hazard_range(results: Results, cause: str = ALL) -> tuple[float, float]:
    """Stated range of a cause's hazard over the one used; 1 to 1 where none is stated."""
    ranges = results.manifest["hazard_ranges"]
    low, high = ranges.get(ALL if cause in FOLLOWING else cause, (1.0, 1.0))
    return low, high


def _scaled(p: float, factor: float) -> float:
    """P(at least one) when the integrated hazard is multiplied; p < 1."""
    return -math.expm1(factor * math.log1p(-p))


def _writer(results: Results) -> Callable[[float | None], str]:
    unit = unit_of(results.measure, results.currency)

    def write(x: float | None) -> str:
        if x is None or not math.isfinite(x):
            return "too few futures to say"
        return money(x, unit) if results.measure == "cost" else f"{two_digits(x)} {unit}"

    return write


def _doubt(row: Mapping[str, Any], write: Callable[[float], str]) -> str:
    """The 95 % interval, or why there is none."""
    low, high = row.get("low"), row.get("high")
    note = str(row.get("note") or "")
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return _on_screen(note)
    if write(float(low)) == write(float(high)):
        return "within rounding"
    return f"{_between(write(float(low)), write(float(high)))}{' (rough)' if 'rough' in note else ''}"


def _on_screen(note: str) -> str:
    """A note in plain words."""
    return note.replace("replications", "simulated futures").replace("replication", "simulated future")


def _between(low: str, high: str) -> str:
    """Two amounts as a range; words that both begin or end with are said once: GBP 1.2 to 3.4 million.

    A number is never left to take its "million" from the other: 1.2 hours to 3 million hours stays.
    """
    first, last = low.split(" "), high.split(" ")
    shared = 0
    while first[-1 - shared] == last[-1 - shared] and first[-1 - shared][0].isalpha():
        shared += 1
    x, y = first[-1 - shared], last[-1 - shared]
    if y in SIZES and x not in SIZES and "," not in x and x != "0":
        return f"{low} to {high}"
    first = first[: len(first) - shared]
    if first[0] == last[0] and first[0].isalpha():
        last = last[1:]
    return f"{' '.join(first)} to {' '.join(last)}"


def _hours(hours: float) -> str:
    return f"{two_digits(hours)} hours" if hours < 48.0 else f"{two_digits(hours / 24.0)} days"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."
