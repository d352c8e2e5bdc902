"""A home that a test delivers into, and short ways to ask what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from onecrown.cli.home import open_home
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Arrival, Drop
from onecrown.sql.quoting import file


class Home:
    """One embedded home with what was delivered into it."""

    def __init__(self, surroundings: Surroundings, folder: Path) -> None:
        self.surroundings = surroundings
        self.folder = folder

    def deliver(self, key: str, data: bytes) -> Arrival:
        return self.surroundings.landing.deliver(key, None, [data])

    def receive(self) -> list[Drop]:
        return receive_arrivals(self.surroundings, self.surroundings.landing.arrivals())

    def merge(self) -> None:
        merge_pending(self.surroundings)

    def drops(self) -> list[Drop]:
        return self.surroundings.ledger.drops()

    def drop_of(self, arrival: Arrival) -> Drop:
        found = {delivery.delivery_id: delivery for delivery in self.surroundings.ledger.deliveries()}
        drop = self.surroundings.ledger.drop(found[arrival.delivery_id].drop_id)
        assert drop is not None
        return drop

    def received(self, key: str, data: bytes) -> Drop:
        """Deliver one file and receive what has arrived."""
        arrival = self.deliver(key, data)
        self.receive()
        return self.drop_of(arrival)

    def rejects(self, drop: Drop) -> list[dict[str, Any]]:
        return self._rows(self.surroundings.quarantine.folder(drop.prefix) / "quarantine.parquet", "drop_id", drop)

    def flags(self, drop: Drop) -> list[dict[str, Any]]:
        return self._rows(self.surroundings.validated.folder(drop.prefix) / "flags.parquet", "drop_id", drop)

    def drift(self, drop: Drop) -> set[tuple[str, str]]:
        rows = self._rows(self.surroundings.validated.folder(drop.prefix) / "drift.parquet", "drop_id", drop)
        return {(row["record_type"], row["field"]) for row in rows}

    def snapshots(self, drop: Drop) -> list[dict[str, Any]]:
        return self._rows(self.surroundings.validated.folder(drop.prefix) / "snapshots.parquet", "drop_id", drop)

    def judged(self, drop: Drop, record_type: str) -> list[dict[str, Any]]:
        return self._rows(self.surroundings.validated.folder(drop.prefix) / f"{record_type}.parquet", "_drop", drop)

    def accepted(self, drop: Drop, record_type: str) -> list[dict[str, Any]]:
        return [row for row in self.judged(drop, record_type) if row["_rejects"] == ""]

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of SQL in which `[NAME]` is an Iceberg table."""
        tables = self.surroundings.tables
        for name in tables.names():
            sql = sql.replace(f"[{name}]", tables.relation(name))
        with self.surroundings.engine() as con:
            return con.execute(sql).fetchall()

    def _rows(self, path: Path, column: str, drop: Drop) -> list[dict[str, Any]]:
        if not drop.prefix or not path.exists():
            return []
        with self.surroundings.engine() as con:
            answer = con.execute(f"SELECT * FROM read_parquet({file(path)}) WHERE {column} = ?", [drop.drop_id])
            names = [column[0] for column in answer.description]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@contextmanager
def made(folder: Path) -> Iterator[Home]:
    with open_home(folder) as surroundings:
        yield Home(surroundings, folder)


def rules(rows: list[dict[str, Any]]) -> set[str]:
    return {row["rule"] for row in rows}
