"""CSV drops: one file, one table; DuckDB reads small ones together, every row that it cannot parse is set aside with its line."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract, Format, RecordType
from onecrown.errors import StorageError, UnreadableDrop
from onecrown.receiving.csv_headers import Header, read_header
from onecrown.receiving.csv_lines import blank_lines, count_lines, lines_at
from onecrown.receiving.documents import Unreadable
from onecrown.receiving.expansion import check_encoding, expanded
from onecrown.receiving.judging import Judge
from onecrown.receiving.sent import Sent
from onecrown.rendering.csv_rows import as_text, position, staged_rows
from onecrown.rendering.csv_scans import NEVER, CsvFile, CsvFiles, raw, scan, scan_together
from onecrown.rendering.judging_select import Staged
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import file, name, value

Shift = tuple[int, int]
"""After how many parsed rows the lines of the following ones shift, and by how many."""


def receive_csv(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    drops: Sequence[Sent],
    judge: Judge,
    broken_promises: dict[str, str],
    scratch: Path,
) -> None:
    """Judge CSV files; several are of one table and header. A missing column is noted in `broken_promises`."""
    opened: list[tuple[CsvFile, RecordType]] = []
    for number, drop in enumerate(drops):
        try:
            record_type = _table_of(contract, drop)
            path = expanded(drop.path, scratch, contract.format.max_bytes, f"expanded-{number}")
            check_encoding(path, contract.format.encoding)
            header = read_header(path, contract.format, record_type)
        except UnreadableDrop as error:
            judge.set_aside_unreadable(drop.drop_id, Unreadable("", "", error.rule, error.expected))
            continue
        _note_names(drop, record_type, header, judge, broken_promises)
        opened.append((CsvFile(path, header.columns, drop.drop_id, drop.meaning, header.is_there), record_type))
    if opened:
        _judge_csv(con, contract, opened[0][1], [csv for csv, _ in opened], judge)


def _note_names(
    drop: Sent, record_type: RecordType, header: Header, judge: Judge, broken_promises: dict[str, str]
) -> None:
    if header.missing:
        broken_promises[drop.drop_id] = f"missing_column: the promised columns {', '.join(header.missing)}"
    for unknown in header.unknown:
        judge.note_drift(drop.drop_id, record_type.name, unknown, 1)


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
    record_type: RecordType,
    csvs: Sequence[CsvFile],
    judge: Judge,
) -> None:
    columns = tuple(column for column in csvs[0].header if column != "_end")
    _forget_broken(con)
    try:
        source = csvs[0] if len(csvs) == 1 else _together(con, csvs, contract)
        staged = Staged(f"({staged_rows(source, contract, record_type)})", tuple(map(raw, columns)), is_csv=True)
        select = judge.judge(record_type, staged)
    except duckdb.InvalidInputException:
        if len(csvs) > 1:
            raise  # each is received alone then
        unreadable = Unreadable("", "", "unreadable_csv", "comma-separated values that can be parsed: deliver it again")
        judge.set_aside_unreadable(csvs[0].drop_id, unreadable)
        return
    con.execute("CREATE OR REPLACE TEMP TABLE shifts (before_row BIGINT, lines BIGINT)")
    _keep_shifts(con, judge, list(_shifts(con, csvs, contract, record_type, judge)))
    judge.report(record_type, select, as_text(columns, "j."), position("j"))


def _together(con: duckdb.DuckDBPyConnection, csvs: Sequence[CsvFile], contract: Contract) -> CsvFiles:
    rows = f'SELECT "said:path", {_counted(csvs[0])} FROM {scan_together(csvs, contract)} GROUP BY ALL'
    parsed = dict(con.execute(rows).fetchall())
    return CsvFiles(tuple(csvs), tuple(parsed.get(str(csv.path), 0) for csv in csvs))


def _counted(csv: CsvFile) -> str:
    """SQL for a count of rows that reads every column: what is not read is not found to be broken."""
    return f"count(nullif(concat({', '.join(name(raw(column)) for column in csv.header)}), {value(NEVER)}))"


def _shifts(
    con: duckdb.DuckDBPyConnection, csvs: Sequence[CsvFile], contract: Contract, record_type: RecordType, judge: Judge
) -> Iterator[Shift]:
    """By how much what cannot be parsed shifts the lines of the rows after it: to the end of its file, and no further."""
    counted = f"SELECT _drop, count(*) FROM {_judged(judge, record_type)} GROUP BY _drop"
    rows, before = dict(con.execute(counted).fetchall()), 0
    for csv in csvs:
        count = rows.get(csv.drop_id, 0)
        if count_lines(csv.path) != count + int(csv.has_header):
            if len(csvs) > 1:
                _scan_alone(con, csv, contract, count)
            broken = _set_aside_broken(con, csv, contract.format, judge)
            shifts = [(before + row, lines) for row, lines in broken]
            shifts += _breaks_within(con, csv, judge, record_type)
            yield from shifts
            yield before + count, -sum(lines for _, lines in shifts)
        before += count


def _scan_alone(con: duckdb.DuckDBPyConnection, csv: CsvFile, contract: Contract, count: int) -> None:
    """Find the broken rows of a file that was read with others: a scan of several does not tell of every one.

    Raises `StorageError` where it has other rows alone: so each of the files is received alone.
    """
    _forget_broken(con)
    alone = con.execute(f"SELECT {_counted(csv)} FROM {scan(csv, contract)}").fetchall()
    if alone != [(count,)]:
        raise StorageError("a file has other rows together with others than alone; run again, or report this")


def _forget_broken(con: duckdb.DuckDBPyConnection) -> None:
    for table in ("broken_rows", "broken_scans"):
        con.execute(f"DROP TABLE IF EXISTS {table}")


def _set_aside_broken(con: duckdb.DuckDBPyConnection, csv: CsvFile, layout: Format, judge: Judge) -> list[Shift]:
    """Quarantine the rows that could not be parsed; by how much they, and blank lines, shift the lines of the others."""
    found = con.execute(
        "SELECT line, min(line_byte_position), any_value(csv_line), min(error_message) FROM broken_rows GROUP BY line ORDER BY line"
    ).fetchall()
    blanks = list(blank_lines(csv.path, layout.quote.encode()))
    header, shifts = int(csv.has_header), []
    lines = lines_at(csv.path, [byte for _, byte, _, _ in found])
    for number, ((logical, _, said, message), line) in enumerate(zip(found, lines, strict=True)):
        text = (said or "").lstrip("\r\n")
        blank_above = (said or "").count("\n", 0, len(said or "") - len(text))
        before = logical - header - number - 1 - bisect_left(blanks, logical)
        shifts.append((before, 1 + text.rstrip("\r\n").count("\n")))
        expected = (
            f"{len(csv.header)} fields, each quoted where it holds a comma or a quote ({message.split(chr(10))[0]})"
        )
        judge.set_aside_unreadable(csv.drop_id, Unreadable(str(line + blank_above), text, "unreadable_row", expected))
    broken = [logical for logical, _, _, _ in found]
    shifts += [(blank - header - number - 1 - bisect_left(broken, blank), 1) for number, blank in enumerate(blanks)]
    return shifts


def _breaks_within(con: duckdb.DuckDBPyConnection, csv: CsvFile, judge: Judge, record_type: RecordType) -> list[Shift]:
    """Line breaks within the quotes of parsed rows."""
    said = f"concat({', '.join(name(raw(column)) for column in csv.header if column != '_end')})"
    return con.execute(
        f"""SELECT _ordinal, length({said}) - length(replace({said}, chr(10), ''))
        FROM {_judged(judge, record_type)} WHERE _drop = {value(csv.drop_id)} AND contains({said}, chr(10))"""
    ).fetchall()


def _judged(judge: Judge, record_type: RecordType) -> str:
    return f"read_parquet({file(judge.file_of(record_type.name))})"


def _keep_shifts(con: duckdb.DuckDBPyConnection, judge: Judge, shifts: list[Shift]) -> None:
    if shifts:
        insert_rows(con, "shifts", ("before_row", "lines"), shifts)
        judge.keep("shifts")
