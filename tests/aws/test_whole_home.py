"""A whole home on AWS, in process: the flows as they stand give what an embedded home gives, row for row.

Iceberg's metadata goes through boto3 here as everywhere in `adapters.aws`, so that moto serves all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from erasing.searching import places_of
from maintaining.tables import SOON
from merging.builders import Result, Share, cases, extract, uuid_of
from merging.homes import Home, balances, home_in
from merging.slices import cases_of_extracts
from pyiceberg.manifest import read_manifest_list

from onecrown.adapters.aws.clients import client
from onecrown.adapters.aws.s3_file_io import S3FileIO
from onecrown.adapters.aws.settings import AwsSettings
from onecrown.flows.act_on_drops import withdraw_drop
from onecrown.flows.erase_records import erase_subject
from onecrown.flows.find_subject import Kind, find_subject
from onecrown.flows.maintain_tables import Keeping, maintain_tables
from onecrown.flows.migrate_tables import migrate_tables, plan_migration
from onecrown.flows.orphan_files import find_orphans
from onecrown.flows.receive_drops import receive_only
from onecrown.flows.rejudge_drops import replay_drop
from onecrown.flows.report_to_supplier import report_to_supplier
from onecrown.ports import MERGED, QUARANTINED, VALIDATED

from .environment import bucket, cloud, everything, home_on_aws

pytestmark = pytest.mark.aws
NOW_OLD = timedelta(0)


@pytest.fixture
def settings() -> Iterator[AwsSettings]:
    with cloud() as made:
        yield made


@pytest.fixture
def home(settings: AwsSettings, tmp_path: Path) -> Iterator[Home]:
    with home_on_aws(settings, tmp_path / "scratch") as opened:
        yield opened


@pytest.fixture
def home_of_cases(settings: AwsSettings, tmp_path: Path) -> Iterator[Home]:
    with home_on_aws(settings, tmp_path / "scratch", cases_of_extracts()) as opened:
        yield opened


FIRST = Share("2026-01-07T12:00:00Z", [Result("A", 1), Result("B", 2)], defendants=(1, 2)).file()
LATER = Share("2026-01-08T12:00:00Z", [Result("C", 2)], defendants=(1, 2)).file()


def test_the_same_files_give_the_same_rows_and_books_as_in_a_folder(home: Home, tmp_path: Path) -> None:
    with home_in(tmp_path / "embedded") as embedded:
        for file in (FIRST, LATER):
            assert [drop.counts for drop in home.run(file)] == [drop.counts for drop in embedded.run(file)]
            assert home.dump() == embedded.dump()
            assert home.findings() == embedded.findings()
    assert home.results() == ["C"]
    assert {balances(drop) for drop in home.drops()} == {True}


def test_rows_that_change_and_go_are_taken_away_by_position_deletes_that_name_uris(home_of_cases: Home) -> None:
    home = home_of_cases
    for line, on in (("A B C", "2026-01-05"), ("A/G B D", "2026-01-12")):
        home.run(extract("case", cases(line), on))
    assert home.cases() == "A/G B D"
    [deletes] = home.around.tables.upkeep().state("onecrown.court_case").deletes  # type: ignore[union-attr]
    with home.around.engine() as con:
        named = con.execute(f"SELECT DISTINCT file_path FROM read_parquet('{deletes.uri}')").fetchall()
    assert {uri.startswith(f"s3://{bucket('warehouse')}/onecrown/court_case/data/") for (uri,) in named} == {True}


def test_one_arrival_is_received_alone_and_told_from_what_it_was_judged_into(home: Home) -> None:
    home.deliver(LATER)
    wanted = home.around.landing.deliver(FIRST.key, None, [FIRST.data])
    [drop] = receive_only(home.around, [wanted])
    assert (drop.state, len(home.drops())) == (VALIDATED, 1)
    assert receive_only(home.around, [wanted]) == []
    assert report_to_supplier(home.around, drop).rejects == ()


def test_two_bodies_under_one_key_are_both_merged(home: Home, settings: AwsSettings) -> None:
    for file in (FIRST, LATER):
        client("s3").put_object(
            Bucket=settings.landing_bucket, Key="common_platform/hearing_resulted/x", Body=file.data
        )
    home.run()
    assert [drop.state for drop in home.drops()] == [MERGED, MERGED]
    assert home.results() == ["C"]


def test_what_another_process_received_is_merged_by_one_that_holds_nothing(
    settings: AwsSettings, tmp_path: Path
) -> None:
    with home_on_aws(settings, tmp_path / "function") as function:
        function.receive(FIRST)
    assert [path for path in (tmp_path / "function").rglob("*") if path.is_file() and "landing" in path.parts] == []
    with home_on_aws(settings, tmp_path / "job") as job:
        job.merge()
        assert job.results() == ["A", "B"]


def test_a_file_that_cannot_be_read_is_set_aside_with_its_reason(home: Home, settings: AwsSettings) -> None:
    key = "common_platform/hearing_resulted/broken.json"
    arrival = home.around.landing.deliver(key, None, [b"{ no json"])
    [drop] = receive_only(home.around, [arrival])
    assert drop.state == QUARANTINED
    assert report_to_supplier(home.around, drop).rejects != ()


def test_a_drop_is_withdrawn_and_judged_anew_from_its_version_in_landing(home: Home) -> None:
    [drop] = home.run(FIRST)
    withdraw_drop(home.around, drop.drop_id, "invented")
    home.merge()
    assert home.results() == []
    replay_drop(home.around, drop.drop_id)
    home.merge()
    assert home.results() == ["A", "B"]


def test_two_writers_on_old_knowledge_give_one_the_right_of_way(settings: AwsSettings, tmp_path: Path) -> None:
    with (
        home_on_aws(settings, tmp_path / "one", cases_of_extracts()) as one,
        home_on_aws(settings, tmp_path / "other", cases_of_extracts()) as other,
    ):
        one.run(extract("case", cases("A B"), "2026-01-05"))
        other.around.tables.refresh()
        other.cases()
        one.run(extract("case", cases("A B/G"), "2026-01-12"))
        other.run(extract("case", cases("B/G C"), "2026-01-19"))
        assert (one.cases(), other.cases()) == ("B/G C", "B/G C")


@pytest.mark.long
def test_maintenance_compacts_expires_and_leaves_no_orphan(home_of_cases: Home) -> None:
    home = home_of_cases
    for week, line in enumerate(("A B C D", "A/G B C E", "A/G B/G E F", "A/G B/G F G")):
        home.run(extract("case", cases(line), f"2026-01-{5 + 7 * week:02d}"))
    left = "onecrown/court_case/data/left.parquet"
    client("s3").put_object(Bucket=bucket("warehouse"), Key=left, Body=b"invented")
    client("s3").put_object(Bucket=bucket("validated"), Key="0123abcd/left.parquet", Body=b"invented")
    found = {orphan.name for orphan in find_orphans(home.around, NOW_OLD)}
    assert {f"s3://{bucket('warehouse')}/{left}", "validated/0123abcd"} <= found
    keeping = Keeping(snapshots_for=NOW_OLD, publications=1, orphans_for=NOW_OLD, limits=SOON)
    done = maintain_tables(home.around, keeping)
    assert done.orphans >= len(found)
    assert {one.note for one in done.tables} == {""}
    assert home.cases() == "A/G B/G F G"
    assert home.around.tables.upkeep().state("onecrown.court_case").deletes == ()  # type: ignore[union-attr]
    assert find_orphans(home.around, NOW_OLD) == []
    assert not [name for name in everything(("warehouse",)) if left in name]


def test_tables_that_are_migrated_are_as_the_model_says(home: Home) -> None:
    migrate_tables(home.around, allow_destructive=False)
    assert plan_migration(home.around) == []
    home.run(FIRST)
    assert plan_migration(home.around) == []
    assert home.results() == ["A", "B"]


@pytest.mark.long
def test_somebody_who_is_erased_stands_in_no_version_of_any_object(
    home: Home, settings: AwsSettings, tmp_path: Path
) -> None:
    words = ("Figmentley", "Vanishing fine")
    home.run(Share("2026-01-07T12:00:00Z", [Result("Vanishing fine", 1)], defendants=(1, 2)).file())
    home.run(Share("2026-01-08T12:00:00Z", [Result("Vanishing fine", 1)], defendants=(1, 2)).file())
    assert stands(tmp_path / "before", words) and stands(tmp_path / "before", ["Testerson"])
    erase_subject(home.around, find_subject(home.around, Kind.defendant, uuid_of("dd", 1), None), "asked to")
    assert stands(tmp_path / "after", words) == []
    assert stands(tmp_path / "after", ["Testerson"])
    assert {balances(drop) for drop in home.drops()} == {True}
    assert len(list(home.around.landing.arrivals())) == 0


def stands(folder: Path, words: Sequence[str]) -> list[str]:
    """Where any of some words stands: every version of every object, what Parquet, gzip and manifests hide too."""
    for number, (name, data) in enumerate(sorted(everything().items())):
        path = folder / f"{number}-{name.rpartition('/')[2].partition('@')[0]}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    return places_of(folder, words) + [bound for bound in _bounds() if any(word in bound for word in words)]


def _bounds() -> Iterator[str]:
    io = S3FileIO(client("s3"))
    for one in client("s3").list_objects_v2(Bucket=bucket("warehouse"))["Contents"]:
        if "/snap-" in one["Key"]:
            for manifest in read_manifest_list(io.new_input(f"s3://{bucket('warehouse')}/{one['Key']}")):
                for entry in manifest.fetch_manifest_entry(io, discard_deleted=False):
                    for bounds in (entry.data_file.lower_bounds, entry.data_file.upper_bounds):
                        yield from (bound.decode(errors="replace") for bound in (bounds or {}).values())
