"""Mechanism 3: which control acts on which path, and the attacker's choice among what is left (V16, V44)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from tests.driven import probability
from tests.model.worlds import (
    HAZARD,
    SUPPLY_CHAIN,
    coercion,
    entries,
    futures_of,
    play,
    plays,
    product,
    runs,
    stage,
    story,
    theatre,
    towns,
    vendor,
    z_of_share,
)

PATHS = {"code_release": 0.8, "content_update": 0.7, "cloud_command": 0.5}
CONTROLS = {"hardening": {"efficacy": {"code_release": 0.8, "content_update": 0.5}}}
SIGNING = {
    "insiders": 3,
    "outsiders": 2,
    "insider_complies": 0.7,
    "outsider_signs_blind": 0.1,
}


def world(firm: dict[str, Any], hazard: dict[str, str] = HAZARD, **sections: Any) -> Driver:
    people = towns(2)
    three = product(paths=PATHS, adoption=dict.fromkeys(PATHS, "a"))
    home = SUPPLY_CHAIN | {
        "vendors": {"v": firm},
        "products": {"p": three},
        "controls": CONTROLS,
        "theatres": {"north": theatre("war_direct", {}, coercion=coercion(hazard))},
    }
    return stage(home | sections, people, runs(people))


@pytest.mark.parametrize(
    ("quorum", "alone", "together"),
    [
        (1, 0.97813, 0.845452),
        (2, 0.82018, 0.749872),
        (3, 0.42868, 0.591472),
        (4, 0.06958, 0.107632),
        (5, 0.00343, 0.005572),
    ],
)
def test_a_signing_quorum_guards_releases_only_v16(quorum: int, alone: float, together: float) -> None:
    for share, expected in ((0.0, alone), (0.6, together)):
        signed = vendor(signing=SIGNING | {"quorum": quorum, "common_cause": share})
        code, content, command, *_ = world(signed).world.products.path_success[0]
        assert code == pytest.approx(0.8 * expected, rel=1e-6)
        assert (content, command) == (0.7, 0.5)


def test_the_attacker_takes_the_best_path_left_v44() -> None:
    for firm, expected in ((vendor(), 0.8), (vendor(controls=["hardening"]), 0.5)):
        driver = world(firm)
        assert driver.channels[0].success.max() == pytest.approx(expected, rel=1e-9)
    logit = world(vendor(controls=["hardening"]), path_choice={"rule": "logit", "precision": 10})
    assert logit.channels[0].success.max() == pytest.approx(0.4643324206, rel=1e-6)


def test_the_sharpness_of_a_choice_has_a_default_that_both_readers_take() -> None:
    left_out = world(vendor(controls=["hardening"]), path_choice={"rule": "logit"})
    stated = world(vendor(controls=["hardening"]), path_choice={"rule": "logit", "precision": 10})
    assert left_out.channels[0].success.tolist() == stated.channels[0].success.tolist()
    taken = [[o.losses[0].cause.path for o in plays(d, 50, Stratum.AT_LEAST_ONE)] for d in (left_out, stated)]
    assert taken[0] == taken[1]
    assert len(set(taken[0])) > 1


def test_controls_on_one_path_move_the_attack_to_another() -> None:
    for firm, path in ((vendor(), "code_release"), (vendor(controls=["hardening"]), "cloud_command")):
        (loss,) = play(world(firm), stratum=Stratum.AT_LEAST_ONE).losses
        assert loss.cause.path == path


def test_a_wavering_attacker_succeeds_mostly_where_success_is_likely() -> None:
    """Given success, path j was tried with probability proportional to exp(10 p_j) p_j."""
    driver = world(vendor(controls=["hardening"]), path_choice={"rule": "logit", "precision": 10})
    left = {"code_release": 0.16, "content_update": 0.35, "cloud_command": 0.5}
    weight = {path: p * 2.718281828459045 ** (10 * p) for path, p in left.items()}
    count = 1000
    taken = [o.losses[0].cause.path for o in plays(driver, count, Stratum.AT_LEAST_ONE)]
    for path, w in weight.items():
        assert abs(z_of_share(taken.count(path), count, w / sum(weight.values()))) < 3.29


def test_a_transparency_centre_leaves_the_update_channel_open() -> None:
    centre = {"centre": {"efficacy": {"telemetry": 0.9, "code_release": 0.0016}}}
    open_, shown = world(vendor()), world(vendor(controls=["centre"]), controls=centre)
    assert probability(shown, 1).value > 0.997 * probability(open_, 1).value


def test_without_controls_only_the_success_of_orders_changes() -> None:
    """Refused and technically failed orders vanish, what succeeds is the same release at other times."""
    hazard = {"war_direct": "1 / year"}
    guarded, bare = world(vendor(controls=["hardening"]), hazard), world(vendor(), hazard)
    assert guarded.channels[0].hazard.tolist() == bare.channels[0].hazard.tolist()
    strong, weak = (sum(bool(f.attempts) for f in futures_of(d, 2000)) for d in (bare, guarded))
    assert abs(strong - weak) < 100, "attempts come as often"
    used = [sum(a.answer == 0 for f in futures_of(d, 2000) for a in f.attempts) for d in (bare, guarded)]
    for share, hits in zip((probability(bare, 1).value, probability(guarded, 1).value), used, strict=True):
        assert abs(z_of_share(hits, 2000, share)) < 3.29
    here, there = (play(d, 0, Stratum.NONE) for d in (guarded, bare))
    assert not entries(here, Kind.RELEASE, Kind.INSTALL)
    assert [line for line in story(bare, there) if line[1] != "ATTEMPT"] == [
        line for line in story(guarded, here) if line[1] != "ATTEMPT"
    ]


def test_orders_that_fail_technically_may_be_tried_again() -> None:
    again = coercion({"war_direct": "4 / year"}, failed_use_burns=False)
    driver = world(vendor(controls=["hardening"]), theatres={"north": theatre("war_direct", {}, coercion=again)})
    tries = [len(f.attempts) for f in futures_of(driver, 500)]
    assert max(tries) > 2
    assert probability(driver, 1).value == pytest.approx(1 - 2.718281828459045**-2, rel=1e-9)
