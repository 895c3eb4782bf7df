"""What Ctrl-C may not disturb: the start of workers, and the saving of a run."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def kept_from_children() -> Iterator[None]:
    """Processes started meanwhile never see Ctrl-C, not even while they import; the parent decides for them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with postponed():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def postponed() -> Iterator[None]:
    """Ctrl-C waits until the end: another thread, such as that of a progress bar, may take it in where this is deaf."""
    came: list[int] = []
    with answered_by(lambda number, _: came.append(number)):
        yield
    if came:
        signal.raise_signal(signal.SIGINT)


@contextmanager
def ignored() -> Iterator[None]:
    """Ctrl-C does nothing for the moment."""
    with answered_by(signal.SIG_IGN):
        yield


@contextmanager
def answered_by(answer: Callable[[int, FrameType | None], None] | signal.Handlers) -> Iterator[None]:
    """Ctrl-C gets this answer for the moment. Without effect outside the main thread, where it never arrives."""
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or handler is None:
        yield
        return
    signal.signal(signal.SIGINT, answer)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
