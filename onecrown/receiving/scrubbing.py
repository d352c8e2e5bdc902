"""A delivered file without those who were erased: everything else stays as it was delivered."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract
from onecrown.errors import UnreadableDrop
from onecrown.receiving.erasure_marks import Marks
from onecrown.receiving.expansion import expanded
from onecrown.receiving.records import Origin
from onecrown.receiving.scrubbed_csv import CsvScrubber
from onecrown.receiving.scrubbed_json import JsonScrubber
from onecrown.receiving.scrubbed_xml import XmlScrubber
from onecrown.receiving.sent import Sent


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A file with which to replace a delivered one, and how many records are no longer in it, by type."""

    path: Path
    counts: dict[str, int]


def scrubbed(
    con: duckdb.DuckDBPyConnection, contract: Contract, drop: Sent, marks: Marks, scratch: Path, pseudonym_key: bytes
) -> Scrubbed | None:
    """What is to replace a delivered file; None where it holds nothing of those who were erased.

    A file that is cut or broken as gzip was never read and is left as it is. One of which nothing stays becomes empty.
    """
    try:
        plain = expanded(drop.path, scratch, contract.format.max_bytes)
    except UnreadableDrop:
        return None
    scrubber = _scrubber(con, contract, drop, marks, pseudonym_key)
    target = scratch / "scrubbed"
    scrubber.write(plain, target)
    if not scrubber.is_changed:
        return None
    if plain != drop.path and target.stat().st_size:
        target = _packed(target)
    return Scrubbed(target, dict(scrubber.counts))


def _scrubber(
    con: duckdb.DuckDBPyConnection, contract: Contract, drop: Sent, marks: Marks, pseudonym_key: bytes
) -> CsvScrubber | JsonScrubber | XmlScrubber:
    if contract.format.kind == "csv":
        return CsvScrubber(con, contract, drop, marks, pseudonym_key)
    origin = Origin(drop.key, drop.meaning, pseudonym_key)
    kind = JsonScrubber if contract.format.kind == "json" else XmlScrubber
    return kind(contract, origin, marks)


def _packed(plain: Path) -> Path:
    target = plain.with_suffix(".gz")
    with plain.open("rb") as stream, gzip.open(target, "wb") as out:
        shutil.copyfileobj(stream, out)
    return target
