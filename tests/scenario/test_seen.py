"""A rate stated as events seen, or none, in a time."""

from __future__ import annotations

import json
import pickle

import pytest
from pydantic import BaseModel, TypeAdapter

from simulator.evidence.rates import Counted, GammaRate
from simulator.evidence.silence import after
from simulator.rules.clock import HOURS_PER_YEAR
from simulator.rules.quantile import Law
from simulator.scenario.distribution import Stated
from simulator.scenario.document import document_from_text
from simulator.scenario.errors import InputErrors
from simulator.scenario.load import load
from simulator.scenario.quantity import PerHour
from simulator.scenario.translate import validate_document

RATE: TypeAdapter[Stated[float]] = TypeAdapter(Stated[PerHour])
YEAR = HOURS_PER_YEAR
BELIEF = {"lognormal": {"p05": "0.0002 / year", "p50": "0.002 / year", "p95": "0.02 / year"}}
PRIORS = {
    "jeffreys": ("jeffreys", GammaRate(0.5)),
    "uniform": ("uniform", GammaRate(1.0)),
    "constrained": ({"constrained": "0.01 / year"}, GammaRate(0.5, 50.0 * YEAR)),
    "gamma": ({"gamma": {"shape": 2, "exposure": "300 years"}}, GammaRate(2.0, 300.0 * YEAR)),
    "gamma law": ({"gamma": {"shape": 2, "mean": "1 in 150 years"}}, GammaRate(2.0, 300.0 * YEAR)),
}


def stated(prior: object, **seen: object) -> Stated[float]:
    return RATE.validate_python({"seen": {"events": 0, "in": "200 years", "prior": prior} | seen, "assumption": "x"})


@pytest.mark.parametrize(("written", "prior"), PRIORS.values(), ids=PRIORS)
def test_the_value_is_the_posterior_mean_with_its_law_and_range(written: object, prior: GammaRate) -> None:
    rate = stated(written, events=1, visible=0.5)
    law = prior.after(Counted(1, 100.0 * YEAR)).law()
    assert rate.value == pytest.approx(law.mean(), rel=1e-12)
    assert rate.range == pytest.approx((law.quantile(0.05), law.quantile(0.95)), rel=1e-9)
    assert rate.ignorance is not None
    assert rate.ignorance.quantile(0.3) == pytest.approx(law.quantile(0.3), rel=1e-9)
    assert rate.derived


def test_no_event_in_200_vendor_years_of_which_half_would_surface() -> None:
    """V20, Jeffreys: a mean of 0.0050 a year and a 95 % point of 0.0192."""
    rate = RATE.validate_python(
        {"seen": {"events": 0, "in": "200 vendor-years", "visible": "50 %", "prior": "jeffreys"}, "assumption": "x"}
    )
    assert rate.value * YEAR == pytest.approx(0.005, rel=1e-9)
    assert rate.range is not None
    assert rate.range[1] * YEAR == pytest.approx(0.0192072941, rel=1e-6)


def test_an_elicited_belief_is_updated() -> None:
    """None in 180 years moves a median of .0020 a year to .0011."""
    rate = stated(BELIEF, **{"in": "180 state-years"})
    assert rate.ignorance is not None
    assert round(rate.ignorance.quantile(0.5) * YEAR, 4) == 0.0011
    assert rate.ignorance.mean() == rate.value
    prior = Law.lognormal_quantiles(0.0002, 0.002, 0.02)
    assert rate.value * YEAR == pytest.approx(after(prior, Counted(0, 180.0)).mean(), rel=1e-9)


@pytest.mark.parametrize("prior", [written for written, _ in PRIORS.values()] + [BELIEF])
def test_it_reads_back_as_written_and_travels(prior: object) -> None:
    rate = stated(prior, visible=0.5, source="my own count")
    written = RATE.dump_python(rate, mode="json")
    assert set(written) == {"seen", "assumption"}
    assert RATE.validate_python(json.loads(json.dumps(written))) == rate
    assert pickle.loads(pickle.dumps(rate)) == rate


def test_beside_a_value_it_changes_nothing() -> None:
    plain = {"value": "0.02 / year", "ignorance": BELIEF, "assumption": "x"}
    bare, rate = (RATE.validate_python(plain | more) for more in ({}, {"seen": {"events": 0, "in": "5 years"}}))
    assert (rate.value, rate.ignorance, rate.range) == (bare.value, bare.ignorance, None)
    assert not rate.derived
    assert rate.seen is not None
    assert rate.seen.counted == Counted(0, 5.0 * YEAR)
    assert RATE.validate_python(RATE.dump_python(rate, mode="json")) == rate


class Model(BaseModel):
    """A rate and something else."""

    rate: Stated[PerHour]


