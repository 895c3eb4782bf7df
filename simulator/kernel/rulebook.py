"""A scenario's rules as tables of the kernel: code, detection, response, conflict, costs."""

from __future__ import annotations

import numpy as np

from simulator.chance.channels import by_regime
from simulator.chance.driver import Driver
from simulator.chance.keys import stable_hash
from simulator.kernel.codes import MODES, ON_INSTALL, PRIORITIES, SHAPES, TRIGGERS
from simulator.kernel.given import GIVEN_A_COMPROMISE, GIVEN_A_FAULT, GIVEN_AN_OUTAGE
from simulator.kernel.layout import NOTHING
from simulator.kernel.portfolio import Tables, first_bearings
from simulator.kernel.register import Register, fill, table
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.threats import Selection
from simulator.scenario.words import CAUSE_KINDS, HOST_GROUPS, PATHS, REGIMES, SECTORS


def code(driver: Driver, register: Register) -> tuple[Tables, dict[str, int]]:
    """Payloads and faults, how each is found and restored; and the row of each by `payload/name`, `fault/name`."""
    scenario = driver.world.scenario
    found, shaped = sorted(scenario.detection), sorted(scenario.restoration)
    chosen: list[Selection] = []
    payloads, faults = sorted(scenario.payloads), sorted(scenario.faults)
    rows = table("codes", len(payloads) + len(faults))
    for n, name in enumerate(payloads):
        p, row = scenario.payloads[name], rows[n]
        row["activation"], row["worm"] = p.activation.value, p.worm.value if p.worm is not None else 0.0
        row["mode"], row["trigger"] = MODES.index(p.mode), TRIGGERS.index(p.trigger)
        row["detection"], row["restoration"] = found.index(p.detection), shaped.index(p.restoration)
        row["delay"], row["worm_delay"] = register.stated(p.delay), register.stated(p.worm_delay)
        row["selection"] = len(chosen) if p.selection is not None else NOTHING
        chosen += [p.selection] if p.selection is not None else []
    for n, name in enumerate(faults):
        f, row = scenario.faults[name], rows[len(payloads) + n]
        row["activation"], row["mode"], row["trigger"] = f.activation.value, MODES.index("fault"), ON_INSTALL
        row["detection"], row["restoration"] = found.index(f.detection), shaped.index(f.restoration)
        row["delay"] = row["worm_delay"] = row["selection"] = NOTHING
        row["path"] = PATHS.index(f.path)
    detections = [scenario.detection[name] for name in found]
    shapes = [scenario.restoration[name] for name in shaped]
    tables = {
        "codes": rows,
        "detections": fill(
            table("detections", len(found)),
            own=[register.stated(d.own) for d in detections],
            finder=[register.stated(d.finder) for d in detections],
            visible=[register.stated(d.visible) for d in detections],
            pull=[register.stated(d.pull) for d in detections],
            pull_if_coerced=[register.stated(d.pull_if_coerced) for d in detections],
            slower=[[d.slower[r].value if r in d.slower else 1.0 for r in REGIMES] for d in detections],
        ),
        "selections": fill(
            table("selections", len(chosen)),
            per_active=[s.found_per_active.value for s in chosen],
            per_dormant=[s.found_per_dormant.value for s in chosen],
            outside=[s.found_outside.value for s in chosen],
            discount=[s.discount.value for s in chosen],
            elsewhere=[_or_nan(s.elsewhere) for s in chosen],
        ),
        "shapes": fill(
            table("shapes", len(shapes)),
            crew_share=[_or_nan(s.crew_share) for s in shapes],
            slower_without_telecom=[_or_nan(s.slower_without_telecom) for s in shapes],
            mean=[s.time.value.mean() for s in shapes],
            kind=[SHAPES.index(s.kind) for s in shapes],
            law=[register.stated(s.time) for s in shapes],
            needs_team=[s.needs_team for s in shapes],
        ),
    }
    names = {f"payload/{name}": n for n, name in enumerate(payloads)}
    return tables, names | {f"fault/{name}": len(payloads) + n for n, name in enumerate(faults)}


