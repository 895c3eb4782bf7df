"""A world's portfolio and vendors as tables of the kernel."""

from __future__ import annotations

import numpy as np

from simulator.chance.driver import Driver
from simulator.chance.exposure import targeted
from simulator.chance.keys import stable_hash
from simulator.kernel.codes import BEARINGS, INSTRUMENT_KINDS
from simulator.kernel.layout import KEY, KNOWN_CRIMES, NOTHING, WHOLE
from simulator.kernel.register import Register, fill, table
from simulator.scenario.words import HOST_GROUPS, PATHS, SECTORS
from simulator.world.mitigations import in_audience
from simulator.world.world import World

Tables = dict[str, np.ndarray]


def ranges(owner: tuple[int, ...], size: int) -> list[tuple[int, int]]:
    """Where the rows of each owner begin and end, in a table sorted by owner."""
    edges = np.searchsorted(np.array(owner, dtype=np.int64), np.arange(size + 1))
    return list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))


def portfolio(driver: Driver, register: Register) -> Tables:
    """Organisations, dependencies and links."""
    world, entities = driver.world, driver.entities
    o, d, n = world.organisations, world.dependencies, world.links
    size = len(o.names)
    organisations = fill(
        table("organisations", size),
        key=entities.organisation_array,
        customers=o.customers,
        people=o.people,
        weight=o.weight,
        generation=o.generation_kw,
        crime_rate=world.crime_rates,
        widest_gap=world.widest_gaps,
        sector=o.sector,
        pool=o.pool,
        own_teams=o.own_teams,
        first_dependency=ranges(d.organisation, size),
        first_link=ranges(n.consumer, size),
        first_out=[register.rows(rows) for rows in n.from_provider],
        first_trust=[register.rows(rows) for rows in world.trust],
        crime_name=[register.name(f"crime/{name}/") for name in o.names],
    )
    lets = {p.dependency: p.lets_through for rows in world.protecting for p in rows}
    replaced_by = world.scenario.removal.replaced_by if world.scenario.removal is not None else {}
    count = len(d.names)
    dependencies = fill(
        table("dependencies", count),
        key=entities.dependency_array,
        whole_coverage=d.coverage,
        held=d.hold_back_h,
        worth=np.array(world.products.protects, dtype=float)[list(d.product)] if count else [],
        lets_through=[lets.get(k, 1.0) for k in range(count)],
        organisation=d.organisation,
        product=d.product,
        host_group=d.host_group,
        in_use=d.in_use,
        replaced_by=[world.taking_over(k, replaced_by) if replaced_by else NOTHING for k in range(count)],
    )
    links = fill(
        table("links", len(n.names)),
        key=np.array(entities.links, dtype=np.uint64),
        proxy_key=np.array([stable_hash(f"proxy/{name}") for name in n.names], dtype=np.uint64),
        carries=n.carries,
        unbacked=1.0 - np.array(n.fallback, dtype=float),
        recharge=n.recharge,
        refilled_after=n.refilled_after_h,
        restart_lag=n.restart_lag_h,
        consumer=n.consumer,
        provider=n.provider,
        sector=[o.sector[i] for i in n.provider],
        circular=world.circular,
        buffer=[register.law(law) for law in n.buffer],
        all_deliveries=n.deliveries,
    )
    plants = [i for i, kw in enumerate(o.generation_kw) if kw > 0.0]
    return {
        "organisations": organisations,
        "keys": organisations["key"].copy(),
        "crime_keys": np.array(
            [stable_hash(f"crime/{name}/{n}") for name in o.names for n in range(KNOWN_CRIMES)], dtype=KEY
        ),
        "dependencies": dependencies,
        "links": links,
        "plants": np.array(plants + [0] * len(plants), dtype=WHOLE),
    }


