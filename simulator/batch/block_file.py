"""One finished block as one file: a line that says what it is and the SHA-256 of the rest, then its tables in Arrow."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from simulator.batch.plan import Block
from simulator.batch.tables import SCHEMAS, Tables

if TYPE_CHECKING:
    import pyarrow as pa

LONGEST_HEAD = 1_000


def packed(run: str, block: Block, tables: Tables) -> bytes:
    """The bytes of a file. `run`: what tells this run from all others."""
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    for name in SCHEMAS:
        table = pa.Table.from_pandas(getattr(tables, name), preserve_index=False)
        with pa.ipc.new_stream(sink, table.schema, options=options) as writer:
            writer.write_table(table)
    body: bytes = sink.getvalue().to_pybytes()
    head = {"run": run, "block": block.number, "sha256": sha256(body).hexdigest()}
    return json.dumps(head).encode() + b"\n" + body


def unpacked(content: bytes, run: str, block: Block) -> dict[str, pa.Table] | None:
    """The tables in a file by name; None if it is cut short, damaged, or of another run or block."""
    import pyarrow as pa

    end = content.find(b"\n", 0, LONGEST_HEAD)
    body = content[end + 1 :]
    expected = {"run": run, "block": block.number, "sha256": sha256(body).hexdigest()}
    try:
        if end < 0 or json.loads(content[:end]) != expected:
            return None
    except ValueError:
        return None
    source = pa.BufferReader(body)
    tables = {}
    for name in SCHEMAS:
        with pa.ipc.open_stream(source) as reader:
            tables[name] = reader.read_all()
    if tables["replications"]["replication"].to_pylist() != list(block.replications):
        return None
    return tables


def as_frames(tables: dict[str, pa.Table]) -> Tables:
    """The same as pandas tables."""
    return Tables(**{name: table.to_pandas() for name, table in tables.items()})
