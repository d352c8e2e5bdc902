"""Unified rows of the touched units: current records, through the mappings, against the rows that stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.model import Model
from onecrown.merging import current
from onecrown.merging.controls import promised_rows
from onecrown.merging.knowledge import Seen
from onecrown.merging.touching import leading_columns
from onecrown.rendering.table_layouts import HISTORY, body_table, sql_type
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import file, name, value

_CROSSING = ("code_list", "system", "list", "source_code", "standard_code")


_START, _AFTER_HEX, _MOST_RANGES = 8, "g", 100  # DuckDB compares the first eight characters of a part's bounds


@dataclass(frozen=True, slots=True)
class History:
    """Relations of the shared history tables, known and new together, and of the bodies of a table.

    `new` gives the file of a batch's own bodies of a table, if any, and `standing` the bodies that stood and stay: most of
    what a batch touches is decided by its own. `seen` gives a batch's working tables of the keys that it looked up and of
    their sightings, known and new.
    """

    sightings: str
    snapshots: str
    members: str
    bodies: Callable[[str], str]
    new: Callable[[str], Path | None] = lambda _: None
    standing: Callable[[str], str] | None = None
    seen: Callable[[RecordType], Seen | None] = lambda _: None

    def parts(self, table: str) -> tuple[str, str]:
        """The new bodies of a table and those that stood and stay, with the same columns."""
        standing, path = (self.standing or self.bodies)(table), self.new(table)
        own = f" UNION ALL BY NAME SELECT * FROM read_parquet({file(path)})" if path else ""
        return f"(SELECT * FROM {standing} WHERE false{own})", standing


def install_crosswalks(con: Engine, model: Model, contract: Contract) -> None:
    """Make `crosswalk.<list>` (list, source_code, standard_code), narrowed to the dataset's system."""
    con.execute("CREATE SCHEMA IF NOT EXISTS crosswalk")
    columns = ", ".join(f"{name(column)} VARCHAR" for column in _CROSSING)
    con.execute(f"CREATE TABLE IF NOT EXISTS crossing ({columns})")
    if not count_rows(con, "crossing"):
        insert_rows(con, "crossing", _CROSSING, _crossings(model))
    for code_list in model.code_lists:
        con.execute(
            f"""CREATE OR REPLACE VIEW crosswalk.{name(code_list)} AS SELECT list, source_code, standard_code FROM crossing
            WHERE code_list = {value(code_list)} AND system = {value(contract.code_system)}"""
        )


def _crossings(model: Model) -> list[tuple[str | None, ...]]:
    return [
        (said.name, c.system, c.list, c.source_code, c.standard_code)
        for said in model.code_lists.values()
        for c in said.crossings
    ]


def gather_current(con: Engine, contract: Contract, history: History) -> None:
    """Make one relation per record type of a dataset: its current records of the units in `w_unit`."""
    referred = {kind.name for kind in contract.record_types.values() if kind.touches}
    ordered = sorted(contract.record_types.values(), key=lambda kind: kind.name in referred)
    for kind in ordered:
        if kind.mode == "upsert":
            _gather_upserts(con, contract, kind, history)
        else:
            current.select_bodies(con, history.bodies(body_table(contract, kind)), _also(contract, kind))
            current.current_members(con, *_narrowed_snapshots(contract, kind, history), kind.name)


def _gather_upserts(con: Engine, contract: Contract, kind: RecordType, history: History) -> None:
    """The current records of an upsert type, reading of what is known no more than the batch has not looked up."""
    also, table = _also(contract, kind), body_table(contract, kind)
    new, standing = history.parts(table)
    seen = history.seen(kind)
    if (
        seen
        and not also
        and kind.unit[1] == kind.key
        and not count_rows(con, f"w_unit AS u ANTI JOIN {new} AS n USING (unit_id)")
    ):
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE w_near AS SELECT DISTINCT key FROM {new} WHERE unit_id IN (SELECT unit_id FROM w_unit)"
        )
    else:
        current.select_keys(con, history.bodies(table), also)
    if seen and not count_rows(con, f"w_near AS n ANTI JOIN {seen.keys} AS s USING (key)"):
        sightings = f"(SELECT s.* FROM {seen.sightings} AS s SEMI JOIN w_near AS n ON n.key = s.key)"
    else:
        sightings = _narrowed_sightings(contract, kind, history)
    current.current_upserts(con, sightings, (new, standing), kind.name, also)


def _also(contract: Contract, kind: RecordType) -> str:
    """Keys of a type that the gathered records of other types refer to."""
    parts = [
        f"SELECT {name(kind.name + '_key')} AS key FROM {name(other)}"
        for other, _ in kind.touches
        if other in contract.record_types
    ]
    return f"({' UNION '.join(parts)})" if parts else ""


def _narrowed_sightings(contract: Contract, kind: RecordType, history: History) -> str:
    return f"""(
    SELECT s.key, s.record_hash, s.event_at, s.sequence FROM {history.sightings} AS s
    SEMI JOIN w_near AS n ON n.key = s.key WHERE {current.dataset_filter(contract, kind, "s")})"""


def _narrowed_snapshots(contract: Contract, kind: RecordType, history: History) -> tuple[str, str, str]:
    snapshots = f"""(
    SELECT s.* FROM {history.snapshots} AS s SEMI JOIN w_body AS b ON b.scope = s.scope
    WHERE {current.dataset_filter(contract, kind, "s")})"""
    members = f"(SELECT m.* FROM {history.members} AS m SEMI JOIN w_body AS b ON b.key = m.key)"
    scope = contract.scope_of(kind)
    control = scope.control if scope else None
    if control is None:
        return snapshots, members, promised_rows(contract, None, "", "")
    bodies = history.bodies(f"{HISTORY}.{contract.source}_{control.dataset}_{control.record_type}")
    return snapshots, members, promised_rows(contract, control, history.sightings, bodies)


