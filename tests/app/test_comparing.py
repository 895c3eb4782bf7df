"""The view in which mitigations are switched on, as a person meets it."""

from dataclasses import replace

import pytest

from simulator.app.comparison import NO_FIGURES
from simulator.app.explore import COMPARE, NOT_TOGETHER, NOTHING_ON, VIEWS, catalogue, listing
from simulator.app.findings import CONDITIONAL, PARTIAL, again
from simulator.app.words import in_one_line, on_screen
from tests.app.conftest import AT_FAULT, ENDLESS, GOOD, GREEK, keys, press, until, words_on

SETS = {"set-all_of_it", "set-none"}


@pytest.fixture
def view(page):
    """The page with the second view open."""
    return page.segmented_control(key="view").set_value(COMPARE).run()


def switch_on(at, *names):
    for name in names:
        at.toggle(key=f"on-tiny-{name}").set_value(True)
    return at.run()


def test_mitigations_stand_by_who_acts_with_what_they_do_and_how_good_the_evidence_is(view):
    assert not view.exception
    assert [group.label for group in view.expander if "on offer" in group.label] == [
        "Operators: 2 on offer",
        "Vendors: 2 on offer",
        "Governments: 1 on offer",
    ]
    assert [(toggle.label, toggle.value) for toggle in view.toggle] == [
        (on_screen("Hold updates for *two* days"), False),
        ("A team for the warned", False),
        ("Roll out in stages", False),
        ("Roll out in slow stages", False),
        ("A warning in private", False),
    ]
    said = [text.value for text in view.caption]
    assert f"{on_screen('One in a hundred first.')} *{on_screen('Evidence B: published.')}*" in said
    assert keys(view) == {"compare", *SETS}
    assert view.button(key="compare").disabled
    assert NOTHING_ON in said


def test_the_first_view_is_as_it_was(view):
    page = view.segmented_control(key="view").set_value(VIEWS[0]).run()
    assert keys(page) == {"run"}
    assert not page.toggle


def test_switches_and_choices_outlive_a_look_at_the_other_view(view):
    switch_on(view, "hold").number_input(key="seed").set_value(7).run()
    view.segmented_control(key="view").set_value(VIEWS[0]).run()
    view.segmented_control(key="view").set_value(COMPARE).run()
    assert view.toggle(key="on-tiny-hold").value
    assert view.number_input(key="seed").value == 7
    assert not view.button(key="compare").disabled


def test_a_scenario_without_mitigations_says_so_and_where_there_are_some(view):
    view.selectbox(key="scenario").select("facts").run()
    (told,) = view.info
    assert told.value.startswith("No mitigations are on offer for this scenario.")
    assert "Known answer V17" in told.value
    assert not view.toggle
    assert keys(view) == set()


def test_a_set_is_switched_on_with_one_press_and_off_with_another(view):
    switch_on(view, "warn").button(key="set-all_of_it").click().run()
    assert [toggle.value for toggle in view.toggle] == [True, False, True, False, False]
    view.button(key="set-none").click().run()
    assert not any(toggle.value for toggle in view.toggle)


def test_those_that_exclude_each_other_are_said_to_be_compared_alone(view):
    switch_on(view, "staging", "staging_slow")
    (warning,) = view.warning
    assert warning.value.startswith(NOT_TOGETHER)
    assert "“Roll out in stages” and “Roll out in slow stages”" in warning.value
    assert not view.button(key="compare").disabled


def test_one_that_cannot_stand_alone_says_what_it_waits_for(view):
    switch_on(view, "heed")
    (error,) = view.error
    assert "waits for “A warning in private”" in error.value
    assert view.button(key="compare").disabled


def compare_to_the_end(view):
    return press(switch_on(view, "hold", "staging"), "compare")


def test_a_comparison_ends_in_a_sentence_a_chart_a_table_and_files(view, child, compared):
    child(GOOD)
    at = compare_to_the_end(view)
    assert not at.exception
    assert not at.error
    assert [header.value for header in at.header] == [on_screen(compared.summary.headline)]
    assert [element.proto.imgs[0].alt for element in at.image] == [compared.chart.alt]
    lines = next(table.value for table in at.table if "Society" in table.value)
    assert lines["Mitigation"].tolist() == [on_screen(line.title) for line in compared.summary.lines]
    assert lines["Society"].tolist() == [f"**{in_one_line(line.verdict)}**" for line in compared.summary.lines]
    for column, field in (("Buys", "benefit"), ("Costs", "cost"), ("Net", "net"), ("95 % range", "interval")):
        assert lines[column].tolist() == [in_one_line(getattr(line, field)) for line in compared.summary.lines]
    opened = [expander.label for expander in at.expander]
    for section in compared.summary.sections:
        assert on_screen(section.title) in opened
    names = [button.key.removeprefix("download-") for button in at.download_button]
    assert names == [
        f"tiny_200_seed1_{name}" for name in ("comparison.png", "comparison.csv", "findings.csv", "findings.json")
    ]
    assert at.code[0].value == again(compared.settings)
    (where_from,) = (text.value for text in at.caption if "Model version" in text.value)
    assert on_screen("64 simulated futures") in where_from


