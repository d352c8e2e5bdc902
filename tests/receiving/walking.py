"""Records of a document without a home: parsed and walked, not judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from onecrown.receiving.derivations import Surroundings
from onecrown.receiving.documents import Document
from onecrown.receiving.landing_key import parse_landing_key
from onecrown.receiving.records import Origin, Record, RecordWalker
from onecrown.receiving.xml_documents import xml_documents

from .invented import model

KEY = b"an invented key of thirty-two by"


def xml_records(dataset: str, xml: str, folder: Path, *, landing: str = "", key: bytes = KEY) -> list[Record]:
    """Every record of an XML file; `landing` stands between dataset and name in its landing key."""
    path = folder / "document.xml"
    path.write_text(xml, encoding="utf-8")
    contract = model().contracts[dataset]
    said = parse_landing_key(f"{dataset}/{landing}document.xml")
    origin = Origin(said, {"extract_date": "2026-01-05T00:00:00+00:00"}, key)
    walker = RecordWalker(contract)
    records: list[Record] = []
    for found in xml_documents(path, contract.format):  # each document is freed before the next
        assert isinstance(found, Document), found.rule
        records += walker.records(found, origin)
    return records


def of_type(records: list[Record], record_type: str) -> list[Record]:
    return [record for record in records if record.record_type == record_type]


def surroundings(root: Any, value: Any = None, fields: dict[str, str | None] | None = None) -> Surroundings:
    """What a derivation sees of a record."""
    counts: Counter[tuple[str | None, ...]] = Counter()

    def ordinal(said: tuple[str | None, ...]) -> int:
        counts[said] += 1
        return counts[said]

    count: Callable[[tuple[str | None, ...]], int] = ordinal
    return Surroundings(value, root, fields or {}, {}, parse_landing_key("a/b/c"), {}, {}, KEY, count)
