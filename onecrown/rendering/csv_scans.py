"""CSV files as rows in SQL: one, or several with one header in one scan, every column as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from onecrown.definitions.contracts import Contract
from onecrown.sql.quoting import file, files, name, value

BUILT_IN = {"file_court": "court", "court": "court", "table": "table", "part": "part"}
NEVER = "\x01never\x01"
MAX_RECORD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class CsvFile:
    """One CSV file: where it lies, the names in its header in order, and what its landing key says."""

    path: Path
    header: tuple[str, ...]
    drop_id: str
    meaning: dict[str, str]
    has_header: bool = True

    @property
    def apart(self) -> tuple[str, ...]:
        """SQL for what tells rows of one file from those of another: nothing, as there is one."""
        return ()

    @property
    def drop(self) -> str:
        """SQL for the drop of a row."""
        return value(self.drop_id)

    @property
    def rows_before(self) -> str:
        """SQL for how many rows stand before the file of a row."""
        return "0"

    def said(self, part: str) -> str:
        """SQL for a part of the landing key."""
        return value(self.meaning.get(part))

    def delivered(self, contract: Contract) -> str:
        """SQL for the rows as delivered, numbered."""
        return f"SELECT *, row_number() OVER () AS _row FROM {scan(self, contract)}"


@dataclass(frozen=True, slots=True)
class CsvFiles:
    """CSV files with one header, read in one scan: a row's number goes on from file to file.

    `rows` says how many rows of each can be parsed.
    """

    files: tuple[CsvFile, ...]
    rows: tuple[int, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names in the header of every file."""
        return self.files[0].header

    @property
    def has_header(self) -> bool:
        """Whether the files have a header."""
        return self.files[0].has_header

    @property
    def apart(self) -> tuple[str, ...]:
        """SQL for what tells rows of one file from those of another."""
        return (self.drop,)

    @property
    def drop(self) -> str:
        """SQL for the drop of a row."""
        return self.said("drop")

    @property
    def rows_before(self) -> str:
        """SQL for how many rows stand before the file of a row."""
        return self.said("rows_before")

    def said(self, part: str) -> str:
        """SQL for a part of the landing key."""
        return name(f"said:{part}")

    def delivered(self, contract: Contract) -> str:
        """SQL for the rows as delivered, numbered, with what is known of their file."""
        parts = sorted({"extract_date", *BUILT_IN.values(), *(part for csv in self.files for part in csv.meaning)})
        columns = ", ".join(self.said(part) for part in ("path", "drop", "rows_before", *parts))
        known = ", ".join(
            f"({file(csv.path)}, {value(csv.drop_id)}, {before}, {', '.join(value(csv.meaning.get(p)) for p in parts)})"
            for csv, before in zip(self.files, accumulate((0, *self.rows)), strict=False)
        )
        return (
            f"SELECT * FROM (SELECT *, row_number() OVER () AS _row FROM {scan_together(self.files, contract)}) AS read "
            f"JOIN (VALUES {known}) AS known ({columns}) USING ({self.said('path')})"
        )


def raw(column: str) -> str:
    """The name under which a row's text as delivered is kept."""
    return f"raw:{column}"


def scan(csv: CsvFile, contract: Contract) -> str:
    """SQL for the scan of a file, every column as text; rows that cannot be parsed go to `broken_rows`."""
    kept = "store_rejects = true, rejects_table = 'broken_rows', rejects_scan = 'broken_scans'"
    return _read_csv(csv, contract, file(csv.path), kept)


def scan_together(csvs: Sequence[CsvFile], contract: Contract) -> str:
    """SQL for the scan of files with one header; rows that cannot be parsed are left out, `said:path` tells the file."""
    paths = files(csv.path for csv in csvs)
    return _read_csv(csvs[0], contract, paths, f"ignore_errors = true, filename = {value('said:path')}")


def _read_csv(csv: CsvFile, contract: Contract, source: str, options: str) -> str:
    layout = contract.format
    columns = ", ".join(f"{value(raw(column))}: 'VARCHAR'" for column in csv.header)
    return (
        f"read_csv({source}, auto_detect = false, hive_partitioning = false, "
        f"header = {str(csv.has_header).lower()}, "
        f"delim = {value(layout.delimiter)}, quote = {value(layout.quote)}, escape = {value(layout.quote)}, "
        f"columns = {{{columns}}}, nullstr = {value(NEVER)}, max_line_size = {MAX_RECORD_BYTES}, {options})"
    )
