"""Rows that are one become one row: ids are those of the present, and each column has the value of the source that wins.

What each source said of a united row, and whose value stands, is kept in `w_desired_case_value`.
"""

from __future__ import annotations

from collections.abc import Sequence

from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.linking import Linking
from onecrown.definitions.model import Model
from onecrown.merging.linking.derived import fill
from onecrown.merging.unifying import desired, names_of, row_hash
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value

SURVIVOR, NEVER = "survivor", "9"
VALUES = "case_value"
_ADDED = "unit_id, source_system, source_dataset"


def linked_columns(model: Model, linking: Linking, entity: Entity) -> dict[str, str]:
    """The columns of an entity that hold ids which linking may change: column to the entity whose ids they are."""
    keys = {model.entities[said].key_column: said for said in (linking.entity, *(same.entity for same in linking.same))}
    named = {column.name: keys[column.name] for column in entity.columns if column.name in keys}
    referring = {c.name: c.references for c in entity.columns if c.references in keys.values()}
    return {**named, **referring}


def unite(con: Engine, model: Model, linking: Linking, entity: Entity, current: str) -> None:
    """Give the wanted rows of an entity their present ids, and unite those that are one. `current`: every alias."""
    columns = linked_columns(model, linking, entity)
    if not columns or not _part(con, entity, columns, current):
        return
    by = entity.united_by
    if not by:
        _replace(con, entity, _translated(entity))
        return
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_united AS {_united(entity, by)}")
    _replace(con, entity, f"SELECT {names_of(entity)}, {_ADDED} FROM w_united")
    if VALUES in model.entities:
        _keep_values(con, model, linking, entity, by)


def _part(con: Engine, entity: Entity, columns: dict[str, str], current: str) -> bool:
    """Put the rows that linking changes into `w_part`, with their present ids, and leave the others; whether there are any."""
    joins, changed, present = [], [], {}
    for number, (column, linked) in enumerate(sorted(columns.items())):
        alias = f"a{number}"
        said = f"d.{name(column)}"
        joins.append(
            f"LEFT JOIN {current} AS {alias} ON {alias}.entity = {value(linked)} AND {alias}.ended_id = {said}"
        )
        joins.append(
            f"""LEFT JOIN (SELECT DISTINCT entity, current_id FROM w_alias) AS h{number}
            ON h{number}.entity = {value(linked)} AND h{number}.current_id = {said}"""
        )
        changed.append(f"{alias}.ended_id IS NOT NULL OR h{number}.current_id IS NOT NULL")
        present[column] = f"coalesce({alias}.current_id, {said})"
    given = ", ".join(f"{present.get(c.name, f'd.{name(c.name)}')} AS {name(c.name)}" for c in entity.columns)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_part AS SELECT {given}, d.unit_id, d.source_system, d.source_dataset,
          d.row_hash AS own_hash, coalesce(r.is_survivor, TRUE) AS of_survivor
        FROM {desired(entity)} AS d {" ".join(joins)}
        LEFT JOIN w_standing AS r ON r.unit_id = d.unit_id WHERE {" OR ".join(changed)}"""
    )
    if not count_rows(con, "w_part"):
        return False
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_rest AS SELECT d.* FROM {desired(entity)} AS d
        ANTI JOIN w_part AS p ON p.own_hash = d.row_hash AND p.unit_id = d.unit_id"""
    )
    return True


def _translated(entity: Entity) -> str:
    return f"SELECT {names_of(entity)}, {_ADDED} FROM w_part"


def _replace(con: Engine, entity: Entity, select: str) -> None:
    """Put the changed rows beside the others."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {desired(entity)} AS SELECT * FROM w_rest
        UNION ALL SELECT {names_of(entity)}, unit_id, {row_hash(entity)} AS row_hash, source_system, source_dataset
        FROM ({select}) AS changed"""
    )


def _united(entity: Entity, by: str) -> str:
    """One row for each group, each column by its own order of sources; the best record's row gives unit and source."""
    best = _rank((SURVIVOR, "common_platform", "xhibit", "libra"), fallback="8")
    orders = sorted({column.survivorship for column in entity.columns})
    ranks = ", ".join(f"{_rank(order)} AS rank_{number}" for number, order in enumerate(orders))
    group = f"coalesce({name(by)}, own_hash)"
    columns = ", ".join(_best(entity, column, orders, by) for column in entity.columns)
    return f"""SELECT {columns}, {", ".join(f"arg_min({c}, best) AS {c}" for c in _ADDED.split(", "))},
      united_by, count(*) AS told_by
    FROM (SELECT *, {group} AS united_by, {best} AS best, {ranks} FROM w_part) AS ranked GROUP BY united_by"""


