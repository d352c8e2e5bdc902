"""Somebody in Common Platform's shares of hearings is erased, alone or with the whole case."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from merging.builders import HEARING_RESULTED, File, Result, Share, uuid_of
from merging.homes import Home, balances, home_in

from onecrown.flows.act_on_drops import release_drop, withdraw_drop
from onecrown.flows.erase_records import erase_subject, plan_erasure
from onecrown.flows.find_subject import Kind, find_subject
from onecrown.flows.rejudge_drops import replay_drop
from onecrown.ports import MERGED

from .searching import places_of

GONE, STAYS = 1, 2  # Figmentley and Testerson
WORDS = ("Figmentley", uuid_of("dd", GONE), uuid_of("ff", GONE), "Vanishing fine")
CO_DEFENDANT = "Testerson"


def event(at: str, defendants: tuple[int, ...] = (GONE, STAYS), case: int = 1, hearing: int = 1) -> dict[str, Any]:
    """A share with a fine for the first defendant, who is named outside the case too."""
    fine = [Result("Vanishing fine", 1)] if defendants[0] == GONE else []
    said = Share(at, results=fine, defendants=defendants, case=case, hearing=hearing).document()
    if GONE in defendants:
        said["hearing"]["defendantAttendance"] = [
            {"defendantId": uuid_of("dd", number), "attendanceDays": [{"day": "2026-01-07", "isInAttendance": True}]}
            for number in defendants
        ]
        said["hearing"]["defenceCounsels"] = [{"id": uuid_of("c0", 1), "defendants": [uuid_of("dd", GONE)]}]
        person = {"lastName": "FIGMENTLEY", "dateOfBirth": "1991-03-14"}
        said["hearing"]["companyRepresentatives"] = [{"id": uuid_of("c0", 2), "details": person}]
    return said


def events(*said: dict[str, Any], name: str = "events.jsonl") -> File:
    return File(f"{HEARING_RESULTED}/{name}", b"".join(json.dumps(one).encode() + b"\n" for one in said))


FIRST = events(event("2026-01-07T10:00:00Z"), event("2026-01-07T10:05:00Z", (3,), case=2, hearing=2))
SECOND = File(f"{HEARING_RESULTED}/later.json.gz", gzip.compress(json.dumps(event("2026-01-08T10:00:00Z")).encode()))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with home_in(tmp_path / "home") as opened:
        yield opened


def folder(home: Home) -> Path:
    return home.around.scratch.parent


def erase(home: Home, kind: Kind = Kind.defendant, key: str = uuid_of("dd", GONE)) -> None:
    erase_subject(home.around, find_subject(home.around, kind, key, None), "asked to")


def published_counts(home: Home) -> list[str]:
    return home.ask(
        """SELECT drop_id, record_type, state, read_count, accepted_count, quarantined_count, new_count, changed_count,
        unchanged_count, superseded_count, duplicate_count, merged_at FROM {onecrown_ops.drop} ORDER BY ALL"""
    )


def nothing_is_off(home: Home) -> bool:
    return all(state != "off" for state, _ in home.findings().values())


def test_no_byte_of_a_home_holds_an_erased_defendant_and_everybody_else_stands(home: Home) -> None:
    home.run(FIRST)
    home.run(SECOND)
    before, counts = home.ask("SELECT source_case_id FROM {onecrown.court_case} ORDER BY 1"), published_counts(home)
    assert len(places_of(folder(home), WORDS)) > 8
    erase(home)
    assert places_of(folder(home), WORDS) == []
    assert places_of(folder(home), [CO_DEFENDANT]) != []
    assert home.ask("SELECT count(*) FROM {onecrown.defendant}") == ["2"]
    assert home.ask("SELECT count(*) FROM {onecrown.offence}") == ["2"]
    assert home.ask("SELECT source_case_id FROM {onecrown.court_case} ORDER BY 1") == before
    assert published_counts(home) == counts
    assert nothing_is_off(home)
    assert all(balances(drop) for drop in home.drops())


@pytest.mark.long
def test_an_erased_home_is_the_home_of_files_that_never_had_them(home: Home, tmp_path: Path) -> None:
    home.run(FIRST)
    home.run(SECOND)
    erase(home)
    stays = [Path(delivery.path).read_bytes() for delivery in home.around.ledger.deliveries()]
    with home_in(tmp_path / "fresh") as fresh:
        fresh.run(File(FIRST.key, stays[0]))
        fresh.run(File(SECOND.key, stays[1]))
        assert fresh.dump() == home.dump()


def test_nothing_brings_an_erased_defendant_back(home: Home) -> None:
    """Replay, a sweep of landing, the same bytes under another name, new bytes, and unreadable lines with their id."""
    home.run(FIRST)
    erase(home)
    stood = home.dump()
    first = home.drops()[0]
    replay_drop(home.around, first.drop_id)
    home.run()
    assert (home.drop(first.drop_id).state, home.dump() == stood) == (MERGED, True)
    home.run(File(f"{HEARING_RESULTED}/again.jsonl", FIRST.data))
    assert (home.dump() == stood, len(home.drops())) == (True, 1)
    newer = event("2026-01-09T10:00:00Z")
    broken = json.dumps(newer)[:-1].encode()
    new = home.run(File(f"{HEARING_RESULTED}/new.jsonl", json.dumps(newer).encode() + b"\n" + broken + b"\n"))[0]
    assert places_of(folder(home), WORDS) == []
    said = {kind: (counts["read"], counts["accepted"], counts["quarantined"]) for kind, counts in new.counts.items()}
    assert said["defendant"] == (2, 1, 1)
    assert balances(new)
    assert home.ask(
        f"SELECT record_type, count(*) FROM {{onecrown_ops.reject}} WHERE rule = 'erased' AND drop_id = '{new.drop_id}' "
        "AND record_type IN ('defendant', 'unreadable') GROUP BY 1 ORDER BY 1"
    ) == ["defendant | 1", "unreadable | 1"]


def test_a_case_goes_with_everybody_on_it_and_its_results(home: Home) -> None:
    home.run(FIRST)
    home.run(SECOND)
    erase(home, Kind.case, uuid_of("cc", 1))
    assert places_of(folder(home), (*WORDS, CO_DEFENDANT, uuid_of("cc", 1), uuid_of("dd", STAYS))) == []
    assert home.ask("SELECT count(*) FROM {onecrown.court_case}") == ["1"]
    assert home.ask("SELECT count(*) FROM {onecrown.result}") == ["0"]
    assert nothing_is_off(home)


def test_a_scrubbed_drop_that_left_and_came_back_has_balanced_books(home: Home) -> None:
    drop = home.run(FIRST)[0]
    erase(home)
    withdraw_drop(home.around, drop.drop_id, "sent by mistake")
    home.merge()
    release_drop(home.around, drop.drop_id, "it was right")
    home.merge()
    assert balances(home.drop(drop.drop_id)) and nothing_is_off(home)


def test_a_plan_tells_what_would_go_and_changes_no_byte(home: Home) -> None:
    home.run(FIRST)
    subject = find_subject(home.around, Kind.defendant, uuid_of("dd", GONE), None)
    before = {
        path: path.read_bytes() for path in folder(home).rglob("*") if path.is_file() and "ledger" not in path.name
    }
    planned = {one.store.name: one for one in plan_erasure(home.around, subject)}
    after = {
        path: path.read_bytes() for path in folder(home).rglob("*") if path.is_file() and "ledger" not in path.name
    }
    assert before == after
    assert (planned["landing"].files, planned["landing"].records) == (1, 3)
    assert planned["onecrown_history.common_platform_hearing_resulted_defendant"].files == 1


def test_drops_that_wait_or_left_are_scrubbed_too(home: Home) -> None:
    first, later = home.run(FIRST)[0], home.run(SECOND)[0]
    withdraw_drop(home.around, later.drop_id, "sent by mistake")
    home.receive(events(event("2026-01-10T10:00:00Z"), name="waits.jsonl"))
    home.deliver(events(event("2026-01-11T10:00:00Z"), name="unseen.jsonl"))
    erase(home)
    assert places_of(folder(home), WORDS) == []
    assert {drop.state for drop in home.drops()} == {MERGED, "withdrawn"}
    assert all(balances(drop) for drop in home.drops())
    assert first.drop_id in {drop.drop_id for drop in home.drops()}
