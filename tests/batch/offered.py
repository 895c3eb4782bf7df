"""A known scenario with mitigations on offer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.schema import Scenario
from simulator.scenario.shipped import known_answer
from tests.model.mitigated import measure

OFFERS: dict[str, Any] = {
    "monitoring": measure({"notice_left": 0.2}),
    "copies": measure({"restoration_left": {"restart": 0.5}}),
    "backup": measure({"own_teams": 1}, starts={"disclosure": True}),
    "for_nobody": measure({"restoration_left": {"visit": 0.5}}, starts={"theatre": "east", "regime": "war_elsewhere"}),
    "signed": measure({"controls": ["signed_abroad"]}),
    "ban": measure(
        {
            "instrument": {
                "name": "ban",
                "kind": "ban",
                "trigger": {"at": "100 d"},
                "vendors": ["maker"],
                "comply": 0.5,
                "comply_delay": {"exponential": {"mean": "50 d"}},
                "notice": "60 d",
            }
        }
    ),
}


@cache
def offering(name: str = "v17_from_war") -> LoadedScenario:
    """A known scenario with `OFFERS` and a control; nothing is in force."""
    return with_offers(load(known_answer(name)), OFFERS, {"operators": ("monitoring", "copies")})


def with_offers(
    loaded: LoadedScenario,
    mitigations: Mapping[str, Any],
    sets: Mapping[str, Sequence[str]] | None = None,
    **sections: Any,
) -> LoadedScenario:
    """The same scenario with more in it, as if its file said so."""
    data = json.loads(loaded.text) | sections
    data["mitigations"] = dict(mitigations)
    data["mitigation_sets"] = {name: list(members) for name, members in (sets or {}).items()}
    data["controls"] = {"signed_abroad": {"efficacy": {"code_release": 0.5}}}
    return replace(loaded, scenario=Scenario.model_validate(data), text=json.dumps(data))
