"""Everything wrong that can arrive, delivered together with good files and handled in one run."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onecrown.ports import FAILED, HELD, MERGED, QUARANTINED, VALIDATED, Arrival
from onecrown.sql.quoting import file

from .homes import Home, made
from .invented import (
    EVENTS,
    EXTRACTS,
    LISTS,
    MESSAGES,
    MIGRATED,
    STANDING,
    WEEK,
    bare_request,
    columns,
    escaped,
    event,
    event_tree,
    extract,
    lines,
    list_case,
    list_document,
    list_entry,
    migrated_tree,
    route_data,
    session,
    spi,
    subject,
    zipped,
)

MARKER = "a secret of this machine that no delivered file may fetch"
RECORDS = ("new", "changed", "unchanged", "superseded", "duplicate")


@dataclass(frozen=True, slots=True)
class Bad:
    """A bad file: where it is delivered, its bytes, the rule that must be named, and what becomes of the drop."""

    key: str
    data: bytes
    rule: str
    state: str = QUARANTINED
    position: str | None = None
    text: str = ""


def laughs(levels: int) -> str:
    """An XML bomb of 10 to the power of `levels` laughs."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, levels + 1))
    return f'<!DOCTYPE bomb [<!ENTITY l0 "ha">{entities}]><ResultedCaseMessage>&l{levels};</ResultedCaseMessage>'


def fetching(address: str) -> str:
    return f'<!DOCTYPE r [<!ENTITY fetched SYSTEM "{address}">]>' + spi(urn="01ZD3000999", family_name="&fetched;")


def rows(table: str, *lines_of_rows: bytes) -> bytes:
    return extract(table, []) + b"".join(lines_of_rows)


def row(table: str, said: dict[str, str]) -> bytes:
    return extract(table, [said]).split(b"\n", 1)[1]


def court(number: int, table: str = "subject") -> str:
    return f"{EXTRACTS}/{WEEK}/court_{number}_{table}.csv"


def of(number: int, sub_id: int, **said: str) -> dict[str, str]:
    return subject(sub_id, CREST_COURT_ID=str(number), **said)


GOOD_ROW = row("subject", of(461, 1))
DEEP = b'{"hearing": ' + b"[" * 300 + b"]" * 300 + b"}"

