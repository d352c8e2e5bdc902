"""The inner names of the emulator that plug-ins use, checked when it starts: any other version fails at once."""

from __future__ import annotations

import inspect
from importlib.metadata import version
from types import ModuleType
from typing import Any

EMULATOR, VERSION = "ministack", "1.5.33"


class ChangedEmulator(RuntimeError):
    """The emulator is not the one that the plug-ins were written for: mend them, then pin the new version."""


def require_version() -> None:
    """Raises `ChangedEmulator` where another version is installed."""
    if (found := version(EMULATOR)) != VERSION:
        raise ChangedEmulator(f"{EMULATOR} {found} is installed, the plug-ins are written for {VERSION}")


def function(module: ModuleType, name: str, *parameters: str) -> Any:
    """A function of the emulator with exactly these parameters. Raises `ChangedEmulator` where it has others."""
    found = getattr(module, name, None)
    if not callable(found):
        raise ChangedEmulator(f"{module.__name__} has no function {name}")
    if (has := tuple(inspect.signature(found).parameters)) != parameters:
        raise ChangedEmulator(f"{module.__name__}.{name} takes {has}, the plug-in expects {parameters}")
    return found


def value(module: ModuleType, name: str, *methods: str) -> Any:
    """A value of the emulator that has these methods. Raises `ChangedEmulator` where it is not there or lacks one."""
    found = getattr(module, name, None)
    if found is None:
        raise ChangedEmulator(f"{module.__name__} has no {name}")
    if missing := [method for method in methods if not hasattr(found, method)]:
        raise ChangedEmulator(f"{module.__name__}.{name} has no {', '.join(missing)}")
    return found


def entry(module: ModuleType, name: str, key: str) -> Any:
    """An entry of a dictionary of the emulator. Raises `ChangedEmulator` where it is not there."""
    if key not in value(module, name, "keys"):
        raise ChangedEmulator(f"{module.__name__}.{name} has no {key}")
    return getattr(module, name)[key]


def replace(module: ModuleType, name: str, new: Any) -> Any:
    """Put a function in the place of one with the same parameters; gives the old one. Raises `ChangedEmulator`."""
    old = function(module, name, *inspect.signature(new).parameters)
    setattr(module, name, new)
    return old
