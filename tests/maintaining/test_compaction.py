"""Compaction changes files, never rows; every reader agrees, and the merge goes on from there."""

from __future__ import annotations

from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import home_of_cases
from merging.kept_homes import KeptHome
from pyiceberg.catalog.sql import SqlCatalog

from onecrown.errors import CommitConflict
from onecrown.flows import compact_table, maintain_tables
from onecrown.flows.maintain_tables import GAVE_WAY, Keeping, find_orphans
from onecrown.flows.merge_lease import LEASE
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import Limits, TablePlan
from onecrown.ports import Batch
from onecrown.upkeep_ports import Replacement

from .tables import (
    CASES,
    NOTHING_KEPT,
    SOON,
    change_of,
    iceberg,
    leave_open,
    maintain,
    plan,
    read_by_pyiceberg,
    standing,
    weeks,
)


def test_rows_are_the_same_after_compaction_and_a_file_and_no_delete_file_is_left(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        before, published = home.dump(), home.query("SELECT count(*) FROM court_case")
        assert plan(home).state.deletes
        maintain(home)
        after = plan(home)
        assert home.dump() == before
        assert home.query("SELECT count(*) FROM court_case") == published
        assert (len(after.state.data), len(after.state.deletes), after.compacts) == (1, 0, False)


def test_pyiceberg_reads_the_same_rows_before_and_after(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        before = read_by_pyiceberg(kept.folder)
        maintain(home)
        assert read_by_pyiceberg(kept.folder) == before
        assert before


def test_a_compaction_is_one_replace_snapshot_with_a_maintenance_id(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        snapshots = home.snapshot_counts()[CASES]
        maintain(home)
        head = iceberg(kept.folder).current_snapshot()
        assert home.snapshot_counts()[CASES] == snapshots + 1
        assert head is not None
        assert head.summary is not None
        assert head.summary.operation.value == "replace"
        assert head.summary["onecrown.batch-id"].startswith("maintenance-")
        assert (head.summary["total-records"], head.summary["total-delete-files"]) == ("4", "0")


def test_a_merge_after_a_compaction_changes_and_removes_rows_as_ever(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A B C"), "2026-01-01"))
        home.run(extract("case", cases("A B/G C"), "2026-01-08"))
        before = home.dump()
        done = maintain(home)
        assert all(one.commits == 1 for one in done.tables if one.before.compacts)
        assert home.dump() == before
        home.run(extract("case", cases("A/G C H"), "2026-01-15"))
        assert home.cases() == "A/G C H"
        assert len(read_by_pyiceberg(tmp_path)) == 3


def test_the_published_view_is_readable_at_every_moment(kept: KeptHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with kept.at("weeks") as home:
        published = home.query("SELECT source_case_id FROM court_case ORDER BY 1")
        seen: list[object] = []
        publish = maintain_tables.publish_heads

        def looking(around: Surroundings, batch: Batch) -> None:
            seen.append(home.query("SELECT source_case_id FROM court_case ORDER BY 1"))
            publish(around, batch)

        monkeypatch.setattr(maintain_tables, "publish_heads", looking)
        maintain(home)
        assert [*seen, home.query("SELECT source_case_id FROM court_case ORDER BY 1")] == [published, published]


def test_compacted_files_are_published_by_a_row_that_names_them(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        maintain(home)
        head = home.around.tables.head(CASES)
        said = home.query("SELECT executor, snapshots FROM onecrown_ops.batch ORDER BY finished_at DESC LIMIT 1")
        assert said[0][0] == "maintenance"
        assert f'"{CASES}": {head}' in str(said[0][1])


def test_where_a_writer_commits_first_compaction_gives_way_and_nothing_is_lost(
    kept: KeptHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.at("weeks") as home:
        written = compact_table.prepare

        def overtaken(around: Surroundings, plan: TablePlan, batch_id: str) -> Replacement:
            replacement = written(around, plan, batch_id)
            if plan.table == CASES:
                weeks(home, "A/G H")
            return replacement

        monkeypatch.setattr(maintain_tables, "prepare", overtaken)
        notes = {one.before.table: one.note for one in maintain(home).tables}
        assert notes[CASES] == GAVE_WAY
        assert standing(home) == "A/G H"
        assert find_orphans(home.around, NOTHING_KEPT) == []


def test_a_writer_that_read_before_a_compaction_must_read_again(kept: KeptHome) -> None:
    with kept.at("weeks") as home, home_of_cases(kept.folder) as other:
        stale = change_of(home, "A/G")
        maintain(other)
        with pytest.raises(CommitConflict):
            home.around.tables.commit(stale)
        weeks(home, "A/G")
        assert standing(home) == "A/G"


def test_a_compaction_whose_answer_was_lost_is_found_by_its_id_and_its_files_are_kept(
    kept: KeptHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    with kept.at("weeks") as home:
        before = standing(home)
        with monkeypatch.context() as patched:
            commit = SqlCatalog.commit_table

            def losing(catalogue: SqlCatalog, *said: object) -> object:
                commit(catalogue, *said)  # type: ignore[arg-type]
                raise OSError("the answer was lost")

            patched.setattr(SqlCatalog, "commit_table", losing)
            patched.setattr(maintain_tables, "publish_heads", lambda *_said: None)
            done = maintain(home)
        assert {one.before.table: (one.commits, one.note) for one in done.tables}[CASES] == (1, "")
        assert standing(home) == before


def test_while_a_batch_is_open_nothing_is_done_and_it_says_so(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        leave_open(home)
        before = home.snapshot_counts()
        done = maintain(home)
        assert "an-open-batch" in done.refused
        assert home.snapshot_counts() == before


def test_while_a_merge_holds_the_lease_every_table_is_left_for_the_next_time(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        before = home.snapshot_counts()
        home.around.ledger.take_lease(LEASE, "another worker", home.around.now(), 60)
        done = maintain(home)
        assert {one.note for one in done.tables if one.before.compacts} == {GAVE_WAY}
        assert home.snapshot_counts() == before


def test_when_the_time_is_up_the_rest_is_left(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        done = maintain_tables.maintain_tables(home.around, Keeping(limits=SOON), minutes=0)
        assert not any(one.commits for one in done.tables)
        assert any("time" in one.note for one in done.tables)


def test_a_table_is_left_alone_until_a_limit_is_passed(kept: KeptHome) -> None:
    with kept.at("weeks") as home:
        assert not plan(home, limits=Limits()).compacts
        assert plan(home, limits=Limits(most_delete_files=1)).why == ("3 delete files",)


def test_a_file_with_few_deletes_stays_and_its_deletes_are_gathered_into_one_file(kept: KeptHome) -> None:
    limits = Limits(most_delete_files=1, small_rows=0, rewritten_share=2)
    with kept.at("weeks") as home:
        before, files = home.dump(), {file.uri for file in plan(home).state.data}
        maintain(home, limits=limits)
        after = plan(home)
        assert {file.uri for file in after.state.data} == files
        assert len(after.state.deletes) == 1
        assert home.dump() == before
        assert read_by_pyiceberg(kept.folder) == ["A EW", "B G", "F EW", "G EW"]


def test_a_large_table_becomes_several_files_each_sorted_and_none_within_another(tmp_path: Path) -> None:
    limits = Limits(most_delete_files=1, full_rows=2, small_rows=1)
    with home_of_cases(tmp_path) as home:
        weeks(home, "F B G D E C A", "A B C D E F", "A B C D E")
        maintain(home, limits=limits)
        files = home.ask(
            f"SELECT string_agg(source_case_id, ' ' ORDER BY _pos) FROM {{{CASES}}} GROUP BY _file ORDER BY 1"
        )
        assert files == ["A B", "C D", "E"]


def test_what_one_commit_may_rewrite_is_bounded_and_the_next_goes_on(tmp_path: Path) -> None:
    limits = Limits(most_delete_files=0, small_rows=1, pass_rows=4)
    with home_of_cases(tmp_path) as home:
        weeks(home, "A B C D", "A B C", "A B C E F G", "A B C E F")
        before = standing(home)
        done = maintain(home, limits=limits)
        assert {one.before.table: one.commits for one in done.tables}[CASES] > 1
        assert standing(home) == before
        assert plan(home).state.deletes == ()
