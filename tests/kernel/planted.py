"""Run as a program: bugs planted in the kernel, one process each, against what the event model said before.

    python -m tests.kernel.planted SECONDS NUMBER ...

prints a line of JSON for each of the bugs with these numbers in mutants.yaml: the scenario that told it, and how. The
parent never loads the kernel, so each child does, from sources of which one has been changed in memory: all parts but
those that the change is compiled into are read from the cache. The model's side is worked out once, and further only
for bugs that the first scenarios do not tell.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import sys
import time
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import yaml

from simulator.chance.driver import Driver
from simulator.model.replication import Outcome
from tests.kernel.told import told
from tests.kernel.worlds import world_of

MUTANTS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("mutants.yaml").read_text(encoding="utf-8"))
MOST_MEMORY = 6 << 30
"""Bytes: tables of a broken kernel may grow for ever."""
STAGES = ((0, 30), (30, 120), (120, 400))
"""Scenarios, by number, that bugs are tried on while they are not caught."""
Reference = dict[int, tuple[Driver, list[Outcome]]]


class Planted(SourceFileLoader):
    """Loads a module of the kernel with one piece of its text replaced."""

    def __init__(self, spec: ModuleSpec, rule: str, broken: str) -> None:
        super().__init__(spec.name, str(spec.origin))
        self.rule, self.broken = rule, broken

    def get_code(self, fullname: str) -> CodeType:
        text = self.get_source(fullname)
        assert text is not None
        assert text.count(self.rule) == 1, f"{fullname} holds {self.rule!r} {text.count(self.rule)} times"
        assert self.rule.count("\n") == self.broken.count("\n"), "a replacement keeps the number of lines"
        return compile(text.replace(self.rule, self.broken), self.path, "exec", dont_inherit=True)


class Finder:
    """Finds the module with the bug before anybody else does."""

    def __init__(self, mutant: dict[str, Any]) -> None:
        self.mutant = mutant

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != f"simulator.kernel.{self.mutant['place']}":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        spec.loader = Planted(spec, str(self.mutant["rule"]), str(self.mutant["broken"]))
        return spec


def reference(first: int, end: int) -> Reference:
    """Scenarios from `first` to `end`, each with outcomes of all its strata."""
    drivers = {number: world_of(number).driver for number in range(first, end)}
    return {number: (driver, told(driver, 1)) for number, driver in drivers.items()}


def look_for(mutant: dict[str, Any], known: Reference, tell: int) -> None:
    """In a child: tell the parent when the kernel has been compiled, and then what it says first that is wrong."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    sys.meta_path.insert(0, Finder(mutant))  # type: ignore[arg-type]
    from simulator.kernel import play  # noqa: F401  # declares all parts
    from simulator.kernel.linker import link
    from tests.kernel.equality import first_difference

    link()
    os.write(tell, b"linked\n")
    for number, (driver, outcomes) in known.items():
        try:
            found = first_difference(driver, outcomes)
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        if found:
            os.write(tell, json.dumps({"scenario": number, "how": found[:500]}).encode())
            return


def catch(mutant: dict[str, Any], known: Reference, seconds: float) -> dict[str, Any]:
    """What became of a bug: told by a scenario, or by a crash or a hang after it was compiled; or not at all."""
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(listen)
            look_for(mutant, known, tell)
            status = 0
        finally:
            os._exit(status)
    os.close(tell)
    said, began, hung = b"", time.monotonic(), False
    while True:
        ready, _, _ = select.select([listen], [], [], max(began + seconds - time.monotonic(), 0.0))
        piece = os.read(listen, 65536) if ready else b""
        if not piece:
            break
        if not said:
            began = time.monotonic()
        said += piece
    if not ready:
        hung = True
        os.kill(child, signal.SIGKILL)
    os.close(listen)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    compiled, rest = said.startswith(b"linked\n"), said.removeprefix(b"linked\n")
    found: dict[str, Any] = {"means": mutant["means"], "compiled": compiled, "caught": False, "how": ""}
    if rest:
        return found | {"caught": True} | json.loads(rest)
    if compiled and (hung or status != 0):
        return found | {"caught": True, "how": "a hang" if hung else f"a crash ({status})"}
    return found | {"how": "" if compiled else f"not compiled ({status})"}


def main(seconds: float, numbers: list[int]) -> None:
    for first, end in STAGES:
        known, left = reference(first, end) if numbers else {}, []
        for number in numbers:
            began = time.monotonic()
            found = catch(MUTANTS[number], known, seconds)
            if not found["caught"] and found["compiled"] and end < STAGES[-1][1]:
                left.append(number)
                continue
            print(json.dumps(found | {"number": number, "seconds": round(time.monotonic() - began, 1)}), flush=True)
        numbers = left


if __name__ == "__main__":
    main(float(sys.argv[1]), [int(number) for number in sys.argv[2:]])