SEEN = "events: 0, in: 200 years"
ALLOWED = (
    "allowed: jeffreys, uniform, {constrained: 0.01 / year}, {gamma: {shape, exposure}} or a distribution of rates"
)
GONE = " (what an extended file says is taken away by null)"


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (f"{SEEN}, prior: jeffrey", f'rate.seen.prior: "jeffrey" is not a prior; {ALLOWED}. Did you mean "jeffreys"?'),
        (f"{SEEN}, prior: 0.02 / year", f'rate.seen.prior: "0.02 / year" is not a prior; {ALLOWED}'),
        (f"{SEEN}, prior: {{constrained: 0 / year}}", "rate.seen.prior: prior.constrained is 0 / year; allowed: abov"),
        (
            f"{SEEN}, prior: {{gamma: {{shape: 0, exposure: 2 years}}}}",
            "rate.seen.prior: gamma.shape is 0; allowed: above 0",
        ),
        (
            f"{SEEN}, prior: {{empirical: {{values: [1 / year]}}}}",
            f"rate.seen.prior: a mapping with the keys empirical holds one value, which no data can move; {ALLOWED}",
        ),
        (
            f"{SEEN}, prior: {{lognormal: {{p05: 3 / year, p50: 2 / year, p95: 4 / year}}}}",
            "rate.seen.prior: lognormal has p05 3 / year, p50 2 / year, p95 4 / year; "
            "allowed: p05 <= p50 <= p95 and p05 < p95",
        ),
        (SEEN, f"rate.seen.prior is missing; needed: {ALLOWED[9:]}; or a value with ignorance beside seen"),
        ("events: 0, prior: jeffreys", 'rate.seen.in is missing; needed: a time, for example "36 d" or "36 h"'),
        ("events: 0, in: 3 h / d, prior: jeffreys", "rate.seen.in: "),
        ("events: -1, in: 3 years, prior: jeffreys", "rate.seen.events: -1 is out of range"),
        ("events: 0.5, in: 3 years, prior: jeffreys", "rate.seen.events: 0.5 is not a whole number"),
        ("events: 0, in: 0 years, prior: jeffreys", 'rate.seen.in: "0 years" is out of range; allowed: a time above 0'),
        ("events: 0, in: 3 years, visible: 1.5, prior: jeffreys", "rate.seen.visible: 1.5 is out of range"),
        (
            "events: 0, in: 3 years, visible: 0, prior: jeffreys",
            "rate.seen: nothing bounds the rate: neither the prior nor the data hold any exposure",
        ),
        (
            "events: 2, in: 3 years, visible: 0, prior: {gamma: {shape: 1, exposure: 9 years}}",
            "rate.seen: 2 events cannot have become known where no event would have",
        ),
        (
            "events: 900, in: 1 year, prior: {lognormal: {median: 0.001 / year, sigma: 0.1}}",
            "rate.seen: the data contradict the prior: 900 events lie outside all it holds possible",
        ),
        ("events: 0, in: 3 years, visble: 0.5, prior: jeffreys",
         'rate.seen.visble is not a known key; allowed: events, in, visible, prior, source. Did you mean "visible"?'),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_with_file_and_line(seen: str, said: str) -> None:
    text = f"rate:\n  assumption: x\n  seen: {{{seen}}}\n"
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "mine.yaml"), Model)
    (sentence,) = caught.value.messages
    assert sentence.startswith("mine.yaml, line 3: ")
    assert said in sentence


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("range: [0 / year, 1 / year]",
         f"rate.range is given beside seen; allowed: leave it out: it follows from seen{GONE}"),
        ("ignorance: {exponential: {mean: 1 / year}}", "rate.ignorance is given beside seen; allowed: leave it out"),
        ("value: 1 / year",
         f"rate.seen is given beside a value, with a prior; allowed: leave out the prior or the value{GONE}"),
        ("experts: [{p05: 1 / year, p50: 2 / year, p95: 3 / year}]",
         "rate.seen is given beside experts; allowed: one of the two"),
        ("pool: linear", "rate.pool is given beside no experts; allowed: only with experts"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_said(more: str, said: str) -> None:
    text = f"rate:\n  assumption: x\n  seen: {{{SEEN}, prior: jeffreys}}\n  {more}\n"
    with pytest.raises(InputErrors) as caught:
        validate_document(document_from_text(text, "mine.yaml"), Model)
    (sentence,) = caught.value.messages
    assert said in sentence
    assert sentence.startswith("mine.yaml, line ")


def test_a_count_beside_a_value_needs_the_belief_it_bears_on() -> None:
    text = f"rate: {{value: 1 / year, assumption: x, seen: {{{SEEN}}}}}\n"
    with pytest.raises(InputErrors, match="seen is given beside a value without ignorance; allowed: ignorance as well"):
        validate_document(document_from_text(text), Model)


def test_it_needs_a_source_or_an_assumption_like_any_other() -> None:
    with pytest.raises(InputErrors, match="neither a source nor an assumption is given"):
        validate_document(document_from_text(f"rate: {{seen: {{{SEEN}, prior: uniform}}}}\n"), Model)


def test_a_scenario_takes_it_and_a_child_may_take_a_value_away(small) -> None:
    prior = "{seen: {events: 0, in: 200 years, visible: 0.5, prior: jeffreys}, assumption: half would surface}"
    small.edit("hazard: {crisis: 0.01 / year}", f"hazard: {{crisis: {prior}}}")
    loaded = small.load()
    assert '"in": "200 years"' in loaded.text  # what was written stays in the text of a manifest
    coercion = loaded.scenario.theatres["east"].coercion
    assert coercion is not None
    assert coercion.hazard["crisis"].value * YEAR == pytest.approx(0.005, rel=1e-9)
    hazard = "value: 1 / year, seen: null"
    (small.folder / "child.yaml").write_text(
        f"extends: scenario.yaml\ntheatres: {{east: {{coercion: {{hazard: {{crisis: {{{hazard}}}}}}}}}}}\n"
    )
    coercion = load(small.folder / "child.yaml").scenario.theatres["east"].coercion
    assert coercion is not None
    assert coercion.hazard["crisis"].value * YEAR == pytest.approx(1.0)


def test_the_source_of_a_count_must_be_known(small) -> None:
    seen = "{seen: {events: 0, in: 200 years, prior: jeffreys, source: rate.coerced_vendor}, assumption: x}"
    small.edit("hazard: {crisis: 0.01 / year}", f"hazard: {{crisis: {seen}}}")
    (said,) = small.refusals()
    place = f"scenario.yaml, line {small.line('seen:')}: theatres.east.coercion.hazard.crisis.seen.source"
    assert said.startswith(f'{place} is "rate.coerced_vendor"; allowed: an id of the evidence')
