"""Rows that linking itself makes: evidence, aliases, relations between cases, what is in doubt, and each record's standing."""

from __future__ import annotations

from collections.abc import Callable

from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import Linking, Relation
from onecrown.definitions.model import Model
from onecrown.merging.linking.evidence import EARLIER, EVERY, LATER
from onecrown.merging.unifying import rewrite_rows, typed_columns, want_rows
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import value

RECORDS, KEYS, ALIASES, RELATIONS, REVIEW = (
    "case_source_record",
    "case_link_key",
    "case_alias",
    "case_link",
    "link_review",
)
_CASE_OF = f"""(SELECT o.own_id, coalesce(c.case_id, o.own_id) AS case_id
  FROM (SELECT DISTINCT own_id FROM {EVERY} AS e) AS o LEFT JOIN w_cluster AS c ON c.own_id = o.own_id)"""


def fill(con: Engine, entity: Entity, select: str) -> None:
    """Add rows to the wanted rows of an entity: its columns by name, unit_id, source_system and source_dataset."""
    want_rows(
        con, entity, f"SELECT {typed_columns(entity)}, unit_id, source_system, source_dataset FROM ({select}) AS made"
    )


def fill_derived(con: Engine, model: Model, linking: Linking) -> None:
    """Add the rows of everything that is connected to the entities that the model has of these.

    Where nothing is shared there is but evidence: most batches are so.
    """
    if KEYS in model.entities:
        fill(con, model.entities[KEYS], _keys())
    shared = f"(SELECT link_value FROM {EVERY} AS e GROUP BY link_value HAVING count(DISTINCT own_id) > 1)"
    if not count_rows(con, f"{shared} AS s"):
        return
    makers: dict[str, Callable[[], str]] = {
        ALIASES: _aliases,
        RELATIONS: lambda: " UNION ALL ".join(_relation(said) for said in linking.relations),
        REVIEW: _review,
    }
    for entity, select in makers.items():
        if entity in model.entities:
            fill(con, model.entities[entity], select())


def _keys() -> str:
    return f"""SELECT keyed(concat_ws('|', own_id, rung_code, role_code, link_value)) AS case_link_key_id, own_id AS record_case_id,
      rung_code, role_code, link_value, unit_id, source_system, source_dataset FROM {EVERY} AS e"""


def _aliases() -> str:
    return """SELECT keyed(concat_ws('|', a.entity, a.ended_id)) AS case_alias_id, a.entity AS entity_name, a.ended_id, a.current_id,
      a.case_id, a.rung_code, r.unit_id, r.source_system, r.source_dataset
    FROM w_alias AS a JOIN w_unit_of AS r ON r.entity = a.entity AND r.id = a.ended_id"""


def _relation(said: Relation) -> str:
    earlier = f"""SELECT DISTINCT e.own_id, e.link_value FROM {EVERY} AS e ANTI JOIN w_crowded AS k ON k.link_value = e.link_value
    WHERE e.rung_code = {value(said.space)} AND e.role_code = {value(EARLIER)}"""
    if said.leads:
        earlier = f"SELECT min(own_id) AS own_id, link_value FROM ({earlier}) AS sharing GROUP BY link_value"
    return f"""SELECT DISTINCT keyed(concat_ws('|', {value(said.code)}, f.own_id, t.own_id)) AS case_link_id, {value(said.code)} AS relation_code,
      cf.case_id AS from_case_id, ct.case_id AS to_case_id, f.own_id AS from_record_case_id, t.own_id AS to_record_case_id,
      t.unit_id, t.source_system, t.source_dataset
    FROM (SELECT DISTINCT own_id, link_value, unit_id, source_system, source_dataset FROM {EVERY} AS e
      WHERE rung_code = {value(said.code)} AND role_code = {value(LATER)}) AS t
    JOIN ({earlier}) AS f ON f.link_value = t.link_value AND f.own_id <> t.own_id
    JOIN {_CASE_OF} AS cf ON cf.own_id = f.own_id JOIN {_CASE_OF} AS ct ON ct.own_id = t.own_id"""


def _review() -> str:
    return """SELECT keyed(concat_ws('|', d.own_id, d.rung_code, d.reason_code, d.link_value)) AS link_review_id,
      coalesce(c.case_id, d.own_id) AS case_id, d.own_id AS record_case_id, d.rung_code, d.reason_code, d.link_value,
      r.unit_id, r.source_system, r.source_dataset
    FROM w_doubt AS d JOIN w_unit_of AS r ON r.id = d.own_id LEFT JOIN w_cluster AS c ON c.own_id = d.own_id"""


def tell_standing(con: Engine, records: Entity) -> None:
    """Say of each record that shares its case which of them stands, and why."""
    news = {
        "case_id": "coalesce(c.case_id, d.case_id)",
        "is_survivor": "coalesce(c.is_survivor, d.is_survivor)",
        "reason_code": "coalesce(c.reason_code, d.reason_code)",
        "rung_code": "coalesce(c.rung_code, d.rung_code)",
        "survivor_case_id": "coalesce(c.survivor_id, d.survivor_case_id)",
    }
    rewrite_rows(con, records, news, "LEFT JOIN w_cluster AS c ON c.own_id = d.record_case_id")
