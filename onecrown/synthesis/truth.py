"""The truth beside the files: Parquet tables of what the sources should lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_DAY, _TEXT, _NUMBER, _YES = pa.date32(), pa.string(), pa.int32(), pa.bool_()
SCHEMAS = {
    "case": pa.schema(
        [
            *(
                ("case_id", _TEXT),
                ("jurisdiction", _TEXT),
                ("origin", _TEXT),
                ("case_type", _TEXT),
                ("receipt_type", _TEXT),
            ),
            *(("region", _TEXT), ("court", _TEXT), ("court_code", _TEXT), ("urn", _TEXT), ("offence_group", _TEXT)),
            *(("remand", _TEXT), ("system", _TEXT), ("received_on", _DAY), ("is_receipt_recorded", _YES)),
            *(("first_disposed_on", _DAY), ("disposed_on", _DAY), ("status_at_end", _TEXT)),
            *(("defendant_count", _NUMBER), ("offence_count", _NUMBER), ("hearing_count", _NUMBER)),
            *(("effective_trials", _NUMBER), ("ineffective_trials", _NUMBER), ("cracked_trials", _NUMBER)),
            ("days_offence_to_disposal", _NUMBER),
        ]
    ),
    "source_record": pa.schema(
        [(name, _TEXT) for name in ("case_id", "system", "dataset", "native_id", "role", "reason")]
    ),
    "defendant": pa.schema(
        [
            *((name, _TEXT) for name in ("defendant_id", "case_id", "person_id", "dataset", "native_case_id")),
            *((name, _TEXT) for name in ("native_defendant_id", "asn", "noise")),
        ]
    ),
    "person": pa.schema(
        [
            *((name, _TEXT) for name in ("person_id", "surname", "forename_1", "forename_2", "sex")),
            *(("born_on", _DAY), ("is_company", _YES), ("pnc_id", _TEXT), ("cro_number", _TEXT), ("postcode", _TEXT)),
        ]
    ),
    "case_link": pa.schema([(name, _TEXT) for name in ("case_id", "link", "other_case_id")]),
    "event": pa.schema([("case_id", _TEXT), ("event", _TEXT), ("event_on", _DAY), ("effect", _NUMBER)]),
    "quarter": pa.schema(
        [
            *(("begun_on", _DAY), ("ended_on", _DAY), ("open_at_start", _NUMBER), ("receipts", _NUMBER)),
            *(("disposals", _NUMBER), ("open_at_end", _NUMBER)),
        ]
    ),
    "fault": pa.schema(
        [
            *((name, _TEXT) for name in ("kind", "seen", "rule", "landing_key", "record_type")),
            *((name, _TEXT) for name in ("native_id", "case_id")),
        ]
    ),
}
_ROWS = 20_000


class TruthTables:
    """Rows are written in groups, so that memory does not grow with the number of cases."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._writers = {
            name: pq.ParquetWriter(folder / f"{name}.parquet", schema, compression="zstd")
            for name, schema in SCHEMAS.items()
        }
        self._waiting: dict[str, list[tuple[Any, ...]]] = {name: [] for name in SCHEMAS}
        self.counts: Counter[str] = Counter()

    def add(self, table: str, *row: Any) -> None:
        """Add a row, its values in the order of the table's schema."""
        waiting = self._waiting[table]
        waiting.append(row)
        self.counts[table] += 1
        if len(waiting) >= _ROWS:
            self._write(table)

    def close(self) -> None:
        """Write what waits and end the files."""
        for name, writer in self._writers.items():
            self._write(name)
            writer.close()

    def _write(self, table: str) -> None:
        rows, schema = self._waiting[table], SCHEMAS[table]
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        self._writers[table].write_table(pa.Table.from_arrays(arrays, schema=schema))
        self._waiting[table] = []


@contextmanager
def truth_tables(folder: Path) -> Iterator[TruthTables]:
    """Tables that are closed at the end, also after an error."""
    tables = TruthTables(folder)
    try:
        yield tables
    finally:
        tables.close()
