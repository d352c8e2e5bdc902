"""JSON: one document a file, or one a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from onecrown.receiving.canonical import canonical_json, parse_json
from onecrown.receiving.documents import MAX_RECORD_BYTES, Document, Pruning, Unreadable, same_line

_BOM = b"\xef\xbb\xbf"
_EXPECTED = "one JSON object, whole and in UTF-8"


def json_documents(path: Path) -> Iterator[Document | Unreadable]:
    """Every document of a JSON or JSON-lines file, in order, in bounded memory."""
    with path.open("rb") as stream:
        if stream.read(3) != _BOM:
            stream.seek(0)
        start = stream.tell()
        is_lines = _is_lines(stream)
        stream.seek(start)
        yield from _lines(stream) if is_lines else _whole(stream)


def _is_lines(stream: BinaryIO) -> bool:
    """Several lines of which the first, or else some other, is a whole JSON object."""
    first = _first_line(stream)
    if _is_object(first):
        return bool(stream.read(4096).strip()) or first.endswith(b"\n")
    rest = stream.read(MAX_RECORD_BYTES)
    if _is_object(first + rest):
        return False
    return any(_is_object(line) for line in rest.splitlines() if len(line) > 2)


def _first_line(stream: BinaryIO) -> bytes:
    line = stream.readline(MAX_RECORD_BYTES)
    while line and not line.strip():
        line = stream.readline(MAX_RECORD_BYTES)
    return line


def _is_object(line: bytes) -> bool:
    text = line.strip()
    if text[:1] not in (b"{", b"[") or text[-1:] not in (b"}", b"]"):
        return False
    try:
        return bool(parse_json(text))
    except (ValueError, UnicodeDecodeError):
        return False


def _whole(stream: BinaryIO) -> Iterator[Document | Unreadable]:
    data = stream.read(MAX_RECORD_BYTES + 1)
    if len(data) > MAX_RECORD_BYTES:
        yield Unreadable("1", "", "record_too_large", f"a JSON document of at most {MAX_RECORD_BYTES >> 20} MB")
    elif data.strip():
        yield _document(data, 1)


def _lines(stream: BinaryIO) -> Iterator[Document | Unreadable]:
    number = 0
    while line := stream.readline(MAX_RECORD_BYTES + 1):
        number += 1
        if len(line) > MAX_RECORD_BYTES:
            _skip_line(stream, line)
            yield Unreadable(str(number), "", "record_too_large", f"a line of at most {MAX_RECORD_BYTES >> 20} MB")
        elif line.strip():
            yield _document(line, number)


def _skip_line(stream: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(1 << 20)


def _document(data: bytes, line: int) -> Document | Unreadable:
    text = data.decode("utf-8", "replace")
    try:
        tree = parse_json(data.decode("utf-8"))
        if "\\ud" in text.lower():
            canonical_json(tree).encode("utf-8")
    except (ValueError, UnicodeError):
        return Unreadable(str(line), text.rstrip("\r\n"), "unreadable_json", _EXPECTED)
    if not isinstance(tree, (dict, list)):
        return Unreadable(str(line), text.rstrip("\r\n"), "unreadable_json", _EXPECTED)
    return Document(tree, line, own_text, same_line)


def own_text(value: Any, pruning: Pruning) -> str:
    """The canonical text of a JSON value without the records below it."""
    return canonical_json(_pruned(value, pruning))


def _pruned(value: Any, pruning: Pruning) -> Any:
    if isinstance(value, list):
        return [_pruned(item, pruning) for item in value]
    if not isinstance(value, dict) or not pruning.below:
        return value
    kept = {}
    for name, child in value.items():
        below = pruning.below.get(name, pruning)
        if below is pruning:
            kept[name] = child
        elif below is not None:
            kept[name] = _pruned(child, below)
    return kept
