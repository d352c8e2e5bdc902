"""What a landing key says, and which deliveries are one drop."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.errors import UnreadableDrop
from onecrown.ports import QUARANTINED, VALIDATED, Drop
from onecrown.receiving.landing_key import drop_hash, extract_instant, meaning_of, parse_landing_key

from .homes import Home
from .invented import (
    EVENTS,
    EXTRACTS,
    LISTS,
    MESSAGES,
    MIGRATED,
    STANDING,
    event,
    extract,
    migrated_tree,
    model,
    relaxed,
    subject,
)

# key → source, dataset, parts, name
KEYS = {
    "common_platform/hearing_resulted/a.json": ("common_platform", "hearing_resulted", {}, "a.json"),
    "a/b/extract_date=2026-01-05/c.csv": ("a", "b", {"extract_date": "2026-01-05"}, "c.csv"),
    "a/b/extract_date=2026-01-05/court=453/c": ("a", "b", {"extract_date": "2026-01-05", "court": "453"}, "c"),
    "a/b/court=453/extract_date=2026-01-05/c": ("a", "b", {"extract_date": "2026-01-05", "court": "453"}, "c"),
    "a/b/table=case/part=0001/c": ("a", "b", {"table": "case", "part": "0001"}, "c"),
    "a/b/colour=red/c": ("a", "b", {}, "colour=red/c"),
    "a/b/sub/extract_date=2026-01-05/c": ("a", "b", {}, "sub/extract_date=2026-01-05/c"),
    "a/b/court=1/court=2/c": ("a", "b", {"court": "1"}, "court=2/c"),
    "a/b/extract_date=2026-01-05": ("a", "b", {}, "extract_date=2026-01-05"),
    "a/b/court=x=y/c": ("a", "b", {"court": "x=y"}, "c"),
    "a/b/../../c": ("a", "b", {}, "../../c"),
    "a/b/": ("a", "b", {}, ""),
    "a/c": ("a", "", {}, "c"),
    "c": ("c", "", {}, ""),
}


@pytest.mark.parametrize("text", list(KEYS))
def test_a_landing_key_is_source_dataset_known_parts_and_name(text: str) -> None:
    key = parse_landing_key(text)
    assert (key.source, key.dataset, key.parts, key.name) == KEYS[text]


@relaxed
@given(
    st.lists(
        st.text(max_size=4) | st.sampled_from(["court=1", "part=2", "extract_date=", "x=y"]), min_size=3, max_size=7
    )
)
def test_a_key_taken_apart_loses_nothing(segments: list[str]) -> None:
    key = parse_landing_key("/".join(segments))
    said = [f"{name}={part}" for name, part in key.parts.items()]
    assert "/".join([key.source, key.dataset, *said, key.name]) == key.text == "/".join(segments)


INSTANTS = {
    "2026-01-31": (2026, 1, 31, 0, 0),
    "20260131": (2026, 1, 31, 0, 0),
    "2026-07-31": (2026, 7, 30, 23, 0),
    "2026-01-31T02:00:00Z": (2026, 1, 31, 2, 0),
    "2026-07-31T02:00:00": (2026, 7, 31, 1, 0),
    "2026-07-31T02:00:00+05:30": (2026, 7, 30, 20, 30),
    "2026-10-25T01:30:00": (2026, 10, 25, 0, 30),
    "2099-01-01": (2099, 1, 1, 0, 0),
}


@pytest.mark.parametrize("text", list(INSTANTS))
def test_an_extract_date_is_an_instant_a_date_its_london_midnight(text: str) -> None:
    assert extract_instant(text) == datetime(*INSTANTS[text], tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "never", "31/01/2026", "2026-02-30", "2026-13-01", "infinity", "9999-12-31T23:59:59-05:00"]
)
def test_what_is_no_date_is_no_extract_date(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        extract_instant(text)


def identity(key: str, data: bytes = b"bytes") -> str:
    said = parse_landing_key(key)
    contract = model().contracts[said.dataset_name]
    digest = drop_hash(said.dataset_name, meaning_of(said, contract), contract.meaning_parts)
    digest.update(data)
    return digest.hexdigest()


CSV = "court_453_subject.csv"
ONE_DROP = {
    "another name": (f"{EVENTS}/a.json", f"{EVENTS}/b.json"),
    "a date that means nothing to the contract": (f"{EVENTS}/a.json", f"{EVENTS}/extract_date=2026-01-05/a.json"),
    "a wrong date that means nothing to the contract": (f"{EVENTS}/a.json", f"{EVENTS}/extract_date=never/a.json"),
    "a court that means nothing to the contract": (
        f"{MESSAGES}/extract_date=2026-01-05/a.xml",
        f"{MESSAGES}/extract_date=2026-01-05/court=B01EF/a.xml",
    ),
    "one instant in two forms": (
        f"{MIGRATED}/extract_date=2026-07-01/a",
        f"{MIGRATED}/extract_date=2026-06-30T23:00:00Z/a",
    ),
    "parts in the name or in the key": (
        f"{EXTRACTS}/extract_date=2026-01-05/{CSV}",
        f"{EXTRACTS}/court=453/table=subject/extract_date=2026-01-05/{CSV}",
    ),
    "zipped by name alone": (
        f"{STANDING}/extract_date=2026-01-05/verdict.json",
        f"{STANDING}/extract_date=2026-01-05/verdict.json.gz",
    ),
}
TWO_DROPS = {
    "another date": (f"{MIGRATED}/extract_date=2026-01-05/a.json", f"{MIGRATED}/extract_date=2026-01-06/a.json"),
    "another time of the day": (
        f"{MESSAGES}/extract_date=2026-01-05/a",
        f"{MESSAGES}/extract_date=2026-01-05T01:00:00/a",
    ),
    "another court": (f"{LISTS}/extract_date=2026-01-05/a.xml", f"{LISTS}/extract_date=2026-01-05/court=B01EF/a.xml"),
    "another table": (
        f"{EXTRACTS}/extract_date=2026-01-05/{CSV}",
        f"{EXTRACTS}/extract_date=2026-01-05/court_453_case.csv",
    ),
    "another court's table": (
        f"{EXTRACTS}/extract_date=2026-01-05/{CSV}",
        f"{EXTRACTS}/extract_date=2026-01-05/court_454_subject.csv",
    ),
    "another part": (
        f"{EXTRACTS}/extract_date=2026-01-05/court_453_subject_part-0001.csv",
        f"{EXTRACTS}/extract_date=2026-01-05/court_453_subject_part-0002.csv",
    ),
    "another dataset": (f"{MESSAGES}/extract_date=2026-01-05/a", f"{MIGRATED}/extract_date=2026-01-05/a"),
}


@pytest.mark.parametrize("what", list(ONE_DROP))
def test_what_means_nothing_makes_no_other_drop(what: str) -> None:
    one, other = ONE_DROP[what]
    assert identity(one) == identity(other)
    assert identity(one) != identity(one, b"other bytes")


@pytest.mark.parametrize("what", list(TWO_DROPS))
def test_what_is_meaning_makes_another_drop_of_the_same_bytes(what: str) -> None:
    one, other = TWO_DROPS[what]
    assert identity(one) != identity(other)


def test_a_drop_id_is_the_sha_256_over_dataset_meaning_and_bytes() -> None:
    meaning = {"extract_date": "2026-01-05T00:00:00+00:00"}
    head = json.dumps([MIGRATED, meaning], separators=(",", ":")).encode()
    assert identity(f"{MIGRATED}/extract_date=2026-01-05/a") == hashlib.sha256(head + b"\n" + b"bytes").hexdigest()


MISSING = {
    f"{MIGRATED}/a.json": "missing_extract_date",
    f"{MIGRATED}/extract_date=/a.json": "missing_extract_date",
    f"{MIGRATED}/extract_date=soon/a.json": "bad_extract_date",
    f"{EXTRACTS}/extract_date=2026-01-05/subject.csv": "bad_name",
    f"{EXTRACTS}/extract_date=2026-01-05/court_1_subject.csv": "bad_name",
    f"{STANDING}/extract_date=2026-01-05/Verdict List.json": "bad_name",
}


@pytest.mark.parametrize("key", list(MISSING))
def test_a_key_that_lacks_what_its_contract_needs_is_refused_with_the_rule(key: str) -> None:
    said = parse_landing_key(key)
    with pytest.raises(UnreadableDrop) as refused:
        meaning_of(said, model().contracts[said.dataset_name])
    assert refused.value.rule == MISSING[key]


# --- through a home ----------------------------------------------------------------------------------------------------


def outcomes(home: Home) -> list[str]:
    return [delivery.outcome for delivery in home.surroundings.ledger.deliveries()]


def drop_ids(drops: list[Drop]) -> set[str]:
    return {drop.drop_id for drop in drops}


def test_the_same_file_twice_is_a_quiet_no_op_and_one_more_delivery(home: Home) -> None:
    first = home.received(f"{EVENTS}/a.json", event())
    home.deliver(f"{EVENTS}/a.json", event())
    assert home.receive() == []
    assert outcomes(home) == ["new", "duplicate"]
    assert home.drops() == [first]


def test_the_same_bytes_under_another_name_are_the_same_drop(home: Home) -> None:
    first, second = home.deliver(f"{EVENTS}/a.json", event()), home.deliver(f"{EVENTS}/b.json", event())
    assert len(home.receive()) == 1
    assert home.drop_of(first) == home.drop_of(second)
    assert outcomes(home) == ["new", "duplicate"]


def test_new_bytes_under_an_old_name_are_a_new_drop(home: Home) -> None:
    first = home.received(f"{EVENTS}/a.json", event(1))
    second = home.received(f"{EVENTS}/a.json", event(2))
    assert first.drop_id != second.drop_id
    assert outcomes(home) == ["new", "new"]


def test_a_then_b_then_a_again_under_three_dates_are_three_drops(home: Home) -> None:
    one, other = extract("subject", [subject(1)]), extract("subject", [subject(2)])
    for date, data in (("2026-01-05", one), ("2026-01-12", other), ("2026-01-19", one)):
        home.deliver(f"{EXTRACTS}/extract_date={date}/{CSV}", data)
    received = home.receive()
    assert len(drop_ids(received)) == 3
    assert {drop.state for drop in received} == {VALIDATED}


def test_a_file_refused_for_its_key_is_received_when_it_comes_with_a_right_one(home: Home) -> None:
    data = json.dumps(migrated_tree()).encode()
    states: Mapping[str, str] = {
        key: home.received(key, data).state
        for key in (
            f"{MIGRATED}/a.json",
            f"{MIGRATED}/extract_date=soon/a.json",
            f"{MIGRATED}/extract_date=2026-01-05/a.json",
        )
    }
    assert list(states.values()) == [QUARANTINED, QUARANTINED, VALIDATED]


def test_an_extract_date_that_is_still_to_come_is_taken_at_its_word(home: Home) -> None:
    drop = home.received(f"{MIGRATED}/extract_date=2099-01-01/a.json", json.dumps(migrated_tree()).encode())
    assert drop.state == VALIDATED
    assert {row["_event_at"].date().isoformat() for row in home.judged(drop, "case")} == {"2099-01-01"}
