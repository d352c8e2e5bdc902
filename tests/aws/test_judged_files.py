"""What every place for judged files promises: a folder's and a bucket's alike; and what only a bucket needs to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from onecrown.adapters.aws.bucket import Bucket
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_folders import S3Folders
from onecrown.adapters.folders import Folders

from .environment import bucket, cloud

pytestmark = pytest.mark.aws
Open = Callable[[str], Any]


def in_bucket(scratch: Path) -> S3Folders:
    return S3Folders(Bucket(client("s3"), bucket("validated"), "the validated bucket"), scratch)


@pytest.fixture(params=["folder", "bucket"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Open]:
    """Opens the same place, as a process of that name would."""
    if request.param == "folder":
        yield lambda _process: Folders(tmp_path)
        return
    with cloud():
        yield lambda process: in_bucket(tmp_path / process)


def write(judged: Any, prefix: str, **files: bytes) -> None:
    folder = judged.begin(prefix)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    judged.keep(prefix)


def read(judged: Any, prefix: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(judged.folder(prefix).glob("*"))}


def test_what_is_kept_is_read_by_everybody(opened: Open) -> None:
    write(opened("one"), "p1", cases=b"1", flags=b"")
    assert read(opened("other"), "p1") == {"cases": b"1", "flags": b""}


def test_many_prefixes_are_fetched_as_they_are(opened: Open) -> None:
    one, other = opened("one"), opened("other")
    for number in range(25):
        write(one, f"p{number}", cases=str(number).encode())
    other.fetch({f"p{number}" for number in range(25)})
    assert [read(other, f"p{number}")["cases"] for number in range(25)] == [str(n).encode() for n in range(25)]


def test_a_prefix_without_files_is_a_folder_without_any(opened: Open) -> None:
    assert read(opened("one"), "never") == {}


def test_files_that_were_changed_are_kept_anew(opened: Open) -> None:
    write(opened("one"), "p1", cases=b"Madeupwell")
    eraser = opened("eraser")
    (eraser.folder("p1") / "cases").write_bytes(b"nobody")
    eraser.keep("p1")
    assert read(opened("other"), "p1") == {"cases": b"nobody"}


def test_prefixes_are_told_with_their_bytes(opened: Open) -> None:
    one = opened("one")
    write(one, "p1", cases=b"12", flags=b"3")
    write(one, "p2", cases=b"")
    assert [(said.name, said.bytes) for said in opened("other").prefixes()] == [("p1", 3), ("p2", 0)]


def test_a_prefix_that_was_removed_is_gone_for_everybody(opened: Open) -> None:
    one = opened("one")
    write(one, "p1", cases=b"1")
    write(one, "p10", cases=b"1")
    one.remove("p1")
    assert [said.name for said in one.prefixes()] == ["p10"]
    assert (read(one, "p1"), read(opened("other"), "p1")) == ({}, {})


def test_nobody_sees_a_prefix_before_it_is_kept(tmp_path: Path) -> None:
    with cloud():
        one = in_bucket(tmp_path / "one")
        (one.begin("p1") / "cases").write_bytes(b"1")
        assert list(in_bucket(tmp_path / "other").prefixes()) == []


def test_a_warm_process_leaves_nothing_of_the_last_prefix_when_it_begins_the_next(tmp_path: Path) -> None:
    with cloud():
        one = in_bucket(tmp_path)
        write(one, "p1", cases=b"1")
        assert read(one, "p1") == {"cases": b"1"}
        one.begin("p2")
        assert [path.name for path in tmp_path.iterdir()] == ["p2"]
        assert read(one, "p1") == {"cases": b"1"}
