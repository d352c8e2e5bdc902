"""What a job's arguments ask to have published."""

from __future__ import annotations

import json
from collections.abc import Mapping

from onecrown.definitions.periods import period_named
from onecrown.errors import SettingsError
from onecrown.flows.publish_release import Wanted
from onecrown.publishing.manifest import PROVISIONAL, STANDINGS, Override


def wanted_release(said: Mapping[str, str]) -> Wanted:
    """What `--release`, `--standing`, `--by`, `--overrides` and `--correction` say. Raises `SettingsError` with all that is wrong."""
    wrong = [f"--{name} is missing" for name in ("release", "by") if not said.get(name)]
    standing = said.get("standing") or PROVISIONAL
    if standing not in STANDINGS:
        wrong.append(f"--standing is {' or '.join(STANDINGS)}")
    overrides = _overrides(said.get("overrides") or "{}", said.get("by", ""))
    if overrides is None:
        wrong.append('--overrides is JSON of gates and reasons: {"GATE": "why"}')
    if wrong:
        raise SettingsError(f"the job publish_release cannot start: {'; '.join(wrong)}")
    return Wanted(period_named(said["release"]), standing, said["by"], overrides or (), said.get("correction", ""))


def _overrides(text: str, by: str) -> tuple[Override, ...] | None:
    """The overrides of a text; None where it is not what it should be."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    if not isinstance(said, dict) or not all(isinstance(reason, str) and reason.strip() for reason in said.values()):
        return None
    return tuple(Override(gate, reason.strip(), by) for gate, reason in said.items())
