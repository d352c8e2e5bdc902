"""One receipt: drops of one dataset parsed, staged and judged together into one folder."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract, Format, RecordType
from onecrown.errors import UnreadableDrop
from onecrown.receiving.csv_headers import Header, read_header
from onecrown.receiving.documents import Document, Pruning, Unreadable, same_line
from onecrown.receiving.expansion import check_encoding, expanded
from onecrown.receiving.json_documents import json_documents, own_text
from onecrown.receiving.judging import UNREADABLE, Judge, Judgement
from onecrown.receiving.landing_key import LandingKey
from onecrown.receiving.records import Drift, Origin, RecordWalker
from onecrown.receiving.staging import TECHNICAL, StagedType, Staging
from onecrown.receiving.xml_documents import xml_documents
from onecrown.rendering.csv_rows import CsvFile, as_text, position, raw, staged_rows
from onecrown.rendering.judging_select import Staged
from onecrown.rendering.rule_book import every_field
from onecrown.sql.quoting import file, name


@dataclass(frozen=True, slots=True)
class Sent:
    """One drop to receive."""

    drop_id: str
    key: LandingKey
    meaning: dict[str, str]
    path: Path


@dataclass(slots=True)
class Receipt:
    """What came of it: counts, and drops that break a promise of the whole file."""

    judgement: Judgement
    broken_promises: dict[str, str] = field(default_factory=dict)


def receive(
    con: duckdb.DuckDBPyConnection, contract: Contract, sent: Sequence[Sent], folders: tuple[Path, Path], scratch: Path, pseudonym_key: bytes
) -> Receipt:
    """Parse and judge drops of one dataset into two folders: judged records and quarantine. A CSV is received alone."""
    judge = Judge(con, contract, folders)
    receipt = Receipt(judge.judgement)
    if contract.format.kind == "csv":
        for drop in sent:
            _receive_csv(con, contract, drop, judge, receipt, scratch)
    else:
        _receive_documents(contract, sent, judge, scratch, pseudonym_key)
    judge.take_snapshots({drop.drop_id: (drop.meaning, drop.meaning.get("extract_date", "")) for drop in _whole(sent, judge)})
    judge.finish()
    return receipt


def _whole(sent: Sequence[Sent], judge: Judge) -> Iterator[Sent]:
    """Drops of which something could be read: only those are snapshots of their file."""
    for drop in sent:
        kinds = [tally for (drop_id, kind), tally in judge.judgement.tallies.items() if drop_id == drop.drop_id and kind != UNREADABLE]
        unreadable = judge.judgement.tallies.get((drop.drop_id, UNREADABLE))
        if kinds or unreadable is None:
            yield drop


def _receive_documents(contract: Contract, sent: Sequence[Sent], judge: Judge, scratch: Path, pseudonym_key: bytes) -> None:
    walker = RecordWalker(contract)
    with Staging(scratch / "staged") as staging:
        for drop in sent:
            walker.drift = Drift()
            _stage_drop(contract, drop, walker, staging, scratch, pseudonym_key)
            for (kind, unknown), count in walker.drift.names.items():
                judge.note_drift(drop.drop_id, kind, unknown, count)
    for drop_id, unreadable in staging.unreadable:
        judge.set_aside_unreadable(drop_id, unreadable)
    for record_type in contract.in_order():
        staged = staging.types.get(record_type.name)
        if staged is not None:
            select = judge.judge(record_type, Staged(_staged_relation(record_type, staged)))
            judge.report(record_type, select, "j._text")


def _stage_drop(
    contract: Contract, drop: Sent, walker: RecordWalker, staging: Staging, scratch: Path, pseudonym_key: bytes
) -> None:
    origin = Origin(drop.key, drop.meaning, pseudonym_key)
    try:
        for found in _documents(contract, drop, scratch):
            if isinstance(found, Unreadable):
                staging.add_unreadable(drop.drop_id, found)
                continue
            held = 0
            for held, record in enumerate(walker.records(found, origin), 1):
                staging.add(drop.drop_id, record, drop.meaning.get("extract_date"))
            if not held and not contract.format.whole_list:
                staging.add_unreadable(drop.drop_id, _without_records(found))
    except UnreadableDrop as error:
        staging.add_unreadable(drop.drop_id, Unreadable("", "", error.rule, error.expected))


def _without_records(document: Document) -> Unreadable:
    text = document.own_text(document.tree, Pruning())
    return Unreadable(str(document.line), text, "no_record", "a document with a record that the contract names")


def _documents(contract: Contract, drop: Sent, scratch: Path) -> Iterator[Document | Unreadable]:
    path = expanded(drop.path, scratch, contract.format.max_bytes)
    if contract.format.kind == "xml":
        yield from xml_documents(path, contract.format)
        return
    found = 0
    for document in json_documents(path):
        found += 1
        yield from _entries(contract, drop, document) if contract.format.whole_list else [document]
    if not found:
        raise UnreadableDrop("empty_file", "a file with content: deliver it again")


def _entries(contract: Contract, drop: Sent, document: Document | Unreadable) -> Iterator[Document | Unreadable]:
    """A list of standing data as one document of entries; a file that is one object is a list of its members."""
    lists = next(iter(contract.record_types.values())).lists
    table = lists.get(drop.meaning["table"])
    if table is None:
        raise UnreadableDrop("unknown_list", f"one of the lists {', '.join(sorted(lists))}")
    if isinstance(document, Unreadable):
        yield document
        return
    tree = document.tree
    if table.form == "object" and isinstance(tree, dict):
        tree = [{"@name": name, "value": value} for name, value in tree.items()]
    if not isinstance(tree, list):
        raise UnreadableDrop("not_a_list", f"a JSON {table.form} of entries")
    for index, entry in enumerate(tree):
        if not isinstance(entry, dict):
            yield Unreadable(f"{document.line}:/{index}", str(entry), "not_an_entry", "a JSON object")
    yield Document([entry for entry in tree if isinstance(entry, dict)], document.line, own_text, same_line)


def _staged_relation(record_type: RecordType, staged: StagedType) -> str:
    columns = {**TECHNICAL, **{field.name: "VARCHAR" for field in every_field(record_type)}}
    said = ", ".join(f"{name(column)}: '{kind}'" for column, kind in columns.items())
    size = max(staged.longest * 4, 1 << 20)
    return (
        f"(SELECT * FROM read_ndjson({file(staged.path)}, columns = {{{said}}}, "
        f"maximum_object_size = {size}, auto_detect = false))"
    )


def _receive_csv(
    con: duckdb.DuckDBPyConnection, contract: Contract, drop: Sent, judge: Judge, receipt: Receipt, scratch: Path
) -> None:
    try:
        record_type = _table_of(contract, drop)
        path = expanded(drop.path, scratch, contract.format.max_bytes)
        check_encoding(path, contract.format.encoding)
        header = read_header(path, contract.format, record_type)
    except UnreadableDrop as error:
        judge.set_aside_unreadable(drop.drop_id, Unreadable("", "", error.rule, error.expected))
        return
    if header.missing:
        receipt.broken_promises[drop.drop_id] = f"missing_column: the promised columns {', '.join(header.missing)}"
    for unknown in header.unknown:
        judge.note_drift(drop.drop_id, record_type.name, unknown, 1)
    _judge_csv(con, contract, drop, record_type, path, header, judge)


def _table_of(contract: Contract, drop: Sent) -> RecordType:
    said = drop.meaning.get("table")
    by_table = {kind.table: kind for kind in contract.record_types.values()}
    if len(by_table) == 1:
        return next(iter(by_table.values()))
    if said not in by_table:
        raise UnreadableDrop("unknown_table", f"one of the tables {', '.join(sorted(by_table))}")
    return by_table[said]


def _judge_csv(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    drop: Sent,
    record_type: RecordType,
    path: Path,
    header: Header,
    judge: Judge,
) -> None:
    csv = CsvFile(path, header.columns, drop.drop_id, drop.meaning.get("extract_date"), drop.meaning, header.is_there)
    columns = tuple(column for column in header.columns if column != "_end")
    for table in ("broken_rows", "broken_scans"):
        con.execute(f"DROP TABLE IF EXISTS {table}")
    staged = Staged(f"({staged_rows(csv, contract, record_type)})", tuple(map(raw, columns)), is_csv=True)
    try:
        select = judge.judge(record_type, staged)
    except duckdb.InvalidInputException:
        unreadable = Unreadable("", "", "unreadable_csv", "comma-separated values that can be parsed: deliver it again")
        judge.set_aside_unreadable(drop.drop_id, unreadable)
        return
    _set_aside_broken(con, csv, contract.format, judge)
    judge.report(record_type, select, as_text(columns, "j."), position("j"))


def _set_aside_broken(con: duckdb.DuckDBPyConnection, csv: CsvFile, layout: Format, judge: Judge) -> None:
    """Quarantine the rows that could not be parsed; note by how much they, and blank lines, shift the lines of the others."""
    con.execute("CREATE OR REPLACE TEMP TABLE shifts (before_row BIGINT, lines BIGINT)")
    found = con.execute(
        "SELECT line, min(line_byte_position), any_value(csv_line), min(error_message) FROM broken_rows GROUP BY line ORDER BY line"
    ).fetchall()
    lines = _lines_at(csv.path, [byte for _, byte, _, _ in found])
    blanks = list(_blank_lines(csv.path, layout.quote.encode()))
    shifts = []
    for number, ((logical, _, said, message), line) in enumerate(zip(found, lines, strict=True)):
        text = (said or "").lstrip("\r\n")
        blank_above = (said or "").count("\n", 0, len(said or "") - len(text))
        before = logical - int(csv.has_header) - number - 1 - bisect_left(blanks, logical)
        shifts.append((before, 1 + text.rstrip("\r\n").count("\n")))
        expected = f"{len(csv.header)} fields, each quoted where it holds a comma or a quote ({message.split(chr(10))[0]})"
        judge.set_aside_unreadable(csv.drop_id, Unreadable(str(line + blank_above), text, "unreadable_row", expected))
    broken = [logical for logical, _, _, _ in found]
    shifts += [
        (blank - int(csv.has_header) - number - 1 - bisect_left(broken, blank), 1) for number, blank in enumerate(blanks)
    ]
    if shifts:
        con.executemany("INSERT INTO shifts VALUES (?, ?)", shifts)
        judge.keep("shifts")


def _blank_lines(path: Path, quote: bytes) -> Iterator[int]:
    """The blank lines between rows, each by its number among rows and blank lines (the header is 1)."""
    if not _may_have_blank_lines(path):
        return
    number, is_open = 0, False
    with path.open("rb") as stream:
        for line in stream:
            number += not is_open
            if not is_open and not line.strip(b"\r\n"):
                yield number
            is_open ^= bool(line.count(quote) % 2)


def _may_have_blank_lines(path: Path) -> bool:
    with path.open("rb") as stream:
        end = b""
        while chunk := stream.read(1 << 20):
            if b"\n\n" in end + chunk or b"\n\r\n" in end + chunk:
                return True
            end = chunk[-2:]
    return False


def _lines_at(path: Path, offsets: list[int]) -> list[int]:
    """The physical line on which each byte offset stands."""
    lines, done, line = [], 0, 1
    with path.open("rb") as stream:
        for offset in offsets:
            while done < offset - 1 and (chunk := stream.read(min(1 << 20, offset - 1 - done))):
                done += len(chunk)
                line += chunk.count(b"\n")
            lines.append(line)
    return lines
