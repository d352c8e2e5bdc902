"""One drop on its way to being received."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onecrown.receiving.landing_key import LandingKey


@dataclass(frozen=True, slots=True)
class Sent:
    """One drop to receive: its id, its landing key taken apart, what that means, and where the bytes are."""

    drop_id: str
    key: LandingKey
    meaning: dict[str, str]
    path: Path
