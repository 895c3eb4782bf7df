"""What may be chosen, whatever the browser sends, and the words about it."""

import pytest

from simulator.app.assumptions import Assumption, amount, widest, width
from simulator.app.settings import MOST_SEED, Settings, offers, scenario_file, scenario_files
from simulator.app.words import counted, in_one_line, on_screen, time_left
from simulator.scenario.errors import InputError
from simulator.scenario.ledger import Entry
from simulator.scenario.shipped import shipped_scenarios


def entry(value, low, high, assumption="a guess", basis="assumption", parameter="a.b_c"):
    return Entry(parameter, value, low, high, "", "", assumption, basis)


def test_every_shipped_scenario_but_the_defaults_is_offered():
    known = offers()
    assert set(known) == {name for name in shipped_scenarios() if not name.startswith("defaults")}
    assert all(offer.title != name and offer.question for name, offer in known.items())
    assert known["pre_positioned"].conditional
    assert not known["uk_2022"].conditional


def test_a_broken_file_says_so_where_its_question_would_stand(shipped, tmp_path):
    (tmp_path / "torn.yaml").write_text("title: [")
    shipped["torn"] = tmp_path / "torn.yaml"
    torn = offers()["torn"]
    assert torn.title == "torn"
    assert torn.question.startswith("torn.yaml, line 2")


@pytest.mark.parametrize("name", ["defaults", "../tiny", "known/v17", "/etc/passwd", "tiny.yaml", "", "TINY"])
def test_only_a_name_on_offer_becomes_a_file(shipped, name):
    with pytest.raises(InputError, match="is no scenario of this app; allowed: facts, tiny"):
        scenario_file(name)
    with pytest.raises(InputError):
        Settings(name, 200, 1)
    assert set(scenario_files()) == {"facts", "tiny"}


@pytest.mark.parametrize(
    ("futures", "seed", "said"),
    [
        (201, 1, "201 simulated futures; allowed: 200, 500"),
        (-200, 1, "-200 simulated futures"),
        (200, -1, "the seed is -1; allowed: 0 to 1,000,000,000"),
        (200, MOST_SEED + 1, "the seed is 1000000001; allowed"),
    ],
)
def test_limits_are_kept_without_a_browser(shipped, futures, seed, said):
    with pytest.raises(InputError, match=said) as refused:
        Settings("tiny", futures, seed)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("$3 to $5", r"\$3 to \$5"),
        ("a *b* <i>c</i> [d](e)", r"a \*b\* \<i\>c\</i\> \[d\]\(e\)"),
        (":red[x]", r"\:red\[x\]"),
        ("  borne by operator", "\N{EM SPACE}borne by operator"),
        ("2.8 effective replications, ten needed", r"2\.8 effective simulated futures, ten needed"),
    ],
)
def test_words_cannot_become_formatting(text, seen):
    assert on_screen(text) == seen


def test_time_left_in_words():
    said = [time_left(seconds) for seconds in (1.0, 4.0, 38.0, 89.0, 100.0, 1200.0)]
    assert said == [
        "nearly done",
        *("about 5 seconds left", "about 40 seconds left", "about 90 seconds left"),
        *("about 2 minutes left", "about 20 minutes left"),
    ]
    assert counted(1) == "1 simulated future"
    assert counted(2000) == "2,000 simulated futures"


@pytest.mark.parametrize(
    ("value", "low", "high", "wide"),
    [
        ("0.5 / year", "0.1 / year", "1 / year", 10.0),
        ("0.1", "0", "0.4", 4.0),
        ("exponential: mean 1 h", "0 h", "24 h", 1.0),
        ("exponential: mean 2 h", "1 h", "24 h", 24.0),
        ("1 d", "6 h", "3 d", 1.0),
        ("2e+07", "2e+06", "2e+08", 100.0),
    ],
)
def test_the_width_of_a_range(value, low, high, wide):
    assert width(entry(value, low, high)) == pytest.approx(wide)


def test_amounts_are_numbers_with_a_unit():
    assert amount("0.08 million GBP") == (0.08, "million GBP")
    assert amount("lognormal: p05 1 d") is None


def test_the_widest_assumptions_come_first_and_those_alike_once():
    found = widest(
        [
            entry("1", "0.5", "2", "narrow"),
            entry("1", "0.1", "10", "wide", parameter="x.one"),
            entry("20000000", "10000", "20000000", "wide", parameter="x.two_more"),
            entry("1", "0.0001", "10", "measured", basis="source"),
            entry("1", "", "", "no range"),
        ]
    )
    arrow = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
    assert found == [
        Assumption(f"x {arrow} two more, and 1 alike", "20,000,000", "10,000 to 20,000,000", "wide"),
        Assumption(f"a {arrow} b c", "1", "0.5 to 2", "narrow"),
    ]
    assert widest([entry("1", "1", str(k), str(k)) for k in range(1, 20)])[0].reason == "19"
    assert len(widest([entry("1", "1", str(k), str(k)) for k in range(1, 20)])) == 10


def test_an_amount_is_never_parted_from_its_sign():
    joiner = "\N{WORD JOINER}"
    assert on_screen("\N{MINUS SIGN}£5m to +£3m") == rf"{chr(0x2212)}{joiner}£5m to \+{joiner}£3m"
    assert on_screen("a + b") == r"a \+ b"
    assert in_one_line("does not pay") == "does\N{NO-BREAK SPACE}not\N{NO-BREAK SPACE}pay"
