"""Shares of hearings in which somebody stands who is to be erased, and what a test asks of a home that has them."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from merging.builders import HEARING_RESULTED, File, Result, Share, uuid_of
from merging.homes import Home
from merging.kept_homes import KeptHome

from onecrown.flows.erase_records import erase_subject
from onecrown.flows.find_subject import Kind, find_subject

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


@dataclass(frozen=True)
class Shared:
    """A home with both shares, kept at three moments: `first`, `second` and `erased`; and what was told before the erasure."""

    kept: KeptHome
    cases: list[str]
    counts: list[str]
    places: int


def erased_after_both_shares(folder: Path) -> Shared:
    """The first share and what came with it, the second share, the defendant erased: each of them is a moment."""
    kept = KeptHome(folder)
    with kept.until("first") as home:
        home.run(FIRST)
    with kept.until("second") as home:
        home.run(SECOND)
        cases = home.ask("SELECT source_case_id FROM {onecrown.court_case} ORDER BY 1")
        counts, places = published_counts(home), len(places_of(kept.folder, WORDS))
    with kept.until("erased") as home:
        erase(home)
    return Shared(kept, cases, counts, places)
