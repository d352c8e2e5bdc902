"""A record's text in one form, its hash, and the text of a key.

JSON: RFC 8785 order of keys (by code point), numbers as delivered. CSV and XML have their own modules. A record hash is
the first 16 bytes of SHA-256, in hex.
"""

from __future__ import annotations

import json
import re
import secrets
from typing import Any, NoReturn

from onecrown.sql.digests import digest, key_text

__all__ = ["MAX_DEPTH", "canonical_json", "digest", "key_text", "parse_json", "plain_text"]
MAX_DEPTH = 200
_NUMBER = f"\x00{secrets.token_hex(8)}\x00"
_QUOTED_NUMBER = re.compile(f'"{re.escape(json.dumps(_NUMBER)[1:-1])}([^"]*)"')

_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, check_circular=False, separators=(",", ":"))


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON number")


def _kept_number(text: str) -> str:
    return _NUMBER + text


def _kept_whole_number(text: str) -> int | str:
    return _NUMBER + text if text == "-0" else int(text)


def parse_json(text: str | bytes) -> Any:
    """Parse JSON keeping every fraction as it was delivered.

    Raises `ValueError` for what is not JSON, not Unicode, or nested deeper than 200.
    """
    try:
        parsed = json.loads(
            text, parse_float=_kept_number, parse_int=_kept_whole_number, parse_constant=_refuse_constant
        )
    except RecursionError as error:
        raise ValueError(f"nested deeper than {MAX_DEPTH}") from error
    if _depth(text) > MAX_DEPTH and _nesting(parsed) > MAX_DEPTH:
        raise ValueError(f"nested deeper than {MAX_DEPTH}")
    return parsed


def _depth(text: str | bytes) -> int:
    """An upper bound of the nesting: the count of opening brackets."""
    return text.count("[") + text.count("{") if isinstance(text, str) else text.count(b"[") + text.count(b"{")


def _nesting(value: Any) -> int:
    deepest, level = 0, [value]
    while level:
        deepest += 1
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return deepest - 1


def canonical_json(value: Any) -> str:
    """JSON text in canonical form of a value that `parse_json` gave."""
    text = _CANONICAL.encode(value)
    return _QUOTED_NUMBER.sub(r"\1", text) if "\\u0000" in text else text


def plain_text(value: Any) -> str | None:
    """One JSON value as the text of a field; objects and lists in canonical form; null is None."""
    if isinstance(value, str):
        return value[len(_NUMBER) :] if value.startswith(_NUMBER) else value
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return canonical_json(value)
