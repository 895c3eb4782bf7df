"""Known answers, the table that `geocyber verify` goes through.

Simulated figures allow 3.29 standard errors, so that a right model fails one of them about once in a thousand.
"""

from __future__ import annotations

import pytest

from simulator.checks.case import all_cases
from simulator.checks.simulated import SIMULATED
from simulator.checks.verify import check

ASKED = [case.id for case in all_cases().values() if not case.not_yet]


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in SIMULATED else ()) for n in ASKED])
def test_a_known_answer(name: str) -> None:
    checked = check(all_cases()[name])
    wrong = [f"{f.name}: {f.got:.6g}, expected {f.expected:.6g}: {f.fault}" for f in checked.figures if f.fault]
    assert checked.crashed == ""
    assert wrong == []
    assert checked.passed
