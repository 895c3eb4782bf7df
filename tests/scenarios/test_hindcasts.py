"""The cards that ship: complete, owned up to, and each quantity fitted, implied or held out."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from simulator.checks.hindcast.card import Card
from simulator.checks.hindcast.forecast import forecasts
from simulator.checks.hindcast.reading import read_card
from simulator.checks.hindcast.verdict import judged
from simulator.evidence import all_parameters
from simulator.evidence.fits.stealth import stealth_fit
from simulator.scenario.references import evidence_ids
from simulator.scenario.shipped import hindcast_cards
from simulator.scenario.stated import stated_values

CARDS = sorted(hindcast_cards())

FITTED = {
    ("crowdstrike_2024", "restored_share"): 3,
    ("crowdstrike_2024", "service_lost"): 1,
    ("sunburst_2020", "victims"): 1,
    ("sunburst_2020", "clean_share"): 2,
    ("sunburst_2020", "service_lost"): 1,
    ("ccleaner_2017", "withdrawn_after"): 1,
    ("viasat_2022", "restored_share"): 3,
    ("viasat_2022", "service_lost"): 1,
    ("notpetya_2017", "withdrawn_after"): 1,
    ("leaving_a_vendor", "gone_share"): 2,
}
"""Quantities on which a default was fitted, or which its assumption names."""

LISTED = {
    "crowdstrike_2024": 8,
    "sunburst_2020": 9,
    "ccleaner_2017": 5,
    "viasat_2022": 6,
    "notpetya_2017": 8,
    "leaving_a_vendor": 3,
}
"""Quantities by card."""


@cache
def card(name: str) -> Card:
    return read_card(name)


def test_the_promised_cards_are_there() -> None:
    assert {name: len(card(name).observed) for name in CARDS} == LISTED


@pytest.mark.parametrize("name", CARDS)
def test_the_scenario_has_the_name_of_its_card_and_owns_up_to_every_figure(name: str) -> None:
    scenario = card(name).loaded.scenario
    assert scenario.name == card(name).name == name
    assert len(scenario.question) > 60
    bare = [
        place
        for place, stated in stated_values(scenario)
        if stated.source is None and (stated.assumption is None or stated.range is None)
    ]
    assert bare == []


@pytest.mark.parametrize("name", CARDS)
def test_nothing_but_the_incident_happens(name: str) -> None:
    """No chance event of another kind can stand in for what was seen."""
    scenario = card(name).loaded.scenario
    assert scenario.given is not None or scenario.instruments
    assert not scenario.theatres
    for section in ("intrusion", "crime", "telecom_proxy", "sanctions", "hacktivists"):
        assert not getattr(scenario, section)
    assert all(
        fault.rate.value == 0.0
        for fault in (
            scenario.faults[product.fault] for product in scenario.products.values() if product.fault is not None
        )
    )


def test_what_is_fitted_is_called_so() -> None:
    found = Counter((name, one.ask.quantity) for name in CARDS for one in card(name).observed if one.status == "fitted")
    assert found == FITTED
    implied = {(name, one.ask.quantity) for name in CARDS for one in card(name).observed if one.status == "implied"}
    assert implied == {("ccleaner_2017", "installed"), ("ccleaner_2017", "victims"), ("sunburst_2020", "victims")}


@pytest.mark.parametrize("name", CARDS)
def test_every_quantity_says_why_and_where_from(name: str) -> None:
    for one in card(name).observed:
        assert len(one.because) > 15, one.what
        assert len(one.source) >= 15, one.what
        if one.scored:
            assert one.naive is not None
            assert len(one.naive.basis) > 15, one.what
            assert set(evidence_ids(one.source)) <= set(all_parameters())


def test_the_default_of_stealth_is_not_used_where_it_was_fitted() -> None:
    stealth = card("sunburst_2020").loaded.scenario.detection["stealth"]
    assert stealth.finder is not None
    assert stealth.finder.ignorance is not None
    fit = stealth_fit().without("sunburst_2020")
    assert stealth.finder.value.quantile(0.5) == pytest.approx(24.0 * fit.law.quantile(0.5), rel=1e-3)
    for level in (0.05, 0.95):
        assert stealth.finder.ignorance.quantile(level) == pytest.approx(fit.doubt.quantile(level), rel=1e-6)
    (fact,) = card("ccleaner_2017").loaded.scenario.given.compromises  # type: ignore[union-attr]
    assert fact.detected_after == 28 * 24.0  # an input: nothing is drawn from that law


def test_who_is_named_is_told_with_who_named_them_and_the_denial() -> None:
    for name, word in (
        ("sunburst_2020", "denies"),
        ("ccleaner_2017", "denies"),
        ("viasat_2022", "denies"),
        ("notpetya_2017", "denies"),
        ("leaving_a_vendor", "denies"),
    ):
        assert word in card(name).about


@pytest.mark.slow
def test_whatever_is_outside_has_a_reason() -> None:
    """And whatever may be outside by another seed: the reason stands in the card before it is needed."""
    for found in forecasts([card(name) for name in CARDS], outer=60, workers=2):
        unexplained = [row.observed.what for row in judged(found) if not row.inside and not row.observed.fails_because]
        assert unexplained == [], found.card.name