BAD = {
    # --- files that nobody can place
    "unknown dataset": Bad("someone/else/file.json", b'{"a": 1}', "unknown_dataset"),
    "missing extract date": Bad(
        f"{MIGRATED}/undated.json", json.dumps(migrated_tree()).encode(), "missing_extract_date"
    ),
    "bad extract date": Bad(f"{MIGRATED}/extract_date=31-01-2026/a.json", b'{"c": 1}', "bad_extract_date"),
    "extract date that does not exist": Bad(f"{MESSAGES}/extract_date=2026-02-30/a.xml", b"<d/>", "bad_extract_date"),
    "extract date beyond the calendar": Bad(
        f"{MIGRATED}/extract_date=9999-12-31T23:59:59-05:00/a.json", b'{"e": 1}', "bad_extract_date"
    ),
    "name of no pattern": Bad(f"{EXTRACTS}/{WEEK}/subjects.csv", b"SUB_ID\n1\n", "bad_name"),
    "unknown table": Bad(court(401, "nonsense"), b"SUB_ID\n1\n", "unknown_table"),
    "unknown list": Bad(f"{STANDING}/{WEEK}/unheard-of.json", b'[{"code": "X1"}]', "unknown_list"),
    # --- files that cannot be unpacked
    "empty file": Bad(f"{EVENTS}/empty.json", b"", "empty_file"),
    "empty gzip": Bad(f"{EVENTS}/empty.json.gz", zipped(b""), "empty_file"),
    "file of blank lines": Bad(f"{EVENTS}/blank.json", b"\n \n\n", "empty_file"),
    "truncated gzip": Bad(f"{EVENTS}/cut.json.gz", zipped(event(70))[:-20], "truncated_gzip"),
    "gzip that is only its magic": Bad(f"{EVENTS}/magic.json.gz", b"\x1f\x8b", "truncated_gzip"),
    "broken gzip": Bad(f"{EVENTS}/broken.json.gz", zipped(event(71))[:-8] + b"\0" * 8, "broken_gzip"),
    "gzip with rubbish behind it": Bad(f"{EVENTS}/tail.json.gz", zipped(event(72)) + b"rubbish", "broken_gzip"),
    "gzip bomb": Bad(f"{EVENTS}/bomb.json.gz", gzip.compress(bytes(66 << 20), 1, mtime=0), "expands_too_far"),
    # --- encodings
    "UTF-16 JSON": Bad(f"{EVENTS}/wide.json", event(73).decode().encode("utf-16"), "unreadable_json"),
    "UTF-16 CSV": Bad(court(402), extract("subject", [of(402, 1)]).decode().encode("utf-16"), "wrong_encoding"),
    "Latin-1 CSV": Bad(
        court(403), extract("subject", [of(403, 1, SURNAME="INVÉNTED")]).decode().encode("latin-1"), "wrong_encoding"
    ),
    "Latin-1 JSON line": Bad(
        f"{EVENTS}/latin.jsonl",
        lines(event(21), event(74, note="É").replace(b"\\u00c9", b"\xc9"), event(22)),
        "unreadable_json",
        VALIDATED,
        "2",
        "00000000-0000-4000-8000-aa0000000074",
    ),
    "Latin-1 XML that says UTF-8": Bad(
        f"{MESSAGES}/{WEEK}/latin.xml",
        spi(family_name="Pseudonymé").encode("latin-1"),
        "unreadable_xml",
        text="01ZD3000126",
    ),
    # --- JSON
    "broken line among good ones": Bad(
        f"{EVENTS}/broken-line.jsonl",
        lines(event(23), b'{"sharedTime": "2026-01-07T15:00:00Z", "hearing": {', event(24)),
        "unreadable_json",
        VALIDATED,
        "2",
        '{"sharedTime": "2026-01-07T15:00:00Z", "hearing": {',
    ),
    "broken first line": Bad(
        f"{EVENTS}/broken-first.jsonl",
        lines(b'{"broken": ', event(25)),
        "unreadable_json",
        VALIDATED,
        "1",
        '{"broken": ',
    ),
    "truncated document": Bad(f"{EVENTS}/cut.json", event(75)[:-30], "unreadable_json", text='{"sharedTime": '),
    "truncated pretty document": Bad(
        f"{EVENTS}/cut-pretty.json",
        json.dumps(event_tree(76), indent=2).encode()[:-60],
        "unreadable_json",
        position="1",
        text='"sharedTime": ',
    ),
    "nested too deep": Bad(f"{EVENTS}/deep.json", DEEP, "unreadable_json", text="[[[["),
    "NaN": Bad(
        f"{EVENTS}/nan.json", event(77).replace(b'"hearingDay": "2026-01-07"', b'"hearingDay": NaN'), "unreadable_json"
    ),
    "lone surrogate": Bad(f"{EVENTS}/surrogate.json", event(78, note="\ud800"), "unreadable_json", text="ud800"),
    "a scalar": Bad(f"{EVENTS}/scalar.json", b'"hello"', "unreadable_json", text="hello"),
    "JSON without a record": Bad(f"{EVENTS}/nothing.json", b'{"foo": 1}', "no_record", text='{"foo":1}'),
    "no time of sharing": Bad(
        f"{EVENTS}/timeless.json", json.dumps({"hearing": event_tree(79)["hearing"]}).encode(), "no_event_time"
    ),
    "a time of sharing in words": Bad(
        f"{EVENTS}/infinity.json", json.dumps({**event_tree(80), "sharedTime": "infinity"}).encode(), "no_event_time"
    ),
    # --- XML
    "broken XML": Bad(
        f"{MESSAGES}/{WEEK}/cut.xml", spi(urn="01ZD3000777")[:-40].encode(), "unreadable_xml", text="01ZD3000777"
    ),
    "no XML at all": Bad(f"{MESSAGES}/{WEEK}/words.xml", b"these are words", "unreadable_xml", text="these are words"),
    "XML of something else": Bad(f"{MESSAGES}/{WEEK}/other.xml", b"<other/>", "no_document"),
    "XML without a record": Bad(f"{MESSAGES}/{WEEK}/hollow.xml", b"<ResultedCaseMessage/>", "no_record"),
    "XML nested too deep": Bad(
        f"{MESSAGES}/{WEEK}/deep.xml",
        spi().replace("<Session>", "<Session>" + "<a>" * 300 + "</a>" * 300).encode(),
        "unreadable_xml",
        text="<a><a>",
    ),
    "broken XML within an envelope": Bad(
        f"{MESSAGES}/{WEEK}/inner.xml", route_data(escaped(spi()[:-10])).encode(), "unreadable_xml", text="01ZD3000126"
    ),
    "small XML bomb": Bad(f"{MESSAGES}/{WEEK}/bomb.xml", laughs(3).encode(), "doctype_refused"),
    "billion laughs": Bad(f"{MESSAGES}/{WEEK}/laughs.xml", laughs(9).encode(), "unreadable_xml"),
    "billion laughs within an envelope": Bad(
        f"{MESSAGES}/{WEEK}/laughs-inside.xml", route_data(escaped(laughs(9))).encode(), "unreadable_xml"
    ),
    "bomb in a court list": Bad(f"{LISTS}/{WEEK}/bomb.xml", laughs(2).encode(), "doctype_refused"),
    # --- CSV
    "row with too few fields": Bad(
        court(461),
        rows("subject", GOOD_ROW, b'"2","INVENTED"\n', row("subject", of(461, 3))),
        "unreadable_row",
        VALIDATED,
        "3",
        '"2","INVENTED"',
    ),
    "row with too many fields": Bad(
        court(462),
        rows("subject", row("subject", of(462, 1)), b",".join([b'"x"'] * 50) + b"\n"),
        "unreadable_row",
        VALIDATED,
        "3",
        '"x","x","x"',
    ),
    "unbalanced quote": Bad(
        court(463),
        rows("subject", row("subject", of(463, 1)), b'"2,"3\n', row("subject", of(463, 4))),
        "unreadable_row",
        VALIDATED,
        "3",
        '"2,"3',
    ),
    "header whose quote is never closed": Bad(court(464), b'"' + b"x" * 200_000 + b"\n", "unreadable_csv"),
    "repeated column": Bad(court(465), extract("subject", [of(465, 1)], ("SUB_ID", "SUB_ID")), "repeated_column"),
    "no known column": Bad(court(466), b"A,B\n1,2\n", "no_known_column"),
    "row of another court": Bad(
        court(467),
        extract("subject", [of(467, 1), of(999, 2)]),
        "XH-COURT-MISMATCH-SUBJECT",
        VALIDATED,
        "3",
        '"SUB_ID":"2"',
    ),
    # --- dates that do not exist, in each source's form
    "day that does not exist in an event": Bad(
        f"{EVENTS}/day.json",
        event(81).replace(b'"hearingDay": "2026-01-07"', b'"hearingDay": "2026-02-30"'),
        "not_a_date",
        text="00000000-0000-4000-8000-aa0000000081",
    ),
    "day that does not exist in a migrated case": Bad(
        f"{MIGRATED}/{WEEK}/day.json",
        json.dumps(
            migrated_tree(hearings=[{"courtHearingLocation": "C01SN01", "dateOfHearing": "2026-02-30"}])
        ).encode(),
        "not_a_date",
        VALIDATED,
        text="2026-02-30",
    ),
    "day that does not exist in a message": Bad(
        f"{MESSAGES}/{WEEK}/day.xml",
        spi(urn="01ZD3000888", day="2026-02-30").encode(),
        "not_a_date",
        VALIDATED,
        text="2026-02-30",
    ),
    "day that does not exist in a court list": Bad(
        f"{LISTS}/{WEEK}/day.xml",
        bare_request(list_document(session(list_case(5, born="30/02/1980")))).encode(),
        "not_a_date",
        VALIDATED,
        text="30/02/1980",
    ),
    "day that does not exist in an extract": Bad(
        court(468, "case_hearing_day"),
        extract(
            "case_hearing_day",
            [list_entry(1, CREST_COURT_ID="468"), list_entry(2, CREST_COURT_ID="468", LIST_DATE="30-FEB-26")],
        ),
        "not_a_date",
        VALIDATED,
        "3",
        "30-FEB-26",
    ),
}
PROMISE_BROKEN = (court(469), extract("subject", [of(469, 1)], [name for name in columns("subject") if name != "DOB"]))
GOOD = {
    "event before": (f"{EVENTS}/good-1.json", event(1)),
    "event after": (f"{EVENTS}/good-2.json", event(2)),
    "zipped event": (f"{EVENTS}/good-3.json.gz", zipped(event(3))),
    "message": (f"{MESSAGES}/{WEEK}/good.xml", spi().encode()),
    "extract": (court(453), extract("subject", [subject(1), subject(2)])),
    "migrated case": (f"{MIGRATED}/extract_date=2026-01-06/good.json", json.dumps(migrated_tree()).encode()),
    "court list": (f"{LISTS}/{WEEK}/good.xml", bare_request(list_document(session(list_case(1)))).encode()),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run over every bad and every good file."""

    home: Home
    bad: dict[str, Arrival]
    good: dict[str, Arrival]
    held: Arrival
    fetching: dict[str, Arrival]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("bad_files")
    secret = folder / "secret.txt"
    secret.write_text(MARKER, encoding="utf-8")
    with made(folder / "home") as home:
        first = {"event before": home.deliver(*GOOD["event before"])}
        bad = {name: home.deliver(said.key, said.data) for name, said in BAD.items()}
        held = home.deliver(*PROMISE_BROKEN)
        fetched = {
            name: home.deliver(f"{MESSAGES}/{WEEK}/{name}.xml", text.encode())
            for name, text in (
                ("plain", fetching(secret.as_uri())),
                ("wrapped", route_data(escaped(fetching(secret.as_uri())))),
            )
        }
        good = first | {name: home.deliver(*said) for name, said in GOOD.items() if name not in first}
        home.receive()
        yield Run(home, bad, good, held, fetched)


every_bad_file = pytest.mark.parametrize("name", list(BAD))


@every_bad_file
def test_what_is_wrong_with_a_file_is_said_by_a_rule_with_what_was_expected(run: Run, name: str) -> None:
    found = [row for row in run.home.rejects(run.home.drop_of(run.bad[name])) if row["rule"] == BAD[name].rule]
    assert found, f"no record was set aside by {BAD[name].rule}"
    assert all(row["expected"] for row in found)


@every_bad_file
def test_a_bad_file_ends_in_the_state_that_fits_it(run: Run, name: str) -> None:
    drop = run.home.drop_of(run.bad[name])
    assert drop.state == BAD[name].state
    assert drop.reason or drop.state == VALIDATED


@every_bad_file
def test_a_bad_file_stays_in_landing_byte_for_byte(run: Run, name: str) -> None:
    assert Path(run.bad[name].path).read_bytes() == BAD[name].data


@every_bad_file
def test_a_rejected_record_is_in_quarantine_with_its_text_and_position(run: Run, name: str) -> None:
    said = BAD[name]
    found = [row for row in run.home.rejects(run.home.drop_of(run.bad[name])) if row["rule"] == said.rule]
    assert any(said.text in row["text"] for row in found)
    assert said.position is None or {row["position"] for row in found} == {said.position}


@every_bad_file
def test_the_books_of_a_bad_file_balance(run: Run, name: str) -> None:
    drop = run.home.drop_of(run.bad[name])
    set_aside = Counter(kind for kind, _ in {(row["record_type"], row["position"]) for row in run.home.rejects(drop)})
    assert drop.total("read") > 0
    for kind, said in drop.counts.items():
        assert said["read"] == said["accepted"] + said["quarantined"], kind
        assert said["quarantined"] == set_aside[kind], kind


@pytest.mark.parametrize("name", list(GOOD))
def test_good_files_of_the_same_run_go_on(run: Run, name: str) -> None:
    drop = run.home.drop_of(run.good[name])
    assert drop.state == VALIDATED
    assert drop.total("accepted") == drop.total("read") > 0


def test_no_file_however_bad_makes_a_drop_fail(run: Run) -> None:
    assert [drop.reason for drop in run.home.drops() if drop.state == FAILED] == []


def test_a_bad_file_is_handled_once_and_not_again(run: Run) -> None:
    assert run.home.receive() == []


def test_good_lines_around_a_broken_one_reach_the_tables_and_the_books_balance_to_the_end(home: Home) -> None:
    broken = BAD["broken line among good ones"]
    arrivals = [home.deliver(broken.key, broken.data), home.deliver(*GOOD["event before"])]
    home.receive()
    home.merge()
    drops = [home.drop_of(arrival) for arrival in arrivals]
    assert [drop.state for drop in drops] == [MERGED, MERGED]
    assert [drop.counts["hearing"]["new"] for drop in drops] == [2, 1]
    assert all(drop.total("accepted") == sum(drop.total(count) for count in RECORDS) for drop in drops)
    assert home.ask("SELECT count(*) FROM [onecrown.hearing]") == [(3,)]


def test_a_missing_column_holds_the_drop_and_names_the_column(run: Run) -> None:
    drop = run.home.drop_of(run.held)
    assert drop.state == HELD
    assert drop.reason.startswith("missing_column") and "DOB" in drop.reason
    assert drop.total("read") == drop.total("accepted") + drop.total("quarantined") == 1
    assert Path(run.held.path).read_bytes() == PROMISE_BROKEN[1]


@pytest.mark.parametrize("name", ["plain", "wrapped"])
def test_an_external_entity_is_refused(run: Run, name: str) -> None:
    drop = run.home.drop_of(run.fetching[name])
    assert drop.state == QUARANTINED
    assert {row["rule"] for row in run.home.rejects(drop)} == {"doctype_refused"}


def test_nothing_that_an_external_entity_names_is_ever_read(run: Run) -> None:
    found = [path for path in run.home.folder.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]
    with run.home.surroundings.engine() as con:
        for path in run.home.folder.rglob("*.parquet"):
            sql = f"SELECT count(*) FROM read_parquet({file(path)}) AS t WHERE contains(CAST(t AS VARCHAR), ?)"
            found += [path] if con.execute(sql, [MARKER]).fetchone() != (0,) else []
    assert found == []


def test_a_faulty_hearing_of_a_migrated_case_takes_nothing_else_with_it(run: Run) -> None:
    counts = run.home.drop_of(run.bad["day that does not exist in a migrated case"]).counts
    assert {kind for kind, said in counts.items() if said["quarantined"]} == {"hearing"}
    assert counts["case"]["accepted"] == counts["defendant"]["accepted"] == counts["offence"]["accepted"] == 1


def test_a_message_of_an_impossible_day_still_tells_of_its_case_defendant_and_offence(run: Run) -> None:
    counts = run.home.drop_of(run.bad["day that does not exist in a message"]).counts
    assert {"case", "defendant", "offence"} <= {kind for kind, said in counts.items() if said["accepted"]}
    assert {"hearing", "attendance", "result"} <= {kind for kind, said in counts.items() if said["quarantined"]}


def test_an_expanded_bomb_leaves_nothing_behind(run: Run) -> None:
    scratch: Path = run.home.surroundings.scratch
    assert [path for path in scratch.rglob("*") if path.is_file()] == []