def response(driver: Driver) -> Tables:
    """Pools of teams, routes from host groups to troubles, running by hand."""
    world = driver.world
    pools = [world.scenario.pools[name] for name in world.pools]
    routes = table("routes", len(SECTORS) * len(HOST_GROUPS))
    for s, sector in enumerate(SECTORS):
        for h, host in enumerate(HOST_GROUPS):
            given = world.scenario.service.on_activation.get(sector, {}).get(host)
            if given is not None:
                shares = (given.precautionary_stop.value, given.loss_of_view.value, given.unsafe_control.value)
                routes[s * len(HOST_GROUPS) + h] = (*shares, 1)
    manuals = table("manuals", len(SECTORS))
    for s, sector in enumerate(SECTORS):
        own = world.scenario.service.manual.get(sector)
        if own is not None:
            manuals[s] = (own.share.value, own.floor.value, own.falls_by.value, own.every.value, 1)
    return {
        "pools": fill(
            table("pools", len(pools)),
            key=np.array(driver.entities.pools, dtype=np.uint64),
            arrivals=[p.routine.arrivals.value if p.routine is not None else 0.0 for p in pools],
            service=[p.routine.service.value if p.routine is not None else 0.0 for p in pools],
            base_teams=[p.teams.value for p in pools],
            priority=[PRIORITIES.index(p.priority) for p in pools],
            routine=[p.routine is not None for p in pools],
        ),
        "routes": routes,
        "manuals": manuals,
    }


def conflict(driver: Driver, register: Register, codes: dict[str, int]) -> Tables:
    """Theatres, their states, channels of attempts, sides of hacktivists."""
    world, scenario = driver.world, driver.world.scenario
    edges = np.concatenate([[0], np.cumsum([len(c.regime) for c in driver.chains])]).astype(int)
    stocks = [scenario.theatres[name].access_stock for name in world.theatres]
    names = sorted(scenario.hacktivists)
    sides = [scenario.hacktivists[name] for name in names]
    channels = driver.channels
    payload = []
    for c in channels:
        if c.kind == "access_release":
            stock = stocks[c.theatre]
            payload.append(codes[f"payload/{stock.payload}"] if stock is not None else NOTHING)
        elif c.coercion is not None:
            payload.append(codes[f"payload/{c.coercion.payload}"])
        else:
            assert scenario.intrusion is not None
            payload.append(codes[f"payload/{scenario.intrusion.payload}"])
    return {
        "theatres": fill(
            table("theatres", len(stocks)),
            gained=[s.gained.value if s is not None else 0.0 for s in stocks],
            kept=[s.kept.value if s is not None else 0.0 for s in stocks],
            first_state=edges[:-1],
            first_vendor=[register.rows(world.vendors_of(scenario.theatres[t].home_state)) for t in world.theatres],
        ),
        "states": fill(table("states", int(edges[-1])), regime=[int(r) for c in driver.chains for r in c.regime]),
        "channels": fill(
            table("channels", len(channels)),
            key=np.array([c.key for c in channels], dtype=np.uint64),
            theatre=[c.theatre for c in channels],
            code=payload,
            coerced=[c.coercion is not None for c in channels],
            first_vendor=[register.rows(c.vendors) for c in channels],
            name=[register.name(f"{c.name}/") for c in channels],
            cause_kind=[CAUSE_KINDS.index(c.kind) for c in channels],
        ),
        "sides": fill(
            table("sides", len(sides)),
            key=np.array([stable_hash(f"hacktivists/{name}") for name in names], dtype=np.uint64),
            branching=[_or_nan(s.branching) for s in sides],
            decay=[_or_nan(s.decay) for s in sides],
            lost=[s.output_lost.value for s in sides],
            theatre=[world.theatres.index(s.theatre) for s in sides],
            first_factor=[
                register.numbers(_factors(driver, world.theatres.index(s.theatre), s.rate, 0.0))[0] for s in sides
            ],
            duration=[register.stated(s.duration) for s in sides],
            abstract=[register.stated(s.abstract_loss) for s in sides],
            harms=[s.output_lost.value > 0.0 for s in sides],
            name=[register.name(f"hacktivists/{name}/") for name in names],
        ),
    }


