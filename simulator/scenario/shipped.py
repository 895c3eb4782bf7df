"""Where the scenarios that come with the package are.

An installed package has them in `simulator/shipped`; a source tree in `scenarios` beside `simulator`.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import simulator


def shipped_scenarios() -> Mapping[str, Path]:
    """Scenario files by name (the file name without `.yaml`), in alphabetical order; not what they extend."""
    files = sorted(_folder().glob("*.yaml"))
    return MappingProxyType({file.stem: file for file in files if file.stem != "defaults"})


def shipped_mitigations() -> Mapping[str, Path]:
    """Files of mitigations by name, in alphabetical order; one that is called as a scenario is made for it."""
    return MappingProxyType({file.stem: file for file in sorted(_folder().glob("mitigations/*.yaml"))})


def hindcast_cards() -> Mapping[str, Path]:
    """Cards of real incidents by name, in alphabetical order: what was seen, and the scenario that foretells it."""
    return MappingProxyType({file.stem: file for file in sorted(_folder().glob("hindcasts/observed/*.yaml"))})


def bases() -> Mapping[str, Path]:
    """What a scenario inside another file may extend by name: the shipped ones, the defaults, one incident alone."""
    folder = _folder()
    own = {"defaults": folder / "defaults.yaml", "incident": folder / "defaults" / "incident.yaml"}
    return MappingProxyType(own | dict(shipped_scenarios()))


def known_answer(name: str) -> Path:
    """The scenario of that name among those with an exact answer."""
    return _folder() / "known" / f"{name}.yaml"


def _folder() -> Path:
    package = Path(simulator.__file__).resolve().parent
    places = (package / "shipped", package.parent / "scenarios")
    for folder in places:
        if folder.is_dir():
            return folder
    looked = " and ".join(str(folder) for folder in places)
    raise FileNotFoundError(f"the scenarios of this installation are missing; looked in {looked}")
