"""What can be chosen on the page, and what was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.scenario.document import read_document
from simulator.scenario.errors import InputError, listed, shown
from simulator.scenario.shipped import shipped_scenarios

FUTURES = (200, 500, 1_000, 2_000, 5_000, 10_000)
USUAL_FUTURES = 500
MOST_SEED = 10**9


@dataclass(frozen=True)
class Offer:
    """A scenario that can be chosen. `conditional`: it gives dated facts."""

    name: str
    title: str
    question: str
    conditional: bool


@dataclass(frozen=True)
class Settings:
    """What a run is made from; equal settings give equal results."""

    scenario: str
    futures: int
    seed: int

    def __post_init__(self) -> None:
        """Limits of widgets are kept by the browser, which may be asked to break them. Raises InputError."""
        scenario_file(self.scenario)
        if self.futures not in FUTURES:
            raise InputError(f"{shown(self.futures)} simulated futures; allowed: {listed(FUTURES)}")
        if not 0 <= self.seed <= MOST_SEED:
            raise InputError(f"the seed is {shown(self.seed)}; allowed: 0 to {MOST_SEED:,}")

    def words(self, *, by_name: bool = False) -> list[str]:
        """The command and its options as words of a command line; the scenario as its file, or by its name."""
        scenario = self.scenario if by_name else str(scenario_file(self.scenario))
        return ["run", scenario, "--replications", str(self.futures), "--seed", str(self.seed)]


def scenario_files() -> dict[str, Path]:
    """The shipped scenarios; a file of defaults is what they build on, not one of them."""
    return {name: path for name, path in shipped_scenarios().items() if not name.startswith("defaults")}


def scenario_file(name: str) -> Path:
    """The file of a shipped scenario. Raises InputError for any other text, a path included."""
    files = scenario_files()
    if name not in files:
        raise InputError(f"{shown(name)} is no scenario of this app; allowed: {listed(files)}")
    return files[name]


def offers() -> dict[str, Offer]:
    """What can be chosen, by name. A file that cannot be read says so where its question would stand."""
    return {name: offer(name, path) for name, path in scenario_files().items()}


def offer(name: str, path: Path) -> Offer:
    """One scenario as it is offered; it is checked in full only when it is run."""
    try:
        data = read_document(path).data
    except InputError as fault:
        return Offer(name, name, str(fault), False)
    title, question = (str(data.get(key) or name) for key in ("title", "question"))
    return Offer(name, title, " ".join(question.split()), data.get("given") is not None)