def _rank(order: Sequence[str], fallback: str = NEVER) -> str:
    """SQL for a row's place in an order of sources, then the record that stands, then what is the same in every run."""
    places = " ".join(
        f"WHEN {'of_survivor' if source == SURVIVOR else f'source_system = {value(source)}'} THEN {value(str(place))}"
        for place, source in enumerate(order)
    )
    first = f"CASE {places} ELSE {value(fallback)} END" if places else value("0")
    return f"concat({first}, CASE WHEN of_survivor THEN '0' ELSE '1' END, source_dataset, own_hash)"


def _told(entity: Entity, column: Column) -> str:
    """SQL for whether a row tells a column: a code and the source's own code go together."""
    pair = [column.name]
    if column.source_column:
        pair.append(column.source_column)
    pair += [other.name for other in entity.columns if other.source_column == column.name]
    return "(" + " OR ".join(f"{name(said)} IS NOT NULL" for said in pair) + ")"


def _best(entity: Entity, column: Column, orders: Sequence[tuple[str, ...]], by: str) -> str:
    said = name(column.name)
    if column.name == by:
        return f"min({said}) AS {said}"
    rank = f"rank_{orders.index(column.survivorship)}"
    counts = f"{_told(entity, column)} AND {rank} < {value(NEVER)}"
    if column.name == entity.key_column or column.references:
        rank, counts = "best", f"{said} IS NOT NULL"
    if (
        column.type == "string"
    ):  # one that goes with another may be absent: DuckDB passes over what is NULL, Spark does not
        return f"nullif(arg_min(coalesce({said}, chr(29)), {rank}) FILTER (WHERE {counts}), chr(29)) AS {said}"
    return f"arg_min({said}, {rank}) FILTER (WHERE {counts}) AS {said}"


def _keep_values(con: Engine, model: Model, linking: Linking, entity: Entity, by: str) -> None:
    """Keep what each source said of the rows that several told."""
    case = model.entities[linking.entity]
    told = [column for column in entity.columns if _is_told(entity, column)]
    if not told:
        return
    orders = sorted({column.survivorship for column in told})
    stands = ", ".join(f"u.{name(column.name)} AS {name('stands_' + column.name)}" for column in told)
    of_case = f"u.{name(case.key_column)}" if entity.column(case.key_column) else "CAST(NULL AS VARCHAR)"
    ranks = ", ".join(f"{_rank(order)} AS rank_{number}" for number, order in enumerate(orders))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_told AS SELECT p.*, u.{name(entity.key_column)} AS row_id, {of_case} AS of_case, {stands}
        FROM (SELECT *, coalesce({name(by)}, own_hash) AS united_by, {ranks} FROM w_part) AS p
        JOIN w_united AS u ON u.united_by = p.united_by WHERE u.told_by > 1"""
    )
    if count_rows(con, "w_told"):
        said = " UNION ALL ".join(
            _values_of(entity, column, f"rank_{orders.index(column.survivorship)}") for column in told
        )
        fill(con, model.entities[VALUES], said)


def _is_told(entity: Entity, column: Column) -> bool:
    """Whether sources can agree on a column: on a code and not on each system's own code of it, and on no id."""
    own_codes = {other.source_column for other in entity.columns}
    return not (column.references or column.name in own_codes | {entity.key_column, entity.united_by})


def _values_of(entity: Entity, column: Column, rank: str) -> str:
    """The rows of one column. Of those that tell it, the one of the least rank gives what stands."""
    said = name(column.name)
    shown = f"CAST({said} AS VARCHAR)" if column.sensitivity in ("public", "official") else "CAST(NULL AS VARCHAR)"
    return f"""SELECT keyed(concat_ws('|', {value(entity.name)}, unit_id, own_hash, {value(column.name)})) AS case_value_id,
      of_case AS case_id, {value(entity.name)} AS entity_name, row_id, {value(column.name)} AS column_name, {shown} AS source_value,
      {rank} = min({rank}) OVER (PARTITION BY united_by) AND {rank} < {value(NEVER)} AS is_chosen,
      {said} IS NOT DISTINCT FROM {name("stands_" + column.name)} AS agrees, unit_id, source_system, source_dataset
    FROM w_told WHERE {said} IS NOT NULL"""
