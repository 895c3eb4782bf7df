"""`geocyber verify`: what it prints, the page and the JSON it writes, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import psutil
import pytest

import simulator
from simulator.briefing.verification import conclusion, page
from simulator.checks import verify as checks
from simulator.checks.case import all_cases
from simulator.checks.figure import Figure, calculated
from simulator.checks.verify import Checked, check
from tests.commands.test_run import Run, caller, sentence

V31, V18 = check(all_cases()["V31"]), check(all_cases()["V18"])
VAGUE = Figure("share <of> & more", 0.5, 0.5, se=0.1, most_se=0.01)


@pytest.fixture
def verify(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return caller(monkeypatch, capsys, "verify")


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch) -> None:
    """V06 with a wrong AAL."""
    cases = dict(all_cases())
    cases["V06"] = replace(cases["V06"], expected={**cases["V06"].expected, "AAL": 12.0})
    monkeypatch.setattr(checks, "all_cases", lambda: cases)


class Tags(HTMLParser):
    """Opened and not closed tags, ids, links within the page, and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.scopes = {"col": 0, "row": 0}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag != "meta":
            self.open.append(tag)
        if tag == "th":
            self.scopes[given["scope"] or ""] += 1
        if given.get("id"):
            self.ids.append(given["id"] or "")
        if tag == "a":
            self.links.append((given["href"] or "").removeprefix("#"))
        assert tag not in ("link", "script", "img")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data.replace("\N{NO-BREAK SPACE}", " ")


def test_a_line_per_case_and_way_with_its_worst_figure(verify: Run) -> None:
    done = verify("V31", "V18", "--workers", 1)
    assert (done.code, done.err) == (0, "")
    lines = [" ".join(line.split()) for line in done.out.splitlines() if line.strip()]
    assert lines[0] == "Case Way Worst figure Expected Got Error z Verdict"
    assert lines[1].startswith("V18 Sharing out the effect")
    assert lines[1].endswith("not yet")
    assert lines[2].startswith("V31 calculated VaR.2 160.944 160.944 ")
    assert lines[2].endswith("pass 7 of 7")
    assert lines[3:] == ["1 case passes, 0 fail, 1 is not yet asked."]


def test_a_line_per_figure(verify: Run) -> None:
    done = verify("V31", "--all")
    assert done.out.count("calculated") == 7
    assert "TVaR.1" in done.out


def test_a_case_that_fails_ends_in_code_one_and_says_which_figure(verify: Run, altered: None) -> None:
    done = verify("V05", "V06", "--only", "calculated")
    assert (done.code, done.err) == (1, "")
    said = " ".join(done.out.split())
    assert "V06 calculated AAL 12 11.75 -2.5e-01 FAIL 9 of 10" in said
    assert "V06, calculated AAL: off by 0.25, allowed 1.2e-05" in said
    assert "1 case passes, 1 fails, 0 are not yet asked." in said


def test_json_and_nothing_else(verify: Run, altered: None) -> None:
    done = verify("V06", "V18", "--json", "--only", "calculated")
    assert done.code == 1
    told = json.loads(done.out)
    assert told["conclusion"] == "0 cases pass, 1 fails, 1 is not yet asked."
    assert told["version"] == simulator.__version__
    assert told["counts"] == {"pass": 0, "fail": 1, "not yet": 1}
    failed, not_yet = told["cases"]
    assert (failed["id"], failed["verdict"], len(failed["figures"])) == ("V06", "fail", 10)
    (wrong,) = [figure for figure in failed["figures"] if not figure["passed"]]
    assert (wrong["name"], wrong["way"], wrong["expected"], wrong["z"]) == ("AAL", "calculated", 12.0, None)
    assert (wrong["allowed"], wrong["most_se"]) == (pytest.approx(12e-6), None)
    assert (not_yet["verdict"], not_yet["figures"]) == ("not yet", [])
    assert not_yet["not_yet"]


def test_json_of_a_figure_that_is_none(verify: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = replace(V31, calculated=(calculated("Lq", 1.0, float("inf")),))
    monkeypatch.setattr(checks, "verify", lambda *of, **named: (broken,))
    done = verify("V31", "--json")
    assert done.code == 1
    (figure,) = json.loads(done.out)["cases"][0]["figures"]
    assert (figure["got"], figure["error"], figure["fault"]) == (None, None, "inf is no figure")


def test_the_page_has_every_figure_and_where_it_comes_from(verify: Run, tmp_path: Path) -> None:
    first, second = tmp_path / "known.html", tmp_path / "again.html"
    done = verify("V31", "V18", "--html", first)
    assert done.code == 0
    assert f"Saved in {first}: every figure" in " ".join(done.out.split())
    text = first.read_text(encoding="utf-8")
    tags = Tags(text)
    assert tags.open == []
    assert tags.ids == ["V31", "V18"]
    assert tags.links == ["V18", "V31"]
    assert tags.scopes == {"col": 5 + 9, "row": 2 + 7}
    case = V31.case
    for said in (case.title, case.derivation, case.second_way, case.source, V18.case.not_yet, simulator.__version__):
        assert said in tags.text
    for figure in V31.figures:
        assert figure.name in tags.text
    assert "checked: V18, V31." in tags.text
    assert verify("V18", "V31", "--html", second, "--workers", 1).code == 0
    assert second.read_text(encoding="utf-8") == text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again.html", "known.html"]


def test_the_page_says_what_failed_and_escapes_what_it_is_given() -> None:
    odd = replace(V31.case, title="<b>Teams</b> & queues", source="")
    text = page([Checked(odd, simulated=(VAGUE,), crashed="ValueError: <no>"), Checked(V31.case)], 'so "asked" <it>')
    tags = Tags(text)
    assert tags.open == []
    assert "<b>Teams" not in text
    for said in ("<b>Teams</b> & queues", "share <of> & more", "ValueError: <no>", 'so "asked" <it>'):
        assert said in tags.text
    assert '<td class="n">0.1</td><td class="n">0.01</td>' in text
    assert "fail standard error 0.1 is above 0.01: too few replications to judge" in tags.text
    assert "nothing checks this" in tags.text
    assert "Failed: V31, V31." in tags.text


def test_how_many_pass() -> None:
    failed = Checked(V31.case)
    assert conclusion([]) == "0 cases pass, 0 fail, 0 are not yet asked."
    assert conclusion([V31, V31, failed, V18, V18]) == "2 cases pass, 1 fails, 2 are not yet asked."


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("V99",), 'there is no case "V99"; allowed: V01, V02'),
        (("W08",), 'Did you mean "V08"?'),
        (("V31", "--only", "both"), 'the way to check is "both"; allowed: calculated, simulated'),
        (("V31", "--workers", 0), "0 workers; allowed: 1 to 256"),
        (("V31", "--html", "."), "is a folder; give --html a file"),
        (("V31", "--html", "nowhere/at/all.html"), "cannot be written: nowhere/at is no folder"),
    ],
)
def test_what_cannot_be_asked(verify: Run, arguments: tuple[object, ...], says: str) -> None:
    assert says in sentence(verify(*arguments))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX systems")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_it_in_a_sentence(workers: int) -> None:
    """As the terminal does it: to the command and to its workers, while V08 is being simulated."""
    line = [sys.executable, "-u", "-m", "simulator", "verify", "V31", "V08", "--workers", str(workers)]
    with subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        command = psutil.Process(process.pid)
        wait_for(lambda: len(command.children()) > workers)  # one more keeps track of shared resources
        children = command.children()
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out.strip(), err) == (130, "", "geocyber: stopped before all cases were checked\n")
    wait_for(lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children))


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)