def test_each_row_opens_on_what_its_figures_rest_on(view, child, compared):
    child(GOOD)
    at = compare_to_the_end(view)
    for account in compared.accounts:
        label = on_screen(f"{account.title}: {account.verdict}, net {account.net}")
        (opened,) = (expander for expander in at.expander if expander.label == label)
        who, *figures = (table.value for table in opened.table)
        assert who["Who"].tolist() == [in_one_line(row[0]) for row in account.payers]
        shown = [cell for table in figures for cell in table["Figure"]]
        assert shown == [on_screen(origin.parameter) for member in account.members for origin in member.origins]
        rests = [cell for table in figures for cell in table["Rests on"]]
        assert all(cell.startswith((r"assumed\: ", "[")) for cell in rests), rests


def test_a_mitigation_without_figures_of_its_own_says_so(view, compared):
    (first, *rest) = compared.accounts
    bare = replace(first, members=(replace(first.members[0], origins=()),))
    view.session_state["compared"] = replace(compared, accounts=(bare, *rest))
    assert NO_FIGURES in [text.value for text in view.run().caption]


def test_words_on_screen_are_plain(view, child):
    child(GOOD)
    texts = words_on(compare_to_the_end(view))
    assert len(texts) > 100
    assert [text for text in texts if "replication" in text.lower() or GREEK.search(text)] == []


def test_warnings_conditions_and_omissions_are_said(view, compared):
    summary = replace(compared.summary, warnings=("WORSE BAD YEARS with a *ban*.",))
    loud = replace(compared, summary=summary, conditional=True, partial=True, left_out=("Not alone: b.",))
    view.session_state["compared"] = loud
    view.run()
    assert [error.value for error in view.error] == [on_screen("WORSE BAD YEARS with a *ban*.")]
    assert CONDITIONAL in [text.value for text in view.info]
    assert PARTIAL in [text.value for text in view.warning]
    assert on_screen("Not alone: b.") in [text.value for text in view.caption]


def test_results_stay_named_after_what_they_came_from(view, child):
    child(GOOD)
    at = compare_to_the_end(view)
    assert not at.info
    switch_on(at, "warn")
    (told,) = at.info
    assert "press Compare to renew it" in told.value
    at.toggle(key="on-tiny-warn").set_value(False).run()
    assert not at.info
    at.selectbox(key="scenario").select("facts").run()
    assert not at.header, "not under another scenario"
    at.selectbox(key="scenario").select("tiny").run()
    assert len(at.header) == 1


def test_results_are_not_shown_under_another_scenario_with_mitigations(
    shipped, page, compared, mitigations, monkeypatch
):
    monkeypatch.setattr("simulator.app.selection.made_for", lambda path: mitigations)
    shipped["twin"] = shipped["tiny"]
    catalogue.clear()
    page.session_state["compared"] = compared
    page.segmented_control(key="view").set_value(COMPARE).run()
    assert len(page.header) == 1
    page.selectbox(key="scenario").select("twin").run()
    assert page.toggle
    assert not page.header


def test_a_run_and_a_comparison_are_kept_side_by_side(page, child, finished, compared):
    child(GOOD)
    press(page, "run")
    page.segmented_control(key="view").set_value(COMPARE).run()
    assert not page.header
    compare_to_the_end(page)
    assert [header.value for header in page.header] == [on_screen(compared.summary.headline)]
    page.segmented_control(key="view").set_value(VIEWS[0]).run()
    assert [header.value for header in page.header] == [on_screen(finished.summary.headline)]


def test_progress_is_shown_in_both_views_and_cancel_ends_the_comparison(view, child, tmp_path):
    child(ENDLESS)
    switch_on(view, "hold").button(key="compare").click().run()
    assert view.button(key="compare").disabled
    until(lambda: view.run().get("progress")[0].value == 25)
    view.segmented_control(key="view").set_value(VIEWS[0]).run()
    assert view.button(key="run").disabled
    view.segmented_control(key="view").set_value(COMPARE).run()
    view.button(key="cancel").click().run()
    assert [text.value for text in view.info] == ["Cancelled. Nothing of this comparison was kept."]
    assert not view.button(key="compare").disabled
    until(lambda: not list(tmp_path.glob("geocyber-*")))


def test_a_fault_of_the_command_is_shown_in_its_own_sentence(view, child):
    child(AT_FAULT)
    (error,) = compare_to_the_end(view).error
    assert on_screen("uk.yaml, line 3: horizon is *soon*") in error.value


def test_a_broken_file_of_mitigations_says_so(shipped, view, tmp_path, monkeypatch):
    torn = tmp_path / "torn.yaml"
    torn.write_text("mitigations: [")
    monkeypatch.setattr("simulator.app.selection.made_for", lambda path: torn)
    view.selectbox(key="scenario").select("facts").run()
    (error,) = view.error
    assert error.value.startswith(on_screen("torn.yaml, line 2"))
    assert not view.toggle


def test_of_many_switched_on_some_are_named_and_the_rest_counted():
    assert listing(["a", "b"]) == "a; b"
    assert listing([*"abcdefgh"]) == "a; b; c; d; e; f; g; h"
    assert listing([*"abcdefghij"]) == "a; b; c; d; e; f; g; h; and 2 more"


@pytest.mark.slow
def test_the_real_command_line_gives_what_the_page_shows(view):
    at = compare_to_the_end(view)
    assert not at.exception
    assert not at.error
    assert len(at.header) == len(at.image) == 1
    lines = next(table.value for table in at.table if "Society" in table.value)
    assert set(lines["Mitigation"]) == {on_screen("Hold updates for *two* days"), "Roll out in stages", "2 together"}
