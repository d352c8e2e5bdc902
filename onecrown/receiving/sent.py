"""One drop on its way to being received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from onecrown.receiving.landing_key import LandingKey


@dataclass(frozen=True, slots=True)
class Sent:
    """One drop to receive: its id, its landing key taken apart, what that means, and where the bytes are.

    `erased` counts by type the records that were delivered and are no longer in the file.
    """

    drop_id: str
    key: LandingKey
    meaning: dict[str, str]
    path: Path
    erased: Mapping[str, int] = field(default_factory=dict)
