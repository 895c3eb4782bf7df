"""Which engine plays a run or a comparison: said where it cannot be had, and seen in no table and no metric."""

from __future__ import annotations

import gc
import json
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from simulator.batch import crew, engines
from simulator.batch.asked import Asked, checked
from simulator.batch.crew import Hands, crew_for
from simulator.batch.engines import AUTO, ENGINES, KERNEL, SIMPY, chosen, make_ready
from simulator.batch.run import resume, run
from simulator.batch.side_by_side import run_side_by_side
from simulator.batch.store import BLOCKS, MANIFEST, ORDER, TABLES, TIMINGS
from simulator.batch.threads import Threads
from simulator.batch.workers import Workers, make_arms, make_driver
from simulator.checks.simulated import asked as checks
from simulator.kernel import known as known_sections
from simulator.scenario.combination import in_force
from simulator.scenario.errors import InputError
from simulator.scenario.load import LoadedScenario, load
from simulator.scenario.mitigation_file import load_with
from simulator.scenario.shipped import known_answer
from tests.batch.offered import OFFERS, offering
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

    def test_what_is_asked_is_for_the_event_model_unless_it_says_otherwise(self) -> None:
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

    def test_a_comparison_takes_the_kernel_only_if_it_knows_every_arm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The instruments section of the arm comes with its mitigation."""
        monkeypatch.setattr(known_sections, "KNOWN", known_sections.KNOWN - {"instruments"})
        base = offering()
        with pytest.raises(InputError, match="does not know the section instruments"):
            run_side_by_side([base, in_force(base, ["ban"])], replications=8, engine=KERNEL)
        found = run_side_by_side([base, in_force(base, ["ban"])], replications=8)
        assert found.base.manifest["asked"]["engine"] == found.arms[0].results.manifest["asked"]["engine"] == SIMPY

    @needs_numba
    def test_a_comparison_here_takes_the_kernel_and_its_manifests_say_so(self) -> None:
        found = run_side_by_side([offering(), in_force(offering(), ["monitoring"])], replications=8)
        assert found.base.manifest["asked"]["engine"] == found.arms[0].results.manifest["asked"]["engine"] == KERNEL


def test_the_known_answers_check_the_event_model(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> object:
        raise AssertionError("the kernel was asked for")

    monkeypatch.setattr(crew, "Threads", refuse)
    assert checks.answer("v17", replications=8, seed=1).manifest["asked"]["engine"] == SIMPY
    assert checks.comparison("v39", ["slow_ban"], replications=8, seed=1).base.manifest["asked"]["engine"] == SIMPY


def state() -> LoadedScenario:
    return load("us_state")


def protected() -> LoadedScenario:
    return in_force(load_with("uk_2022", "uk_2022"), IN_FORCE)


def offered(name: str) -> Callable[[], LoadedScenario]:
    return lambda: load_with(name, "uk_2022")


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


def side_by_side(base: LoadedScenario, arms: Sequence[Sequence[str]], engine: str, **asked: Any) -> dict[str, Any]:
    """The bytes of all tables of a base and its arms, what else an arm has, and manifests but for the engine."""
    found = run_side_by_side([base, *(in_force(base, arm) for arm in arms)], seed=3, engine=engine, **asked)
    told: dict[str, Any] = {}
    for number, results in enumerate([found.base, *(arm.results for arm in found.arms)]):
        manifest = json.loads(json.dumps(results.manifest))
        assert manifest["asked"].pop("engine") == engine
        told |= {f"{number} {name}": getattr(results, name).to_parquet() for name in (*TABLES, "strata", "reach")}
        told[f"{number} {MANIFEST}"] = manifest
    for number, arm in enumerate(found.arms, start=1):
        told |= {f"{number} spending": arm.spending.to_parquet(), f"{number} rerun": arm.rerun}
    return told


FEW = (("hold_updates",), ("shut_out_after_disclosure",), ("ban_now", "monitoring"), ("second_source_common",))


@needs_numba
@pytest.mark.parametrize(
    ("base", "arms", "asked"),
    [
        pytest.param(offering, tuple((name,) for name in OFFERS), {"replications": 200}, id="v17"),
        pytest.param(offering, tuple((name,) for name in OFFERS), {"replications": 60, "crude": True}, id="v17-crude"),
        pytest.param(offered("uk_2022"), FEW, {"replications": 24}, id="uk_2022"),
        pytest.param(offered("uk_2022"), FEW, {"replications": 24, "workers": 2}, id="uk_2022-two-workers"),
        pytest.param(offered("sanctions_cutoff"), FEW, {"replications": 24}, id="sanctions", marks=pytest.mark.slow),
        pytest.param(offered("telecom_proxy"), FEW, {"replications": 24}, id="telecom_proxy", marks=pytest.mark.slow),
        pytest.param(protected, (("segmentation",), ("order_at_war",)), {"replications": 24}, id="base-protected"),
    ],
)
def test_both_engines_say_the_same_of_arms(
    base: Callable[[], LoadedScenario], arms: Sequence[Sequence[str]], asked: dict[str, Any]
) -> None:
    model, kernel = (side_by_side(base(), arms, engine, **asked) for engine in (SIMPY, KERNEL))
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
