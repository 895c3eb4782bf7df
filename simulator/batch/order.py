"""What a run is asked to do and with what, written down before it starts, so that it can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from simulator.batch.asked import Asked
from simulator.batch.identity import differences, identity
from simulator.batch.store import FORMAT, ORDER
from simulator.scenario.errors import InputError, dotted, shown
from simulator.scenario.load import LoadedScenario, restored

SHOWN_CHANGES = 5


@dataclass(frozen=True)
class Order:
    """A scenario, what is asked of it, and the identity of what runs it."""

    loaded: LoadedScenario
    asked: Asked
    made_with: Mapping[str, Any]
    """As `identity` gives it."""

    @classmethod
    def of(cls, loaded: LoadedScenario, asked: Asked) -> Order:
        """An order to be carried out here and now."""
        return cls(loaded, asked, identity())

    def plain(self) -> dict[str, Any]:
        """Values that JSON knows; part of the manifest too."""
        scenario = self.loaded.scenario
        return {
            "scenario": {
                "name": scenario.name,
                "title": scenario.title,
                "digest": self.loaded.digest,
                "text": self.loaded.text,
                "files": dict(self.loaded.files),
            },
            "asked": self.asked.plain(),
            **self.made_with,
        }

    @property
    def run(self) -> str:
        """What tells this run from all others: the SHA-256 of all of it."""
        return digest_of(self.plain())

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Order:
        """From `plain` or a manifest. Raises InputErrors, or KeyError and TypeError for what is neither."""
        scenario = data["scenario"]
        loaded = restored(scenario["text"], scenario["files"], scenario["digest"])
        made_with = {part: data[part] for part in ("versions", "code", "platform")}
        return cls(loaded, Asked.from_plain(data["asked"]), made_with)

    def check_here(self) -> None:
        """Raises InputError if another version, code or kind of machine would carry it out."""
        changed = differences(self.made_with, identity())
        if changed:
            raise InputError(
                f"the run cannot go on, because what ran it changed: {_few(changed)}; "
                "go on with what it was begun with, or run anew into another folder"
            )

    def check_scenario(self, loaded: LoadedScenario) -> None:
        """Raises InputError, saying what differs, if this is another scenario."""
        if loaded.digest == self.loaded.digest:
            return
        before, now = json.loads(self.loaded.text), json.loads(loaded.text)
        changed = list(_changes(before, now, ()))
        names = sorted({*self.loaded.files, *loaded.files})
        changed += [f"{n} is not as it was" for n in names if self.loaded.files.get(n) != loaded.files.get(n)]
        raise InputError(
            f"the run cannot go on, because its scenario changed: {_few(changed)}; "
            "leave the scenario out to go on with the one in the folder, or run anew into another folder"
        )


def read_order(folder: Path) -> Order | None:
    """The order in a run folder, None if there is no such file. Raises InputError if it is broken or was changed."""
    try:
        told = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        if told["format"] != FORMAT or digest_of(told["order"]) != told["run"]:
            raise ValueError("it was changed since it was written")
        return Order.from_plain(told["order"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as fault:
        said = str(fault).partition("\n")[0]
        raise InputError(f"the run in {folder} cannot go on: its {ORDER} cannot be used ({said})") from None


def digest_of(data: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of values that JSON knows."""
    return sha256(json.dumps(data, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _changes(before: Any, now: Any, path: tuple[str | int, ...]) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _changes(before.get(key), now.get(key), (*path, key))
    elif before != now:
        yield f"{dotted(path)} is {_said(now)}, was {_said(before)}"


def _said(value: Any) -> str:
    return "not there" if value is None else shown(value)


def _few(changed: list[str]) -> str:
    more = len(changed) - SHOWN_CHANGES
    return "; ".join(changed[:SHOWN_CHANGES]) + (f"; and {more} more" if more > 0 else "")
