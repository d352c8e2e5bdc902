"""What a derivation may look at, and small readings that several share."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from onecrown.receiving.landing_key import LandingKey


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One record's value and fields, its document, its ancestors' fields, its landing key and envelope."""

    value: Any
    root: Any
    fields: dict[str, str | None]
    ancestors: dict[str, dict[str, str | None]]
    key: LandingKey
    meaning: dict[str, str]
    envelope: dict[str, str]
    pseudonym_key: bytes
    ordinal: Callable[[tuple[str | None, ...]], int]


Derivation = Callable[[Surroundings], str | None]


def items(value: Any, path: str) -> list[Any]:
    """Every value at a dotted path; lists on the way are flattened."""
    here = [value]
    for name in path.split("."):
        found = [each.get(name) for each in here if isinstance(each, dict)]
        here = [inner for each in found for inner in (each if isinstance(each, list) else [each]) if inner is not None]
    return here


def said(value: Any, path: str) -> str | None:
    """The trimmed text of the first value at a dotted path; None where it is absent or blank."""
    for found in items(value, path):
        text = found.get(".") if isinstance(found, dict) else found
        return text.strip() or None if isinstance(text, str) else None
    return None


def keyed_pseudonym(key: bytes, *parts: str) -> str:
    """HMAC-SHA256, first 16 bytes, of upper-cased, trimmed, NFC parts; the key's version stands in the value."""
    text = "|".join(unicodedata.normalize("NFC", part).strip().upper() for part in parts)
    return "hmac:v1:" + hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]
