"""Progress of a run: a bar for people, plain lines for programs, nothing for JSON."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

import typer

from simulator.risk.estimate import Estimate
from simulator.risk.words import two_digits

if TYPE_CHECKING:
    from rich.progress import Progress


class Shown(Protocol):
    """Something that can show progress while it is open."""

    def __enter__(self) -> Shown: ...

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def update(self, done: int, asked: int, estimate: Estimate | None) -> None: ...


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Silent:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def update(self, done: int, asked: int, estimate: Estimate | None) -> None:
        return None


class Lines(Silent):
    """One line per block: `progress DONE ASKED`."""

    def update(self, done: int, asked: int, estimate: Estimate | None) -> None:
        typer.echo(f"progress {done} {asked}")


class Live:
    """Something on the terminal that moves while it is open."""

    bar: Progress

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.bar.stop()


class Bar(Live):
    """A bar with rate, time left and the running average."""

    def __init__(self, title: str) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}", markup=False),
            TimeRemainingColumn(),
            TextColumn("{task.fields[running]}", markup=False),
            transient=True,
        )
        self.task = self.bar.add_task(title[:40], total=None, rate="", running="")

    def update(self, done: int, asked: int, estimate: Estimate | None) -> None:
        self.bar.update(self.task, completed=done, total=asked)
        task = self.bar.tasks[0]
        if task.elapsed:
            self.bar.update(self.task, rate=f"{done / task.elapsed:,.0f}/s")
        if estimate is not None:
            text = f"average year {two_digits(estimate.value)} ± {two_digits(estimate.se)}"
            self.bar.update(self.task, running=text)


class Cases(Live):
    """A bar of cases, with the time left by the share of the work that is done."""

    def __init__(self, title: str) -> None:
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        self.bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[cases]}", markup=False),
            TimeRemainingColumn(),
            transient=True,
            speed_estimate_period=600.0,  # the pieces are few and of unequal length
        )
        self.task = self.bar.add_task(title, total=1.0, cases="")

    def update(self, done: int, asked: int, share: float) -> None:
        self.bar.update(self.task, completed=share, cases=f"{done} of {asked} cases")


class Parts:
    """A bar of parts, which starts with the first that is told."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.bar: Progress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.bar is not None:
            self.bar.stop()

    def update(self, ready: int, parts: int) -> None:
        if self.bar is None:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self.task = self.bar.add_task(self.title, total=parts)
            self.bar.start()
        self.bar.update(self.task, completed=ready, total=parts)


def parts_in_lines(ready: int, parts: int) -> None:
    """One line per part: `compiling READY PARTS`."""
    typer.echo(f"compiling {ready} {parts}")


def shown_as(title: str, *, silent: bool, lines: bool) -> Bar | Lines | Silent:
    """How a command shows that it goes on: not at all, in plain lines, or as a bar with a title."""
    return Silent() if silent else Lines() if lines else Bar(title)
