"""The page as a person meets it."""

from dataclasses import replace

import pytest

from simulator.app.assumptions import Assumption
from simulator.app.explore import BEFORE_THE_FIRST_RUN, CONDITIONAL
from simulator.app.findings import CONDITIONAL as CONDITIONAL_RESULTS
from simulator.app.findings import PARTIAL, again
from simulator.app.finished import CHARTS
from simulator.app.job import BUSY, UNEXPECTED, Settings
from simulator.app.words import on_screen
from tests.app.conftest import AT_FAULT, BROKEN, ENDLESS, GOOD, GREEK, keys, press, until, words_on


def run_to_the_end(at):
    return press(at, "run")


def test_it_opens_with_choices_and_nothing_run(page):
    assert not page.exception
    assert page.selectbox(key="scenario").options == [
        "Known answer V08, twenty repairs and three teams",
        "Known answer V17, one vendor, one use, a race and three teams",
    ]
    assert any("twenty operators" in text.value.lower() for text in page.markdown)
    assert BEFORE_THE_FIRST_RUN.strip() in [text.value for text in page.markdown]
    assert keys(page) == {"run"}
    assert not page.image


def test_a_scenario_with_given_facts_says_so_before_it_is_run(page):
    assert CONDITIONAL not in [text.value for text in page.caption]
    page.selectbox(key="scenario").select("facts").run()
    assert CONDITIONAL in [text.value for text in page.caption]


def test_a_run_ends_in_a_sentence_three_charts_and_files(page, child, finished):
    child(GOOD)
    at = run_to_the_end(page)
    assert not at.exception
    assert not at.error
    assert [header.value for header in at.header] == [on_screen(finished.summary.headline)]
    assert {heading.value for heading in at.subheader} >= {on_screen(q) for q in CHARTS.values()}
    assert [element.proto.imgs[0].alt for element in at.image] == [chart.alt for chart in finished.charts]
    assert len(at.image) == len(at.dataframe) == 3
    assert len(at.table) == len(finished.summary.sections) + bool(finished.assumptions)
    names = [button.key.removeprefix("download-") for button in at.download_button]
    assert names == [
        *(f"tiny_200_seed1_{name}.{ending}" for name in CHARTS for ending in ("png", "csv")),
        "tiny_200_seed1_manifest.json",
    ]
    (where_from,) = (text.value for text in at.caption if "Model version" in text.value)
    for part in (finished.title, finished.version, "seed 1", "16 simulated futures"):
        assert on_screen(part) in where_from


def test_words_on_screen_are_plain(page, child):
    child(GOOD)
    texts = words_on(run_to_the_end(page))
    assert len(texts) > 100
    assert [text for text in texts if "replication" in text.lower() or GREEK.search(text)] == []


def test_results_stay_named_after_the_settings_they_came_from(page, child):
    child(GOOD)
    at = run_to_the_end(page)
    assert not at.info
    at.number_input(key="seed").set_value(2).run()
    (told,) = at.info
    assert "Known answer V17" in told.value
    assert "200 simulated futures, seed 1" in told.value
    at.number_input(key="seed").set_value(1).run()
    assert not at.info


def test_conditional_and_partial_results_say_so(page, finished):
    page.session_state["finished"] = finished
    assert not page.run().warning
    page.session_state["finished"] = replace(finished, conditional=True, partial=True)
    page.run()
    assert CONDITIONAL_RESULTS in [text.value for text in page.info]
    assert PARTIAL in [text.value for text in page.warning]


def test_the_widest_assumptions_are_listed(page, finished):
    assumption = Assumption("a \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} b", "$5", "$1 to $100", "a *guess*")
    page.session_state["finished"] = replace(finished, assumptions=(assumption,))
    table = page.run().table[-1].value
    assert list(table) == ["Parameter", "Value", "Range", "Reason"]
    assert table.iloc[0].tolist() == [
        on_screen(cell) for cell in (assumption.parameter, "$5", "$1 to $100", "a *guess*")
    ]


def test_progress_is_shown_and_cancel_ends_the_run(page, child, tmp_path):
    child(ENDLESS)
    page.button(key="run").click().run()
    assert page.button(key="run").disabled
    until(lambda: page.run().get("progress")[0].value == 25)
    assert "50 of 200 simulated futures" in page.get("progress")[0].text
    page.button(key="cancel").click().run()
    assert keys(page) == {"run"}
    assert not page.button(key="run").disabled
    assert [text.value for text in page.info] == ["Cancelled. Nothing of this run was kept."]
    until(lambda: not list(tmp_path.glob("geocyber-*")))
    assert not page.image


def test_a_fault_of_the_command_is_shown_in_its_own_sentence(page, child):
    child(AT_FAULT)
    (error,) = run_to_the_end(page).error
    assert error.value.split("  \n") == [
        on_screen("uk.yaml, line 3: horizon is *soon*; allowed: a time"),
        on_screen("second $1 to $2"),
    ]


def test_a_broken_command_shows_no_entrails(page, child, caplog):
    child(BROKEN)
    (error,) = run_to_the_end(page).error
    assert error.value == on_screen(UNEXPECTED)
    assert "entrails" in caplog.text


def test_a_busy_machine_says_so(page, child, monkeypatch):
    child(ENDLESS)
    monkeypatch.setattr("simulator.app.job._places.acquire", lambda blocking: False)
    page.button(key="run").click().run()
    assert [error.value for error in page.error] == [on_screen(BUSY)]
    assert keys(page) == {"run"}


@pytest.mark.slow
def test_the_real_command_line_gives_what_the_page_shows(page):
    at = run_to_the_end(page)
    assert not at.exception
    assert not at.error
    assert len(at.header) == 1
    assert len(at.image) == 3
    assert at.code[0].value == again(Settings("tiny", 200, 1))
