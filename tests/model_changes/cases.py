"""One change of the invented model, and what it does."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.rendering.model_changes.versions import ModelVersion

from .invented import VERSION


@dataclass(frozen=True)
class Case:
    """A model that differs from the invented one: what that does, to what, and the change in words."""

    does: str
    to: str
    why: str
    after: ModelVersion
    before: ModelVersion = VERSION
