"""Manifests never change, so each is read once; the metadata that a catalogue names is read whenever it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_file_io import KeptObjects, S3FileIO

from .environment import bucket, cloud

pytestmark = pytest.mark.aws


class Counted:
    """S3, and the keys that were read of it."""

    def __init__(self) -> None:
        self._real = client("s3")
        self.read: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_object(self, **said: Any) -> Any:
        self.read.append(said["Key"])
        return self._real.get_object(**said)


@pytest.fixture
def files() -> Iterator[Counted]:
    with cloud():
        yield Counted()


def said(io: S3FileIO, key: str) -> bytes:
    return io.new_input(f"s3://{bucket('warehouse')}/{key}").open().read()


def test_a_manifest_is_read_once_and_other_metadata_each_time(files: Counted) -> None:
    keys = ("invented/m0.avro", "invented/v1.metadata.json")
    for key in keys:
        files.put_object(Bucket=bucket("warehouse"), Key=key, Body=key.encode())
    io = S3FileIO(files)
    assert [said(io, key) for key in (*keys, *keys)] == [key.encode() for key in (*keys, *keys)]
    assert files.read == [*keys, keys[1]]


def test_a_manifest_that_was_removed_is_not_there_any_more(files: Counted) -> None:
    key = "invented/m1.avro"
    files.put_object(Bucket=bucket("warehouse"), Key=key, Body=b"entries")
    io = S3FileIO(files)
    said(io, key)
    io.delete(f"s3://{bucket('warehouse')}/{key}")
    with pytest.raises(FileNotFoundError):
        said(io, key)


def test_no_more_is_kept_than_was_said_and_what_was_asked_for_last_stays() -> None:
    kept = KeptObjects(most_bytes=10)
    for name in ("a", "b"):
        kept.keep(name, b"12345")
    kept.get("a")
    kept.keep("c", b"12345")
    kept.keep("larger than all", b"12345678901")
    assert [kept.get(name) for name in ("a", "b", "c", "larger than all")] == [b"12345", None, b"12345", None]