def map_entity(con: Engine, contract: Contract, entity: Entity) -> None:
    """Add to `w_desired_<entity>` the rows that a dataset's mapping gives for the touched units."""
    con.execute("SET VARIABLE dataset = " + value(contract.name))
    mapping = contract.mappings[entity.name].rstrip().rstrip(";")
    given = {column[0] for column in con.execute(f"DESCRIBE {mapping}").fetchall()}
    columns = ", ".join(_cast(column, given) for column in entity.columns)
    want_rows(
        con,
        entity,
        f"""SELECT {columns}, unit_id, {value(contract.source)} AS source_system, {value(contract.name)} AS source_dataset
        FROM ({mapping}) WHERE unit_id IN (SELECT unit_id FROM w_unit)""",
    )


def want_rows(con: Engine, entity: Entity, select: str) -> None:
    """Add rows to the wanted ones: typed columns of the entity by name, unit_id, source_system and source_dataset."""
    con.execute(
        f"""INSERT INTO {desired(entity)} SELECT {names_of(entity)}, unit_id, {row_hash(entity)}, source_system, source_dataset
        FROM ({select}) AS made"""
    )


def rewrite_rows(con: Engine, entity: Entity, news: Mapping[str, str], joined: str) -> None:
    """Give every wanted row (`d`, with what is joined to it) new values in some columns, and its digest anew."""
    columns = ", ".join(f"{news.get(c.name, f'd.{name(c.name)}')} AS {name(c.name)}" for c in entity.columns)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_part AS SELECT {columns}, d.unit_id, d.source_system, d.source_dataset
        FROM {desired(entity)} AS d {joined}"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {desired(entity)} AS
        SELECT {names_of(entity)}, unit_id, {row_hash(entity)} AS row_hash, source_system, source_dataset FROM w_part"""
    )


def typed_columns(entity: Entity) -> str:
    """SELECT items that cast each column of an entity, given by name, to its type."""
    return ", ".join(f"CAST({name(c.name)} AS {sql_type(c.type)}) AS {name(c.name)}" for c in entity.columns)


def names_of(entity: Entity) -> str:
    """The columns of an entity as SELECT items."""
    return ", ".join(name(column.name) for column in entity.columns)


def desired(entity: Entity) -> str:
    """The working table of an entity's wanted rows."""
    return name(f"w_desired_{entity.name}")


def _cast(column: Column, given: set[str]) -> str:
    source = name(column.name) if column.name in given else "NULL"
    return f"CAST({source} AS {sql_type(column.type)}) AS {name(column.name)}"


def begin_entity(con: Engine, entity: Entity) -> None:
    """Make the empty working table of an entity."""
    columns = ", ".join(f"{name(c.name)} {sql_type(c.type)}" for c in entity.columns)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {desired(entity)} ({columns}, unit_id VARCHAR, row_hash VARCHAR, "
        "source_system VARCHAR, source_dataset VARCHAR)"
    )


def diff_entity(con: Engine, entity: Entity, standing: str) -> tuple[str, str]:
    """Compare wanted rows with the standing rows of the touched units.

    Gives two SELECTs: rows to write (with every column) and rows to take away (file_path, pos).
    """
    wanted = desired(entity)
    within, bounds = _ranges_of_units(con)
    led = "".join(f", s.{column}" for column in leading_columns(entity))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_standing_row AS
        SELECT s.unit_id, s.row_hash, s._file, s._pos{led} FROM {standing} AS s
        SEMI JOIN w_all_unit AS u ON u.unit_id = s.unit_id WHERE {within or "true"}""",
        bounds,
    )
    same = "s.unit_id = d.unit_id AND s.row_hash = d.row_hash"  # the hash takes in the key and the dataset
    repeated = count_rows(con, f"(SELECT unit_id FROM {wanted} GROUP BY unit_id, row_hash HAVING count(*) > 1)")
    rows = f"SELECT {'DISTINCT ' if repeated else ''}d.* FROM {wanted} AS d ANTI JOIN w_standing_row AS s ON {same}"
    gone = f"SELECT s._file AS file_path, s._pos AS pos FROM w_standing_row AS s ANTI JOIN {wanted} AS d ON {same}"
    return rows, gone


def _ranges_of_units(con: Engine) -> tuple[str, list[str]]:
    """A condition, with its parameters, that leaves out the parts of sorted files that hold no touched unit; '' for many."""
    found = con.execute(
        f"SELECT DISTINCT left(unit_id, {_START}) AS start FROM w_all_unit ORDER BY 1 LIMIT {_MOST_RANGES + 1}"
    ).fetchall()
    if not found or len(found) > _MOST_RANGES:
        return "", []
    condition = " OR ".join("s.unit_id BETWEEN ? AND ?" for _ in found)
    return f"({condition})", [bound for (start,) in found for bound in (start, start + _AFTER_HEX)]


def row_hash(entity: Entity) -> str:
    """SQL for the keyed digest of a unified row: text forms that every engine writes alike, absent ones marked.

    Keyed, because it stands beside rows of people outside the history: nobody can confirm a guess by it.
    """
    parts = ", ".join(f"coalesce({_text_form(column)}, chr(29))" for column in entity.columns)
    return f"keyed(concat_ws(chr(31), source_dataset, {parts}))"


def _text_form(column: Column) -> str:
    if column.type == "timestamptz":
        return f"CAST(epoch_us({name(column.name)}) AS VARCHAR)"
    return f"CAST({name(column.name)} AS VARCHAR)"
