"""Which engine plays a run: said in a sentence where it cannot be had, and seen in no table and no metric."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.batch import crew, engines, side_by_side
from simulator.batch.asked import Asked, checked
from simulator.batch.crew import Hands, crew_for
from simulator.batch.engines import AUTO, ENGINES, KERNEL, SIMPY, chosen, make_ready
from simulator.batch.run import resume, run
from simulator.batch.side_by_side import run_side_by_side
from simulator.batch.store import BLOCKS, MANIFEST, ORDER, TIMINGS
from simulator.batch.threads import Threads
from simulator.batch.workers import Workers, make_arms, make_driver
from simulator.checks.simulated import asked as checks
from simulator.scenario.combination import in_force
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.mitigation_file import load_with
from simulator.scenario.shipped import known_answer
from tests.batch.runs import EITHER, needs_numba
from tests.batch.test_store import Stopper

V17 = known_answer("v17_from_war")
WITHOUT = 'the compiled kernel needs Numba: pip install "geocyber[fast]"'
IN_FORCE = ["hold_updates", "monitoring", "shut_out_after_disclosure", "national_teams", "private_warning"]


@pytest.fixture
def without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: None)


@pytest.fixture
def with_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "find_spec", lambda name: object())


class TestChoice:
    @pytest.mark.parametrize("word", ["fast", "Kernel", "", "numba"])
    def test_an_engine_that_does_not_exist(self, word: str, tmp_path: Path) -> None:
        with pytest.raises(InputError) as told:
            run(load(V17), replications=8, engine=word, out=tmp_path / "run")
        assert str(told.value) == f'the engine is "{word}"; allowed: auto, simpy, kernel'
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.usefixtures("without_numba")
    def test_the_kernel_without_numba(self, tmp_path: Path) -> None:
        with pytest.raises(InputError) as told:
            run(load(V17), replications=8, engine=KERNEL, out=tmp_path / "run")
        assert str(told.value) == WITHOUT
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(InputError, match="needs Numba"):
            make_ready(KERNEL)

    @pytest.mark.usefixtures("without_numba")
    def test_auto_without_numba_is_the_event_model(self) -> None:
        assert [chosen(engine) for engine in (AUTO, SIMPY)] == [SIMPY, SIMPY]
        make_ready(AUTO)
        assert run(load(V17), replications=8).manifest["asked"]["engine"] == SIMPY

    @pytest.mark.usefixtures("with_numba")
    def test_auto_with_numba_is_the_kernel(self) -> None:
        assert [chosen(engine) for engine in ENGINES] == [KERNEL, SIMPY, KERNEL]

    @needs_numba
    def test_auto_here_is_the_kernel_and_the_manifest_says_so(self) -> None:
        assert run(load(V17), replications=8).manifest["asked"]["engine"] == KERNEL

    def test_nothing_but_a_run_takes_an_engine_by_itself(self) -> None:
        assert checked(Asked()).engine == SIMPY

    @needs_numba
    def test_a_kernel_run_cannot_go_on_where_there_is_no_numba(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert run(load(V17), replications=700, engine=KERNEL, out=tmp_path / "run", progress=Stopper(6)).partial
        before = (tmp_path / "run" / MANIFEST).read_bytes()
        monkeypatch.setattr(engines, "find_spec", lambda name: None)
        with pytest.raises(InputError) as told:
            resume(tmp_path / "run")
        assert WITHOUT in str(told.value)
        assert "\n" not in str(told.value)
        assert (tmp_path / "run" / MANIFEST).read_bytes() == before
        assert any((tmp_path / "run" / BLOCKS).iterdir())

    @pytest.mark.parametrize("engine", EITHER)
    @pytest.mark.parametrize("workers", [1, 2])
    def test_the_kernel_has_threads_and_the_event_model_has_processes(self, engine: str, workers: int) -> None:
        loaded = load(V17)
        arms = make_arms([loaded.scenario], loaded.register)
        asked = checked(Asked(replications=8, engine=engine))
        with crew_for(Hands(workers), [loaded.scenario], loaded.register, arms, asked) as found:
            assert isinstance(found, Threads if engine == KERNEL else Workers)


class TestOthers:
    """What compares scenarios, or checks the event model, does not ask for the kernel."""

    @pytest.fixture
    def no_threads(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*arguments: object) -> object:
            raise AssertionError("the kernel was asked for")

        monkeypatch.setattr(crew, "Threads", refuse)

    @pytest.mark.usefixtures("no_threads")
    def test_arms_side_by_side(self) -> None:
        base = load_with("uk_2022", "uk_2022")
        found = run_side_by_side([base, in_force(base, ["hold_updates"])], replications=8)
        assert found.base.manifest["asked"]["engine"] == SIMPY
        assert found.arms[0].results.manifest["asked"]["engine"] == SIMPY
        assert "engine" not in side_by_side.run_side_by_side.__annotations__

    @pytest.mark.usefixtures("no_threads")
    def test_the_known_answers(self) -> None:
        assert checks.answer("v17", replications=8, seed=1).manifest["asked"]["engine"] == SIMPY


def state() -> LoadedScenario:
    return load("us_state")


def protected() -> LoadedScenario:
    return in_force(load_with("uk_2022", "uk_2022"), IN_FORCE)


def known(name: str) -> Callable[[], LoadedScenario]:
    return lambda: load(known_answer(name))


def saved(loaded: LoadedScenario, engine: str, folder: Path, **asked: Any) -> dict[str, Any]:
    """The bytes of a run's files; of its manifest, what it says beside the engine."""
    run(loaded, engine=engine, seed=3, out=folder, **asked)
    assert not (folder / ORDER).exists()
    files: dict[str, Any] = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != TIMINGS}
    manifest = json.loads(files[MANIFEST])
    assert manifest["asked"].pop("engine") == engine
    return files | {MANIFEST: manifest}


