"""A run as a folder: blocks while it runs, Parquet tables, metrics and a manifest when it ends.

Everything is written under a temporary name and renamed, and the manifest says last whether the run is
complete, so that a folder never looks more finished than it is.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from simulator.batch.tables import SCHEMAS, Tables
from simulator.scenario.errors import InputError

FORMAT = 1
"""Of the folder; a change that older versions cannot read gets a new number."""
MANIFEST = "manifest.json"
METRICS = "metrics.json"
TIMINGS = "timings.json"
BLOCKS = "blocks"
TABLES = ("replications", "events", "years", "service", "strata", "reach")


class RunFault(InputError):
    """The machine failed the run; what was finished is safe."""


class RunFolder:
    """Writes one run."""

    def __init__(self, folder: Path, made: bool) -> None:
        self.folder = folder
        self.made = made

    @classmethod
    def create(cls, folder: Path) -> RunFolder:
        """A new folder. Raises InputError if there is something there already or it cannot be written."""
        try:
            made = not folder.exists()
            free = made or (folder.is_dir() and not any(folder.iterdir()))
            if free:
                folder.mkdir(parents=True, exist_ok=True)
                (folder / BLOCKS).mkdir()  # only one of two runs that start together gets past this line
        except FileExistsError:
            free = False
        except OSError as fault:
            raise InputError(
                f"{folder} cannot be written ({reason(fault)}); give --out a folder you may write to"
            ) from None
        if not free:
            raise InputError(f"{folder} already exists and is not empty; give --out another folder")
        return cls(folder, made)

    def leave_if_empty(self) -> None:
        """Without a finished block a run leaves no trace, so that it can be started again."""
        if any((self.folder / BLOCKS).glob("[!.]*")):
            return
        self.drop_blocks()
        if self.made:
            with suppress(OSError):  # somebody else put something there
                self.folder.rmdir()

    def write_block(self, number: int, tables: Tables) -> None:
        """One block, all or nothing."""
        temporary = self.folder / BLOCKS / f".{number:06d}.tmp"
        try:
            shutil.rmtree(temporary, ignore_errors=True)
            temporary.mkdir()
            for name in SCHEMAS:
                write_parquet(getattr(tables, name), temporary / f"{name}.parquet")
            temporary.rename(self.folder / BLOCKS / f"{number:06d}")
        except OSError as fault:
            shutil.rmtree(temporary, ignore_errors=True)
            raise RunFault(
                f"block {number} could not be written to {self.folder} ({reason(fault)}); "
                f"blocks finished before it are safe in {self.folder / BLOCKS}"
            ) from None

    def write_table(self, name: str, table: pd.DataFrame) -> None:
        self.write_file(f"{name}.parquet", lambda path: write_parquet(table, path))

    def write_json(self, name: str, data: Mapping[str, Any]) -> None:
        text = json.dumps(data, indent=2, sort_keys=True, allow_nan=False, ensure_ascii=False) + "\n"
        self.write_file(name, lambda path: path.write_text(text, encoding="utf-8"))

    def drop_blocks(self) -> None:
        """The tables hold them all now."""
        shutil.rmtree(self.folder / BLOCKS, ignore_errors=True)

    def write_file(self, name: str, write: Callable[[Path], object]) -> None:
        """A file by this name, all or nothing; `write` fills the path it is given."""
        temporary = self.folder / f".{name}.tmp"
        try:
            write(temporary)
            temporary.replace(self.folder / name)
        except OSError as fault:
            temporary.unlink(missing_ok=True)
            raise RunFault(
                f"{name} could not be written to {self.folder} ({reason(fault)}); "
                f"finished blocks are safe in {self.folder / BLOCKS}"
            ) from None


def reason(fault: OSError) -> str:
    """What the operating system said, without what a library wrote around it."""
    return os.strerror(fault.errno) if fault.errno else str(fault)


def write_parquet(table: pd.DataFrame, path: Path) -> None:
    """A table as Parquet; equal tables give equal bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), path, compression="zstd")


def read_run(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Tables and manifest of a run folder. Raises InputError if something is missing or broken."""
    missing = [name for name in (MANIFEST, *map("{}.parquet".format, TABLES)) if not (folder / name).exists()]
    if missing and not folder.is_file():
        raise InputError(f"{folder} is not a finished run: {missing[0]} is missing")
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in TABLES}
    except (OSError, ValueError) as fault:
        raise InputError(f"{folder} cannot be read as a run: {fault}") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise InputError(f"{folder} cannot be read as a run: its {MANIFEST} is not of format {FORMAT}")
    return tables, manifest
