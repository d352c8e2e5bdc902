"""Files that grow record by record, many at once in bounded memory, and become gzip at the end: same records, same bytes."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_HELD_CHARACTERS = 32_000
_ALL_HELD_CHARACTERS = 64_000_000
_TOGETHER = 500
_END = "\x1e\n"  # of a record while it waits: a record may hold line ends

Finished = tuple[str, int, int]
"""A file's landing key, records and bytes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around a file's records: before the first, after each, after the last; and in which order they are."""

    head: str = ""
    suffix: str = ""
    tail: str = ""
    arranged: Callable[[list[str]], list[str]] | None = None


PLAIN = Frame()


class Spool:
    """Records by landing key. What is held in memory is bounded; the rest waits on the disk, not compressed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, list[str]] = {}
        self._sizes: Counter[str] = Counter()
        self._total = 0
        self.records: Counter[str] = Counter()

    def add(self, key: str, record: str) -> None:
        """Append a record to the file of a landing key."""
        self._held.setdefault(key, []).append(record)
        self.records[key] += 1
        self._sizes[key] += len(record)
        self._total += len(record)
        if self._sizes[key] > _HELD_CHARACTERS:
            self._write(key)
        elif self._total > _ALL_HELD_CHARACTERS:
            for each in sorted(self._held):
                self._write(each)

    def expect(self, key: str) -> None:
        """A file that is written though nothing may be added to it."""
        self.records[key] += 0

    def finish(self, frame: Callable[[str], Frame] = lambda _key: PLAIN) -> Iterator[Finished]:
        """Compress each file within its frame, in the order of keys."""
        for key in sorted(self.records):
            self._write(key)
            rough = self._rough(key)
            rough.touch()
            self._compress(rough, self._folder / key, frame(key))
            rough.unlink()
            yield key, self.records[key], (self._folder / key).stat().st_size

    @staticmethod
    def _compress(rough: Path, place: Path, frame: Frame) -> None:
        with (
            rough.open(encoding="utf-8", newline="") as waiting,
            place.open("wb") as raw,
            gzip.GzipFile("", "wb", 5, raw, mtime=0) as out,
        ):
            out.write(frame.head.encode())
            records = waiting.read().split(_END)[:-1]
            if frame.arranged:
                records = frame.arranged(records)
            for at in range(0, len(records), _TOGETHER):
                out.write("".join(f"{record}{frame.suffix}\n" for record in records[at : at + _TOGETHER]).encode())
            out.write(frame.tail.encode())

    def _rough(self, key: str) -> Path:
        place = self._folder / f"{key}.rough"
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _write(self, key: str) -> None:
        held = self._held.pop(key, [])
        self._total -= self._sizes.pop(key, 0)
        if held:
            with self._rough(key).open("a", encoding="utf-8", newline="") as out:
                out.write("".join(f"{record}{_END}" for record in held))
