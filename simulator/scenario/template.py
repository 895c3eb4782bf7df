"""A small working scenario to start from, with a comment for every column and unit."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from simulator.scenario.errors import InputError, printable

FILES = ("scenario.yaml", "organisations.csv", "dependencies.csv", "links.csv", "mitigations.yaml")


def write_template(folder: str | Path) -> Path:
    """Writes the five files of the template into a folder, made if need be; returns the scenario's path.

    Raises InputError for a folder that is not empty or cannot be written.
    """
    folder = Path(folder)
    name = printable(str(folder))
    source = files("simulator.scenario").joinpath("template")
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{name} is a file; allowed: a new folder, or an empty one")
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"{name} is a folder with something in it; allowed: a new folder, or an empty one")
        folder.mkdir(parents=True, exist_ok=True)
        for file in FILES:
            folder.joinpath(file).write_bytes(source.joinpath(file).read_bytes())
    except OSError as error:
        raise InputError(f"{name} cannot be written: {error.strerror}; allowed: a new folder") from None
    return folder / FILES[0]
