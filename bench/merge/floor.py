"""The least that any merge by key, time and hash must do: a narrow scan of the table, and hashing and writing the drop."""

from __future__ import annotations

from pathlib import Path

from bench.merge.drops import Wanted
from bench.merge.numbered import RECORD_TYPE
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_state import SIGHTING
from onecrown.sql.quoting import file


def floor(home: Surroundings, wanted: Wanted) -> None:
    """Scan key, time and hash of what is known; hash the drop's text and write the drop as Parquet."""
    judged = home.validated.folder(wanted.drop_id) / f"{RECORD_TYPE}.parquet"
    target: Path = home.scratch / "floor.parquet"
    with home.engine() as con:
        con.execute(
            f"SELECT bit_xor(hash(key)), max(event_at), bit_xor(hash(record_hash)) FROM {home.tables.relation(SIGHTING)}"
        ).fetchall()
        con.execute(
            f"""COPY (SELECT * EXCLUDE (_text), left(sha256(_text), 32) AS own_hash FROM read_parquet({file(judged)}))
            TO {file(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"""
        )
