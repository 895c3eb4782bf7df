"""Cross-references of a scenario: every name used somewhere must stand where it is defined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from simulator.evidence import all_parameters
from simulator.scenario.errors import FieldPath, InputError, Problem, did_you_mean, listed, shown
from simulator.scenario.names import checked_name
from simulator.scenario.portfolio import Register
from simulator.scenario.quantity import Money, MoneyPer
from simulator.scenario.schema import Scenario
from simulator.scenario.stated import stated_values

Reference = tuple[FieldPath, str, str]
"""Where a name is used, the section it must stand in, and the name."""

NAMED = (
    *"jurisdictions theatres vendors products controls payloads detection adoption faults".split(),
    *"pools restoration hacktivists mitigations mitigation_sets".split(),
)
"""Sections whose keys are names."""

MOST_OF_A_KIND = 10
"""Problems shown of one list of the register; the rest are counted."""

_EVIDENCE_ID = re.compile(r"[A-Za-z0-9_*]+(?:\.[A-Za-z0-9_*]+)+")


def check_scenario(scenario: Scenario) -> list[Problem]:
    """All that is wrong with the names, the sources and the currency of a scenario, its register aside."""
    known = known_names(scenario)
    return [
        *_names(scenario),
        *(problem for r in _references(scenario) for problem in missing(r, known[r[1]])),
        *_paths(scenario),
        *_empty_scripts(scenario),
        *_circles(scenario),
        *_too_few_vendors(scenario),
        *_sources(scenario),
        *_currencies(scenario),
    ]


def known_names(scenario: Scenario) -> dict[str, Sequence[str]]:
    """The names that each section defines."""
    known: dict[str, Sequence[str]] = {section: list(getattr(scenario, section)) for section in NAMED}
    known["instruments"] = [instrument.name for instrument in scenario.instruments]
    return known


def missing(reference: Reference, names: Sequence[str]) -> Iterator[Problem]:
    """A problem where the name referred to is none of these."""
    path, section, name = reference
    if name not in names:
        allowed = f"a name under {section}: {listed(names)}" if names else f"a name under {section}, which has none"
        yield Problem(path, shown(name), allowed, did_you_mean(name, names))


def _references(scenario: Scenario) -> Iterator[Reference]:
    yield from _of_vendors(scenario)
    yield from _of_theatres(scenario)
    yield from _of_threats(scenario)
    yield from _of_government(scenario)
    yield from _of_given(scenario)
    yield from _of_generator(scenario)


def _of_vendors(scenario: Scenario) -> Iterator[Reference]:
    for name, vendor in scenario.vendors.items():
        yield ("vendors", name, "home"), "jurisdictions", vendor.home
        for number, control in enumerate(vendor.controls):
            yield ("vendors", name, "controls", number), "controls", control
    for name, product in scenario.products.items():
        yield ("products", name, "vendor"), "vendors", product.vendor
        for path, adoption in product.adoption.items():
            yield ("products", name, "adoption", path), "adoption", adoption
        if product.fault is not None:
            yield ("products", name, "fault"), "faults", product.fault


def _of_theatres(scenario: Scenario) -> Iterator[Reference]:
    for name, theatre in scenario.theatres.items():
        place: FieldPath = ("theatres", name)
        yield (*place, "home_state"), "jurisdictions", theatre.home_state
        if theatre.linked_to is not None:
            yield (*place, "linked_to", "theatre"), "theatres", theatre.linked_to.theatre
        if theatre.coercion is not None:
            yield (*place, "coercion", "payload"), "payloads", theatre.coercion.payload
        if theatre.access_stock is not None:
            yield (*place, "access_stock", "payload"), "payloads", theatre.access_stock.payload


def _of_threats(scenario: Scenario) -> Iterator[Reference]:
    for name, payload in scenario.payloads.items():
        yield ("payloads", name, "detection"), "detection", payload.detection
        yield ("payloads", name, "restoration"), "restoration", payload.restoration
    for name, fault in scenario.faults.items():
        yield ("faults", name, "detection"), "detection", fault.detection
        yield ("faults", name, "restoration"), "restoration", fault.restoration
    intrusion = scenario.intrusion
    if intrusion is not None:
        yield ("intrusion", "theatre"), "theatres", intrusion.theatre
        yield ("intrusion", "payload"), "payloads", intrusion.payload
        for number, vendor in enumerate(intrusion.vendors or ()):
            yield ("intrusion", "vendors", number), "vendors", vendor
    for name, crowd in scenario.hacktivists.items():
        yield ("hacktivists", name, "theatre"), "theatres", crowd.theatre
    if scenario.crime is not None:
        yield ("crime", "restoration"), "restoration", scenario.crime.restoration
        if scenario.crime.theatre is not None:
            yield ("crime", "theatre"), "theatres", scenario.crime.theatre
    if scenario.telecom_proxy is not None:
        yield ("telecom_proxy", "restoration"), "restoration", scenario.telecom_proxy.restoration


def _of_government(scenario: Scenario) -> Iterator[Reference]:
    if scenario.sanctions is not None:
        yield ("sanctions", "theatre"), "theatres", scenario.sanctions.theatre
    for product, other in (scenario.removal.replaced_by if scenario.removal is not None else {}).items():
        yield ("removal", "replaced_by", product), "products", product
        yield ("removal", "replaced_by", product), "products", other
    for number, instrument in enumerate(scenario.instruments):
        place: FieldPath = ("instruments", number)
        for k, vendor in enumerate(instrument.vendors):
            yield (*place, "vendors", k), "vendors", vendor
        if instrument.home_state is not None:
            yield (*place, "home_state"), "jurisdictions", instrument.home_state
        if instrument.trigger.theatre is not None:
            yield (*place, "trigger", "theatre"), "theatres", instrument.trigger.theatre


def _of_given(scenario: Scenario) -> Iterator[Reference]:
    given = scenario.given
    if given is None:
        return
    for theatre in given.regimes:
        yield ("given", "regimes", theatre), "theatres", theatre
    for number, compromise in enumerate(given.compromises):
        yield ("given", "compromises", number, "product"), "products", compromise.product
        yield ("given", "compromises", number, "payload"), "payloads", compromise.payload
    for number, fault in enumerate(given.faults):
        yield ("given", "faults", number, "product"), "products", fault.product
    for number, outage in enumerate(given.outages):
        if outage.restoration is not None:
            yield ("given", "outages", number, "restoration"), "restoration", outage.restoration
    for number, instrument in enumerate(given.instruments):
        yield ("given", "instruments", number, "name"), "instruments", instrument.name


def _of_generator(scenario: Scenario) -> Iterator[Reference]:
    section = scenario.portfolio.generate
    if section is None:
        return
    for number, group in enumerate(section.groups):
        if group.pool:
            yield ("portfolio", "generate", "groups", number, "pool"), "pools", group.pool
    for number, rule in enumerate(section.products):
        yield ("portfolio", "generate", "products", number, "product"), "products", rule.product


def _names(scenario: Scenario) -> Iterator[Problem]:
    """Names that key draws and stand in tables have to be usable and to differ."""
    for section in NAMED:
        for name in getattr(scenario, section):
            yield from _unusable((section, name), name)
    seen: set[str] = set()
    for number, instrument in enumerate(scenario.instruments):
        place: FieldPath = ("instruments", number, "name")
        yield from _unusable(place, instrument.name)
        if instrument.name in seen:
            yield Problem(place, f"{shown(instrument.name)} once more", "a name that no other instrument has")
        seen.add(instrument.name)


def _unusable(place: FieldPath, name: str) -> Iterator[Problem]:
    try:
        if checked_name(name) != name:
            yield Problem(place, shown(name), "a name in Unicode's composed form, without spaces around it")
    except InputError as error:
        yield Problem(place, "", hint=str(error))


def _paths(scenario: Scenario) -> Iterator[Problem]:
    """A fault, and a given compromise, comes by a path that the product has; a given fault has a profile."""
    for name, product in scenario.products.items():
        fault = scenario.faults.get(product.fault or "")
        if fault is not None and fault.path not in product.paths:
            given = f"{shown(product.fault)}, which comes by {fault.path}"
            yield Problem(("products", name, "fault"), given, f"a fault by one of {listed(product.paths)}")
    for number, compromise in enumerate(scenario.given.compromises if scenario.given else ()):
        taken = scenario.products.get(compromise.product)
        if taken is not None and compromise.path not in taken.paths:
            place = ("given", "compromises", number, "path")
            yield Problem(place, shown(compromise.path), f"a path of {compromise.product}: {listed(taken.paths)}")
    for number, given_fault in enumerate(scenario.given.faults if scenario.given else ()):
        faulty = scenario.products.get(given_fault.product)
        if faulty is not None and faulty.fault is None:
            place = ("given", "faults", number, "product")
            yield Problem(place, shown(given_fault.product), "a product that names its fault profile under fault")


def _empty_scripts(scenario: Scenario) -> Iterator[Problem]:
    for theatre, steps in (scenario.given.regimes if scenario.given else {}).items():
        if not steps:
            yield Problem(("given", "regimes", theatre), "an empty list", "at least one {at, regime}")


def _circles(scenario: Scenario) -> Iterator[Problem]:
    """Theatres may lead one another, but not in a circle."""
    leader = {n: t.linked_to.theatre for n, t in scenario.theatres.items() if t.linked_to is not None}
    told: set[str] = set()
    for name in leader:
        chain = [name]
        while (ahead := leader.get(chain[-1])) is not None and ahead not in chain:
            chain.append(ahead)
        if ahead == name and name not in told:
            told.update(chain)
            circle = " -> ".join([*chain, name])
            allowed = "links between theatres that never lead back"
            yield Problem(("theatres", name, "linked_to", "theatre"), f"part of a circle, {circle}", allowed)


def _too_few_vendors(scenario: Scenario) -> Iterator[Problem]:
    if scenario.vendors:
        return
    users: list[FieldPath] = [("theatres", n, "coercion") for n, t in scenario.theatres.items() if t.coercion]
    users += [("intrusion",)] if scenario.intrusion is not None else []
    users += [("faults",)] if scenario.faults else []
    for place in users:
        yield Problem(place, "given, but there are no vendors", "leave it out, or name at least one under vendors")


def _sources(scenario: Scenario) -> Iterator[Problem]:
    """A source that looks like an id of the evidence must be one; others are citations of the author."""
    known = all_parameters()
    for path, stated in stated_values(scenario):
        of_count = [] if stated.seen is None else [((*path, "seen", "source"), stated.seen.source)]
        for place, source in [((*path, "source"), stated.source), *of_count]:
            for name in evidence_ids(source):
                if name not in known:
                    hint = did_you_mean(name, list(known)) or "A source of your own is a text with a space in it"
                    yield Problem(place, shown(name), "an id of the evidence", hint)


def evidence_ids(source: str | None) -> list[str]:
    """The ids in a source: one, or several with commas between; none in a citation in words."""
    parts = [part.strip() for part in (source or "").split(",")]
    return parts if all(_EVIDENCE_ID.fullmatch(part) for part in parts) else []


def _currencies(scenario: Scenario) -> Iterator[Problem]:
    """All money is in the scenario's currency: nothing here knows a rate of exchange."""
    for path, stated in stated_values(scenario):
        amounts = (stated.value, *(stated.range or ()))
        if any(isinstance(a, (Money, MoneyPer)) and a.currency != scenario.currency for a in amounts):
            given = f"in {stated.value.currency}"
            yield Problem(path, given, f"{scenario.currency}, the currency of the scenario")


