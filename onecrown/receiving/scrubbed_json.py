"""A JSON file without those who were erased: a document of which something goes is written anew, in canonical form.

What stays keeps its line: a line of which nothing stays is left blank.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from onecrown.definitions.contracts import Contract
from onecrown.receiving.canonical import canonical_json
from onecrown.receiving.documents import MAX_RECORD_BYTES, Document, Unreadable
from onecrown.receiving.erasure_marks import Marks
from onecrown.receiving.json_documents import _BOM, _document, _is_lines
from onecrown.receiving.records import Origin
from onecrown.receiving.scrubbed_trees import Pointer, removal_of

UNREADABLE = "unreadable"


class JsonScrubber:
    """Scrubs one file; `counts` are the records that went, by type."""

    def __init__(self, contract: Contract, origin: Origin, marks: Marks) -> None:
        self._contract = contract
        self._origin = origin
        self._marks = marks
        self.counts: Counter[str] = Counter()
        self.is_changed = False

    def write(self, path: Path, target: Path) -> None:
        """Write what stays of a file of plain JSON or JSON lines."""
        with path.open("rb") as stream, target.open("wb") as out:
            if stream.read(3) == _BOM:
                out.write(_BOM)
            else:
                stream.seek(0)
            start = stream.tell()
            is_lines = _is_lines(stream)
            stream.seek(start)
            for number, piece in enumerate(_pieces(stream, is_lines), 1):
                out.write(self._scrubbed(piece, number))

    def _scrubbed(self, piece: bytes, number: int) -> bytes:
        if not piece.strip() or len(piece) > MAX_RECORD_BYTES:
            return piece
        found = _document(piece, number)
        if isinstance(found, Unreadable):
            return self._without_unreadable(piece, found)
        end = piece[len(piece.rstrip(b"\r\n")) :]
        kept = self._of_tree(found)
        if kept is None:
            return piece
        return kept + end

    def _without_unreadable(self, piece: bytes, found: Unreadable) -> bytes:
        if not self._marks.match_text(found.text):
            return piece
        self.is_changed = True
        self.counts[UNREADABLE] += 1
        return b"\n" if piece.endswith(b"\n") else b""

    def _of_tree(self, found: Document) -> bytes | None:
        """What stays of a line; None where all of it does."""
        if isinstance(found.tree, list):
            pairs = [(item, self._kept(item, found) if isinstance(item, dict) else item) for item in found.tree]
            if all(before is after for before, after in pairs):
                return None
            stays = [after for _, after in pairs if after is not None]
            return canonical_json(stays).encode() if stays else b""
        kept = self._kept(found.tree, found)
        if kept is found.tree:
            return None
        return canonical_json(kept).encode() if kept is not None else b""

    def _kept(self, tree: Any, found: Document) -> Any:
        """What stays of one document: itself where all of it does, None where nothing does."""
        document = Document(tree, found.line, found.own_text, found.line_of, found.envelope)
        removal = removal_of(self._contract, document, self._origin, self._marks)
        if not removal.pointers:
            return tree
        self.is_changed = True
        self.counts.update(removal.counts)
        return None if removal.is_whole else without(tree, removal.pointers)


def _pieces(stream: BinaryIO, is_lines: bool) -> Iterator[bytes]:
    """Lines, or the whole file as one; what is too large to be a record comes in pieces of its own."""
    while data := stream.readline(MAX_RECORD_BYTES + 1) if is_lines else stream.read(MAX_RECORD_BYTES + 1):
        yield data


def without(tree: Any, pointers: list[Pointer]) -> Any:
    """A copy of a tree without the values at some pointers."""
    return _copy(tree, (), set(pointers))


def _copy(value: Any, pointer: Pointer, gone: set[Pointer]) -> Any:
    if isinstance(value, dict):
        return {
            name: _copy(said, (*pointer, name), gone) for name, said in value.items() if (*pointer, name) not in gone
        }
    if isinstance(value, list):
        return [
            _copy(said, (*pointer, place), gone) for place, said in enumerate(value) if (*pointer, place) not in gone
        ]
    return value
