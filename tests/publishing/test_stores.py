"""What every place for releases promises: written once, whole or not there, and nothing of an attempt that stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from onecrown.adapters.folder_releases import FolderReleases
from onecrown.errors import CommitConflict, StorageError
from onecrown.publishing.manifest import MANIFEST
from onecrown.release_ports import ReleaseStore

Opened = Callable[[], ReleaseStore]
"""Opens one more view of the same releases, as another worker does."""


@contextmanager
def folders(root: Path) -> Iterator[Opened]:
    yield lambda: FolderReleases(root / "releases")


@contextmanager
def buckets(root: Path) -> Iterator[Opened]:
    import boto3
    from moto import mock_aws

    from onecrown.adapters.aws.bucket import Bucket
    from onecrown.adapters.aws.s3_releases import S3Releases

    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            patch.setenv(f"AWS_{name}", "testing")
        client = boto3.client("s3", region_name="eu-west-2")
        client.create_bucket(Bucket="invented", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})
        workers = iter(range(100))
        yield lambda: S3Releases(Bucket(client, "invented", "the bucket of releases"), root / f"{next(workers)}")


@pytest.fixture(params=[folders, pytest.param(buckets, marks=pytest.mark.aws)], ids=["folder", "bucket"])
def open_one(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    opening: Callable[[Path], AbstractContextManager[Opened]] = request.param
    with opening(tmp_path) as opened:
        yield opened


def write(store: ReleaseStore, name: str, manifest: bytes = b"{}", values: bytes = b"1") -> None:
    folder = store.begin(name)
    (folder / "data").mkdir()
    (folder / "data" / "values.csv").write_bytes(values)
    (folder / MANIFEST).write_bytes(manifest)


def test_a_release_is_there_for_everybody_once_it_is_kept(open_one: Opened) -> None:
    store = open_one()
    for name in ("2025-Q4", "2025-12"):
        write(store, name, f'"{name}"'.encode())
        store.keep(name)
    other = open_one()
    assert other.names() == ["2025-12", "2025-Q4"]
    assert other.manifest("2025-Q4") == b'"2025-Q4"'
    assert other.file("2025-12", "data/values.csv").read_bytes() == b"1"


def test_nothing_of_a_release_is_seen_before_it_is_kept(open_one: Opened) -> None:
    write(open_one(), "2025-Q4")
    other = open_one()
    assert (other.names(), other.manifest("2025-Q4")) == ([], None)
    with pytest.raises(StorageError, match="is gone"):
        other.file("2025-Q4", "data/values.csv")


def test_a_release_that_is_there_is_never_written_again(open_one: Opened) -> None:
    first, second = open_one(), open_one()
    write(first, "2025-Q4", b'"first"', b"1")
    write(second, "2025-Q4", b'"second"', b"2")
    if isinstance(first, FolderReleases):  # both begin in one folder: the second has taken the first's place
        write(first, "2025-Q4", b'"first"', b"1")
    first.keep("2025-Q4")
    write(second, "2025-Q4", b'"second"', b"2")
    with pytest.raises(CommitConflict, match="published by another worker"):
        second.keep("2025-Q4")
    assert open_one().manifest("2025-Q4") == b'"first"'
    assert open_one().file("2025-Q4", "data/values.csv").read_bytes() == b"1"


def test_what_a_run_that_stopped_had_begun_is_in_nobodys_way(open_one: Opened) -> None:
    store = open_one()
    write(store, "2025-Q4")
    (store.begin("2025-Q4") / "left").write_bytes(b"")
    write(store, "2025-Q4", b'"whole"', b"2")
    store.keep("2025-Q4")
    assert open_one().manifest("2025-Q4") == b'"whole"'
    with pytest.raises(StorageError):
        open_one().file("2025-Q4", "left")


def test_a_file_that_is_not_a_releases_is_told_as_gone(open_one: Opened) -> None:
    store = open_one()
    write(store, "2025-Q4")
    store.keep("2025-Q4")
    with pytest.raises(StorageError, match=r"data/none\.csv of the release 2025-Q4 is gone"):
        store.file("2025-Q4", "data/none.csv")


def test_the_files_of_a_kept_release_are_closed_for_writing(tmp_path: Path) -> None:
    store = FolderReleases(tmp_path)
    write(store, "2025-Q4")
    store.keep("2025-Q4")
    modes = {path.stat().st_mode & 0o222 for path in (tmp_path / "2025-Q4").rglob("*") if path.is_file()}
    assert modes == {0}


@pytest.mark.aws
def test_a_manifest_that_was_put_and_whose_answer_was_lost_is_no_other_workers(tmp_path: Path) -> None:
    with buckets(tmp_path) as open_one:
        store = open_one()
        for _ in range(2):
            store._put_manifest("2025-Q4", b'"ours"')  # type: ignore[attr-defined]  # as boto3 asks again
        with pytest.raises(CommitConflict):
            store._put_manifest("2025-Q4", b'"another"')  # type: ignore[attr-defined]
        assert store.manifest("2025-Q4") == b'"ours"'
