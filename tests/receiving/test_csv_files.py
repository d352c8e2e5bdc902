"""CSV extracts: headers that drift, rows that break, and positions that are lines of the file."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecrown.ports import QUARANTINED, VALIDATED, Drop
from onecrown.receiving.canonical import canonical_json
from onecrown.rendering.csv_rows import as_text, hashed, joined
from onecrown.rendering.csv_scans import raw
from onecrown.sql.digests import digest
from onecrown.sql.quoting import name

from .homes import Home, rules
from .invented import EXTRACTS, WEEK, columns, extract, relaxed, subject

KEY = f"{EXTRACTS}/{WEEK}/court_453_subject.csv"
BAD_BIRTH = {"DOB": "30-FEB-80"}


def received(home: Home, data: bytes) -> Drop:
    return home.received(KEY, data)


def hashes(home: Home, drop: Drop) -> dict[str, str]:
    return {row["_key"]: row["_hash"] for row in home.accepted(drop, "subject")}


def body(*rows: dict[str, str]) -> bytes:
    return extract("subject", rows).split(b"\n", 1)[1]


def test_an_extra_column_is_drift_and_the_rows_go_on(home: Home) -> None:
    drop = received(home, extract("subject", [{**subject(), "SHOE_SIZE": "44"}], (*columns("subject"), "SHOE_SIZE")))
    assert drop.state == VALIDATED
    assert home.drift(drop) == {("subject", "SHOE_SIZE")}
    assert [row["raw:SHOE_SIZE"] for row in home.accepted(drop, "subject")] == ["44"]


def test_columns_in_another_order_give_the_same_records_with_the_same_hashes(home: Home) -> None:
    rows = [subject(1, DOB="11-NOV-48"), subject(2, SURNAME="DUMMYTON")]
    one = received(home, extract("subject", rows))
    other = received(home, extract("subject", rows, columns("subject")[::-1]))
    assert one.drop_id != other.drop_id
    assert hashes(home, one) == hashes(home, other) != {}
    assert [s["members_hash"] for s in home.snapshots(one)] == [s["members_hash"] for s in home.snapshots(other)]


def test_another_value_or_another_column_is_another_hash(home: Home) -> None:
    one = received(home, extract("subject", [subject(1)]))
    changed = received(home, extract("subject", [subject(1, TOWN="NOWHERETON")]))
    moved = received(home, extract("subject", [subject(1, COUNTY="NOWHERETON")]))
    assert len({next(iter(hashes(home, drop).values())) for drop in (one, changed, moved)}) == 3


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["newline", "carriage return and newline"])
def test_positions_are_lines_of_the_file_whatever_stands_before(home: Home, line_end: bytes) -> None:
    data = b"".join(
        [
            extract("subject", []),
            body(subject(1, SURNAME="TWO\nLINES")),
            body(subject(2, **BAD_BIRTH)),
            b'\n\n"too","few"\n',
            body(subject(3, **BAD_BIRTH)),
            b'\n"too","few"\n',
            body(subject(4, SURNAME="WITH A\n\nBLANK LINE")),
            b'\n"too","few"\n',
            body(subject(5, **BAD_BIRTH)),
            b"\n\n",
        ]
    ).replace(b"\n", line_end)
    broken = [number for number, line in enumerate(data.splitlines(), 1) if line.startswith(b'"too"')]
    births = [number for number, line in enumerate(data.splitlines(), 1) if b"30-FEB-80" in line]
    drop = received(home, data)
    found = home.rejects(drop)
    assert [int(row["position"]) for row in found if row["rule"] == "unreadable_row"] == broken
    assert [int(row["position"]) for row in found if row["rule"] == "not_a_date"] == births
    assert {row["text"] for row in found if row["rule"] == "unreadable_row"} == {'"too","few"'}
    assert (drop.total("read"), drop.total("accepted")) == (8, 2)


def test_small_files_of_one_table_are_judged_in_one_pass_and_each_tells_the_lines_of_its_own(home: Home) -> None:
    files = {
        "451": [body(subject(1, SURNAME="TWO\nLINES")), b"\n\n", body(subject(2, **BAD_BIRTH))],
        "452": [],
        "453": [b'"too","few"\n', body(subject(3, **BAD_BIRTH)), body(subject(3))],
        "454": [body(subject(4)), body(subject(5, **BAD_BIRTH))],
        "455": [body(subject(6)), b'"never closed\n'],
        "456": [body(subject(7))],
    }
    arrivals = [
        home.deliver(
            KEY.replace("453", court), b"".join([extract("subject", []), *rows]).replace(b"453", court.encode())
        )
        for court, rows in files.items()
    ]
    home.receive()
    drops = [home.drop_of(arrival) for arrival in arrivals]
    assert len({drop.prefix for drop in drops}) == 1
    assert [[(row["rule"], row["position"]) for row in home.rejects(drop)] for drop in drops] == [
        [("not_a_date", "6")],
        [],
        [("unreadable_row", "2"), ("not_a_date", "3")],
        [("not_a_date", "3")],
        [("unreadable_row", "3")],
        [],
    ]
    assert [(s["scope"], s["listed"], s["complete"]) for drop in drops for s in home.snapshots(drop)] == [
        ("451|subject", 2, True),
        ("452|subject", 0, True),
        ("453|subject", 2, False),
        ("454|subject", 2, True),
        ("455|subject", 1, False),
        ("456|subject", 1, True),
    ]
    assert [drop.total("read") for drop in drops] == [2, 0, 3, 2, 2, 1]


def test_files_with_other_columns_are_judged_apart(home: Home) -> None:
    orders = {"451": columns("subject"), "452": columns("subject")[::-1]}
    arrivals = [
        home.deliver(KEY.replace("453", court), extract("subject", [subject()], order))
        for court, order in orders.items()
    ]
    home.receive()
    one, other = [home.drop_of(arrival) for arrival in arrivals]
    assert one.prefix != other.prefix
    assert [row["listed"] for drop in (one, other) for row in home.snapshots(drop)] == [1, 1]


def test_a_value_keeps_its_line_breaks(home: Home) -> None:
    drop = received(home, extract("subject", [subject(1, SURNAME="TWO\nLINES")]))
    assert [row["raw:SURNAME"] for row in home.accepted(drop, "subject")] == ["TWO\nLINES"]


def test_a_header_alone_is_an_empty_and_complete_snapshot(home: Home) -> None:
    drop = received(home, extract("subject", []))
    assert drop.state == VALIDATED
    assert (drop.total("read"), home.rejects(drop)) == (0, [])
    assert [(row["scope"], row["listed"], row["complete"]) for row in home.snapshots(drop)] == [
        ("453|subject", 0, True)
    ]


def test_a_row_that_cannot_be_parsed_leaves_the_snapshot_incomplete(home: Home) -> None:
    drop = received(home, extract("subject", [subject(1)]) + b'"2","3"\n')
    assert [(row["listed"], row["complete"]) for row in home.snapshots(drop)] == [(1, False)]


def test_a_file_without_a_header_is_read_in_the_promised_order(home: Home) -> None:
    drop = received(home, body(subject(1), subject(2, **BAD_BIRTH)))
    assert [row["_key"] for row in home.accepted(drop, "subject")] == ["453|1"]
    assert [row["position"] for row in home.rejects(drop)] == ["2"]


def test_two_rows_with_one_key_are_both_read_and_the_books_balance(home: Home) -> None:
    drop = received(home, extract("subject", [subject(1), subject(1, TOWN="NOWHERETON"), subject(1)]))
    home.merge()
    merged = home.surroundings.ledger.drop(drop.drop_id)
    assert merged is not None
    counts = merged.counts["subject"]
    assert (counts["read"], counts["accepted"], counts["quarantined"]) == (3, 3, 0)
    assert sum(counts.get(count, 0) for count in ("new", "changed", "unchanged", "superseded", "duplicate")) == 3
    assert counts["duplicate"] == 1
    assert home.ask("SELECT count(*) FROM [onecrown_history.xhibit_extract_subject]") == [(2,)]


def test_a_key_with_a_bar_or_a_backslash_is_no_other_key(home: Home) -> None:
    drop = received(
        home, extract("subject", [subject(1, SUB_ID="A|B"), subject(1, SUB_ID="A\\B"), subject(1, SUB_ID="AB")])
    )
    assert {row["_key"] for row in home.accepted(drop, "subject")} == {"453|A\\|B", "453|A\\\\B", "453|AB"}


def test_every_broken_rule_of_a_row_is_said_in_one_pass(home: Home) -> None:
    drop = received(home, extract("subject", [subject(1, SUB_ID="", CREST_COURT_ID="454", **BAD_BIRTH)]))
    assert drop.state == QUARANTINED
    assert {"key_missing", "not_a_date", "XH-COURT-MISMATCH-SUBJECT"} <= rules(home.rejects(drop))


column_names = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@relaxed
@given(
    st.dictionaries(column_names, texts, min_size=1, max_size=5).filter(
        lambda row: len({n.lower() for n in row}) == len(row)
    )
)
def test_the_hash_of_a_row_is_the_same_in_python_and_in_sql(said: dict[str, str]) -> None:
    names = sorted(said)
    prefix = digest("\x1f".join(names))
    assert _in_sql(said, hashed(tuple(said), joined(tuple(said)))) == digest(
        "\x1f".join([prefix, *(said[name] for name in names)])
    )


printable = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\x7f"), max_size=12)


@relaxed
@given(
    st.dictionaries(column_names, printable, min_size=1, max_size=5).filter(
        lambda row: len({n.lower() for n in row}) == len(row)
    )
)
def test_the_canonical_text_of_a_row_is_the_same_in_python_and_in_sql(said: dict[str, str]) -> None:
    assert _in_sql(said, as_text(tuple(said))) == canonical_json(said)


def _in_sql(said: dict[str, str], expression: str) -> Any:
    relation = ", ".join(f"? AS {name(raw(column))}" for column in said)
    found = duckdb.connect().execute(f"SELECT {expression} FROM (SELECT {relation})", list(said.values())).fetchone()
    assert found is not None
    return found[0]
