"""One rule of the model broken on purpose: one piece of a function's text replaced by another."""

from __future__ import annotations

import inspect
import sys
import textwrap
from importlib import import_module
from typing import Any

import pytest


def break_rule(patch: pytest.MonkeyPatch, place: str, rule: str, broken: str) -> None:
    """Replace `rule`, which stands exactly once in the text of the function at `place`, by `broken`.

    `place` is `module:function` or `module:Class.method`, below `simulator`. Every module that has imported the
    function by name gets the broken one.
    """
    module_name, _, path = place.partition(":")
    module = import_module(f"simulator.{module_name}")
    holder: Any = module
    *classes, name = path.split(".")
    for part in classes:
        holder = getattr(holder, part)
    sound = inspect.getattr_static(holder, name)
    function = sound.fget if isinstance(sound, property) else sound
    text = textwrap.dedent(inspect.getsource(function))
    assert text.count(rule) == 1, f"{place} holds {rule!r} {text.count(rule)} times"
    made: dict[str, Any] = {}
    exec(compile(text.replace(rule, broken), f"<{place} broken>", "exec"), vars(module), made)
    if classes:
        patch.setattr(holder, name, made[name])
        return
    for other in [m for key, m in list(sys.modules.items()) if key.startswith("simulator")]:
        if vars(other).get(name) is sound:
            patch.setattr(other, name, made[name])
