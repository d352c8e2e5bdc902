"""Records on their way to the judge: one file of JSON lines per record type, every field as text."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO

from onecrown.receiving.documents import Unreadable
from onecrown.receiving.records import Record

_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False)
TECHNICAL = {
    "_drop": "VARCHAR",
    "_ordinal": "BIGINT",
    "_parent": "BIGINT",
    "_root": "BIGINT",
    "_position": "VARCHAR",
    "_event_at": "VARCHAR",
    "_sequence": "VARCHAR",
    "_extract_at": "VARCHAR",
    "_unit": "VARCHAR",
    "_hash": "VARCHAR",
    "_text": "VARCHAR",
}


@dataclass(slots=True)
class StagedType:
    """The staged records of one type: where they lie, how many, how long the longest line is."""

    path: Path
    stream: IO[bytes]
    count: int = 0
    longest: int = 0


@dataclass(slots=True)
class Staging:
    """Writes records of several drops side by side."""

    folder: Path
    types: dict[str, StagedType] = field(default_factory=dict)
    unreadable: list[tuple[str, Unreadable]] = field(default_factory=list)

    def __enter__(self) -> Staging:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for staged in self.types.values():
            staged.stream.close()

    def add(self, drop_id: str, record: Record, extract_at: str | None) -> None:
        """Stage one record."""
        staged = self.types.get(record.record_type) or self._opened(record.record_type)
        row = {
            "_drop": drop_id,
            "_ordinal": record.ordinal,
            "_parent": record.parent,
            "_root": record.root,
            "_position": record.position,
            "_event_at": record.event_at,
            "_sequence": record.sequence,
            "_extract_at": extract_at,
            "_unit": record.unit,
            "_hash": record.record_hash,
            "_text": record.text,
            **{field: text for field, text in record.fields.items() if text is not None},
        }
        line = _ENCODER.encode(row).encode(errors="replace")
        staged.stream.write(line + b"\n")
        staged.count += 1
        staged.longest = max(staged.longest, len(line))

    def add_unreadable(self, drop_id: str, record: Unreadable) -> None:
        """Stage a line or element that cannot be parsed."""
        self.unreadable.append((drop_id, record))

    def _opened(self, record_type: str) -> StagedType:
        path = self.folder / f"{record_type}.jsonl"
        staged = StagedType(path, path.open("wb"))
        self.types[record_type] = staged
        return staged
