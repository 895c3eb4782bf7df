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