def facts(driver: Driver, codes: dict[str, int]) -> Tables:
    """Dated facts in place of draws, in the model's order."""
    world, given = driver.world, driver.world.scenario.given
    if given is None:
        return {"facts": table("facts", 0)}
    shapes = sorted(world.scenario.restoration)
    rows = table("facts", len(given.compromises) + len(given.faults) + len(given.outages))
    for name in ("offered_for", "detected_after", "lasts"):
        rows[name] = np.nan
    n = 0
    for k, fact in enumerate(given.compromises):
        row = rows[n]
        row["cause_key"], row["at"] = stable_hash(f"given/{fact.product}/{fact.at}"), fact.at
        row["kind"], row["who"] = GIVEN_A_COMPROMISE, world.products.names.index(fact.product)
        row["path"], row["code"] = PATHS.index(fact.path), codes[f"payload/{fact.payload}"]
        row["everywhere"], row["occurrence"] = fact.installed == "everywhere_at_once", k
        row["offered_for"] = fact.offered_for if fact.offered_for is not None else np.nan
        row["detected_after"] = fact.detected_after if fact.detected_after is not None else np.nan
        row["cause_kind"], row["malicious"] = CAUSE_KINDS.index("given"), 1
        n += 1
    for k, fault in enumerate(given.faults):
        row = rows[n]
        row["cause_key"], row["at"] = stable_hash(f"given/fault/{fault.product}/{fault.at}"), fault.at
        row["kind"], row["who"], row["occurrence"] = GIVEN_A_FAULT, world.products.names.index(fault.product), k
        n += 1
    for k, outage in enumerate(given.outages):
        row = rows[n]
        row["cause_key"], row["at"] = stable_hash(f"given/{outage.organisation}/{outage.at}"), outage.at
        row["kind"], row["who"] = GIVEN_AN_OUTAGE, world.organisations.names.index(outage.organisation)
        row["lasts"] = outage.lasts if outage.lasts is not None else np.nan
        row["restoration"] = shapes.index(outage.restoration) if outage.restoration is not None else NOTHING
        row["cause_kind"], row["occurrence"] = CAUSE_KINDS.index("given"), k
        n += 1
    return {"facts": rows}


