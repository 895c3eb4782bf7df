"""The event log as a story: sentences, runs told together, and why an organisation lost service."""

from __future__ import annotations

import random
import re

import pytest

from simulator.chance.driver import Driver
from simulator.chance.future import Stratum
from simulator.model.kinds import Kind
from simulator.model.story import LONG_RUN, Story
from simulator.scenario.errors import InputError
from tests.model.worlds import SUPPLY_CHAIN, given, link, organisation, play, runs, stage, strike, towns, vendor
from tests.properties.worlds import MECHANISMS, outcome_of, random_parts

NEVER_LOGGED = {Kind.TEAM_FREE}
"""Work of teams that no organisation of the portfolio asked for."""


def story_of(driver: Driver) -> Story:
    return Story(play(driver), driver)


@pytest.fixture(scope="module")
def chain() -> Story:
    """A power network fails at hour 30; a water utility hangs on it with five hours of buffer."""
    plant, town = organisation("Grid 2", "energy"), organisation("Water 12", "water")
    hangs = link("Water 12", "Grid 2", 5.0, carries=0.4)
    return story_of(stage({"given": given(("Grid 2", 30.0, 48.0))}, [plant, town], links=[hangs]))


def test_why_goes_from_the_loss_of_service_to_the_first_cause(chain: Story) -> None:
    found = chain.why("Water 12", 40.0)
    assert [e.kind for e in found] == [Kind.SERVICE_DOWN, Kind.BUFFER_EMPTY, Kind.SERVICE_DOWN, Kind.OUTAGE]
    assert [chain.subject(e) for e in found] == [
        "Water 12",
        "supply of Water 12 from Grid 2",
        "Grid 2",
        "Grid 2",
    ]
    assert found[-1].parent == -1
    assert chain.sentence(found[0]) == (
        "day 2, 11:00  Water 12 loses service (down to 60 %) as its supply from Grid 2 fails"
    )
    assert chain.sentence(found[-1]) == "day 2, 06:00  Grid 2 fails (a given fact)"


def test_there_is_nothing_to_explain_before_and_after(chain: Story) -> None:
    for hour in (0.0, 34.9, 80.0):
        assert chain.why("Water 12", hour) == []
    assert chain.why("Water 12", 35.0) != []
    assert chain.days_of_loss("Water 12") == [2]


def test_a_day_is_explained_from_its_beginning(chain: Story) -> None:
    assert chain.why_on_day("Water 12", 1) == ["Water 12 has full service on day 1."]
    lines = chain.why_on_day("Water 12", 3)
    assert [line.split("  ")[-1].strip() for line in lines] == [
        "Grid 2 fails (a given fact) and loses service (down to 0 %)",
        "Water 12 has nothing left against Grid 2 failing",
        "Water 12 loses service (down to 60 %) as its supply from Grid 2 fails",
    ]


def test_an_unknown_organisation_is_refused(chain: Story) -> None:
    with pytest.raises(InputError, match=r'"Water 21" is not an organisation .* Did you mean "Water 12"\?'):
        chain.why("Water 21", 40.0)


def test_of_two_losses_the_one_in_force_is_explained() -> None:
    """Two suppliers fail, each taking half; when one is back, the other is to blame."""
    names = ["first", "second", "town"]
    made = [organisation(name, "energy" if name != "town" else "water") for name in names]
    links = [link("town", "first", carries=0.3), link("town", "second", carries=0.7)]
    outages = given(("first", 10.0, 100.0), ("second", 20.0, 10.0))
    story = story_of(stage({"given": outages}, made, links=links))

    def blamed(hour: float) -> str:
        return story.subject(story.why("town", hour)[-1])

    assert [blamed(hour) for hour in (15.0, 25.0, 50.0)] == ["first", "second", "first"]
    assert story.why("town", 115.0) == []


def test_a_loss_that_was_hidden_by_a_worse_one_is_explained_once_it_shows() -> None:
    """While the town is down by itself, its supplier fails unseen."""
    made = [organisation("plant", "energy"), organisation("town", "water")]
    outages = given(("town", 10.0, 20.0), ("plant", 15.0, 100.0))
    story = story_of(stage({"given": outages}, made, links=[link("town", "plant", carries=0.5)]))
    assert [story.subject(e) for e in story.why("town", 12.0)] == ["town", "town"]
    assert story.subject(story.why("town", 50.0)[-1]) == "plant"


