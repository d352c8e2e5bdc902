"""Which physical line a row of a CSV file stands on: blank lines, line breaks within quotes and broken rows shift it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_CHUNK_BYTES = 1 << 20


def count_lines(path: Path) -> int:
    """How many physical lines a file has; the last one may lack its end."""
    lines, end = 0, b"\n"
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            lines += chunk.count(b"\n")
            end = chunk[-1:]
    return lines + (end != b"\n")


def blank_lines(path: Path, quote: bytes) -> Iterator[int]:
    """The blank lines between rows, each by its number among rows and blank lines (the header is 1)."""
    if not _may_have_blank_lines(path):
        return
    number, is_open = 0, False
    with path.open("rb") as stream:
        for line in stream:
            number += not is_open
            if not is_open and not line.strip(b"\r\n"):
                yield number
            is_open ^= bool(line.count(quote) % 2)


def _may_have_blank_lines(path: Path) -> bool:
    with path.open("rb") as stream:
        end = b""
        while chunk := stream.read(_CHUNK_BYTES):
            if b"\n\n" in end + chunk or b"\n\r\n" in end + chunk:
                return True
            end = chunk[-2:]
    return False


def lines_at(path: Path, offsets: list[int]) -> list[int]:
    """The physical line on which each byte offset (1-based, ascending) stands."""
    lines, done, line = [], 0, 1
    with path.open("rb") as stream:
        for offset in offsets:
            while done < offset - 1 and (chunk := stream.read(min(_CHUNK_BYTES, offset - 1 - done))):
                done += len(chunk)
                line += chunk.count(b"\n")
            lines.append(line)
    return lines