def supply_side(driver: Driver, register: Register, codes: dict[str, int]) -> Tables:
    """Vendors and what they ship. `codes` gives the row of each fault and payload by `fault/name`, `payload/name`."""
    world, entities = driver.world, driver.entities
    scenario, p = world.scenario, world.products
    kinds = [scenario.products[name] for name in p.names]
    rings = [kind.rings for kind in kinds]
    products = fill(
        table("products", len(p.names)),
        key=np.array(entities.products, dtype=np.uint64),
        fault_rate=[scenario.faults[k.fault].rate.value if k.fault is not None else 0.0 for k in kinds],
        vendor=p.vendor,
        rings=[n if r is not None else NOTHING for n, r in enumerate(rings)],
        first_at_release=[k.first_at_release for k in kinds],
        fault=[codes[f"fault/{k.fault}"] if k.fault is not None else NOTHING for k in kinds],
        first_dependency=[register.rows(rows) for rows in world.dependencies.of_product],
        name=[register.name(f"fault/{name}/") for name in p.names],
        adoption=[[register.law(law) for law in laws] for laws in p.adoption],
    )
    staged = rings + [one.effect.rings for one in world.mitigations]
    return {
        "products": products,
        "rings": fill(
            table("rings", len(staged)),
            first=[register.numbers([*r.shares, *r.starts]) if r is not None else (0, 0) for r in staged],
        ),
        "vendors": fill(
            table("vendors", len(world.vendors)),
            reach_outside=[scenario.vendors[v].reach_outside.value for v in world.vendors],
        ),
    }


def instruments(driver: Driver, register: Register) -> Tables:
    """Government acts, with whom each is aimed at."""
    world = driver.world
    acts = world.scenario.instruments
    delays = [register.stated(i.trigger.delay) for i in acts]
    return {
        "instruments": fill(
            table("instruments", len(acts)),
            key=np.array(driver.entities.instruments, dtype=np.uint64),
            cause_key=np.array([stable_hash(f"instrument/{i.name}") for i in acts], dtype=np.uint64),
            comply=[i.comply.value for i in acts],
            shows=[i.groundless_shows.value if i.groundless_shows is not None else np.nan for i in acts],
            groundless_cost=[i.groundless_cost.value.amount if i.groundless_cost is not None else 0.0 for i in acts],
            kind=[INSTRUMENT_KINDS.index(i.kind) for i in acts],
            wakes=[i.trigger.disclosure for i in acts],
            delay=delays,
            notice=[register.stated(i.notice) for i in acts],
            comply_delay=[register.stated(i.comply_delay) for i in acts],
            ban=[i.kind == "ban" for i in acts],
            order=[i.kind == "emergency_order" for i in acts],
            first_vendor=[register.rows(targeted(world, i)) for i in acts],
            first_aim=[register.rows(_aimed_at(world, n)) for n in range(len(acts))],
        )
    }


def _aimed_at(world: World, n: int) -> list[int]:
    """Dependencies that an instrument is aimed at, as long as they are there."""
    act, d = world.scenario.instruments[n], world.dependencies
    return [
        k
        for v in targeted(world, act)
        for p in world.products_of(v)
        for k in d.of_product[p]
        if HOST_GROUPS[d.host_group[k]] in act.host_groups
        and in_audience(world.organisations, d.organisation[k], act.bound)
    ]


