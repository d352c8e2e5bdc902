"""Digests and key texts in Python, equal to what `quoting` and `csv_rows` write in SQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def digest(text: str) -> str:
    """The first 16 bytes of SHA-256, in hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def key_text(parts: Iterable[str | None]) -> str | None:
    """A key's text: parts with `\\` and `|` escaped, joined by `|`; None where a part is missing."""
    said = []
    for part in parts:
        if part is None:
            return None
        said.append(part.replace("\\", "\\\\").replace("|", "\\|"))
    return "|".join(said)