def check_register(scenario: Scenario, register: Register) -> list[Problem]:
    """All that is wrong with the names of a portfolio, and between it and the scenario."""
    if not register.organisations:
        allowed = "at least one, in a file of organisations or under generate.groups"
        return [Problem(("portfolio",), "without organisations", allowed)]
    organisations = [o.name for o in register.organisations]
    names = frozenset(organisations)
    given = scenario.given.outages if scenario.given is not None else ()
    outages = [
        Problem(
            ("given", "outages", number, "organisation"),
            shown(outage.organisation),
            f"an organisation of the portfolio: {listed(organisations, 5)}",
            did_you_mean(outage.organisation, organisations),
        )
        for number, outage in enumerate(given)
        if outage.organisation not in names
    ]
    return [
        *outages,
        *_twice("organisations", organisations),
        *_twice("dependencies", (f"{d.organisation}, {d.product}, {d.host_group}" for d in register.dependencies)),
        *_twice("links", (f"{k.organisation} on {k.provider}, {k.kind}" for k in register.links)),
        *_strays(
            "organisations",
            list(scenario.pools),
            ((f'"{o.name}" the pool', o.pool) for o in register.organisations if o.pool),
        ),
        *_strays(
            "dependencies",
            organisations,
            (("the organisation", d.organisation) for d in register.dependencies),
        ),
        *_strays(
            "dependencies",
            list(scenario.products),
            ((f'"{d.organisation}" the product', d.product) for d in register.dependencies),
        ),
        *_strays(
            "links",
            organisations,
            (("a link", name) for k in register.links for name in (k.organisation, k.provider)),
        ),
        *_few(
            "links",
            [f'links "{k.organisation}" to itself' for k in register.links if k.organisation == k.provider],
        ),
    ]


def _twice(column: str, keys: Iterable[str]) -> list[Problem]:
    counts = Counter(keys)
    return _few(column, [f'has "{key}" {count} times; allowed: once' for key, count in counts.items() if count > 1])


def _strays(column: str, choices: Sequence[str], used: Iterable[tuple[str, str]]) -> list[Problem]:
    """Names in a list of the register that stand nowhere else."""
    known = frozenset(choices)
    strays = dict.fromkeys((role, name) for role, name in used if name not in known)
    sentences: list[str] = []
    if strays:
        allowed = listed(choices, 5) if choices else "nothing, for the scenario has none"
    for role, name in strays:
        hint = did_you_mean(name, choices) if len(sentences) < MOST_OF_A_KIND else ""
        sentences.append(f"gives {role} {shown(name)}; allowed: {allowed}" + (hint and f". {hint}"))
    return _few(column, sentences)


def _few(column: str, sentences: Sequence[str]) -> list[Problem]:
    """The first problems of a list that may have thousands of the same."""
    more = len(sentences) - MOST_OF_A_KIND
    told = [*sentences[:MOST_OF_A_KIND], *([f"... and {more} more of this kind"] if more > 0 else [])]
    return [Problem(("portfolio", column), "", hint=sentence) for sentence in told]
