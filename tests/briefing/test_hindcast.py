"""The page of hindcasts: complete, self-contained, and safe with whatever a card says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from simulator.briefing import absence
from simulator.briefing.hindcast import ABSENCE_NUMBERS, HEADINGS, NUMBERS, page
from simulator.checks.absence import absence_rows
from simulator.checks.hindcast.figures import figures
from simulator.checks.hindcast.forecast import forecasts
from simulator.checks.hindcast.reading import read_card
from tests.checks.hindcast.invented import CARD, entry, written

EVIL = '<script>alert("1")</script> & \'"><img src=x onerror=alert(2)>'


class Tags(HTMLParser):
    """Counts the tags of a page and keeps its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def evil(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page of a card in which every text is an attack."""
    quoted = "'" + EVIL.replace("'", "''") + "'"
    card = CARD.replace("title: The night of the gauges", f"title: {quoted}")
    card = card.replace("name: night_of_the_gauges", "name: evil")
    card = card.replace("about: Invented", f"about: {EVIL[:24]} Invented").replace(
        "stands_for: A host", f"stands_for: {EVIL[:24]} A host"
    )
    observed = entry(
        "restored_share",
        "0.9",
        "plus_or_minus: 0.02",
        what=quoted,
        at="5 h",
        because=quoted,
        source=quoted,
        naive=f"{{value: 0.5, from: {quoted}}}",
        fails_because=quoted,
    )
    (found,) = forecasts([read_card(written(tmp_path_factory.mktemp("evil"), observed, card=card))], outer=2)
    return page([found], ())


def test_text_of_a_card_is_text(evil: str) -> None:
    tags = Tags(evil)
    assert "script" not in tags.seen
    assert tags.seen.count("img") == 1
    assert tags.text.count('alert("1")') >= 5
    assert "onerror=alert(2)>" in tags.text


def test_nothing_is_fetched(evil: str) -> None:
    assert re.findall(r'(?:src|href)="(?!data:image/png;base64,|#)', evil) == []
    assert "http" not in Tags(evil).text


def test_all_that_the_command_prints_is_on_it(tmp_path: Path) -> None:
    (found,) = forecasts([read_card(written(tmp_path))], outer=2)
    text = page([found], absence_rows())
    told = Tags(text).text
    for words in (*HEADINGS, *absence.HEADINGS, "hosts back after a day", "held out", "70 to 110 %", "a guess"):
        assert words in told
    for sentence in (absence.finding(absence_rows()), *absence.explained(absence_rows())):
        assert sentence in told
    for heading, _ in absence.tables(absence_rows()):
        assert heading in told
    assert "TOO UNLIKELY" in told
    assert not re.search(r"\d %", text)
    assert '<td class="n">90\N{NO-BREAK SPACE}%</td>' in text
    assert set(ABSENCE_NUMBERS) < set(absence.HEADINGS)
    assert set(NUMBERS) < set(HEADINGS)
    assert told.count("Held out: ") == 1
    assert text == page([found], absence_rows())
    assert text.startswith("<!DOCTYPE html>")


def test_who_named_whom_and_who_denies_it(tmp_path: Path) -> None:
    card = CARD.replace("title:", "incident: sunburst_2020\ntitle:")
    (found,) = forecasts([read_card(written(tmp_path, card=card))], outer=2)
    told = Tags(page([found], ())).text
    assert "Named: the vendor by itself and by the customer that found it, December 2020; the foreign" in told
    assert "Denied by the government of Russia: has no part in it" in told
    (own,) = figures([found])["cards"]
    assert own["named_by"].startswith("the vendor by itself")
    assert [denial["by"] for denial in own["denials"]] == ["the government of Russia"]


def test_absence_alone() -> None:
    told = Tags(page((), absence_rows())).text
    assert "What did not happen" in told
    assert "Held out" not in told


def test_absence_says_whose_hazards_they_are_and_what_ships_nowhere() -> None:
    whose, alone = absence.explained(absence_rows())
    assert whose.startswith("Shipped defaults: uk_2022 (east, south), mirror_2022 (east, south), ")
    assert alone.startswith("No scenario ships a campaign that goes to each vendor alone. ")
    assert alone.endswith(
        "at the high ends of ranges 0.037 % world-wide since 2000, which is too unlikely (at stated values 20 %)."
    )
    shipped = [row for row in absence_rows() if row.as_shipped]
    assert absence.explained(shipped) == (whose,)


def test_a_chance_without_meaning_in_its_digits_is_said_to_be_small() -> None:
    assert absence.chance(7.6e-12) == "below 0.01 %"
    assert absence.chance(1e-4) == "0.01 %"
    assert absence.chance(0.0) == "0 %"


def test_each_table_of_absence_has_one_record_and_one_campaign() -> None:
    tables = dict(absence.tables(absence_rows()))
    assert [len(rows) for rows in tables.values()] == [4, 4, 4, 4, 1, 1]
    assert "Shipped defaults, each vendor alone (not shipped), world-wide since 2000: 3,681 vendor-years" in tables
    assert sum(map(len, tables.values())) == len(absence_rows())
