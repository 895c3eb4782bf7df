"""Who needs whose service: `portfolio.generate.links`.

A provider is chosen with a probability in proportion to its customers, by an exponential race keyed by the
pair (rendezvous hashing, Thaler & Ravishankar 1998, with weights), so a provider that is added takes a few
links from the others and moves no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.errors import FieldPath, InputErrors, Problem
from simulator.scenario.lots import codes, lots, pair_lots
from simulator.scenario.portfolio import Generate, LinkRule, Organisation, SupplyLink

PLACE: FieldPath = ("portfolio", "generate", "links")
MAX_PAIRS = 10_000_000_000
"""Some five minutes of work."""
PAIRS_AT_ONCE = 30_000
"""So few that they stay in the cache of a core."""


def provision_links(
    section: Generate, organisations: Sequence[Organisation], written: Sequence[SupplyLink]
) -> list[SupplyLink]:
    """The links that the rules of `section` make, but for organisations `written` to have one of the kind.

    Raises InputErrors for a rule that stands twice, has too few providers to choose from, or too many pairs.
    """
    sector = {o.name: o.sector for o in organisations}
    settled = {(k.organisation, sector.get(k.provider), k.kind) for k in written}
    problems: list[Problem] = []
    found: list[SupplyLink] = []
    seen = set()
    for number, rule in enumerate(section.links):
        purpose = f"link|{rule.sector}|{rule.provider}|{rule.kind}"
        consumers = [
            o.name
            for o in organisations
            if o.sector == rule.sector and (o.name, rule.provider, rule.kind) not in settled
        ]
        providers = [o for o in organisations if o.sector == rule.provider]
        fault = _fault(rule, consumers, providers, again=purpose in seen)
        seen.add(purpose)
        if fault:
            problems.append(Problem((*PLACE, number), *fault))
        elif not problems:
            found.extend(_links(rule, section.seed, purpose, consumers, providers))
    if problems:
        raise InputErrors(problems)
    return found


def _fault(
    rule: LinkRule, consumers: Sequence[str], providers: Sequence[Organisation], again: bool
) -> tuple[str, str] | None:
    """What is given and what is allowed, where a rule will not do."""
    if again:
        said = f"a second rule for {rule.kind} links from {rule.sector} to {rule.provider}"
        return said, "one rule for each sector, provider and kind"
    choice = sum(o.customers > 0.0 for o in providers) - (rule.sector == rule.provider)
    if consumers and choice < rule.providers.value:
        said = f"a rule that needs {rule.providers.value} providers of {rule.provider} for each organisation"
        return said, f"up to {max(choice, 0)}, for so many there are with customers"
    if len(consumers) * len(providers) > MAX_PAIRS:
        said = f"a choice of {len(providers)} providers for each of {len(consumers)} organisations"
        return said, f"up to {MAX_PAIRS:.0e} pairs"
    return None


def _links(
    rule: LinkRule, seed: int, purpose: str, consumers: Sequence[str], providers: Sequence[Organisation]
) -> Iterator[SupplyLink]:
    if rule.share is not None:
        kept = lots(seed, purpose, consumers) < rule.share.value
        consumers = [name for name, keep in zip(consumers, kept.tolist(), strict=True) if keep]
    chosen = _chosen(rule, seed, purpose, consumers, providers)
    for name, columns in zip(consumers, chosen.tolist(), strict=True):
        for column in columns:
            yield SupplyLink(
                organisation=name,
                provider=providers[column].name,
                kind=rule.kind,
                carries=1.0 / rule.providers.value,
                fallback=rule.fallback.value,
                buffer=rule.buffer.value,
                recharge=rule.recharge.value,
                refilled_after_h=rule.refilled_after.value if rule.refilled_after else np.inf,
                restart_lag_h=rule.restart_lag.value if rule.restart_lag else 0.0,
                deliveries=rule.deliveries.value,
            )


def _chosen(
    rule: LinkRule, seed: int, purpose: str, consumers: Sequence[str], providers: Sequence[Organisation]
) -> NDArray[np.intp]:
    """The providers first past the post for each consumer: shape (consumers, providers of the rule)."""
    count = rule.providers.value
    names = [o.name for o in providers]
    row = codes(seed, f"{purpose}|consumer", consumers)
    column = codes(seed, f"{purpose}|provider", names)
    speed = np.array([o.customers for o in providers])
    own = {name: k for k, name in enumerate(names)} if rule.sector == rule.provider else {}
    chosen = np.empty((len(consumers), count), dtype=np.intp)
    step = max(PAIRS_AT_ONCE // max(len(names), 1), 1)
    for first in range(0, len(consumers), step):
        rows = slice(first, first + step)
        time = pair_lots(row[rows], column)
        np.log(time, out=time)
        with np.errstate(divide="ignore"):
            np.divide(time, -speed, out=time)
        for i, name in enumerate(consumers[rows] if own else ()):
            time[i, own[name]] = np.inf
        if count == 1:
            chosen[rows, 0] = time.argmin(axis=1)
        else:
            chosen[rows] = np.sort(np.argpartition(time, count - 1, axis=1)[:, :count], axis=1)
    return chosen
