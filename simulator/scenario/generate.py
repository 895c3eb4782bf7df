"""Organisations made up by rule: `portfolio.generate.groups`.

The same seed gives the same portfolio. What an organisation is like hangs on its own name, so adding a group
changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import psutil
from numpy.typing import ArrayLike, NDArray

from simulator.scenario.errors import FieldPath, InputError, InputErrors, Problem, shown
from simulator.scenario.lots import lots
from simulator.scenario.names import checked_name
from simulator.scenario.portfolio import Group, Organisation
from simulator.scenario.portfolio_csv import no_people_per_customer
from simulator.scenario.register import BYTES_A_ROW
from simulator.scenario.schema import Scenario

MAX_ORGANISATIONS = 1_000_000
ORGANISATIONS_A_MINUTE = 200_000
"""Made up, with what they run and need, on one core; roughly."""
GROUPS: FieldPath = ("portfolio", "generate", "groups")


def made_organisations(scenario: Scenario, written: Sequence[Organisation]) -> list[Organisation]:
    """The organisations that `portfolio.generate` adds to those `written` in a file; none without it.

    Raises InputErrors with all that is wrong; the paths of its Problems start at the top of the scenario.
    """
    section = scenario.portfolio.generate
    if section is None:
        return []
    _refuse_too_many(len(written) + sum(group.count for group in section.groups))
    problems = _faults(section.groups, scenario, written)
    if problems:
        raise InputErrors(problems)
    people = scenario.impact.people_per_customer
    return [
        organisation
        for group in section.groups
        for organisation in _organisations(group, section.seed, people[group.sector].value)
    ]


def _refuse_too_many(count: int) -> None:
    needed = count * BYTES_A_ROW
    free = int(psutil.virtual_memory().available)
    if count <= MAX_ORGANISATIONS and needed <= free:
        return
    allowed = MAX_ORGANISATIONS if count > MAX_ORGANISATIONS else free // BYTES_A_ROW
    raise InputErrors(
        [
            Problem(
                GROUPS,
                f"{count} organisations in all, which need about {needed / 1e9:.1f} GB of memory "
                f"({free / 1e9:.1f} GB are free) and {math.ceil(count / ORGANISATIONS_A_MINUTE)} minutes",
                f"up to {allowed} organisations",
            )
        ]
    )


def _faults(groups: Sequence[Group], scenario: Scenario, written: Sequence[Organisation]) -> list[Problem]:
    problems: list[Problem] = []
    taken = {o.name for o in written}
    for number, group in enumerate(groups):
        place = (*GROUPS, number)
        problems.extend(_size_faults(group, place))
        fault = _name_fault(group, taken)
        if fault:
            problems.append(Problem((*place, "name"), shown(group.name), *fault))
        else:
            taken.update(_names(group))
    sectors = sorted({group.sector for group in groups} - set(scenario.impact.people_per_customer))
    return problems + [no_people_per_customer(sector) for sector in sectors]


def _size_faults(group: Group, place: FieldPath) -> list[Problem]:
    if bool(group.size_classes) == (group.size is not None):
        given = "missing" if group.size is None else "given beside size_classes"
        return [Problem((*place, "size"), given, "either size or size_classes")]
    problems = []
    for number, one in enumerate(group.size_classes):
        low, high, count = one.low.value, one.high.value, one.count.value
        if not 0.0 < low <= high:
            said = f"a class from {low:g} to {high:g}"
            problems.append(Problem((*place, "size_classes", number), said, "0 < low <= high"))
        if count < 0.0:
            problems.append(Problem((*place, "size_classes", number, "count"), shown(count), "0 or more"))
    if group.size_classes and not sum(c.count.value for c in group.size_classes) > 0.0:
        problems.append(Problem((*place, "size_classes"), "without any operators", "a count above 0"))
    total = group.total_customers
    if total is not None and total.value < group.count:
        allowed = f"{group.count} or more, one for each organisation"
        problems.append(Problem((*place, "total_customers"), shown(total.value), allowed))
    return problems


def _name_fault(group: Group, taken: set[str]) -> tuple[str, str] | None:
    """What is allowed and a hint, where the names of a group will not do."""
    if "{n}" not in group.name and group.count > 1:
        return "a name with {n} for the number", f'For example "{group.name.strip()[:40]} {{n}}"'
    for name in _names(group):
        try:
            if checked_name(name) != name:
                return "a name in Unicode's composed form, without spaces around it", ""
        except InputError as error:
            return "a name that can be used", str(error)
        if name in taken:
            return "a name of its own", f'"{name}" is already in the portfolio'
    return None


def _names(group: Group) -> list[str]:
    return [group.name.replace("{n}", str(n)) for n in range(1, group.count + 1)]


def _organisations(group: Group, seed: int, people_per_customer: float) -> list[Organisation]:
    names = _names(group)
    customers = _customers(group, seed, names)
    government = _drawn(seed, "government", names, group.government_share.value if group.government_share else 0.0)
    serves = _drawn(seed, "serves_war", names, group.serves_war_share.value if group.serves_war_share else 0.0)
    critical_above = group.critical_above.value if group.critical_above else math.inf
    briefed_above = group.briefed_above.value if group.briefed_above else math.inf
    generation = group.generation_per_customer_kw.value if group.generation_per_customer_kw else 0.0
    stance = group.stance.value if group.stance else 0.0
    return [
        Organisation(
            name=name,
            sector=group.sector,
            customers=size,
            people=size * people_per_customer,
            pool=group.pool,
            own_teams=group.own_teams.value,
            critical=size >= critical_above,
            government=of_government,
            briefed=size >= briefed_above,
            serves_war=at_war,
            stance=stance,
            generation_kw=size * generation,
        )
        for name, size, of_government, at_war in zip(
            names, customers.tolist(), government.tolist(), serves.tolist(), strict=True
        )
    ]


def _drawn(seed: int, purpose: str, names: Sequence[str], share: float) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = lots(seed, purpose, names) < share
    return found


def _customers(group: Group, seed: int, names: Sequence[str]) -> NDArray[np.float64]:
    """Whole numbers of customers, at least 1 each; `total_customers`, rounded, is exactly their sum."""
    lot = lots(seed, "size", names)
    if group.size is not None:
        law = group.size.value
        sizes = np.array([law.quantile(u) for u in lot.tolist()])
    else:
        low, high = _class_bounds(group, lots(seed, "size_class", names))
        sizes = low * (high / low) ** lot
    if group.total_customers is None:
        rounded: NDArray[np.float64] = np.maximum(np.rint(sizes), 1.0)
        return rounded
    beyond_one = round(group.total_customers.value) - len(names)
    return apportion(sizes if sizes.any() else np.ones(len(names)), beyond_one) + np.float64(1.0)


def _class_bounds(group: Group, lot: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds of the class of each organisation: as many in each as the counts say, by rank of lot."""
    share = apportion([c.count.value for c in group.size_classes], group.count)
    by_rank = np.repeat(np.arange(len(share)), share)
    of = np.empty(group.count, dtype=np.intp)
    of[np.argsort(lot, kind="stable")] = by_rank
    low = np.array([c.low.value for c in group.size_classes])
    high = np.array([c.high.value for c in group.size_classes])
    return low[of], high[of]


def apportion(weights: ArrayLike, total: int) -> NDArray[np.int64]:
    """`total` shared out in whole numbers in proportion to weights, by the largest remainder.

    Equal remainders go to the first. The weights are 0 or more and not all 0.
    """
    exact = np.asarray(weights, dtype=np.float64)
    exact = exact / exact.sum() * total
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:left]] += 1
    return whole
