"""What is old and named by nothing goes; what a release, a publication or a run at work needs stays."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases
from merging.kept_homes import KeptHome

from onecrown.errors import CommitConflict
from onecrown.flows import maintain_tables
from onecrown.flows.maintain_tables import find_orphans
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Batch
from onecrown.upkeep_ports import Replacement

from .tables import (
    CASES,
    NOTHING_KEPT,
    aged,
    data_files,
    iceberg,
    leave_open,
    maintain,
    plan,
    read_by_pyiceberg,
    standing,
    weeks,
)

EXPIRE_ALL = {"snapshots_for": NOTHING_KEPT, "orphans_for": NOTHING_KEPT, "publications": 1}


def test_snapshots_that_nothing_names_expire_and_their_files_go(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        rows, files = standing(home), data_files(kept.folder)
        maintain(home, **EXPIRE_ALL)
        assert standing(home) == rows
        assert home.snapshot_counts()[CASES] == 1
        assert len(data_files(kept.folder)) == 1
        assert not files & data_files(kept.folder)


def test_a_tagged_snapshot_reads_the_same_rows_after_expiry(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        table = iceberg(kept.folder)
        tagged = table.snapshots()[1].snapshot_id
        table.manage_snapshots().create_tag(tagged, "release-2026-02").commit()
        before = read_by_pyiceberg(kept.folder, snapshot_id=tagged)
        weeks(home, "A", "B")
        maintain(home, **EXPIRE_ALL)
        assert read_by_pyiceberg(kept.folder, snapshot_id=tagged) == before
        assert home.snapshot_counts()[CASES] == 2
        assert iceberg(kept.folder).refs()["release-2026-02"].snapshot_id == tagged


def test_a_reader_of_any_of_the_last_publications_keeps_working(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        rows = home.query("SELECT snapshots FROM onecrown_ops.batch ORDER BY finished_at DESC LIMIT 3")
        pinned = [json.loads(str(row[0]))[CASES] for row in rows]
        before = [_rows_at(home, snapshot) for snapshot in pinned]
        maintain(home, **{**EXPIRE_ALL, "publications": 4})
        assert [_rows_at(home, snapshot) for snapshot in pinned] == before


def _rows_at(home: Home, snapshot: int) -> list[tuple[object, ...]]:
    return home.query(f"SELECT source_case_id FROM court_case FOR VERSION AS OF {snapshot} ORDER BY 1")


def test_young_snapshots_stay(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        assert plan(home).expired == ()


def test_a_home_in_which_all_went_well_has_no_orphans(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A B"), "2026-01-01"))
        weeks(home)
        assert find_orphans(home.around, NOTHING_KEPT) == []


def test_what_nothing_names_is_an_orphan_once_it_is_old(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        weeks(home, "A B")
        lost = [
            tmp_path / "warehouse/onecrown/court_case/data/lost.parquet",
            tmp_path / "warehouse/onecrown/never_registered/metadata/00000.metadata.json",
            tmp_path / "validated/0123abcd",
            tmp_path / "quarantine/0123abcd",
            tmp_path / "scratch/left",
        ]
        for path in lost:
            _leave(path)
        assert find_orphans(home.around, timedelta(days=7)) == []
        aged(tmp_path)
        found = find_orphans(home.around, timedelta(days=7))
        assert sorted(tmp_path / orphan.name for orphan in found) == sorted(lost)
        maintain(home)
        assert find_orphans(home.around, NOTHING_KEPT) == []
        assert standing(home) == "A B"


def _leave(path: Path) -> None:
    """A file, or a folder with one where the name has no suffix."""
    inside = path if path.suffix else path / "left.parquet"
    inside.parent.mkdir(parents=True, exist_ok=True)
    inside.write_bytes(b"invented")


def test_what_a_drop_was_judged_into_is_kept_however_old(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        home.receive(extract("case", cases("A B C!"), "2026-01-01"))
        aged(tmp_path, days=400)
        maintain(home, **EXPIRE_ALL)
        home.merge()
        assert home.cases() == "A B"


def test_while_a_batch_is_open_no_orphan_is_removed(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        weeks(home, "A B")
        _leave(tmp_path / "validated/0123abcd")
        leave_open(home)
        maintain(home, **EXPIRE_ALL)
        assert len(find_orphans(home.around, NOTHING_KEPT)) == 1


class Killed(BaseException):
    """The process ends here."""


def test_a_compaction_that_is_killed_leaves_the_rows_and_orphans_that_the_next_one_removes(
    kept: KeptHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.at("weeks") as home:
        rows = standing(home)

        def killed(around: Surroundings, replacement: Replacement) -> bool:
            raise Killed(replacement.table)

        with monkeypatch.context() as patched:
            patched.setattr(maintain_tables, "_committed", killed)
            with pytest.raises(Killed):
                maintain(home)
        assert standing(home) == rows
        assert find_orphans(home.around, NOTHING_KEPT)
        maintain(home, orphans_for=NOTHING_KEPT)
        assert find_orphans(home.around, NOTHING_KEPT) == []
        assert standing(home) == rows


def test_a_compaction_that_is_killed_before_it_publishes_leaves_the_last_publication_readable(
    kept: KeptHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.at("weeks") as home:
        published = home.query("SELECT source_case_id FROM court_case ORDER BY 1")

        def killed(around: Surroundings, batch: Batch) -> None:
            raise Killed(batch.batch_id)

        with monkeypatch.context() as patched:
            patched.setattr(maintain_tables, "publish_heads", killed)
            with pytest.raises(Killed):
                maintain(home, **EXPIRE_ALL)
        assert home.query("SELECT source_case_id FROM court_case ORDER BY 1") == published
        maintain(home, **EXPIRE_ALL)
        assert home.query("SELECT source_case_id FROM court_case ORDER BY 1") == published


def test_expiry_gives_way_to_a_writer(kept: KeptHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept.at("weeks") as home:
        upkeep = type(home.around.tables.upkeep())

        def overtaken(*_said: object) -> None:
            raise CommitConflict("another writer was first")

        monkeypatch.setattr(upkeep, "expire", overtaken)
        done = maintain(home, **EXPIRE_ALL)
        assert {one.expired for one in done.tables} == {0}
        assert standing(home) == "A B/G F G"
