"""Homes that hold invented people, without any drop, and weights in the place of Splink's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from onecrown.adapters.memory_tables import MemoryTables
from onecrown.cli.home import open_home
from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.flows.surroundings import Surroundings
from onecrown.linkage.person_records import PEOPLE
from onecrown.linkage.splink_scoring import SCORED
from onecrown.ports import Change
from onecrown.rendering.table_layouts import UNIFIED, table_layouts
from onecrown.sql.loading import insert_rows

from .people import FACTS, IDENTITY, Defendant, in_memory

KEY = "7a" * 32
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@dataclass(slots=True)
class PeopleHome:
    """A home whose defendants a test puts and takes away."""

    around: Surroundings
    con: duckdb.DuckDBPyConnection
    commits: int = field(default=0)

    def put(self, *defendants: Defendant) -> None:
        """Add defendants."""
        facts = [
            (d.defendant_id, d.exact_id, d.system, d.case_id or d.defendant_id, d.is_organisation, d.sex_code, "u")
            for d in defendants
        ]
        said = [tuple(getattr(d, column) if column != "unit_id" else "u" for column in IDENTITY) for d in defendants]
        self._commit("defendant", FACTS, facts)
        self._commit("defendant_identity", IDENTITY, said)

    def _commit(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
        full_name, tables = f"{UNIFIED}.{table}", self.around.tables
        tables.refresh()
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE t_rows AS SELECT * EXCLUDE (_file, _pos) FROM {tables.empty(full_name)}"
        )
        insert_rows(self.con, "t_rows", columns, rows)
        path, count = tables.write_rows(self.con, full_name, "SELECT * FROM t_rows")
        self.commits += 1
        tables.commit(Change(full_name, f"test-{self.commits}", path, count))

    def take_away(self, *defendant_ids: str) -> None:
        """Remove defendants, as a withdrawal or an erasure does."""
        for table in ("defendant", "defendant_identity"):
            full_name, tables = f"{UNIFIED}.{table}", self.around.tables
            tables.refresh()
            wanted = ", ".join(f"'{one}'" for one in defendant_ids)
            gone = f"SELECT _file AS file_path, _pos AS pos FROM {tables.relation(full_name)} WHERE defendant_id IN ({wanted})"
            path, count = tables.write_deletes(self.con, full_name, gone)
            self.commits += 1
            tables.commit(Change(full_name, f"test-{self.commits}", deletes=path, deleted=count))

    def ask(self, table: str, columns: str, where: str = "true") -> list[str]:
        """Rows of a table of persons as lines of text, sorted."""
        self.around.tables.refresh()
        relation = self.around.tables.relation(f"{UNIFIED}.{table}")
        rows = self.con.execute(f"SELECT {columns} FROM {relation} WHERE {where} ORDER BY ALL").fetchall()
        return [" | ".join("-" if cell is None else str(cell) for cell in row) for row in rows]

    def persons(self) -> dict[str, str]:
        """The person of each defendant, as an analyst finds it."""
        tables = self.around.tables
        tables.refresh()
        rows = self.con.execute(
            f"""SELECT d.defendant_id, coalesce(a.successor_id, d.person_id, d.defendant_id)
            FROM {tables.relation(f"{UNIFIED}.defendant")} AS d
            LEFT JOIN {tables.relation(f"{UNIFIED}.person_alias")} AS a
              ON a.person_id = coalesce(d.person_id, d.defendant_id)
              AND a.change_code = 'merged' AND a.is_current"""
        ).fetchall()
        return dict(rows)

    def heads(self) -> dict[str, int | None]:
        """The snapshot of every table."""
        self.around.tables.refresh()
        return {table: self.around.tables.head(table) for table in self.around.tables.names()}


class Weights(dict[tuple[str, str], float]):
    """Pairs of exact persons with a match weight, in the place of Splink: what comes of weights is another question."""

    def score(self, con: duckdb.DuckDBPyConnection, linkage: PersonLinkage) -> None:
        """Make what `score_pairs` makes, of those pairs whose two are compared."""
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {SCORED} (left_id VARCHAR, right_id VARCHAR, match_weight DECIMAL(8,2),
            match_probability DECIMAL(9,6), explanation VARCHAR)"""
        )
        known = {row[0] for row in con.execute(f"SELECT person_id FROM {PEOPLE}").fetchall()}
        rows = [
            (*sorted(pair), weight, 0.5, "surname same")
            for pair, weight in self.items()
            if known.issuperset(pair) and weight >= linkage.review_from
        ]
        insert_rows(con, SCORED, ("left_id", "right_id", "match_weight", "match_probability", "explanation"), rows)


@contextmanager
def people_home(folder: Path) -> Iterator[PeopleHome]:
    """A home that holds no drop, its tables in memory; its clock stands still unless a test moves it."""
    with kept_home(folder) as home:
        tables = MemoryTables(folder / "tables", table_layouts(home.around.model))
        yield PeopleHome(replace(home.around, tables=tables), home.con)


@contextmanager
def kept_home(folder: Path) -> Iterator[PeopleHome]:
    """The same with tables as every home has them, so that a command finds them there."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pseudonym.key").write_text(KEY, encoding="ascii")
    with open_home(folder) as around, in_memory() as con:
        yield PeopleHome(replace(around, now=lambda: NOW), con)
