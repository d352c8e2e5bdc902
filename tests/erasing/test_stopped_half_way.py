"""An erasure that stops at any step is finished by a later run; what stands in its way is said before anything is done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from merging.builders import cases, extract, uuid_of
from merging.homes import home_of_cases

from onecrown.adapters.folder_landing import FolderLanding
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.errors import UsageError
from onecrown.flows import erase_records, look_through
from onecrown.flows.erase_records import erase_subject, resume_erasures
from onecrown.flows.find_subject import Kind, find_subject
from onecrown.ports import Batch

from .searching import places_of
from .shares import GONE, SECOND, WORDS, Shared, nothing_is_off, published_counts


class Stopped(Exception):
    """The process is gone."""


def stop(*_: object) -> None:
    raise Stopped


STEPS = ("judge_scrubbed", "merge_pending", "clear_leftovers", "purge_tables", "_sweep")


@pytest.mark.long
def test_an_erasure_stopped_before_each_of_its_steps_is_finished_by_the_next_run(
    shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared.kept.at("second") as home:
        subject = find_subject(home.around, Kind.defendant, uuid_of("dd", GONE), None)
        with monkeypatch.context() as patched:
            patched.setattr(FolderLanding, "put_instead", stop)
            with pytest.raises(Stopped):
                erase_subject(home.around, subject, "asked to")
        for step in STEPS:
            with monkeypatch.context() as patched:
                patched.setattr(erase_records, step, stop)
                with pytest.raises(Stopped):
                    resume_erasures(home.around)
            assert [erasure.state for erasure in home.around.ledger.erasures()] == ["begun"]
        assert resume_erasures(home.around) == 1
        assert resume_erasures(home.around) == 0
        assert places_of(shared.kept.folder, WORDS) == []
        assert published_counts(home) == shared.counts
        assert nothing_is_off(home)


def test_the_ledger_keeps_marks_and_neither_key_nor_name(shared: Shared) -> None:
    with shared.kept.at("erased") as home:
        erasure = home.around.ledger.erasures()[0]
    assert (erasure.number, erasure.kind, erasure.reason, erasure.state) == (1, "defendant", "asked to", "done")
    assert all(len(mark) == 32 and set(mark) <= set("0123456789abcdef") for mark in erasure.marks)


def test_a_home_without_erasures_is_never_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_through, "scrubbed", stop)
    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A"), "2026-01-05"))
        assert resume_erasures(home.around) == 0


def test_an_open_batch_and_a_tag_on_personal_columns_stand_in_the_way(shared: Shared) -> None:
    with shared.kept.at("first") as home:
        subject = find_subject(home.around, Kind.defendant, uuid_of("dd", GONE), None)
        tables = home.around.tables
        table = IcebergTables.table(tables._opened, "onecrown.defendant")  # type: ignore[attr-defined]  # the home's own
        assert table is not None
        older = table.metadata.snapshots[0].snapshot_id
        table.manage_snapshots().create_tag(older, "release-1").commit()
        tables.refresh()
        with pytest.raises(UsageError, match=r"tags keep snapshots of onecrown\.defendant"):
            erase_subject(home.around, subject, "asked to")
        tables.refresh()
        IcebergTables.table(tables._opened, "onecrown.defendant").manage_snapshots().remove_tag("release-1").commit()  # type: ignore[attr-defined, union-attr]
        last = home.around.ledger.batches()[-1]
        home.around.ledger.open_batch(Batch("an open batch", "open", (), home.around.now()), (), last.batch_id)
        with pytest.raises(UsageError, match="a batch is half done"):
            erase_subject(home.around, subject, "asked to")
        assert home.around.ledger.erasures() == []


def test_a_key_that_names_nobody_is_said_without_repeating_it(shared: Shared) -> None:
    with shared.kept.at("first") as home:
        with pytest.raises(UsageError, match="no defendant has that key") as said:
            find_subject(home.around, Kind.defendant, uuid_of("dd", 77), None)
        assert uuid_of("dd", 77) not in str(said.value)


@pytest.mark.long
def test_a_delivery_that_another_process_judged_meanwhile_is_scrubbed_by_the_next_run(shared: Shared) -> None:
    """As if it had arrived and been merged by a process that did not know of the erasure yet."""
    with shared.kept.at("first") as home:
        erase_subject(home.around, find_subject(home.around, Kind.defendant, uuid_of("dd", GONE), None), "asked to")
        erasure = home.around.ledger.erasures()[0]
        home.around.ledger.save_erasure(replace(erasure, dataset="xhibit/extract"))
        home.run(SECOND)
        assert places_of(home.around.scratch.parent, WORDS) != []
        home.around.ledger.save_erasure(erasure)
        home.run()
        assert [one.state for one in home.around.ledger.erasures()] == ["begun"]
        resume_erasures(home.around)
        assert places_of(home.around.scratch.parent, WORDS) == []