def rules(driver: Driver, register: Register) -> Tables:
    """Everything there is one of."""
    world, scenario, impact = driver.world, driver.world.scenario, driver.world.scenario.impact
    shapes = sorted(scenario.restoration)
    rows = table("rules", 1)
    own = rows[0]
    own["horizon"] = world.horizon_h
    for name, size in (
        ("organisations", len(world.organisations.names)),
        ("dependencies", len(world.dependencies.names)),
        ("links", len(world.links.names)),
        ("products", len(world.products.names)),
        ("vendors", len(world.vendors)),
        ("pools", len(world.pools)),
        ("theatres", len(world.theatres)),
        ("instruments", len(scenario.instruments)),
        ("channels", len(driver.channels)),
        ("mitigations", len(world.mitigations)),
        ("sides", len(scenario.hacktivists)),
    ):
        own[name] = size
    given = scenario.given
    own["facts"] = len(given.compromises) + len(given.faults) + len(given.outages) if given is not None else 0
    own["first_bearing"] = first_bearings(world)[:-1]
    own["bearings"] = len(world.mitigations) > 0
    service = scenario.service
    own["stopped_output"], own["unsafe_water"] = service.stopped_output.value, service.unsafe_water.value
    own["stop_time"] = register.stated(service.stop_time)
    own["stop_on_disclosure"] = [_or_nan(service.stop_on_disclosure.get(h)) for h in HOST_GROUPS]
    own["faults"], own["half"] = bool(scenario.faults), 0.5
    own["half_life"] = scenario.crime.stale_after.value if scenario.crime is not None else 1.0
    removal = scenario.removal
    own["overrun"] = removal.overrun.value if removal is not None else 1.0
    own["removal_time"] = register.law(removal.time.value if removal is not None else Law.fixed(0.0))
    own["integrators"] = removal.integrators.value if removal is not None else len(world.dependencies.names)
    if scenario.sanctions is not None:
        own["sanctions"], own["sanctions_theatre"] = 1, world.theatres.index(scenario.sanctions.theatre)
        own["sanctions_key"] = stable_hash(f"sanctions/{scenario.sanctions.theatre}")
        own["replacement"] = register.stated(scenario.sanctions.replacement)
    if (proxy := scenario.telecom_proxy) is not None:
        own["proxy"], own["proxy_rate"] = 1, proxy.rate.value
        own["proxy_host"], own["proxy_restoration"] = (
            HOST_GROUPS.index(proxy.host_group),
            shapes.index(proxy.restoration),
        )
    if (grid := scenario.grid) is not None:
        own["grid"], own["reserve"], own["slow_reserve"] = 1, grid.reserve.value, grid.slow_reserve.value
        own["load"], own["slow_after"] = grid.load.value, grid.slow_after.value
    if (crime := scenario.crime) is not None:
        own["crime"], own["crime_host"] = 1, HOST_GROUPS.index(crime.host_group)
        own["crime_restoration"], own["crime_theatre"] = shapes.index(crime.restoration), NOTHING
        if crime.theatre is not None:
            own["crime_theatre"] = t = world.theatres.index(crime.theatre)
            own["crime_factor"] = register.numbers(_factors(driver, t, crime.multiplier, 1.0))[0]
    if impact.abstract is not None:
        own["abstract"] = 1
        own["per_compromise"], own["per_install"] = (
            impact.abstract.per_compromise.value,
            impact.abstract.per_install.value,
        )
    own["response_per_day"] = impact.response_per_team_day.value.amount
    own["rebuild_per_customer"] = impact.rebuild_per_customer.value.amount
    own["rebuild_cap"] = impact.rebuild_cap.value.amount
    own["removal_per_customer"] = impact.removal_per_customer.value.amount
    own["load_per_customer"], own["lost_load"] = impact.load_per_customer.value, impact.value_of_lost_load.value.amount
    own["society_share"], own["government_share"] = impact.society_share.value, impact.government_share.value
    own["espionage_per_victim"] = impact.espionage_per_victim.value.amount
    own["vendor_liability"] = impact.vendor_liability.value
    own["lost_revenue"] = [world.lost_revenue.get(s, 0.0) for s in range(len(SECTORS))]
    if (cover := impact.insurance) is not None:
        own["insurance"], own["insured"] = 1, cover.insured.value
        own["retention"], own["limit"] = cover.retention.value.amount, cover.limit.value.amount
        own["war_exclusion"] = sum(1 << REGIMES.index(r) for r in cover.war_exclusion)
    worth = impact.value_per_person_day
    own["prices"] = len(worth)
    prices = fill(
        table("prices", len(worth)),
        amount=[m.value.amount for m in worth.values()],
        sector=[SECTORS.index(s) for s in worth],
    )
    return {"rules": rows, "prices": prices}


def _factors(driver: Driver, theatre: int, by: object, default: float) -> list[float]:
    """Factor of each state of a theatre, as `model.tempo.theatre_tempo`."""
    chain = driver.chains[theatre]
    values = {r: s.value for r, s in by.items()}  # type: ignore[attr-defined]
    factors: list[float] = (by_regime(values, default, chain) * chain.activity).tolist()
    return factors


def _or_nan(given: Stated[float] | None) -> float:
    return float(given.value) if given is not None else np.nan
