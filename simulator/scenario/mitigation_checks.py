"""What is wrong with the mitigations of a scenario: names, figures, beginnings that never come, senseless parts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from simulator.scenario.combination import clashes
from simulator.scenario.errors import FieldPath, Problem, did_you_mean, listed, shown
from simulator.scenario.government import Instrument
from simulator.scenario.mitigations import Effect, Mitigation, Scope
from simulator.scenario.occurrence import vendors_of, why_never, why_no_warning
from simulator.scenario.portfolio import Register
from simulator.scenario.references import Reference, known_names, missing
from simulator.scenario.schema import Scenario
from simulator.scenario.scope import dependencies_in, names_products, organisations_in, products_in, vendors_in
from simulator.scenario.stated import stated_values
from simulator.scenario.words import HOST_GROUPS

BY_VENDORS = ("controls", "signing", "rings", "finder_left")
"""Effects that are of a vendor's doing, for all its customers at once."""
ON_PRODUCTS = ("hold_updates", "close_paths", "reach_left", "activation_left", "replace", "second_source")
"""Effects on organisations that run a product in scope."""
ON_ORGANISATIONS = ("routes_left", "notice_left", "restoration_left", "own_teams", "buffers", "manual")
"""Effects on organisations as such."""


def check_mitigations(scenario: Scenario) -> list[Problem]:
    """What is wrong with mitigations, sets and what is in force, each taken by itself."""
    known = _known(scenario)
    problems = [problem for reference in _references(scenario) for problem in missing(reference, known[reference[1]])]
    for name, mitigation in scenario.mitigations.items():
        problems += _wrong_kinds(scenario, name, mitigation)
        problems += _figures(name, mitigation)
        problems += _beside_an_instrument(scenario, name, mitigation)
        problems += _beside_vendors(name, mitigation)
        problems += _costs(name, mitigation)
    return [*problems, *_lists(scenario)]


def check_effects(scenario: Scenario, register: Register, besides: Collection[object] = ()) -> list[Problem]:
    """Mitigations that never begin or do nothing to anybody, and sets that cannot stand together.

    For a scenario whose names are sound. `besides`: names of mitigations in which something else is wrong already.
    """
    problems: list[Problem] = []
    sound = {name: m for name, m in scenario.mitigations.items() if name not in besides}
    for name, mitigation in sound.items():
        problems += _beginnings(scenario, name, mitigation) if mitigation.starts.warning not in besides else ()
        problems += _lengths(scenario, name, mitigation)
        problems += _substitutes(scenario, name, mitigation)
        problems += _meets_nobody(scenario, register, name, mitigation)
    for path, names in _lists_of_names(scenario).items():
        if set(names) <= set(sound):
            problems += [Problem(path, "", hint=said) for said in clashes(scenario, register, names)]
    return problems


# Names


def _known(scenario: Scenario) -> dict[str, Sequence[str]]:
    known = known_names(scenario)
    acts = [name for name, m in scenario.mitigations.items() if m.does.instrument is not None]
    return known | {"instruments": [*known["instruments"], *acts]}


def _references(scenario: Scenario) -> Iterator[Reference]:
    for name, mitigation in scenario.mitigations.items():
        place: FieldPath = ("mitigations", name)
        scope, starts, effect = mitigation.scope, mitigation.starts, mitigation.does
        sections = {"vendors": scope.vendors, "products": scope.products}
        for section, names in sections.items():
            yield from _each((*place, "scope", section), section, names)
        yield from _each((*place, "scope", "home_states"), "jurisdictions", scope.home_states)
        if starts.theatre is not None:
            yield (*place, "starts", "theatre"), "theatres", starts.theatre
        if starts.warning is not None:
            yield (*place, "starts", "warning"), "instruments", starts.warning
        yield from _of_effect((*place, "does"), effect)
    for name, names in scenario.mitigation_sets.items():
        yield from _each(("mitigation_sets", name), "mitigations", names)
    yield from _each(("in_force",), "mitigations", scenario.in_force)


def _of_effect(place: FieldPath, effect: Effect) -> Iterator[Reference]:
    yield from _each((*place, "controls"), "controls", effect.controls)
    for pool in effect.pool_teams:
        yield (*place, "pool_teams", pool), "pools", pool
    for key, by in _swaps(effect).items():
        for out, into in by.items():
            yield (*place, key, "by", out), "products", out
            yield (*place, key, "by", out), "products", into
    act = effect.instrument
    if act is not None:
        yield from _each((*place, "instrument", "vendors"), "vendors", act.vendors)
        if act.home_state is not None:
            yield (*place, "instrument", "home_state"), "jurisdictions", act.home_state
        if act.trigger.theatre is not None:
            yield (*place, "instrument", "trigger", "theatre"), "theatres", act.trigger.theatre


def _each(place: FieldPath, section: str, names: Sequence[str]) -> Iterator[Reference]:
    for number, name in enumerate(names):
        yield (*place, number), section, name