def test_a_long_run_is_told_in_one_sentence() -> None:
    struck = towns(7)
    sections = SUPPLY_CHAIN | {"given": given(compromises=[strike(30.0)])}
    story = story_of(stage(sections, struck, runs(struck)))
    lines = [re.sub(r"^ *#\d+  day \d+, \d\d:\d\d +", "", line) for line in story.tell()]
    assert "7 organisations install it, on day 2, because of #1" in lines
    assert any(line.startswith("7 organisations stop as a precaution and lose service (down to 0 %)") for line in lines)
    assert any(line.startswith("7 organisations have full service again, on day 3") for line in lines)
    few = story_of(stage(sections, struck, runs(struck[: LONG_RUN - 1])))
    assert sum(line.sentence.endswith(" installs it") for line in few.lines()) == LONG_RUN - 1


@pytest.mark.parametrize("disclosed", [True, False])
@pytest.mark.parametrize("reply", [True, False])
@pytest.mark.parametrize("vendors", [["v"], ["v", "w"]])
def test_an_instrument_says_on_what_ground_it_names_a_vendor(disclosed: bool, reply: bool, vendors: list[str]) -> None:
    instrument = {
        "name": "list 1",
        "kind": "covered_list",
        "trigger": {"at": "100 h"},
        "vendors": vendors,
        "evidence_disclosed": disclosed,
        "right_of_reply": reply,
        "comply": 0,
        "comply_delay": "1 h",
    }
    homes = {"vendors": {"v": vendor(), "w": vendor()}, "instruments": [instrument]}
    (line,) = story_of(stage(SUPPLY_CHAIN | homes, towns(2))).tell()
    ground = "with evidence disclosed" if disclosed else "without evidence disclosed"
    who = "the vendor" if vendors == ["v"] else "the vendors"
    may = "may" if reply else "may not"
    assert line.endswith(f"Government issues a covered list: list 1, {ground}; {who} {may} reply")


def test_the_whole_log_has_a_line_for_each_entry(chain: Story) -> None:
    frame = chain.to_frame()
    assert list(frame.columns) == ["number", "time_h", "kind", "subject", "parent", "detail"]
    assert len(frame) == len(chain.log) == len(chain.tell(only_important=False))
    assert frame["number"].tolist() == list(range(len(frame)))
    assert (frame["parent"] < frame["number"]).all()


def a_story(seed: int) -> Story:
    drawn = random.Random(seed)
    on = frozenset(m for m in MECHANISMS if drawn.random() < 0.7)
    driver = random_parts(seed, on, 5).driver()
    return Story(outcome_of(driver, seed, Stratum.CRUDE), driver)


@pytest.mark.slow
def test_any_story_can_be_told() -> None:
    seen: set[Kind] = set()
    for seed in range(40):
        story = a_story(seed)
        seen |= {e.kind for e in story.log}
        lines, everything = story.lines(), story.tell(only_important=False)
        told = [member for line in lines for member in line.members]
        assert len(told) == len(set(told))
        numbers = {line.number for line in lines}
        assert all(line.because_of in numbers | {-1} and line.because_of != line.number for line in lines)
        assert [story.log[line.number].time_h for line in lines] == sorted(
            story.log[line.number].time_h for line in lines
        )
        text = "\n".join([*story.tell(), *everything])
        assert not re.search(r"[α-ωΑ-Ω]|replication|None|nan|_", text), text
        assert all(line == line.rstrip() and "  (" not in line and "()" not in line for line in everything)
    assert set(Kind) - seen <= NEVER_LOGGED | {Kind.RESERVE_READY, Kind.GIVEN_COMPROMISE}


@pytest.mark.slow
def test_every_loss_of_service_is_explained_by_its_own_entry() -> None:
    for seed in range(25):
        story = a_story(seed)
        for number, entry in enumerate(story.log):
            if entry.kind is Kind.SERVICE_DOWN:
                name = story.subject(entry)
                same_time = [
                    e
                    for e in story.log[number + 1 :]
                    if e.time_h == entry.time_h and e.kind in (Kind.SERVICE_DOWN, Kind.SERVICE_UP)
                ]
                if not any(e.who == entry.who for e in same_time):
                    assert story.why(name, entry.time_h)[0] == entry
                root = story.why(name, entry.time_h)
                assert not root or root[-1].parent == -1
