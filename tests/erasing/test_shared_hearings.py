"""Somebody in Common Platform's shares of hearings is erased, alone or with the whole case."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from merging.builders import HEARING_RESULTED, File, uuid_of
from merging.homes import balances, home_in

from onecrown.flows.act_on_drops import release_drop, withdraw_drop
from onecrown.flows.erase_records import plan_erasure
from onecrown.flows.find_subject import Kind, find_subject
from onecrown.flows.rejudge_drops import replay_drop
from onecrown.ports import MERGED

from .searching import places_of
from .shares import (
    CO_DEFENDANT,
    FIRST,
    GONE,
    SECOND,
    STAYS,
    WORDS,
    Shared,
    erase,
    event,
    events,
    folder,
    nothing_is_off,
    published_counts,
)


def test_no_byte_of_a_home_holds_an_erased_defendant_and_everybody_else_stands(shared: Shared) -> None:
    assert shared.places > 8
    with shared.kept.at("erased") as home:
        assert places_of(folder(home), WORDS) == []
        assert places_of(folder(home), [CO_DEFENDANT]) != []
        assert home.ask("SELECT count(*) FROM {onecrown.defendant}") == ["2"]
        assert home.ask("SELECT count(*) FROM {onecrown.offence}") == ["2"]
        assert home.ask("SELECT source_case_id FROM {onecrown.court_case} ORDER BY 1") == shared.cases
        assert published_counts(home) == shared.counts
        assert nothing_is_off(home)
        assert all(balances(drop) for drop in home.drops())


@pytest.mark.long
def test_an_erased_home_is_the_home_of_files_that_never_had_them(shared: Shared, tmp_path: Path) -> None:
    with shared.kept.at("erased") as home, home_in(tmp_path / "fresh") as fresh:
        stays = [Path(delivery.path).read_bytes() for delivery in home.around.ledger.deliveries()]
        fresh.run(File(FIRST.key, stays[0]))
        fresh.run(File(SECOND.key, stays[1]))
        assert fresh.dump() == home.dump()


def test_nothing_brings_an_erased_defendant_back(shared: Shared) -> None:
    """Replay, a sweep of landing, the same bytes under another name, new bytes, and unreadable lines with their id."""
    with shared.kept.at("erased") as home:
        stood, drops = home.dump(), home.drops()
        replay_drop(home.around, drops[0].drop_id)
        home.run()
        assert (home.drop(drops[0].drop_id).state, home.dump() == stood) == (MERGED, True)
        home.run(File(f"{HEARING_RESULTED}/again.jsonl", FIRST.data))
        assert (home.dump() == stood, len(home.drops())) == (True, len(drops))
        newer = event("2026-01-09T10:00:00Z")
        broken = json.dumps(newer)[:-1].encode()
        new = home.run(File(f"{HEARING_RESULTED}/new.jsonl", json.dumps(newer).encode() + b"\n" + broken + b"\n"))[0]
        assert places_of(folder(home), WORDS) == []
        said = {kind: (books["read"], books["accepted"], books["quarantined"]) for kind, books in new.counts.items()}
        assert said["defendant"] == (2, 1, 1)
        assert balances(new)
        rejected = home.ask(
            "SELECT record_type, count(*) FROM {onecrown_ops.reject} "
            f"WHERE rule = 'erased' AND drop_id = '{new.drop_id}' "
            "AND record_type IN ('defendant', 'unreadable') GROUP BY 1 ORDER BY 1"
        )
        assert rejected == ["defendant | 1", "unreadable | 1"]


def test_a_case_goes_with_everybody_on_it_and_its_results(shared: Shared) -> None:
    with shared.kept.at("second") as home:
        erase(home, Kind.case, uuid_of("cc", 1))
        assert places_of(folder(home), (*WORDS, CO_DEFENDANT, uuid_of("cc", 1), uuid_of("dd", STAYS))) == []
        assert home.ask("SELECT count(*) FROM {onecrown.court_case}") == ["1"]
        assert home.ask("SELECT count(*) FROM {onecrown.result}") == ["0"]
        assert nothing_is_off(home)


@pytest.mark.long
def test_a_scrubbed_drop_that_left_and_came_back_has_balanced_books(shared: Shared) -> None:
    with shared.kept.at("erased") as home:
        drop = home.drops()[0]
        withdraw_drop(home.around, drop.drop_id, "sent by mistake")
        home.merge()
        release_drop(home.around, drop.drop_id, "it was right")
        home.merge()
        assert balances(home.drop(drop.drop_id)) and nothing_is_off(home)


def contents(of: Path) -> dict[Path, bytes]:
    """Every file but the ledger's: opening a ledger touches it."""
    return {path: path.read_bytes() for path in of.rglob("*") if path.is_file() and "ledger" not in path.name}


def test_a_plan_tells_what_would_go_and_changes_no_byte(shared: Shared) -> None:
    with shared.kept.at("first") as home:
        subject = find_subject(home.around, Kind.defendant, uuid_of("dd", GONE), None)
        before = contents(folder(home))
        planned = {one.store.name: one for one in plan_erasure(home.around, subject)}
        assert contents(folder(home)) == before
        assert (planned["landing"].files, planned["landing"].records) == (1, 3)
        assert planned["onecrown_history.common_platform_hearing_resulted_defendant"].files == 1


@pytest.mark.long
def test_drops_that_wait_or_left_are_scrubbed_too(shared: Shared) -> None:
    with shared.kept.at("second") as home:
        first, later = home.drops()
        withdraw_drop(home.around, later.drop_id, "sent by mistake")
        home.receive(events(event("2026-01-10T10:00:00Z"), name="waits.jsonl"))
        home.deliver(events(event("2026-01-11T10:00:00Z"), name="unseen.jsonl"))
        erase(home)
        assert places_of(folder(home), WORDS) == []
        assert {drop.state for drop in home.drops()} == {MERGED, "withdrawn"}
        assert all(balances(drop) for drop in home.drops())
        assert first.drop_id in {drop.drop_id for drop in home.drops()}