def _swaps(effect: Effect) -> dict[str, dict[str, str]]:
    """Products and what takes their place, or stands beside them, by the effect that says so."""
    swaps = {"replace": effect.replace, "second_source": effect.second_source}
    return {key: swap.by for key, swap in swaps.items() if swap is not None}


def _wrong_kinds(scenario: Scenario, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    known = list(dict.fromkeys(product.kind for product in scenario.products.values()))
    for number, kind in enumerate(mitigation.scope.kinds):
        if kind not in known:
            path = ("mitigations", name, "scope", "kinds", number)
            yield Problem(path, shown(kind), f"a kind of product: {listed(known)}", did_you_mean(kind, known))


# Figures


def _figures(name: str, mitigation: Mitigation) -> Iterator[Problem]:
    for path, stated in stated_values(mitigation, ("mitigations", name)):
        if stated.source is None and stated.assumption is None:
            yield Problem(path, "a figure without a source or an assumption", "either, beside the value")
        elif stated.source is None and stated.range is None:
            yield Problem(path, "an assumption without a range", "range: [low, high] beside the value")


# Sense


def _beside_an_instrument(scenario: Scenario, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    """A government act has its name, and says itself whom it is about and when it comes."""
    act = mitigation.does.instrument
    if act is None:
        return
    place: FieldPath = ("mitigations", name)
    if act.name != name:
        yield Problem((*place, "does", "instrument", "name"), shown(act.name), f"{name}, the name of the mitigation")
    if any(instrument.name == name for instrument in scenario.instruments):
        yield Problem(place, "named as one of the instruments", "a name that no instrument of the scenario has")
    for key in ("scope", "starts", "rollout", "comply", "end_of_life"):
        if key in mitigation.model_fields_set:
            yield Problem((*place, key), "given beside an instrument", "what the instrument itself says of it")


def _beside_vendors(name: str, mitigation: Mitigation) -> Iterator[Problem]:
    """What a vendor does it does for all its customers, so a scope cannot choose among them."""
    if mitigation.does.model_fields_set <= set(BY_VENDORS):
        for key in ("organisations", "sectors", "audience", "larger_than", "host_groups"):
            if key in mitigation.scope.model_fields_set:
                given = "given for what a vendor does for all its customers at once"
                yield Problem(("mitigations", name, "scope", key), given, "vendors, home_states, products, kinds")


def _costs(name: str, mitigation: Mitigation) -> Iterator[Problem]:
    place: FieldPath = ("mitigations", name, "cost")
    cost, effect = mitigation.cost, mitigation.does
    if mitigation.end_of_life is not None and (cost is None or cost.capital is None):
        given = "given without a cost.capital to pay again"
        yield Problem(("mitigations", name, "end_of_life"), given, "both or neither")
    if cost is None:
        return
    prices = {key: price for key, price in (("capital", cost.capital), ("running", cost.running)) if price is not None}
    if not any(price.model_fields_set for price in prices.values()):
        yield Problem(place, "without an amount", "an amount under capital or running, or no cost at all")
    if cost.each == "vendor" and not effect.model_fields_set & set(BY_VENDORS):
        yield Problem((*place, "each"), '"vendor" for what no vendor does', "organisation, once")
    if cost.each == "organisation" and effect.instrument is not None:
        yield Problem((*place, "each"), '"organisation" for a government act', "once")
    if cost.each != "organisation":
        for key, price in prices.items():
            if price.per_customer is not None:
                given = f"given for each {cost.each}" if cost.each == "vendor" else "given for what is paid once"
                yield Problem((*place, key, "per_customer"), given, "fixed; customers are an organisation's")


def _substitutes(scenario: Scenario, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    """Another product of the same kind, for a product in scope."""
    in_scope = products_in(mitigation.scope, scenario)
    for key, by in _swaps(mitigation.does).items():
        place: FieldPath = ("mitigations", name, "does", key, "by")
        if not by:
            yield Problem(place, "an empty mapping", "at least one product")
        for out, into in by.items():
            kind = scenario.products[out].kind
            others = [n for n, product in scenario.products.items() if product.kind == kind and n != out]
            allowed = f"another product of the kind {kind}: {listed(others) or 'there is none'}"
            if out == into:
                yield Problem((*place, out), f"{shown(into)} itself", allowed)
            elif into not in others:
                yield Problem((*place, out), f"{shown(into)}, of the kind {scenario.products[into].kind}", allowed)
            if out not in in_scope:
                yield Problem((*place, out), "a product out of scope", f"a product in scope: {listed(in_scope)}")


# Beginnings


def _beginnings(scenario: Scenario, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    """Starts and triggers that never come, and starts that come too late for what a vendor changes."""
    place: FieldPath = ("mitigations", name)
    act, starts = mitigation.does.instrument, mitigation.starts
    if act is not None:
        never = why_never(scenario, act.trigger, vendors_of(scenario, act))
        if never:
            yield _never((*place, "does", "instrument", "trigger"), never)
        return
    never = why_never(scenario, starts, vendors_in(mitigation.scope, scenario))
    waits = starts.disclosure
    if starts.warning is not None:
        warning = {
            **{i.name: i for i in scenario.instruments},
            **{n: m.does.instrument for n, m in scenario.mitigations.items() if m.does.instrument is not None},
        }[starts.warning]
        never = why_no_warning(scenario, warning)
        waits = warning.trigger.disclosure
    if never:
        yield _never((*place, "starts"), never)
    late = [key for key in BY_VENDORS if key in mitigation.does.model_fields_set]
    if waits and late:
        given = f"set off by a disclosure, and changes what vendors do ({listed(late)})"
        yield Problem((*place, "starts"), given, "at, regime, or a warning that waits for no disclosure")


def _never(path: FieldPath, why: str) -> Problem:
    return Problem(path, "a beginning that never comes", "one that can come within the horizon", f"Here {why}")


def _lengths(scenario: Scenario, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    if mitigation.rollout is not None and mitigation.rollout.value.mean() > scenario.horizon:
        mean, horizon = (f"{hours / 24.0:g} d" for hours in (mitigation.rollout.value.mean(), scenario.horizon))
        yield Problem(("mitigations", name, "rollout"), f"{mean} on average", f"up to the horizon of {horizon}")


# Sets and what is in force


def _lists(scenario: Scenario) -> Iterator[Problem]:
    for path, names in _lists_of_names(scenario).items():
        if not names and path != ("in_force",):
            yield Problem(path, "an empty list", "at least one name under mitigations")
        for number, name in enumerate(names):
            if name in names[:number]:
                yield Problem((*path, number), f"{shown(name)} once more", "each name once")


def _lists_of_names(scenario: Scenario) -> dict[FieldPath, Sequence[str]]:
    sets: dict[FieldPath, Sequence[str]] = {("mitigation_sets", n): s for n, s in scenario.mitigation_sets.items()}
    return {**sets, ("in_force",): scenario.in_force}


# Against the portfolio


def _meets_nobody(scenario: Scenario, register: Register, name: str, mitigation: Mitigation) -> Iterator[Problem]:
    """A scope that holds none of what the effect is on."""
    place: FieldPath = ("mitigations", name)
    scope, effect = mitigation.scope, mitigation.does
    names = [o.name for o in register.organisations]
    strays = [(k, stray) for k, stray in enumerate(scope.organisations) if stray not in names]
    for number, stray in strays:
        allowed = f"an organisation of the portfolio: {listed(names, 5)}"
        yield Problem((*place, "scope", "organisations", number), shown(stray), allowed, did_you_mean(stray, names))
    if strays:
        return
    if effect.instrument is not None:
        yield from _binds_nobody(scenario, register, name, effect.instrument)
        return
    given = effect.model_fields_set
    rows = dependencies_in(scope, scenario, register)
    members = {o.name for o in organisations_in(scope, scenario, register)}
    if given & set(BY_VENDORS) and not vendors_in(scope, scenario):
        yield _nobody(place, "no vendor fits it")
    elif given & set(ON_PRODUCTS) and not rows:
        yield _nobody(place, "no organisation in it runs a product in it")
    elif given & set(ON_ORGANISATIONS) and not members:
        runs = " that runs a product in it" if names_products(scope) or scope.host_groups != HOST_GROUPS else ""
        yield _nobody(place, f"there is no organisation{runs}")
    else:
        yield from _touches_nothing(scenario, register, name, mitigation, members, {d.product for d in rows})


def _binds_nobody(scenario: Scenario, register: Register, name: str, act: Instrument) -> Iterator[Problem]:
    bound = Scope(audience=act.bound, vendors=tuple(vendors_of(scenario, act)), host_groups=act.host_groups)
    if not bound.vendors or not dependencies_in(bound, scenario, register):
        given = f"about nobody: none of those bound ({act.bound}) runs a product of the vendors it names"
        yield Problem(("mitigations", name, "does", "instrument"), given, "an act that binds at least one")


def _nobody(place: FieldPath, why: str) -> Problem:
    return Problem((*place, "scope"), "about nobody", "a scope that meets at least one", f"Here {why}")


def _touches_nothing(
    scenario: Scenario,
    register: Register,
    name: str,
    mitigation: Mitigation,
    members: Collection[str],
    run: Collection[str],
) -> Iterator[Problem]:
    """An effect that finds nothing to act on where its scope does meet somebody. `run`: products in use there."""
    place: FieldPath = ("mitigations", name, "does")
    effect = mitigation.does
    for number, path in enumerate(effect.close_paths):
        if not any(path in scenario.products[product].paths for product in run):
            yield Problem((*place, "close_paths", number), shown(path), "a path of a product in scope")
    for key, by in _swaps(effect).items():
        for out in by:
            if out not in run:
                yield Problem((*place, key, "by", out), "a product that nobody in scope runs", listed(sorted(run)))
    buffers = effect.buffers
    if buffers is not None:
        sector = {o.name: o.sector for o in register.organisations}
        supplies = (k for k in register.links if k.kind == "supply" and k.organisation in members)
        if not any(buffers.provider in (None, sector[k.provider]) for k in supplies):
            given = "on supply links, and nobody in scope has such a link"
            yield Problem((*place, "buffers"), given, "a scope and a provider with at least one")
