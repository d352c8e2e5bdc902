"""Bodies: one per scope, key and hash, in the typed form of the greatest contract version that accepted it.

A batch adds bodies (a file that nobody sees yet) and takes some away (rows of the known table): those that only leaving
drops had, and those whose typed form another contract version gives now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from onecrown.merging.knowledge import Known
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import file, name

_SAME = "{0}.scope = {1}.scope AND {0}.key = {1}.key AND {0}.record_hash = {1}.record_hash"


@dataclass(slots=True)
class Bodies:
    """What a batch does to the tables of bodies: files of new ones, working tables of those that go."""

    known: Known
    new: dict[str, tuple[Path, int]] = field(default_factory=dict)
    gone: dict[str, str] = field(default_factory=dict)

    def staying(self, table: str) -> str:
        """SQL for the bodies that stood and stay."""
        stand, gone = self.known(table), self.gone.get(table)
        if gone is None:
            return stand
        return f"(SELECT k.* FROM {stand} AS k ANTI JOIN {gone} AS g ON g._file = k._file AND g._pos = k._pos)"

    def after(self, table: str) -> str:
        """SQL for the bodies with the batch."""
        return self._with_new(self.staying(table), table)

    def ever(self, table: str) -> str:
        """SQL for every body that stands before the batch or after it."""
        return self._with_new(self.known(table), table)

    def _with_new(self, stand: str, table: str) -> str:
        new = self.new.get(table)
        return f"(SELECT * FROM {stand} UNION ALL BY NAME SELECT * FROM read_parquet({file(new[0])}))" if new else stand

    def changed(self, table: str) -> list[str]:
        """SELECTs (scope, key, record_hash) of the bodies that come and of those that go."""
        said = []
        if table in self.new:
            said.append(f"SELECT scope, key, record_hash FROM read_parquet({file(self.new[table][0])})")
        if table in self.gone:
            said.append(f"SELECT scope, key, record_hash FROM {self.gone[table]}")
        return said


def find_gone(con: Engine, table: str, known: str, candidates: str, leaving: str) -> str | None:
    """Make the working table of the known bodies that go (scope, key, record_hash, _file, _pos); give its name, if any.

    `candidates` are the bodies that coming drops bring and, of what leaves, those that staying drops support;
    `leaving` the bodies of drops that leave. Both are SELECTs, or ''.
    """
    best = (
        f"SELECT scope, key, record_hash, max(contract_version) AS version FROM ({candidates}) GROUP BY ALL"
        if candidates
        else f"SELECT scope, key, record_hash, contract_version AS version FROM {known} WHERE false"
    )
    left = f"SELECT DISTINCT scope, key, record_hash FROM ({leaving or best})" + ("" if leaving else " WHERE false")
    working = name(f"w_gone_{table}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {working} AS
        SELECT k.scope, k.key, k.record_hash, k._file, k._pos FROM {known} AS k
        LEFT JOIN ({best}) AS b ON {_SAME.format("b", "k")}
        LEFT JOIN ({left}) AS l ON {_SAME.format("l", "k")}
        WHERE (l.key IS NOT NULL AND b.version IS DISTINCT FROM k.contract_version) OR b.version > k.contract_version"""
    )
    found = count_rows(con, working)
    return working if found else None


def new_bodies(con: Engine, candidates: str, standing: str) -> str:
    """SQL for the candidates that do not stand, one per scope, key and hash, of the greatest contract version.

    Putting wide rows in order is dear: it is done only where a body comes twice.
    """
    repeated = f"(SELECT key FROM ({candidates}) GROUP BY scope, key, record_hash HAVING count(*) > 1)"
    if not count_rows(con, repeated):
        same = _SAME.format("k", "i")
        return f"SELECT i.* EXCLUDE (_drop, _ordinal) FROM ({candidates}) AS i ANTI JOIN {standing} AS k ON {same}"
    return f"""
    SELECT * EXCLUDE (_drop, _ordinal, _nth) FROM (
      SELECT i.*, row_number() OVER (
        PARTITION BY i.scope, i.key, i.record_hash ORDER BY i.contract_version DESC, i._drop, i._ordinal) AS _nth
      FROM ({candidates}) AS i ANTI JOIN {standing} AS k ON {_SAME.format("k", "i")}
    ) WHERE _nth = 1"""


def stands_under(con: Engine, known: str, versions: str) -> bool:
    """Whether a known body stands under some contract versions (`versions`: an operator and a number).

    Files and their parts carry bounds: where none can hold such a body, no row is read, however large the table is.
    """
    return bool(con.execute(f"SELECT 1 FROM {known} WHERE contract_version {versions} LIMIT 1").fetchall())
