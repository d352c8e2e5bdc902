"""Judged drops, as receiving leaves them: half of the records change what stands, half are new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bench.merge.numbered import DATASET, ENTITY, RECORD_TYPE, bench_contract, bench_model, records
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.unifying import install_crosswalks, row_hash
from onecrown.ports import VALIDATED, Delivery, Drop
from onecrown.receiving.judging import Judge
from onecrown.rendering.table_layouts import unified_layout
from onecrown.sql.connection import Resources, connection
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import file, value

Shape = Literal["spread", "clustered"]
ARRIVED = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A drop to make: how many records, over a target of how many rows, how they lie, which of a series."""

    rows: int
    target: int
    shape: Shape
    turn: int = 1

    @property
    def numbers(self) -> str:
        """SQL for its numbers: as many even ones, which stand, as odd ones, which do not."""
        if self.shape == "clustered":
            start = max(0, self.target - self.rows // 2) // 2 * 2
            return f"(SELECT {start} + range AS number FROM range({self.rows}))"
        stride = max(1, 2 * self.target // self.rows)
        stride -= stride % 2 if stride > 1 else 0
        shift = (self.turn - 1) * 2 % max(stride, 1)
        return f"(SELECT range * {stride} + {shift} + (range % 2) * ({stride} % 2 = 0)::INT AS number FROM range({self.rows}))"

    @property
    def drop_id(self) -> str:
        """The drop's id."""
        return f"{self.shape}-{self.rows}-{self.turn}"


def judged(wanted: Wanted) -> str:
    """SQL for the judged records of a drop."""
    return f"""SELECT {value(wanted.drop_id)} AS _drop, row_number() OVER () - 1 AS _ordinal, CAST(NULL AS BIGINT) AS _root,
      CAST(number AS VARCHAR) AS _position, '' AS _sequence, 'case|' || _key AS _unit, '' AS _rejects, '' AS _flags,
      * EXCLUDE (number) FROM {records(wanted.numbers, wanted.turn + 1)}"""


def put_mapped(home: Surroundings, wanted: Wanted, path: Path) -> None:
    """Write the unified rows of a drop, for those who have no mapping of their own."""
    entity, contract = bench_model().entities[ENTITY], bench_contract()
    unit = "unit_id_of('case|' || _key) AS unit_id"
    current = f"(SELECT *, {unit}, _key AS key FROM {records(wanted.numbers, wanted.turn + 1)})"
    mapped = contract.mappings[ENTITY].replace("FROM charge\n", f"FROM {current} AS charge\n")
    columns = ", ".join(column.name for column in unified_layout(entity).columns)
    with connection(Resources("2GB"), home.scratch) as con:
        install_keyed_ids(con, home.pseudonym_key)
        con.execute("SET VARIABLE dataset = " + value(DATASET))
        install_crosswalks(con, home.model, contract)
        con.execute(
            f"""COPY (SELECT {columns} FROM (SELECT *, {row_hash(entity)} AS row_hash FROM (
              SELECT *, {value(contract.source)} AS source_system, {value(DATASET)} AS source_dataset FROM ({mapped}))))
            TO {file(path)} (FORMAT parquet)"""
        )


def put_drop(home: Surroundings, wanted: Wanted) -> Drop:
    """Put a judged drop into a home, as validated."""
    folder = home.validated.folder(wanted.drop_id)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{RECORD_TYPE}.parquet"
    with connection(Resources("2GB"), home.scratch) as con:
        Judge(con, bench_contract(), (folder, home.quarantine.folder(wanted.drop_id))).finish()
        con.execute(
            f"COPY (SELECT *, {value(folder.name)} AS _prefix FROM ({judged(wanted)})) TO {file(path)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
        )
    source, _, dataset = DATASET.partition("/")
    counts = {RECORD_TYPE: {"read": wanted.rows, "accepted": wanted.rows, "quarantined": 0, "flagged": 0}}
    said = Drop(
        wanted.drop_id,
        source,
        dataset,
        f"{wanted.drop_id}.json",
        VALIDATED,
        1,
        {},
        ARRIVED,
        bytes=path.stat().st_size,
        contract_version=1,
        prefix=wanted.drop_id,
        counts=counts,
        validated_at=ARRIVED,
    )
    key = f"{DATASET}/{wanted.drop_id}.json"
    delivery = Delivery(f"{key}@1", key, "1", str(path), said.bytes, ARRIVED, said.drop_id, "new")
    home.ledger.record_deliveries([delivery], [said])
    return said