@needs_numba
@pytest.mark.parametrize(
    ("scenario", "asked"),
    [
        pytest.param(known("v17"), {"replications": 400}, id="v17"),
        pytest.param(known("v17"), {"replications": 400, "crude": True}, id="v17-crude"),
        pytest.param(known("v17_from_war"), {"precision": 0.05}, id="v17-precision", marks=pytest.mark.slow),
        pytest.param(known("v19"), {"replications": 200}, id="v19"),
        pytest.param(known("v19"), {"replications": 100, "block": 7}, id="v19-small-blocks"),
        pytest.param(known("v36"), {"replications": 32}, id="v36"),
        pytest.param(known("v41"), {"replications": 64}, id="v41"),
        pytest.param(
            known("v42"),
            {"precision": 0.025, "metric": "VaR 1-in-20"},
            id="v42-precision-of-rare-years",
            marks=pytest.mark.slow,
        ),
        pytest.param(state, {"replications": 12}, id="us_state", marks=pytest.mark.slow),
        pytest.param(protected, {"replications": 48}, id="uk_2022-protected", marks=pytest.mark.slow),
        pytest.param(protected, {"replications": 48, "crude": True}, id="uk_2022-protected-crude"),
    ],
)
def test_both_engines_write_the_same_bytes(
    scenario: Callable[[], LoadedScenario], asked: dict[str, Any], tmp_path: Path
) -> None:
    loaded = scenario()
    model, kernel = (saved(loaded, engine, tmp_path / engine, **asked) for engine in (SIMPY, KERNEL))
    assert set(model) == set(kernel)
    assert [name for name in model if model[name] != kernel[name]] == []


@needs_numba
def test_a_run_stopped_early_is_the_same_but_for_the_engine_in_its_order(tmp_path: Path) -> None:
    kept: dict[str, dict[str, Any]] = {}
    for engine in (SIMPY, KERNEL):
        assert run(load(V17), replications=700, engine=engine, out=tmp_path / engine, progress=Stopper(6)).partial
        found: dict[str, Any] = {p.name: p.read_bytes() for p in (tmp_path / engine).iterdir() if p.is_file()}
        order, manifest = json.loads(found.pop(ORDER)), json.loads(found.pop(MANIFEST))
        assert order["order"]["asked"].pop("engine") == manifest["asked"].pop("engine") == engine
        order.pop("run")  # the digest of it all
        found.pop(TIMINGS)
        kept[engine] = found | {ORDER: order, MANIFEST: manifest}
    assert kept[SIMPY] == kept[KERNEL]


@needs_numba
def test_an_engine_keeps_no_world_alive() -> None:
    """Run after run in one process would else fill its memory."""
    from simulator.batch.compiled import engine_of

    loaded = load(known_answer("v17"))
    driver = make_driver(loaded.scenario, loaded.register)
    engine = engine_of(driver)
    assert engine_of(driver) is engine
    watched = weakref.ref(driver)
    del driver, engine
    gc.collect()
    assert watched() is None
