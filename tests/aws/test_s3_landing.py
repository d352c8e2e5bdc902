"""The landing bucket: versions pinned, markers left out, nothing of the erased kept, refusals in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from onecrown.adapters.aws import s3_landing
from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_landing import S3Landing
from onecrown.errors import StorageError

from .environment import bucket, cloud, everything

pytestmark = pytest.mark.aws
KEY = "invented/colours/a.json"


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[S3Landing]:
    with cloud() as settings:
        yield S3Landing(client("s3"), settings.landing_bucket, tmp_path)


def put(key: str, body: bytes) -> str:
    """As a supplier puts it; its version."""
    return str(client("s3").put_object(Bucket=bucket("landing"), Key=key, Body=body)["VersionId"])


def test_an_event_without_a_version_is_pinned_to_what_stands_then(landing: S3Landing) -> None:
    put(KEY, b"red")
    pinned = landing.arrival(KEY, "")
    put(KEY, b"blue")
    fetched = landing.fetch(pinned.path)
    assert fetched is not None and fetched.read_bytes() == b"red"


def test_folder_markers_and_removals_are_no_arrivals(landing: S3Landing) -> None:
    put("invented/", b"")
    put("invented/colours/", b"")
    kept = put(KEY, b"red")
    client("s3").delete_object(Bucket=bucket("landing"), Key=KEY)
    assert [(one.key, one.version) for one in landing.arrivals()] == [(KEY, kept)]
    assert landing.fetch(next(landing.arrivals()).path) is not None


def test_an_arrival_knows_how_large_it_is_before_any_of_it_is_read(landing: S3Landing) -> None:
    delivered = landing.deliver(KEY, None, [b"red"])
    (listed,) = landing.arrivals()
    assert (listed.bytes, landing.arrival(KEY, delivered.version).bytes) == (3, 3)


def test_a_bucket_of_many_pages_is_read_to_its_end(landing: S3Landing) -> None:
    for number in range(1001):
        put(f"invented/colours/{number}.json", b"")
    assert len({one.key for one in landing.arrivals()}) == 1001


def test_a_version_that_is_gone_is_none(landing: S3Landing) -> None:
    arrival = landing.deliver(KEY, None, [b"red"])
    client("s3").delete_object(Bucket=bucket("landing"), Key=KEY, VersionId=arrival.version)
    assert landing.fetch(arrival.path) is None


def test_no_version_of_anything_keeps_what_an_erasure_took(landing: S3Landing, tmp_path: Path) -> None:
    arrival = landing.deliver(KEY, None, [b"Madeupwell and Figmentley"])
    (landing.fetch(arrival.path) or Path()).read_bytes()
    for number, left in enumerate((b"only Figmentley", b"nobody")):
        path = tmp_path / f"left-{number}"
        path.write_bytes(left)
        landing.put_instead(arrival.path, path)
        path.unlink()
    stored = {name: data for name, data in everything(("landing",)).items() if name != "ledger"}
    assert list(stored.values()) == [b"nobody"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_bucket_without_versions_is_refused_with_what_to_do(landing: S3Landing, tmp_path: Path) -> None:
    unversioned = S3Landing(client("s3"), bucket("outbox"), tmp_path)
    with pytest.raises(StorageError, match="keeps no versions; deploy the storage stack again"):
        unversioned.deliver(KEY, None, [b"red"])


def test_files_on_this_machine_are_bounded_and_gone_once_it_is_closed(
    landing: S3Landing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3_landing, "KEPT_BYTES", 10)
    arrivals = [landing.deliver(f"{KEY}{number}", None, [b"12345678"]) for number in range(3)]
    for arrival in (*arrivals, arrivals[0]):
        fetched = landing.fetch(arrival.path)
        assert fetched is not None and [fetched] == list(tmp_path.iterdir())
    landing.close()
    assert list(tmp_path.iterdir()) == []


class Refusing:
    """A client whose every call is refused, or breaks."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def refuse(**_said: Any) -> None:
            raise self._error

        return refuse


def test_a_role_without_its_grant_is_told_which_call_on_which_resource(tmp_path: Path) -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "Madeupwell"}}, "GetObject")
    landing = S3Landing(Refusing(denied), "b", tmp_path)
    with pytest.raises(StorageError, match="lacks the grant for GetObject on the landing bucket") as told:
        landing.fetch("s3://b/k?versionId=v")
    assert "Madeupwell" not in str(told.value)


def test_a_bucket_that_cannot_be_reached_is_said(tmp_path: Path) -> None:
    landing = S3Landing(Refusing(ReadTimeoutError(endpoint_url="invented")), "b", tmp_path)
    with pytest.raises(StorageError, match="the landing bucket cannot be reached"):
        landing.fetch("s3://b/k?versionId=v")


class Breaking:
    """A client whose answers break off before their end, some times."""

    def __init__(self, real: Any, times: int) -> None:
        self._real = real
        self._left = times

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def get_object(self, **said: Any) -> Any:
        answer = self._real.get_object(**said)
        if self._left:
            self._left -= 1
            answer["Body"] = Broken()
        return answer


class Broken:
    def read(self, _count: int = -1) -> bytes:
        raise ReadTimeoutError(endpoint_url="invented")


def test_an_answer_that_breaks_off_is_asked_for_again(landing: S3Landing, tmp_path: Path) -> None:
    arrival = landing.deliver(KEY, None, [b"red"])
    again = S3Landing(Breaking(client("s3"), 2), bucket("landing"), tmp_path / "again")
    fetched = again.fetch(arrival.path)
    assert fetched is not None and fetched.read_bytes() == b"red"
    with pytest.raises(StorageError):
        S3Landing(Breaking(client("s3"), 9), bucket("landing"), tmp_path / "never").fetch(arrival.path)
    assert [path.name for path in (tmp_path / "never").iterdir() if not path.name.endswith(".part")] == []
