"""Prints one table of all measurements, with the machine they were made on."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

COLUMNS = ("futures/s", "events/s", "events/future", "seconds", "MiB")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    session = getattr(terminalreporter.config, "_benchmarksession", None)
    rows = [b.extra_info for b in getattr(session, "benchmarks", []) if "what" in b.extra_info]
    if not rows:
        return
    write = terminalreporter.write_line
    write("")
    write(f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    write(f"{'scenario':12}{'what':20}" + "".join(f"{c:>15}" for c in COLUMNS))
    for row in rows:
        cells = "".join(f"{_cell(row.get(c)):>15}" for c in COLUMNS)
        write(f"{row['scenario']:12}{row['what']:20}{cells}")


def _cell(value: float | None) -> str:
    return "" if value is None else f"{value:,.3g}" if value < 100 else f"{value:,.0f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"
