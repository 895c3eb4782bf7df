"""One process at a time in a run folder."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path

from simulator.scenario.errors import InputError


class FolderLock:
    """Held until released or until the process ends, however it ends. Where the system has no such lock, nothing."""

    def __init__(self, folder: Path) -> None:
        """Raises InputError if another process holds it."""
        self.release: Callable[[], object] = lambda: None
        """Lets others in. Harmless when it is done."""
        if os.name != "posix":
            return
        import fcntl

        held = os.open(folder, os.O_RDONLY)
        self.release = weakref.finalize(self, os.close, held)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise InputError(f"another run is at work in {folder}; allowed: one at a time") from None
        except OSError:  # a file system without locks
            self.release()
