"""What every landing zone promises: a folder's and a bucket's alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_landing import S3Landing
from onecrown.adapters.folder_landing import FolderLanding
from onecrown.errors import StorageError, UsageError

from .environment import cloud

pytestmark = pytest.mark.aws
KEY = "invented/colours/a file = 1.json"


@pytest.fixture(params=["folder", "bucket"])
def landing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "folder":
        (tmp_path / "landing").mkdir()
        yield FolderLanding(tmp_path / "landing")
        return
    with cloud() as settings:
        yield S3Landing(client("s3"), settings.landing_bucket, tmp_path / "fetched")


def content(landing: Any, path: str) -> bytes:
    found = landing.fetch(path)
    assert found is not None
    return bytes(found.read_bytes())


def arrived(landing: Any) -> list[tuple[str, bytes]]:
    return [(one.key, content(landing, one.path)) for one in landing.arrivals()]


def test_what_is_delivered_has_arrived_with_its_key_and_its_bytes(landing: Any, tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(b"red")
    from_file = landing.deliver(KEY, tmp_path / "given", None)
    from_bytes = landing.deliver("invented/shapes/b.json", None, [b"rou", b"nd"])
    assert sorted(arrived(landing)) == [(KEY, b"red"), ("invented/shapes/b.json", b"round")]
    assert {one.delivery_id for one in landing.arrivals()} == {from_file.delivery_id, from_bytes.delivery_id}


def test_two_bodies_under_one_key_are_two_arrivals_in_their_order(landing: Any) -> None:
    first, second = landing.deliver(KEY, None, [b"red"]), landing.deliver(KEY, None, [b"blue"])
    assert (content(landing, first.path), content(landing, second.path)) == (b"red", b"blue")
    assert [one.version for one in landing.arrivals()] == [first.version, second.version]


def test_an_empty_file_is_an_arrival(landing: Any) -> None:
    landing.deliver(KEY, None, [])
    assert arrived(landing) == [(KEY, b"")]


def test_one_version_is_found_by_key_and_version_and_the_newest_where_none_is_said(landing: Any) -> None:
    first, second = landing.deliver(KEY, None, [b"red"]), landing.deliver(KEY, None, [b"blue"])
    assert landing.arrival(KEY, first.version).path == first.path
    assert landing.arrival(KEY, "").version == second.version


def test_what_is_not_there_is_said_with_what_to_do(landing: Any) -> None:
    with pytest.raises(StorageError, match="deliver it again"):
        landing.arrival("invented/colours/nobody.json", "")


def test_what_an_erasure_leaves_stands_where_the_delivery_stood_and_is_no_arrival(landing: Any, tmp_path: Path) -> None:
    one, other = landing.deliver(KEY, None, [b"red and blue"]), landing.deliver(KEY, None, [b"green"])
    for left in (b"red", b""):
        (tmp_path / "left").write_bytes(left)
        landing.put_instead(one.path, tmp_path / "left")
        assert (content(landing, one.path), content(landing, other.path)) == (left, b"green")
    assert len(list(landing.arrivals())) <= 2
    assert {arrival.version for arrival in landing.arrivals()} <= {one.version, other.version}


def test_a_name_that_is_too_long_is_refused_with_what_to_do(landing: Any) -> None:
    with pytest.raises(UsageError, match="--name"):
        landing.deliver(f"invented/colours/{'x' * 2000}", None, [b"red"])
    assert list(landing.arrivals()) == []