def mitigations(driver: Driver, register: Register) -> Tables:
    """Mitigations in force, what they do of themselves, and what bears on which row."""
    world = driver.world
    in_force, size = world.mitigations, len(world.mitigations)
    acts = [i.name for i in world.scenario.instruments]
    rows = table("mitigations", size)
    actions: list[tuple[float, int, bool, int, bool, int]] = []
    places = np.full(size * len(world.vendors), NOTHING, dtype=WHOLE)
    teams = np.zeros(size * len(world.pools), dtype=WHOLE)
    dates = 0
    for m, one in enumerate(in_force):
        e, starts = one.effect, one.mitigation.starts
        row = rows[m]
        row["key"] = driver.entities.mitigations[m]
        row["cause_key"] = stable_hash(f"mitigation/{one.name}")
        row["comply"] = one.mitigation.comply.value if one.mitigation.comply is not None else np.nan
        row["rollout"] = register.stated(one.mitigation.rollout)
        row["disclosure"] = starts.disclosure
        row["warning"] = acts.index(starts.warning) if starts.warning in acts else NOTHING
        row["acts"] = one.acts_by_itself
        for name in ("hold_updates", "reach_left", "notice_left", "finder_left"):
            given = getattr(e, name)
            row[name] = given.value if given is not None else 1.0
        row["own_teams"] = e.own_teams or 0
        row["closes"] = sum(1 << PATHS.index(path) for path in e.close_paths)
        row["hosts"] = sum(1 << HOST_GROUPS.index(h) for h in one.mitigation.scope.host_groups)
        row["rings"] = len(world.products.names) + m
        row["activation_left"] = [_share(e.activation_left, mode) for mode in ("disruption", "espionage", "fault")]
        row["restoration_left"] = [_share(e.restoration_left, s) for s in ("restart", "rebuild", "visit")]
        guard = e.routes_left
        row["routes_left"] = (
            [guard.precautionary_stop.value, guard.loss_of_view.value, guard.unsafe_control.value]
            if guard is not None
            else 1.0
        )
        if e.buffers is not None:
            row["buffer_hours"], row["deliveries"] = e.buffers.added.value, e.buffers.deliveries
        if e.manual is not None:
            row["share"], row["floor"] = e.manual.share.value, e.manual.floor.value
            row["falls_by"] = e.manual.falls_by.value
        row["planned"] = e.replace is not None and e.replace.planned
        row["first_vendor"], row["end_vendor"] = register.rows(one.vendors)
        row["first_action"] = len(actions)
        for d in sorted({*one.taken_out, *one.seconded}):
            actions.append(
                (
                    e.second_source.share.value if e.second_source is not None else 0.0,
                    d,
                    e.replace is not None and d in one.taken_out,
                    world.taking_over(d, e.replace.by) if e.replace is not None else NOTHING,
                    e.second_source is not None and d in one.seconded,
                    world.taking_over(d, e.second_source.by) if e.second_source is not None else NOTHING,
                )
            )
        row["end_action"] = len(actions)
        dated = one.vendors if one.of_vendors else ()
        for place, v in enumerate(dated):
            places[m * len(world.vendors) + v] = dates + place
        dates += len(dated)
        for name, added in e.pool_teams.items():
            teams[m * len(world.pools) + world.pools.index(name)] = added
    does = table("actions", len(actions))
    for n, (share, d, out, successor, seconds, second) in enumerate(actions):
        does[n] = (share, d, out, successor, seconds, second)
    return {"mitigations": rows, "actions": does, "places": places, "added_teams": teams, **bearings(world, register)}


def _share(table_of: object, word: str) -> float:
    given = table_of.get(word)  # type: ignore[attr-defined]
    return float(given.value) if given is not None else 1.0


def first_bearings(world: World) -> list[int]:
    """Where the rows of each question begin."""
    sizes = {"hold_updates": len(world.dependencies.names), "rings": len(world.products.names)}
    sizes |= {"close_paths": sizes["hold_updates"], "reach_left": sizes["hold_updates"]}
    sizes |= {"finder_left": sizes["rings"], "buffers": len(world.links.names), "pool_teams": len(world.pools)}
    each = [sizes.get(what, len(world.organisations.names)) for what in BEARINGS]
    return [0, *(int(end) for end in np.cumsum(each))]


def bearings(world: World, register: Register) -> Tables:
    """Which mitigations in force bear on which row."""
    first = first_bearings(world)
    rows = table("bearings", first[-1])
    for (what, row), found in world.bearings.items():
        place = first[BEARINGS.index(what)] + row
        rows[place]["first"], rows[place]["end"] = register.rows(found)
    return {"bearings": rows}


assert len(SECTORS) == 3, "the kernel's supply.factor knows three services"
