"""What a batch brings: the judged records and snapshots of its drops, as relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.contracts import Contract, Field, RecordType
from onecrown.rendering.csv_rows import as_text, cleaned, stands_in_row
from onecrown.rendering.csv_scans import raw
from onecrown.rendering.rule_book import every_field
from onecrown.sql.engine import Engine
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import encoded_key, file, files, name, value


@dataclass(frozen=True, slots=True)
class Member:
    """A drop: its place in the order of counting, the folder of its judged records, and the contract that judged them."""

    drop_id: str
    order: int
    dataset: str
    folder: Path
    contract_version: int = 1


class Incoming:
    """The judged records of some drops of one dataset; `drops` names the working table of those drops."""

    def __init__(self, con: Engine, contract: Contract, members: Sequence[Member], drops: str = "w_drop") -> None:
        self._con = con
        self._contract = contract
        self._drops = drops
        self._folders = sorted({member.folder for member in members})
        self._is_of_one_version = {member.contract_version for member in members} <= {contract.version}
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {drops} (drop_id VARCHAR, prefix VARCHAR, turn BIGINT, contract_version BIGINT)"
        )
        rows = [(member.drop_id, member.folder.name, member.order, member.contract_version) for member in members]
        insert_rows(con, drops, ("drop_id", "prefix", "turn", "contract_version"), rows)

    def _own(self, records: str, drop_column: str) -> str:
        """A join to the drops: a record counts from the judgement of its drop alone, whatever else lies in the folder."""
        return f"JOIN {self._drops} AS d ON d.drop_id = {records}.{drop_column} AND d.prefix = {records}._prefix"

    def record_types(self) -> list[RecordType]:
        """Record types of which the batch has records or snapshots."""
        with_snapshots = set()
        if paths := self._existing("snapshots"):
            found = self._con.execute(
                f"SELECT DISTINCT s.record_type FROM read_parquet({files(paths)}) AS s {self._own('s', 'drop_id')}"
            ).fetchall()
            with_snapshots = {kind for (kind,) in found}
        return [kind for kind in self._contract.in_order() if kind.name in with_snapshots or self._existing(kind.name)]

    def _existing(self, stem: str) -> list[Path]:
        return [path for folder in self._folders if (path := folder / f"{stem}.parquet").exists()]

    def take_records(self, record_type: RecordType) -> None:
        """Make `w_record`: every keyed record of a type with its version and its place in the order of counting."""
        paths = self._existing(record_type.name)
        if not paths:
            self._con.execute(
                "CREATE OR REPLACE TEMP TABLE w_record (key VARCHAR, record_hash VARCHAR, event_at TIMESTAMPTZ, "
                "sequence VARCHAR, drop_id VARCHAR, turn BIGINT, position VARCHAR, ordinal BIGINT, root BIGINT, "
                "accepted BOOLEAN)"
            )
            return
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_record AS
            SELECT j._key AS key, j._hash AS record_hash, j._event_at AS event_at, j._sequence AS sequence,
              j._drop AS drop_id, d.turn, CAST(j._position AS VARCHAR) AS position, j._ordinal AS ordinal,
              coalesce(j._root, 0) AS root, j._rejects = '' AS accepted
            FROM read_parquet({files(paths)}, union_by_name = true) AS j
            {self._own("j", "_drop")}
            WHERE j._key IS NOT NULL"""
        )

    def take_snapshots(self, record_type: RecordType) -> None:
        """Make `w_new_snapshot`, every snapshot that the batch has of a member type, and `w_root`, the roots of each.

        Several roots of one drop, scope and time are one snapshot: its records are put under the first of them.
        """
        paths = self._existing("snapshots")
        read = f"read_parquet({files(paths)})" if paths else _NO_SNAPSHOTS
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_root AS
            SELECT s.*, d.turn, min(s.root) OVER (
              PARTITION BY s.drop_id, s.scope, s.event_at, s.sequence, s.members_hash) AS united
            FROM {read} AS s {self._own("s", "drop_id")}
            WHERE s.record_type = {value(record_type.name)}"""
        )
        self._con.execute(
            """CREATE OR REPLACE TEMP TABLE w_new_snapshot AS
            SELECT scope, event_at, sequence, members_hash, complete, listed, part, drop_id, turn, root
            FROM w_root WHERE root = united"""
        )
        self._con.execute(
            """UPDATE w_record SET root = r.united FROM w_root AS r
            WHERE r.drop_id = w_record.drop_id AND r.root = w_record.root AND r.root <> r.united"""
        )

    def bodies(self, record_type: RecordType) -> str:
        """SQL for the accepted records of a type as bodies, with `_drop` and `_ordinal`; '' where there are none.

        A body of a member stands once for each scope of which its root is.
        """
        by_columns: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Path]] = {}
        for path in self._existing(record_type.name):
            by_columns.setdefault((self._header(path), self._missing(record_type, path)), []).append(path)
        said = " UNION ALL BY NAME ".join(
            self._select(record_type, *columns, paths) for columns, paths in by_columns.items()
        )
        if not said or record_type.mode == "upsert":
            return said and f"SELECT * EXCLUDE (_root, _prefix), '' AS scope FROM ({said})"
        scopes = self._existing("snapshots")
        if not scopes:
            return ""
        return f"""SELECT i.* EXCLUDE (_root, _prefix), s.scope FROM ({said}) AS i JOIN (
            SELECT DISTINCT drop_id, _prefix, root, scope FROM read_parquet({files(scopes)})
            WHERE record_type = {value(record_type.name)}
        ) AS s ON s.drop_id = i._drop AND s._prefix = i._prefix AND s.root = i._root"""

    def _header(self, path: Path) -> tuple[str, ...]:
        """The columns of a CSV as delivered, from its judged records; none of another format."""
        if self._contract.format.kind != "csv":
            return ()
        raws = (column for column in self._columns(path) if column.startswith("raw:"))
        return tuple(column.removeprefix("raw:") for column in raws)

    def _missing(self, record_type: RecordType, path: Path) -> tuple[str, ...]:
        """Fields and references that records judged under another version of the contract do not have."""
        if self._is_of_one_version:
            return ()
        known = set(self._columns(path))
        wanted = [f.name for f in every_field(record_type)] + [f"{target}_key" for target, _ in record_type.references]
        return tuple(column for column in wanted if column not in known)

    def _columns(self, path: Path) -> list[str]:
        found = self._con.execute(f"DESCRIBE SELECT * FROM read_parquet({file(path)})").fetchall()
        return [row[0] for row in found]

    def _select(
        self, record_type: RecordType, header: tuple[str, ...], missing: tuple[str, ...], paths: list[Path]
    ) -> str:
        text = as_text(header, "j.") if header else "j._text"
        keyed = {f.name: self._field(f, header, missing) for f in every_field(record_type)}
        fields = "".join(f", {said} AS {name(field_name)}" for field_name, said in keyed.items())
        references = "".join(
            f", {self._reference(keyed, target, parts, header, missing)} AS {name(target + '_key')}"
            for target, parts in record_type.references
        )
        unit = f"{value(record_type.unit[0] + '|')} || {self._key(keyed, record_type.unit[1])}" if header else "j._unit"
        return f"""
        SELECT unit_id_of({unit}) AS unit_id, j._key AS key, j._hash AS record_hash,
          d.contract_version, {text} AS source_text{references}{fields},
          j._drop, j._ordinal, coalesce(j._root, 0) AS _root, j._prefix
        FROM read_parquet({files(paths)}, union_by_name = true) AS j
        {self._own("j", "_drop")}
        WHERE j._rejects = ''"""

    def _reference(
        self,
        keyed: dict[str, str],
        target: str,
        parts: tuple[str, ...],
        header: tuple[str, ...],
        missing: tuple[str, ...],
    ) -> str:
        if header:
            return self._key(keyed, parts)
        return "CAST(NULL AS VARCHAR)" if f"{target}_key" in missing else f"j.{name(target + '_key')}"

    def _key(self, keyed: dict[str, str], parts: tuple[str, ...]) -> str:
        """A key's text from the fields of a CSV's row; built-in parts stand in the judged record by their name."""
        return encoded_key(f"CAST({keyed.get(part, 'j.' + name(part))} AS VARCHAR)" for part in parts)

    def _field(self, field: Field, header: tuple[str, ...], missing: tuple[str, ...]) -> str:
        """A field of a judged record: of a CSV, plain text fields stand in the row as delivered."""
        if header and stands_in_row(field):
            return cleaned(field, f"j.{name(raw(field.path))}") if field.path in header else "CAST(NULL AS VARCHAR)"
        if field.name in missing:
            return "CAST(NULL AS VARCHAR)"
        return f"CAST(j.{name(field.name)} AS VARCHAR)" if field.type == "time" else f"j.{name(field.name)}"


_NO_SNAPSHOTS = (
    "(SELECT CAST(NULL AS VARCHAR) AS scope, CAST(NULL AS TIMESTAMPTZ) AS event_at, '' AS sequence, '' AS members_hash, "
    "true AS complete, 0 AS listed, '' AS part, '' AS drop_id, 0 AS root, '' AS record_type, '' AS _prefix WHERE false)"
)
