"""A run as a folder: its order and its blocks while it runs, tables, metrics and a manifest when it ends.

Everything is written under a temporary name, brought to the disk and renamed. The manifest is written last and
says whether the run is complete, so that a folder never looks more finished than it is.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulator.batch.block_file import packed, unpacked
from simulator.batch.faults import RunFault
from simulator.batch.lock import FolderLock
from simulator.batch.parquet import TableFile, write_parquet
from simulator.batch.plan import Block
from simulator.batch.stored_table import StoredTable
from simulator.batch.tables import SCHEMAS, Tables
from simulator.scenario.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

FORMAT = 2
"""Of the folder; a change that older versions cannot read gets a new number."""
LARGE = 500_000
"""Replications above which the tables of a run stay on the disk, and metrics read them column by column."""
ORDER = "order.json"
MANIFEST = "manifest.json"
METRICS = "metrics.json"
TIMINGS = "timings.json"
BLOCKS = "blocks"
TABLES = (*SCHEMAS, "strata", "reach")


class RunFolder:
    """Writes one run."""

    def __init__(self, folder: Path, made: bool, lock: FolderLock) -> None:
        self.folder = folder
        self.made = made
        self.lock = lock
        self.run = ""
        """What tells this run from all others; blocks bear it."""

    @classmethod
    def create(cls, folder: Path) -> RunFolder:
        """A new folder. Raises InputError if there is something there already or it cannot be written."""
        try:
            made = not folder.exists()
            if made or folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                lock = FolderLock(folder)
                if _holds_nothing(folder):
                    with suppress(FileNotFoundError):
                        (folder / BLOCKS).rmdir()
                    (folder / BLOCKS).mkdir()  # only one of two runs that start together gets past this line
                    return cls(folder, made, lock)
                lock.release()
        except FileExistsError:
            pass
        except OSError as fault:
            raise InputError(
                f"{folder} cannot be written ({reason(fault)}); give --out a folder you may write to"
            ) from None
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} already exists and is no folder; give --out another name")
        begun = (folder / ORDER).exists()
        going_on = f", or go on with the run in it: geocyber run --resume {folder}" if begun else ""
        raise InputError(f"{folder} already exists and is not empty; give --out another folder{going_on}")

    @classmethod
    def reopen(cls, folder: Path) -> RunFolder:
        """The folder of a run that ended early. Raises InputError if there is none, or somebody is at work in it."""
        if not folder.is_dir():
            raise InputError(
                f"{folder} is not the folder of a run; allowed after --resume: a folder once given to --out"
            )
        if not os.access(folder, os.W_OK):
            raise InputError(f"{folder} cannot be written; a run can go on only where you may write")
        return cls(folder, False, FolderLock(folder))

    def leave_if_empty(self) -> None:
        """Without a finished block a new run leaves no trace, so that it can be started again."""
        if what_is_safe(self.folder):
            return
        self.drop_blocks()
        if self.made:
            with suppress(OSError):  # somebody else put something there
                self.folder.rmdir()

    def begin(self, order: Mapping[str, Any], run: str) -> None:
        """Write down what is to be done."""
        self.run = run
        self.write_json(ORDER, {"format": FORMAT, "run": run, "order": order})

    def write_block(self, block: Block, tables: Tables) -> None:
        """One block, all or nothing."""
        name = _block_name(block)
        temporary = self.folder / BLOCKS / f".{name}.tmp"
        try:
            temporary.write_bytes(packed(self.run, block, tables))
            _into_place(temporary, self.folder / BLOCKS / name)
        except OSError as fault:
            temporary.unlink(missing_ok=True)
            raise RunFault(
                f"block {block.number} could not be written to {self.folder} ({reason(fault)}){self._what_of_it()}"
            ) from None

    def read_block(self, block: Block) -> dict[str, pa.Table] | None:
        """The tables of a finished block; None if it is missing or its file cannot be trusted."""
        path = self.folder / BLOCKS / _block_name(block)
        try:
            return unpacked(path.read_bytes(), self.run, block)
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise RunFault(f"block {block.number} in {self.folder} cannot be read ({reason(fault)})") from None

    def write_tables(self, blocks: Iterable[Block]) -> None:
        """The tables of these blocks, one after the other; of each no more is in memory than a group of rows."""
        import pyarrow as pa

        places = {name: self.folder / f".{name}.parquet.tmp" for name in SCHEMAS}
        try:
            with ExitStack() as stack:
                files = {n: stack.enter_context(TableFile(places[n], schema)) for n, schema in SCHEMAS.items()}
                for block in blocks:
                    tables = self.read_block(block)
                    if tables is None:
                        raise RunFault(
                            f"block {block.number} in {self.folder} was damaged or removed while the run went on; "
                            f"geocyber run --resume {self.folder} makes it again"
                        )
                    for name, table in tables.items():
                        files[name].add(table)
            for name, path in places.items():
                _into_place(path, self.folder / f"{name}.parquet")
        except OSError as fault:
            raise self._not_written("tables", fault) from None
        finally:
            pa.default_memory_pool().release_unused()  # before metrics need memory too
            for path in places.values():
                path.unlink(missing_ok=True)

    def read_tables(self, replications: int) -> Tables:
        """What `write_tables` wrote, of a run of so many replications."""
        return Tables(**{name: read_table(self.folder, name, replications) for name in SCHEMAS})

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        self.write_file(f"{name}.parquet", lambda path: write_parquet(table, path))

    def write_json(self, name: str, data: Mapping[str, Any]) -> None:
        text = json.dumps(data, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
        self.write_file(name, lambda path: path.write_text(text, encoding="utf-8"))

    def write_file(self, name: str, write: Callable[[Path], object]) -> None:
        """A file by this name, all or nothing; `write` fills the path it is given."""
        temporary = self.folder / f".{name}.tmp"
        try:
            write(temporary)
            _into_place(temporary, self.folder / name)
        except OSError as fault:
            temporary.unlink(missing_ok=True)
            raise self._not_written(name, fault) from None

    def drop_results(self) -> None:
        """Before a run goes on that was interrupted and said what it had: the manifest first, then all else."""
        for name in (MANIFEST, METRICS, TIMINGS, *map("{}.parquet".format, TABLES)):
            (self.folder / name).unlink(missing_ok=True)

    def drop_blocks(self) -> None:
        """The tables hold them all now; the manifest holds the order."""
        shutil.rmtree(self.folder / BLOCKS, ignore_errors=True)
        (self.folder / ORDER).unlink(missing_ok=True)
        for left in self.folder.glob(".*.tmp"):  # of a run that was killed
            left.unlink(missing_ok=True)

    def _not_written(self, name: str, fault: OSError) -> RunFault:
        return RunFault(f"{name} could not be written to {self.folder} ({reason(fault)}){self._what_of_it()}")

    def _what_of_it(self) -> str:
        """Nothing can be said of a folder that is not of a run."""
        if not self.run:
            return ""
        return "; " + (what_is_safe(self.folder) or "no block was finished before, so nothing is lost")


def what_is_safe(folder: Path) -> str:
    """Finished blocks of a run that has not ended, and what goes on with them, in words; "" if there are none."""
    number = sum(1 for _ in (folder / BLOCKS).glob("[!.]*"))
    if not number:
        return ""
    blocks = "one finished block is" if number == 1 else f"{number:,} finished blocks are"
    return f"{blocks} safe, and geocyber run --resume {folder} goes on from there"


def reason(fault: OSError) -> str:
    """What the operating system said, without what a library wrote around it."""
    return os.strerror(fault.errno) if fault.errno else str(fault)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a run folder. Raises InputError if there is none or it is broken."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise InputError(f"{folder} cannot be read as a run: {fault}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"{folder} cannot be read as a run: its {MANIFEST} is not of format {FORMAT}")
    return manifest


def read_run(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and manifest of a run folder. Raises InputError if something is missing or broken."""
    missing = [name for name in (MANIFEST, *map("{}.parquet".format, TABLES)) if not (folder / name).exists()]
    if missing and not folder.is_file():
        raise InputError(f"{folder} is not a finished run: {missing[0]} is missing")
    manifest = read_manifest(folder)
    try:
        return {name: read_table(folder, name, int(manifest["finished"])) for name in TABLES}, manifest
    except (OSError, ValueError) as fault:
        raise InputError(f"{folder} cannot be read as a run: {fault}") from None


def read_table(folder: Path, name: str, replications: int) -> pd.DataFrame:
    """A table of a run of so many replications: in memory, or on the disk where the run is large."""
    path = folder / f"{name}.parquet"
    if replications > LARGE and name in SCHEMAS:
        return StoredTable.of(path)  # type: ignore[return-value]  # it gives columns as a DataFrame does
    return pd.read_parquet(path)


def _holds_nothing(folder: Path) -> bool:
    """Nothing but what a run leaves that was killed before it began."""
    for path in folder.iterdir():
        begun = path.name == BLOCKS and path.is_dir() and not any(path.iterdir())
        if not begun and path.name != f".{ORDER}.tmp":
            return False
    return True


def _block_name(block: Block) -> str:
    return f"{block.number:07d}.block"


def _into_place(temporary: Path, final: Path) -> None:
    """Rename a file that is whole and on the disk; the new name is on the disk too when this returns."""
    with temporary.open("rb+") as stream:
        os.fsync(stream.fileno())
    temporary.replace(final)
    if os.name == "posix":
        folder = os.open(final.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
