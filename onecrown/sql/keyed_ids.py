"""Keyed pseudonyms in SQL: HMAC-SHA256 with the home's key, first 16 bytes, in hex.

An id never shows a source's key, and nobody without the home's key can find the id of a known number. The key lives in
session variables, never in the text of a statement.
"""

from __future__ import annotations

import hashlib
import hmac

from onecrown.sql.engine import Engine

_BLOCK_BYTES = 64
NEAR, UNIT = "|near|", "|unit|"
NEAR_LETTERS = 3
NEAR_DIGITS = 8


def install_keyed_ids(con: Engine, key: bytes) -> None:
    """Create the macros `keyed(text)`, `entity_id(entity, key)` and `unit_id_of(unit)`.

    The last two take in the session variable `dataset`. Units whose texts differ in the last letters only have ids that
    begin alike, so that a drop of neighbouring cases touches neighbouring rows of the sorted files (decision 0013).
    """
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK_BYTES else key).ljust(_BLOCK_BYTES, b"\0")
    con.execute("SET VARIABLE inner_pad = CAST(? AS BLOB)", [bytes(byte ^ 0x36 for byte in block)])
    con.execute("SET VARIABLE outer_pad = CAST(? AS BLOB)", [bytes(byte ^ 0x5C for byte in block)])
    con.execute(
        "CREATE OR REPLACE TEMP MACRO keyed(said) AS CASE WHEN said IS NOT NULL THEN left(sha256("
        "getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(CAST(said AS VARCHAR))))), 32) END"
    )
    con.execute(
        "CREATE OR REPLACE TEMP MACRO entity_id(entity, said) AS "
        "CASE WHEN said IS NOT NULL THEN keyed(getvariable('dataset') || '|' || entity || '|' || said) END"
    )
    con.execute(
        "CREATE OR REPLACE TEMP MACRO unit_id_of(said) AS CASE WHEN said IS NOT NULL THEN "
        f"left(keyed(getvariable('dataset') || '{NEAR}' || left(said, greatest(length(said) - {NEAR_LETTERS}, 0))), {NEAR_DIGITS}) "
        f"|| left(keyed(getvariable('dataset') || '{UNIT}' || said), {32 - NEAR_DIGITS}) END"
    )


def keyed(key: bytes, text: str) -> str:
    """The same in Python."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
