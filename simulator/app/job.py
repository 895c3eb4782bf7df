"""A run or a comparison in a child process: the project's own command line, so the page shows what a batch
user gets.

A process of its own can be cancelled, gives its memory back and cannot take the page with it. It is never
made with `multiprocessing`, which would run the page's script again in the child.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import simulator
from simulator.app.selection import Selection
from simulator.app.settings import Settings
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    from simulator.app.compared import Compared
    from simulator.app.finished import Finished

PROGRESS = re.compile(r"progress (\d+) (\d+)\s*")
COMPILING = re.compile(r"compiling (\d+) (\d+)\s*")
SENTENCE = re.compile(r"^geocyber: (.*)", re.MULTILINE | re.DOTALL)
GRACE_S = 5.0
"""Seconds that a child told to stop has before it is ended."""
UNEXPECTED = "The run failed for a reason that is not yours to mend; the terminal that started the app says more."
BUSY = "As many runs are under way as this machine has processors; try again when one has finished."

_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(os.cpu_count() or 1)
"""Places for runs, over all who have the page open."""


def command(settings: Settings, out: Path) -> list[str]:
    """The command line of a run or a comparison. Files are shipped ones, looked up by their names."""
    return [
        *(sys.executable, "-m", "simulator", *settings.words(), "--workers", "1"),
        *("--out", str(out), "--progress-lines", "--stop-with-stdin"),
    ]


def reader(settings: Settings) -> Callable[[Path], Finished | Compared]:
    """What reads the folder that a command leaves. It is heavy to load, which can be done while the child is busy."""
    from simulator.app.compared import read_compared
    from simulator.app.finished import read_finished

    if isinstance(settings, Selection):
        return lambda folder: read_compared(folder, settings)
    return lambda folder: read_finished(folder, settings)


class Job:
    """One run or comparison under way. `ended` turns true once, when `finished` or `fault` says how; neither:
    cancelled."""

    def __init__(self, settings: Settings) -> None:
        """Starts the run. Raises InputError if the machine is busy with others."""
        if not _places.acquire(blocking=False):
            raise InputError(BUSY)
        self.settings = settings
        self.done = 0
        self.asked = settings.futures
        self.compiled: tuple[int, int] | None = None
        """Parts of the kernel that are ready, of how many; None where it does not have to be compiled first."""
        self.ended = False
        self.finished: Finished | Compared | None = None
        self.fault = ""
        self._cancelled = False
        self._first: tuple[float, int] | None = None
        self._folder = Path(tempfile.mkdtemp(prefix="geocyber-"))
        try:
            self._process = self._start()
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            _places.release()
            raise
        self._clear = weakref.finalize(self, _end, self._process, self._folder)
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def seconds_left(self) -> float | None:
        """From the pace so far; None while there is none. The first block is not counted: it includes
        the start."""
        if self._first is None or self.done <= self._first[1]:
            return None
        since, before = self._first
        return (time.monotonic() - since) / (self.done - before) * (self.asked - self.done)

    def cancel(self) -> None:
        """Ends the run and deletes what it wrote. Harmless when it has ended."""
        self._cancelled = True
        self._clear()

    def _start(self) -> subprocess.Popen[str]:
        package = str(Path(simulator.__file__).resolve().parents[1])
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        with (self._folder / "stderr.txt").open("wb") as errors:
            return subprocess.Popen(
                command(self.settings, self._folder / "run"),
                stdin=subprocess.PIPE,  # closes when the app is gone, however it went
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=self._folder,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"},
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # Ctrl-C in the terminal is for the app, which ends the run itself
            )

    def _follow(self) -> None:
        try:
            read = reader(self.settings)
            assert self._process.stdout is not None
            with self._process.stdout as lines:
                for line in lines:
                    if match := PROGRESS.fullmatch(line):
                        self.done, self.asked = int(match[1]), int(match[2])
                        self._first = self._first or (time.monotonic(), self.done)
                    elif match := COMPILING.fullmatch(line):
                        self.compiled = int(match[1]), int(match[2])
            code = self._process.wait()
            if code == 0:
                self.finished = read(self._folder / "run")
            elif not self._cancelled:
                self.fault = self._said(code)
        except Exception:
            if not self._cancelled:  # which deletes the folder while it is read
                _log.exception("The results of a run could not be read")
                self.fault = UNEXPECTED
        finally:
            self._clear()
            _places.release()
            self.ended = True

    def _said(self, code: int) -> str:
        """What the command says was wrong. Anything but its own sentence is for the log."""
        said = (self._folder / "stderr.txt").read_text(encoding="utf-8", errors="replace").strip()
        sentence = SENTENCE.search(said)
        if code == 2 and sentence is not None:
            return sentence[1]
        _log.error("A run ended with code %d:\n%s", code, said)
        return UNEXPECTED


def _end(process: subprocess.Popen[str], folder: Path) -> None:
    process.terminate()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
    shutil.rmtree(folder, ignore_errors=True)


class Bench:
    """The place of one session's run or comparison: one at a time."""

    def __init__(self) -> None:
        self.job: Job | None = None

    def start(self, settings: Settings) -> None:
        """Raises InputError if the machine is busy."""
        self.clear()
        self.job = Job(settings)

    def clear(self) -> None:
        if self.job is not None:
            self.job.cancel()
        self.job = None
