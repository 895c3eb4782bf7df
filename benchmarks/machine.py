"""The machine that figures were measured on."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

from benchmarks.reference import FLAGS, compiler


def described() -> str:
    """Processor, cores, versions, and load now, in one line."""
    one, five, _ = os.getloadavg()
    flags = f"C++ built with {' '.join(FLAGS)}"
    return f"{named()}, {flags}, load {one:.2f} ({five:.2f} over five minutes) at the start"


def named() -> str:
    """What does not change from one run to the next."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "simpy", "numba"))
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{processor()}, {os.cpu_count()} cores, {system}, {packages}, {_compiler()}"


def processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown processor"


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _compiler() -> str:
    found = compiler()
    if found is None:
        return "g++ not installed"
    told = subprocess.run([found, "-dumpfullversion"], capture_output=True, text=True, check=True)
    return f"g++ {told.stdout.strip()}"
