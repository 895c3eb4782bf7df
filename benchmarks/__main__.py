"""`make bench`: every figure of speed that this project states, in one table, with the machine it was measured on."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks import engines, gains, machine, picture, precision, scaling, sharing, targets
from benchmarks.sizes import FULL, QUICK, Sizes
from benchmarks.table import Row, lines

T = TypeVar("T")
BEGINS, ENDS = "<!-- printed by make bench: begins -->", "<!-- printed by make bench: ends -->"


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    sizes = QUICK if asked.quick else FULL
    about = machine.described()
    rows: list[Row] = []
    sections: dict[str, Callable[[Sizes], list[Row]]] = {
        "engines on the core path": engines.rows,
        "where the gain comes from": gains.rows,
        "whole runs": targets.rows,
        "sharing out": sharing.rows,
        "time to a precision": precision.rows,
    }
    for name, measure in sections.items():
        rows += _told(name, partial(measure, sizes))
    found = _told("how time grows", partial(scaling.growth, sizes))
    rows += scaling.rows(found)
    text = "\n".join([f"Measured on {about}.", "", *lines(rows)])
    print(text)
    if asked.docs is not None:
        figure = picture.saved(found, machine.named(), asked.docs / "images" / "speed")
        write_into(asked.docs / "speed.md", f"```text\n{text}\n```\n\n![{figure.alt}](images/speed.png)\n")
    return 0


def write_into(page: Path, block: str) -> None:
    """Put what was measured between the two marks of a page. Raises ValueError if it has none."""
    written = page.read_text(encoding="utf-8")
    if BEGINS not in written or ENDS not in written:
        raise ValueError(f"{page} has no place for the table: it needs the lines {BEGINS} and {ENDS}")
    head, tail = written.split(BEGINS)[0], written.split(ENDS)[1]
    page.write_text(f"{head}{BEGINS}\n{block}{ENDS}{tail}", encoding="utf-8")


def _told(name: str, work: Callable[[], T]) -> T:
    print(f"measuring {name} ...", file=sys.stderr, flush=True)
    start = time.monotonic()
    done = work()
    print(f"  {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return done


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that the command works, not how fast")
    parser.add_argument("--docs", type=Path, help="put the table into speed.md of this folder, and the plot beside it")
    return parser


if __name__ == "__main__":
    sys.exit(main())
