"""Delivered bytes made plain: gzip is undone, within bounds, into a file of the scratch folder."""

from __future__ import annotations

import codecs
import os
import zlib
from pathlib import Path
from typing import BinaryIO

from onecrown.definitions.contracts import Contract
from onecrown.errors import UnreadableDrop

CHUNK_BYTES = 1 << 20
FREE_BYTES = 64 << 20
MOST_EXPANSION = 200
_GZIP = b"\x1f\x8b"
_TOO_FAR = "expands_too_far"


def expanded(path: Path, scratch: Path, most_bytes: int, name: str = "expanded") -> Path:
    """The file itself, or the plain bytes of a gzip file under `scratch`, by a name there.

    Raises `UnreadableDrop` for an empty, cut or broken file, and for one that expands more than 200:1 after its
    first 64 MB or beyond the contract's own limit.
    """
    size = path.stat().st_size
    if size == 0:
        raise UnreadableDrop("empty_file", "a file with content: deliver it again")
    with path.open("rb") as stream:
        if stream.read(2) != _GZIP:
            return path
        stream.seek(0)
        target = scratch / name
        with target.open("wb") as out:
            written = _inflate(stream, out, min(most_bytes, max(FREE_BYTES, size * MOST_EXPANSION)))
    if written == 0:
        raise UnreadableDrop("empty_file", "a gzip file with content: deliver it again")
    return target


def expected_bytes(contract: Contract | None, name: str, size: int) -> int:
    """The bytes of a file once expanded, as its contract expects: those of gzip by its name, as it is not opened."""
    return int(size * contract.format.expansion) if contract and name.endswith(".gz") else size


def expands_beyond(path: Path, most_bytes: int) -> bool:
    """Whether a file has more plain bytes than so many: gzip is undone so far, and nothing is kept.

    A broken file is judged where it is received.
    """
    with path.open("rb") as stream:
        if stream.read(2) != _GZIP:
            return path.stat().st_size > most_bytes
        stream.seek(0)
        with Path(os.devnull).open("wb") as nowhere:
            try:
                _inflate(stream, nowhere, most_bytes)
            except UnreadableDrop as fault:
                return fault.rule == _TOO_FAR
    return False


def _inflate(stream: BinaryIO, out: BinaryIO, most_bytes: int) -> int:
    written = 0
    engine = zlib.decompressobj(wbits=31)
    data = stream.read(CHUNK_BYTES)
    try:
        while data:
            chunk = engine.decompress(data, CHUNK_BYTES)
            out.write(chunk)
            written += len(chunk)
            if written > most_bytes:
                raise UnreadableDrop(_TOO_FAR, f"a gzip file that expands at most {MOST_EXPANSION}:1")
            data = engine.unconsumed_tail
            if engine.eof:
                data = engine.unused_data.lstrip(b"\0") or stream.read(CHUNK_BYTES)
                engine = zlib.decompressobj(wbits=31) if data else engine
            elif not data:
                data = stream.read(CHUNK_BYTES)
    except zlib.error as error:
        raise UnreadableDrop("broken_gzip", "a whole gzip file: deliver it again") from error
    if not engine.eof:
        raise UnreadableDrop("truncated_gzip", "a whole gzip file; this one ends early: deliver it again")
    return written


def check_encoding(path: Path, encoding: str) -> None:
    """Raise `UnreadableDrop` where the file is not in its promised encoding, with the place of the first fault."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    with path.open("rb") as stream:
        ends = False
        while not ends:
            chunk = stream.read(CHUNK_BYTES)
            ends = not chunk
            waiting = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, ends)
            except UnicodeDecodeError as error:
                place = done - waiting + error.start
                raise UnreadableDrop(
                    "wrong_encoding", f"{encoding.upper()} text; byte {place} is not: deliver it again"
                ) from error
            done += len(chunk)
