"""What the kernel's memory holds: a table of addresses, and behind each a table of rows.

Every whole number is an int64 and every flag 0 or 1. -1 stands for nothing; the model's hours and money are floats.
Rows of the portfolio hold what never changes beside what a replication changes ("state"), for they are used together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.kernel.linker import leaf
from simulator.kernel.tables import fixed, rows_at
from simulator.rules.curve import SERVICE_HOURS
from simulator.scenario.words import HOST_GROUPS, PATHS, REGIMES, SECTORS

NOTHING = -1
KNOWN_CRIMES = 4
_S, _H, _P, _R = len(SECTORS), len(HOST_GROUPS), len(PATHS), len(REGIMES)


def _row(
    key: str = "",
    real: str = "",
    whole: str = "",
    flag: str = "",
    wide: str = "",
    several: list[tuple[str, str, int]] | None = None,
    near: str = "",
) -> np.dtype:
    """A row of named fields: keys of draws, floats, whole numbers of 32 bits, flags, whole numbers of 64 bits.

    Rows are as short as they can be: what a replication touches should stay in the processor's cache. Fields that are
    used together come first, in this order (`near`), and share its lines.
    """
    fields: list[Any] = [(name, "u8") for name in key.split()]
    fields += [(name, "f8") for name in real.split()]
    fields += [(name, "i8") for name in wide.split()]
    fields += [(name, kind, (count,)) for name, kind, count in several or []]
    fields += [(name, "i4") for name in whole.split()]
    fields += [(name, "i1") for name in flag.split()]
    first = near.split()
    fields.sort(key=lambda field: first.index(field[0]) if field[0] in first else len(first))
    return np.dtype(fields, align=True)


ORGANISATION = _row(
    key="key",
    real="customers people weight generation crime_rate widest_gap "
    # state
    "output since carried loop_output",
    whole="pool own_teams first_dependency end_dependency first_link end_link first_out end_out first_trust "
    "end_trust crime_name end_crime_name cut_off own_busy troubles last_trouble crews last_crew "
    "blamed charged queue last_queued reached fed in_loop place",
    flag="sector touched",
    near="output since carried first_out end_out cut_off troubles reached fed blamed charged sector touched "
    "customers people key first_link end_link",
)
DEPENDENCY = _row(
    key="key",
    real="whole_coverage held worth lets_through coverage stopped_since",
    whole="organisation product replaced_by successor",
    flag="host_group in_use touched removed migrating stopped disconnected paid",
)
LINK = _row(
    key="key proxy_key",
    real="carries unbacked recharge refilled_after restart_lag level since place hours",
    whole="consumer provider buffer all_deliveries epoch deliveries ran_dry_of",
    flag="sector circular touched supplied exhausted ignored",
    near="consumer provider epoch exhausted supplied touched sector ignored circular carries unbacked level since "
    "place hours",
)
PRODUCT = _row(
    key="key",
    real="fault_rate",
    whole="vendor rings first_at_release fault first_dependency end_dependency name end_name hostile",
    several=[("adoption", "i8", _P)],
)
VENDOR = _row(real="reach_outside", whole="abused in_the_news flagged")
LAW = _row(real="a b c", whole="kind first end")
CODE = _row(  # a payload, or a fault
    real="activation worm",
    whole="mode trigger detection restoration selection delay worm_delay path",
)
DETECTION = _row(whole="own finder visible pull pull_if_coerced", several=[("slower", "f8", _R)])
SELECTION = _row(real="per_active per_dormant outside discount elsewhere")
SHAPE = _row(real="crew_share slower_without_telecom mean", whole="kind law needs_team")
RINGS = _row(whole="first end")
POOL = _row(
    key="key",
    real="arrivals service arrives watched",
    whole="base_teams priority routine teams busy jobs_waiting demand choosing epoch incidents gaps services "
    "waiting ends",
)
INSTRUMENT = _row(
    key="key cause_key",
    real="comply shows groundless_cost",
    whole="kind wakes delay notice comply_delay ban order first_vendor end_vendor first_aim end_aim cause",
)
CHANNEL = _row(key="key", whole="kind theatre code coerced first_vendor end_vendor name end_name cause_kind")
THEATRE = _row(real="gained kept", whole="state first_state first_vendor end_vendor")
STATE = _row(whole="regime")
SIDE = _row(key="key", real="branching decay lost", whole="theatre first_factor duration abstract harms name end_name")
FACT = _row(
    key="cause_key",
    real="at offered_for detected_after lasts",
    whole="kind who path code restoration everywhere occurrence cause_kind malicious",
)
ROUTES = _row(real="stop blind control", whole="given")
MANUAL = _row(real="share floor falls_by every", whole="given")
MITIGATION = _row(
    key="key cause_key",
    real="comply hold_updates reach_left notice_left finder_left own_teams buffer_hours share floor falls_by starts",
    whole="rollout disclosure warning acts closes rings deliveries first_vendor end_vendor first_action end_action "
    "hosts manual cause planned",
    several=[
        ("activation_left", "f8", 3),
        ("routes_left", "f8", 3),
        ("restoration_left", "f8", 3),
    ],
)
ACTION = _row(real="share", whole="dependency takes_out successor seconds second")
BEARING = _row(whole="first end asked")
PRICE = _row(real="amount", whole="sector")

RULES = _row(
    key="seed sanctions_key",
    real="horizon stopped_output unsafe_water half_life per_compromise per_install overrun proxy_rate "
    "reserve slow_reserve load slow_after "
    "response_per_day rebuild_per_customer rebuild_cap removal_per_customer half load_per_customer lost_load "
    "society_share government_share espionage_per_victim vendor_liability insured retention limit",
    wide="organisations dependencies links products vendors pools theatres instruments channels mitigations sides "
    "facts stop_time abstract removal_time integrators sanctions sanctions_theatre replacement proxy proxy_host "
    "proxy_restoration grid crime crime_host crime_restoration crime_theatre faults insurance war_exclusion "
    "keep_log bearings prices crime_factor",
    several=[("stop_on_disclosure", "f8", _H), ("lost_revenue", "f8", _S), ("first_bearing", "i8", 13)],
)
FUTURES = _row(  # addresses and sizes of the columns of `simulator.chance.columns`
    wide="replication stratum regime_from regime_time regime_state attempt_from attempt_time attempt_channel "
    "attempt_occurrence attempt_answer target_from target_product target_path instruments notice_ends sanctions "
    "mitigations vendors rows theatres kinds_of_instruments kinds_of_mitigations dates_of_vendors"
)

RUN = _row(
    real="now shed_share",
    wide="row replication full visit sequence count last_entry draws "
    # how many rows of a table are in use; an idle row is the first of a list
    "heap_size idle_event causes carriers compromises jobs troubles shares idle_share marks history people targets "
    "disclosures reached fed next_touched_organisation next_touched_dependency next_touched_link waiting_removals "
    "free_integrators shed shed_end shortages short slow_ready all_losses all_curves all_targets",
    several=[("without", "f8", _S), ("down", "i8", _S)],
)
EVENT = _row(key="order", real="number", whole="sequence who parent data other next", flag="action")
TURN = _row(real="time", whole="event")
CAUSE = _row(
    key="key",
    real="start origin detection unsafe spent_hours lost_hours government abstract",
    whole="mode theatre entry installs activations victims vendor_of first_target end_target first_hours "
    "last_hours first_cost last_cost first_people last_people",
    flag="kind regime malicious",
    several=[("interruptions", "f8", _S)],
)
CARRIER = _row(
    key="key",
    real="coverage install acts noticed",
    whole="compromise dependency organisation next",
    flag="host_group path scheduled installed acted told chosen",
)
COMPROMISE = _row(
    real="start detected withdrawn given_detection",
    whole="cause code first_target end_target coerced epoch first_carrier last_carrier count delay worm_delay",
)
JOB = _row(key="key", real="hours", whole="organisation cause parent next", flag="shape started")
TROUBLE = _row(
    real="output floor falls_by every part",
    whole="organisation cause next",
    flag="route unsafe manual is_open",
)
SHARE = _row(real="weight", whole="cause next")
MARK = _row(
    real="hours cost",
    whole="cause organisation next_hours next_cost",
    flag="used struck infected pending proxied has_hours has_cost",
)
WAITING = _row(real="rank hour", whole="organisation cause job")
END = _row(real="hour")
REMOVAL = _row(real="hour", whole="dependency parent cause")
PEOPLE = _row(real="hour change", whole="next", flag="sector")
HISTORY = _row(real="hour people", whole="", flag="sector")
ENTRY = _row(real="time detail", whole="who parent what", flag="kind")
DISCLOSURE = _row(real="hour", whole="first_target end_target")

LOSS = _row(
    real="start paid detection unsafe ens operator customers society insurer vendor government abstract",
    wide="row number kind mode theatre regime first_target end_target proxy malicious year installs activations "
    "organisations_out",
    several=[("customer_hours", "f8", _S), ("person_hours", "f8", _S), ("interruptions", "f8", _S)],
)
RESULT = _row(
    wide="losses victims groundless count worst",
    several=[("peak", "f8", _S), ("restored", "f8", 3)],
)
CURVE = _row(wide="row sector", several=[("people", "f8", len(SERVICE_HOURS))])
TEMPO = _row(real="starts factor operational")
FRAME = _row(real="output", whole="place end")
STRIKE = _row(key="key", real="hour", whole="side target")
WHOLE = np.dtype("i4")
REAL = np.dtype("f8")
WIDE = np.dtype("i8")
KEY = np.dtype("u8")
SHORT = np.dtype("u4")
BYTE = np.dtype("u1")

TABLES: dict[str, np.dtype] = {}
"""Name of every table in the order of the table of addresses, with the layout of its rows."""


def _table(name: str, rows: np.dtype) -> Any:
    """Declare a table; what comes back gives its rows, (n,), for the address of a memory."""
    place = 2 * len(TABLES)
    TABLES[name] = rows

    @leaf
    def table(k: int) -> Any:
        return rows_at(fixed(k, place), fixed(k, place + 1), rows)

    return table


def place_of(name: str) -> int:
    """Number of a table, by which one that ran out of rows is named."""
    return list(TABLES).index(name)


@leaf
def reals_at(where: int, count: int) -> Any:
    """Floats at an address."""
    return rows_at(where, count, REAL)


@leaf
def wholes_at(where: int, count: int) -> Any:
    """Whole numbers at an address."""
    return rows_at(where, count, WIDE)


@leaf
def shorts_at(where: int, count: int) -> Any:
    """Unsigned 32-bit numbers at an address."""
    return rows_at(where, count, SHORT)


# What a world fixes.
rules = _table("rules", RULES)
organisations = _table("organisations", ORGANISATION)
keys = _table("keys", KEY)
"""Of the organisations, once more, side by side."""
crime_keys = _table("crime_keys", KEY)
"""(organisations x KNOWN_CRIMES) keys of the first crimes at each organisation."""
dependencies = _table("dependencies", DEPENDENCY)
links = _table("links", LINK)
products = _table("products", PRODUCT)
vendors = _table("vendors", VENDOR)
laws = _table("laws", LAW)
codes = _table("codes", CODE)
detections = _table("detections", DETECTION)
selections = _table("selections", SELECTION)
shapes = _table("shapes", SHAPE)
rings = _table("rings", RINGS)
pools = _table("pools", POOL)
instruments = _table("instruments", INSTRUMENT)
channels = _table("channels", CHANNEL)
theatres = _table("theatres", THEATRE)
states = _table("states", STATE)
sides = _table("sides", SIDE)
facts = _table("facts", FACT)
routes = _table("routes", ROUTES)
manuals = _table("manuals", MANUAL)
mitigations = _table("mitigations", MITIGATION)
actions = _table("actions", ACTION)
bearings = _table("bearings", BEARING)
added_teams = _table("added_teams", WHOLE)
"""(mitigations x pools) teams that each mitigation adds."""
places = _table("places", WHOLE)
"""(mitigations x vendors) column of each vendor's date among those of all mitigations."""
plants = _table("plants", WHOLE)
"""Plants with generation, and room for as many that are lost."""
prices = _table("prices", PRICE)
rows = _table("rows", WHOLE)
"""Lists of rows of other tables, one after the other."""
numbers = _table("numbers", REAL)
"""Points of laws, shares and starts of rings, factors of regimes."""
letters = _table("letters", BYTE)
"""Names of causes up to their number."""
# The futures of a block.
futures = _table("futures", FUTURES)
# One replication under way.
run = _table("run", RUN)
turns = _table("turns", TURN)
events = _table("events", EVENT)
causes = _table("causes", CAUSE)
carriers = _table("carriers", CARRIER)
compromises = _table("compromises", COMPROMISE)
jobs = _table("jobs", JOB)
troubles = _table("troubles", TROUBLE)
shares = _table("shares", SHARE)
marks = _table("marks", MARK)
waiting = _table("waiting", WAITING)
ends = _table("ends", END)
removals = _table("removals", REMOVAL)
people = _table("people", PEOPLE)
history = _table("history", HISTORY)
log = _table("log", ENTRY)
disclosures = _table("disclosures", DISCLOSURE)
targets = _table("targets", WHOLE)
reached = _table("reached", WHOLE)
fed = _table("fed", WHOLE)
queued = _table("queued", WHOLE)
frames = _table("frames", FRAME)
weights = _table("weights", SHARE)
parts_of_shortfall = _table("parts_of_shortfall", SHARE)
shed = _table("shed", WHOLE)
root_weights = _table("root_weights", SHARE)
scratch = _table("scratch", REAL)
ranked = _table("ranked", WHOLE)
touched_organisations = _table("touched_organisations", WHOLE)
touched_dependencies = _table("touched_dependencies", WHOLE)
touched_links = _table("touched_links", WHOLE)
uniforms = _table("uniforms", REAL)
"""Of each organisation, for one purpose."""
ticked = _table("ticked", WIDE)
"""A bit for every organisation."""
used_marks = _table("used_marks", WHOLE)
strikes = _table("strikes", STRIKE)
tempo = _table("tempo", TEMPO)
# What comes out.
results = _table("results", RESULT)
losses = _table("losses", LOSS)
loss_targets = _table("loss_targets", WHOLE)
"""Product and path, product and path, ... of losses that came by a release."""
curves = _table("curves", CURVE)
