"""What the bytes of a run depend on beside its scenario: versions, the code of the model, the kind of machine."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import simulator

PACKAGES = ("numpy", "scipy", "simpy", "pandas", "pyarrow", "numba")
"""Packages that results pass through; one that is not installed is left out."""
FLOORS = ("rules", "evidence", "scenario", "world", "chance", "model", "kernel", "risk", "batch")
"""Folders of the package that a run passes through."""


def identity() -> dict[str, Any]:
    """Versions, digests of the code and platform, as the manifest keeps them."""
    return {"versions": dict(versions()), "code": dict(code_digests()), "platform": platform_here()}


@cache
def versions() -> Mapping[str, str]:
    """Versions of this project, of Python and of the packages that results pass through."""
    found = {"geocyber": simulator.__version__, "python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


@cache
def code_digests() -> Mapping[str, str]:
    """SHA-256 of the code of each floor of the house, hexadecimal, by the name of its folder."""
    root = Path(simulator.__file__).parent
    return {floor: _digest_of(root / floor) for floor in FLOORS if (root / floor).is_dir()}


def platform_here() -> dict[str, str]:
    """Kind of machine: what can change the last bits of an exponential or a logarithm."""
    import numpy as np

    found: Any = np.show_config(mode="dicts")
    simd = found.get("SIMD Extensions", {}).get("found", [])
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "libc": " ".join(filter(None, platform.libc_ver())),
        "simd": str(simd[-1]) if simd else "",
    }


def differences(before: Mapping[str, Any], now: Mapping[str, Any], was: str = "was") -> list[str]:
    """What differs between two identities, in words: "numpy is 2.4.6, was 2.4.5". `was`: how the first is called."""
    said = []
    for part in ("versions", "platform"):
        first, second = before.get(part, {}), now[part]
        for name in _unequal(first, second):
            said.append(f"{name} is {second.get(name, 'not there')}, {was} {first.get(name, 'not there')}")
    changed = _unequal(before.get("code", {}), now["code"])
    if changed:
        said.append(f"the code under {', '.join(changed)} differs")
    return said


def _unequal(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    return [name for name in sorted({*first, *second}) if first.get(name) != second.get(name)]


def _digest_of(folder: Path) -> str:
    """Names and contents of all Python files below a folder, whatever the ends of their lines."""
    known = sha256()
    for file in sorted(folder.rglob("*.py"), key=lambda f: f.relative_to(folder).as_posix()):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        known.update(f"{file.relative_to(folder).as_posix()} {len(content)}\n".encode())
        known.update(content)
    return known.hexdigest()
