"""Numbers for words of the model: routes, answers, modes; and what an event does when it comes."""

from __future__ import annotations

from typing import get_args

from simulator.model.effects import LOSS_OF_VIEW as _VIEW
from simulator.model.effects import PRECAUTION as _STOP
from simulator.model.effects import UNSAFE_CONTROL as _CONTROL
from simulator.model.given import GIVEN_OUTAGE as _GIVEN
from simulator.model.grid import SHED as _SHED
from simulator.model.impact import BY_VENDOR, COMPLIANCE
from simulator.model.service import NUISANCE as _NUISANCE
from simulator.scenario.government import InstrumentKind
from simulator.scenario.words import CAUSE_KINDS, HOST_GROUPS, MALICIOUS_CAUSES, PATHS, SECTORS

ROUTES: tuple[str, ...] = (_STOP, _VIEW, _CONTROL, _NUISANCE, _SHED, _GIVEN)
PRECAUTION, LOSS_OF_VIEW, UNSAFE_CONTROL, NUISANCE, SHED, GIVEN_OUTAGE = range(len(ROUTES))

MODES: tuple[str, ...] = ("disruption", "espionage", "fault")
DISRUPTION, ESPIONAGE, FAULT = range(len(MODES))
QUIET = len(MODES)
"""Mode of a hacktivist's nuisance. Then come the kinds of instruments, and mitigations in force."""
INSTRUMENT_KINDS: tuple[str, ...] = get_args(InstrumentKind)

TRIGGERS: tuple[str, ...] = ("on_install", "synchronised", "dormant")
ON_INSTALL, SYNCHRONISED, DORMANT = range(len(TRIGGERS))

SHAPES: tuple[str, ...] = ("restart", "rebuild", "visit")
RESTART, REBUILD, VISIT = range(len(SHAPES))

PRIORITIES: tuple[str, ...] = (
    *("customers_per_repair_hour", "largest_first", "smallest_first", "random", "first_come"),
)
PER_HOUR, LARGEST, SMALLEST, RANDOM, FIRST_COME = range(len(PRIORITIES))

BEARINGS: tuple[str, ...] = (
    *("hold_updates", "close_paths", "reach_left"),
    *("activation_left", "routes_left", "notice_left", "restoration_left", "own_teams", "manual"),
    *("rings", "finder_left", "buffers", "pool_teams"),
)
"""What an event may ask of the mitigations in force, in the order of their rows."""
HOLD_UPDATES, CLOSE_PATHS, REACH_LEFT = range(3)
ACTIVATION_LEFT, ROUTES_LEFT, NOTICE_LEFT, RESTORATION_LEFT, OWN_TEAMS, BY_HAND = range(3, 9)
RINGS, FINDER_LEFT, BUFFERS, POOL_TEAMS = range(9, len(BEARINGS))

ACCESS_RELEASE, TELECOM_PROXY, FAULTY_UPDATE, CRIME, HACKTIVIST, SANCTIONS, INSTRUMENT, MITIGATION, GIVEN = map(
    CAUSE_KINDS.index,
    (
        *("access_release", "telecom_proxy", "faulty_update"),
        *("crime", "hacktivist", "sanctions", "instrument", "mitigation", "given"),
    ),
)
MALICIOUS, BORNE_BY_VENDORS, OF_COMPLIANCE = (
    sum(1 << CAUSE_KINDS.index(kind) for kind in kinds) for kinds in (MALICIOUS_CAUSES, BY_VENDOR, COMPLIANCE)
)
"""Sets of kinds of causes: a bit for each."""

WATER, TELECOM, ENERGY = (SECTORS.index(s) for s in ("water", "telecom", "energy"))
OFFICE, PRIVILEGED = HOST_GROUPS.index("office"), HOST_GROUPS.index("privileged")
CODE_RELEASE, CONTENT_UPDATE = PATHS.index("code_release"), PATHS.index("content_update")

REGIME_CHANGES, ATTEMPT_MADE, FAULT_SHIPS, GIVEN_HAPPENS, ANNOUNCED, SANCTIONS_IMPOSED = range(6)
CRIME_TRIES, SIDE_STRIKES, INSTALLS, ACTS, CROSSES, DETECTED, WITHDRAWN, PROXY_ENTERS = range(6, 14)
ASSURED, OVER, FALLS, BUFFER_RUNS_DRY, SUPPLY_RESTARTS, RESERVE_COMES = range(14, 20)
POOL_CHOOSES, POOL_SERVED, TEAM_BACK, OWN_DONE, UNAIDED_DONE = range(20, 25)
COMPLIES, REPLACES_AFTER_SANCTIONS, UNDERTAKEN, NOTICE_OVER, REPLACED = range(25, 30)
"""What an event does when it comes."""
