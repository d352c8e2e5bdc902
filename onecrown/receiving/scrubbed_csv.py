"""A CSV file without the rows of those who were erased: their lines are left blank, so that all others keep theirs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.errors import UnreadableDrop
from onecrown.receiving.csv_drops import _table_of
from onecrown.receiving.csv_headers import read_header
from onecrown.receiving.erasure_marks import Marks, marked
from onecrown.receiving.receipt import receive
from onecrown.receiving.sent import Sent
from onecrown.receiving.tallies import UNREADABLE
from onecrown.rendering.csv_rows import position, staged_rows
from onecrown.rendering.csv_scans import CsvFile
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import file, value


class CsvScrubber:
    """Scrubs one file; `counts` are the records that went, by type."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, contract: Contract, drop: Sent, marks: Marks, pseudonym_key: bytes
    ) -> None:
        self._con = con
        self._contract = contract
        self._drop = drop
        self._marks = marks
        self._key = pseudonym_key
        self.counts: Counter[str] = Counter()
        self.is_changed = False

    def write(self, path: Path, target: Path) -> None:
        """Write what stays of a plain CSV file. One that cannot be read at all goes whole where it holds an id of theirs."""
        try:
            kind = _table_of(self._contract, self._drop)
            header = read_header(path, self._contract.format, kind)
        except (UnreadableDrop, UnicodeDecodeError):
            self._unreadable(path, target)
            return
        drop = Sent(self._drop.drop_id, self._drop.key, self._drop.meaning, path)
        csv = CsvFile(path, header.columns, drop.drop_id, drop.meaning, header.is_there)
        gone = self._lines(drop, kind, csv, target.parent)
        if gone is None:
            self._unreadable(path, target)
            return
        self.is_changed = bool(gone)
        _write_without(path, target, gone, self._contract.format.quote.encode())

    def _unreadable(self, path: Path, target: Path) -> None:
        data = path.read_bytes()
        if self._marks.match_text(data.decode("utf-8", "replace")):
            self.is_changed = True
            self.counts[UNREADABLE] += 1
            data = b""
        target.write_bytes(data)

    def _lines(self, drop: Sent, kind: RecordType, csv: CsvFile, scratch: Path) -> set[int] | None:
        """The physical lines on which rows of theirs begin; None where the file could not be read as rows."""
        folders = (scratch / "judged", scratch / "quarantine")
        self._con.execute("CREATE OR REPLACE TEMP TABLE shifts (before_row BIGINT, lines BIGINT)")
        found = receive(self._con, self._contract, [drop], folders, scratch, self._key).judgement
        if not found.types and any(tally.read for tally in found.tallies.values()):
            return None
        rows = self._rows(kind, csv) if found.types else []
        self.counts[kind.name] += len(rows)
        broken = self._broken_rows(folders[1] / "quarantine.parquet")
        self.counts[UNREADABLE] += len(broken)
        self.counts = +self.counts
        return {*rows, *broken}

    def _rows(self, kind: RecordType, csv: CsvFile) -> list[int]:
        con = self._con
        install_keyed_ids(con, self._key)
        condition = marked(self._marks, self._contract, kind, "j")
        if not condition:
            return []
        for table in ("broken_rows", "broken_scans"):
            con.execute(f"DROP TABLE IF EXISTS {table}")
        staged = staged_rows(csv, self._contract, kind)
        found = con.execute(f"SELECT {position('j')} FROM ({staged}) AS j WHERE {condition}").fetchall()
        return [int(line) for (line,) in found]

    def _broken_rows(self, quarantine: Path) -> list[int]:
        found = self._con.execute(
            f"SELECT position, text FROM read_parquet({file(quarantine)}) WHERE record_type = {value(UNREADABLE)}"
        ).fetchall()
        return [int(line) for line, text in found if line and text and self._marks.match_text(text)]


def _write_without(path: Path, target: Path, gone: set[int], quote: bytes) -> None:
    """Copy a file, with the rows that begin on some lines left blank, all their lines of them."""
    is_going, is_open = False, False
    with path.open("rb") as stream, target.open("wb") as out:
        for number, line in enumerate(stream, 1):
            if not is_open:
                is_going = number in gone
            is_open ^= bool(line.count(quote) % 2)
            out.write(line[len(line.rstrip(b"\r\n")) :] if is_going else line)
