"""Every byte of a home: each file as it lies, and what it says when its compression is undone."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import PyArrowFileIO
from pyiceberg.manifest import read_manifest_list


def places_of(folder: Path, words: Sequence[str]) -> list[str]:
    """Where any of some words stands: the files of a home, by their place in it, whatever the case of the letters."""
    wanted = [word.lower().encode() for word in words]
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word in said.lower() for said in _said(path) for word in wanted)
    )


def _said(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    if data[:4] == b"PAR1":
        yield from _columns(path)
    if path.suffix == ".avro":
        yield from _manifests(path)


def _columns(path: Path) -> Iterator[bytes]:
    for column in pq.ParquetFile(path).read().columns:
        yield "\n".join(str(said) for said in column.cast(pa.string()).to_pylist() if said).encode()


def _manifests(path: Path) -> Iterator[bytes]:
    """A manifest list, and the manifests that it names, with the bounds of their columns."""
    io = PyArrowFileIO()
    if not path.name.startswith("snap-"):
        return
    for manifest in read_manifest_list(io.new_input(str(path))):
        if not Path(manifest.manifest_path.removeprefix("file://")).exists():
            continue
        for entry in manifest.fetch_manifest_entry(io, discard_deleted=False):
            file = entry.data_file
            yield file.file_path.encode()
            for bounds in (file.lower_bounds, file.upper_bounds):
                yield b"\n".join((bounds or {}).values())
