"""A replication can be had again from its number, equal to what the run counted."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

import simulator
from simulator.chance.future import Stratum
from simulator.model.replay import replay
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.shipped import known_answer
from tests.batch.runs import run_of


@pytest.fixture(scope="module")
def war() -> LoadedScenario:
    return load(known_answer("v17_from_war"))


@pytest.mark.parametrize("crude", [False, True])
def test_a_replay_is_the_replication_of_the_run(war: LoadedScenario, crude: bool) -> None:
    results = run_of(known_answer("v17_from_war"), replications=40, seed=7, crude=crude)
    for row in results.replications.itertuples():
        again = replay(war, row.replication, 7, Stratum.CRUDE if crude else None).outcome
        assert int(again.future.stratum) == row.stratum
        assert again.successes == row.successes
        assert again.sim_events == row.sim_events == len(again.log or ())
        first = again.first_success_h
        assert (math.isnan(first) and math.isnan(row.first_success_h)) or first == row.first_success_h
        own = results.events[results.events["replication"] == row.replication]
        assert [loss.cause.installs for loss in again.losses] == own["installs"].tolist()
        assert [loss.customer_hours[0] for loss in again.losses] == own["customer_hours_water"].tolist()


def test_the_package_offers_it(war: LoadedScenario) -> None:
    assert simulator.replay is replay
    assert replay(war, 3).outcome.future == replay(war, 3, 1, Stratum.AT_LEAST_ONE).outcome.future


def test_a_number_that_no_run_has_is_refused(war: LoadedScenario, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="number -1; allowed: 0 or more"):
        replay(war, -1)
    harmless = war.scenario.model_copy(
        update={"theatres": {n: t.model_copy(update={"coercion": None}) for n, t in war.scenario.theatres.items()}}
    )
    peaceful = replace(war, scenario=harmless)
    assert replay(peaceful, 4).outcome.successes == 0
    with pytest.raises(InputError, match=r"no simulated future number 5: .* allowed: an even number"):
        replay(peaceful, 5)
