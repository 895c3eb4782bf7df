"""One incident foretold: predicted bands with what was seen on top, over time and figure by figure."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.charts.hindcast_curves import PANEL_HEIGHT, draw_curves
from simulator.charts.hindcast_marks import draw_key, said, told
from simulator.charts.hindcast_strips import draw_strips, strips_height
from simulator.charts.numbers import in_letters
from simulator.charts.style import Box, Footer, HouseFigure, page
from simulator.checks.hindcast import words
from simulator.checks.hindcast.card import Card
from simulator.checks.hindcast.forecast import Forecast
from simulator.checks.hindcast.verdict import Judged, judged, summary
from simulator.rules.clock import HOURS_PER_YEAR

KEY_HEIGHT = 0.34
GAP = 0.30
NAMED = "Vendors and states are named as published; the page says by whom"


def hindcast_chart(forecast: Forecast, *, model_version: str) -> HouseFigure:
    """The chart of one card: a panel for each share over time, a strip for each other figure."""
    rows = judged(forecast)
    card = forecast.card
    points = [row for row in rows if any(curve.ask.follows(row.observed.ask) for curve in forecast.curves)]
    strips = [row for row in rows if row not in points]
    headline = finding(rows)
    subtitle = f"{card.title}. Predictions against what was seen."
    footer = Footer(
        model_version=model_version,
        scenario=card.loaded.scenario.name,
        replications=forecast.futures,
        years=card.loaded.scenario.horizon / HOURS_PER_YEAR,
        seed=forecast.seed,
    )
    foot = footer.foot(*named(card), *unforetold(rows))
    top = PANEL_HEIGHT + (GAP if strips else 0.0) if points else 0.0
    body_height = KEY_HEIGHT + top + strips_height(strips)
    figure, body = page(headline, subtitle, foot, described(headline, rows, card.currency, footer), body_height)
    draw_key(figure, body, body.y1 - 0.10)
    under_key = body.y1 - KEY_HEIGHT
    if points:
        panels = Box(body.x0, under_key - PANEL_HEIGHT, body.x1, under_key)
        draw_curves(figure, panels, forecast.curves, points)
    if strips:
        draw_strips(figure, Box(body.x0, body.y0, body.x1, under_key - top), strips, card.currency)
    return figure


def finding(rows: Sequence[Judged]) -> str:
    """How many of the held-out figures are foretold within tolerance, and how many better than without a model."""
    found = summary(rows)
    if not found.held_out:
        return "All that was seen was fitted or implied, so nothing is put to the test"
    if found.held_out == 1:
        within, better = "" if found.inside else "not ", "and" if found.inside == found.better else "but"
        than = "better than" if found.better else "no better than"
        return f"The one held-out figure is {within}foretold within tolerance, {better} {than} by a naive forecast"
    inside, are = counted(found.inside, found.held_out, f" of {in_letters(found.held_out)} held-out figures")
    better, _ = counted(found.better, found.held_out)
    text = f"{inside} {are} foretold within tolerance, {better} better than by a naive forecast"
    return f"{text[0].upper()}{text[1:]}"


def counted(number: int, whole: int, of: str = "") -> tuple[str, str]:
    """`none of four`, `both`, `all three`, with the verb that follows."""
    if number == whole:
        return f"{'both' if whole == 2 else f'all {in_letters(whole)}'}{' held-out figures' if of else ''}", "are"
    none = "neither" if whole == 2 else "none"
    return f"{in_letters(number) if number else none}{of}", "are" if number > 1 else "is"


def named(card: Card) -> list[str]:
    """Where to read who named whom; nothing of a card without a record of that."""
    if card.record is None or not card.record.named_by:
        return []
    return [f"{NAMED}{', and who denies it' if card.record.denials else ''}."]


def unforetold(rows: Sequence[Judged]) -> list[str]:
    """Says what has no figure in most futures."""
    return [f"No figure in most futures: {row.observed.what}." for row in rows if not row.foretold]


def described(headline: str, rows: Sequence[Judged], currency: str, footer: Footer) -> str:
    """The chart in words, for those who cannot see it."""
    parts = [f"{headline}."]
    for row in rows:
        one = row.observed
        seen = said(words.figure(one.value, one.quantity, currency))
        tolerance = said(words.tolerance(one, currency))
        foretold = f"{told(row, currency)}, {words.verdict(row).lower()}"
        name = f"{words.name(one)} ({words.STATUS[one.status]})"
        parts.append(f"{name}: seen {seen}, tolerance {tolerance}, {foretold}.")
    return " ".join([*parts, footer.source()])
