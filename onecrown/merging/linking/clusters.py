"""Which touched records are one case, which of them stands, and which of their defendants and offences are one.

Working tables: `w_cluster` (own_id, case_id, rung_code, is_survivor, reason_code, survivor_id) of records that share their case
with others, `w_doubt` (own_id, rung_code, reason_code, link_value), and `w_alias` (entity, ended_id, current_id, case_id,
rung_code).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import Linking, Rung, Same
from onecrown.definitions.model import Model
from onecrown.merging.linking.evidence import EVERY, SAME, over_records
from onecrown.merging.linking.ladder import TOO_MANY, Climbed, Doubt, Evidence, Step, climb
from onecrown.merging.linking.survivors import Record, reason, survivor
from onecrown.merging.unifying import desired
from onecrown.sql.engine import Engine
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import name, value

_CLUSTER = ("own_id", "case_id", "rung_code", "is_survivor", "reason_code", "survivor_id")
_DOUBT = ("own_id", "rung_code", "reason_code", "link_value")
_ALIAS = ("entity", "ended_id", "current_id", "case_id", "rung_code")
_MOST_WITHIN = 1000


def settle(con: Engine, model: Model, linking: Linking) -> None:
    """Make the three working tables from the evidence of everything that is connected."""
    for table, columns in (("w_cluster", _CLUSTER), ("w_doubt", _DOUBT), ("w_alias", _ALIAS)):
        typed = ", ".join(f"{name(c)} {'BOOLEAN' if c == 'is_survivor' else 'VARCHAR'}" for c in columns)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({typed})")
    con.execute(
        f"""INSERT INTO w_doubt SELECT DISTINCT e.own_id, e.rung_code, {value(TOO_MANY)}, e.link_value FROM {EVERY} AS e
        SEMI JOIN w_crowded AS k ON k.link_value = e.link_value WHERE e.role_code = {value(SAME)}"""
    )
    shared = con.execute(
        f"""SELECT e.own_id, e.source_dataset, e.rung_code, e.link_value FROM {EVERY} AS e
        SEMI JOIN (
          SELECT link_value FROM {EVERY} AS every_one
          WHERE role_code = {value(SAME)} GROUP BY link_value HAVING count(DISTINCT own_id) > 1
        ) AS v ON v.link_value = e.link_value
        ANTI JOIN w_crowded AS k ON k.link_value = e.link_value
        WHERE e.role_code = {value(SAME)}"""
    ).fetchall()
    if not shared:
        return
    climbed = _climb_cases(linking, shared)
    insert_rows(con, "w_doubt", _DOUBT, [_doubt_row(doubt) for doubt in sorted(climbed.doubts)])
    clusters = _clusters(climbed)
    if not clusters:
        return
    case = model.entities[linking.entity]
    con.execute("CREATE OR REPLACE TEMP TABLE w_together (own_id VARCHAR, case_id VARCHAR, rung_code VARCHAR)")
    together = [(own, least, climbed.rung[own]) for least, members in clusters.items() for own in members]
    insert_rows(con, "w_together", ("own_id", "case_id", "rung_code"), together)
    insert_rows(con, "w_cluster", _CLUSTER, list(_standing(con, case, clusters, climbed)))
    aliases: list[tuple[str, ...]] = [(case.name, o, c, c, rung) for o, c, rung in together if o != c]
    aliases += _within_cases(con, model, linking)
    insert_rows(con, "w_alias", _ALIAS, aliases)


def _climb_cases(linking: Linking, shared: list[tuple[Any, ...]]) -> Climbed:
    sides = {own: own if dataset in linking.parts else dataset for own, dataset, _, _ in shared}
    by_rung: dict[str, list[Evidence]] = defaultdict(list)
    for own, _, rung, said in shared:
        by_rung[rung].append(Evidence(own, said))
    steps = (Step(r.code, by_rung[r.code], r.across_datasets, r.proposes) for r in linking.rungs if r.code in by_rung)
    return climb(sides, steps, linking.most_records)


def _clusters(climbed: Climbed) -> dict[str, list[str]]:
    """The members of every cluster of more than one, by its least member."""
    found: dict[str, list[str]] = defaultdict(list)
    for member, least in climbed.cluster.items():
        found[least].append(member)
    return {least: sorted(members) for least, members in sorted(found.items()) if len(members) > 1}


def _doubt_row(doubt: Doubt) -> tuple[str, ...]:
    return doubt.member, doubt.rung, doubt.reason, doubt.value


def _standing(
    con: Engine, case: Entity, clusters: Mapping[str, list[str]], climbed: Climbed
) -> Iterator[tuple[Any, ...]]:
    """The rows of `w_cluster`: the record that stands, and why each stands or not."""
    records = {said[0]: Record(*said) for said in _records(con, case)}
    for least, members in clusters.items():
        told = [records[member] for member in members]
        stands = survivor(told)
        for said in told:
            yield (
                said.member,
                least,
                climbed.rung[said.member],
                said is stands,
                reason(said, stands, told),
                stands.member,
            )


def _records(con: Engine, case: Entity) -> list[tuple[Any, ...]]:
    def truth(column: str, condition: str) -> str:
        return f"coalesce({condition}, FALSE)" if case.column(column) else "FALSE"

    return con.execute(
        f"""SELECT c.{name(case.key_column)}, c.source_system, c.source_dataset,
          {truth("is_cp_placeholder", "c.is_cp_placeholder")},
          {truth("case_status_source_code", "upper(c.case_status_source_code) LIKE 'EJECT%'")},
          {truth("transferred_out_on", "c.transferred_out_on IS NOT NULL")},
          {truth("migration_source_case_id", "c.migration_source_case_id IS NOT NULL")}
        FROM {desired(case)} AS c SEMI JOIN w_together AS t ON t.own_id = c.{name(case.key_column)}"""
    ).fetchall()


def _within_cases(con: Engine, model: Model, linking: Linking) -> Iterator[tuple[str, ...]]:
    """The aliases of what is one within a case: first defendants, then, within a defendant, offences."""
    current: dict[str, dict[str, str]] = {}
    for same in linking.same:
        entity = model.entities[same.entity]
        sides, steps, case_of = _evidence_within(con, model, linking, same, current.get(same.within, {}))
        climbed = climb(sides, steps, _MOST_WITHIN)
        current[same.entity] = climbed.cluster
        for member, least in sorted(climbed.cluster.items()):
            if member != least:
                yield entity.name, member, least, case_of[member], climbed.rung[member]


def _evidence_within(
    con: Engine, model: Model, linking: Linking, same: Same, current: Mapping[str, str]
) -> tuple[dict[str, str], list[Step], dict[str, str]]:
    """Sides (the record of which each is), steps, and the case of each."""
    entity, case = model.entities[same.entity], model.entities[linking.entity]
    parent = f"d.{name(model.entities[same.within].key_column)}" if same.within else "NULL"
    sides: dict[str, str] = {}
    case_of: dict[str, str] = {}
    steps = []
    for rung in same.rungs:
        said = []
        for own, record, cluster, above, shared, differs in _rows_within(con, entity, case, rung, parent):
            sides[own], case_of[own] = record, cluster
            within = current.get(above, above) or ""
            said.append(Evidence(own, f"{cluster}|{within}|{shared}", differs))
        steps.append(Step(rung.code, said, exclusive=True))
    return sides, steps, case_of


def _rows_within(con: Engine, entity: Entity, case: Entity, rung: Rung, parent: str) -> list[tuple[Any, ...]]:
    select = over_records(rung.key)
    differs = "k.differs" if " AS differs" in rung.key else "CAST(NULL AS VARCHAR)"
    return con.execute(
        f"""SELECT DISTINCT k.id, t.own_id, t.case_id, {parent}, k.said, {differs} FROM ({select}) AS k
        JOIN {desired(entity)} AS d ON d.{name(entity.key_column)} = k.id
        JOIN w_together AS t ON t.own_id = d.{name(case.key_column)} WHERE k.said IS NOT NULL"""
    ).fetchall()
