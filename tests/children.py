"""Whether the processes that a test started have ended."""

from __future__ import annotations

import multiprocessing
import time


def wait_for_the_end_of_children() -> None:
    """Fails if a process of a pool still lives after 20 seconds.

    Only `multiprocessing` may ask after them: of two that wait for a process one is told that it has ended, and were
    that another library, `multiprocessing` would count it among the living for ever. The thread of a pool waits too,
    so the first answer may come late.
    """
    patience = time.monotonic() + 20.0
    while multiprocessing.active_children() and time.monotonic() < patience:
        time.sleep(0.05)
    assert multiprocessing.active_children() == []
