"""Linking within a batch: from the records that it touches to the rows of the cases that they are.

Four steps, between which the batch maps further units: evidence and what is connected; who is one with whom; who refers to
ids that changed; rows with their present ids, united where they are one.
"""

from __future__ import annotations

import re

from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import Linking
from onecrown.definitions.model import Model
from onecrown.merging.knowledge import Known
from onecrown.merging.linking.clusters import settle
from onecrown.merging.linking.derived import ALIASES, KEYS, RECORDS, fill_derived, tell_standing
from onecrown.merging.linking.evidence import reach, take_evidence
from onecrown.merging.linking.identifying import identify
from onecrown.merging.linking.uniting import linked_columns, unite
from onecrown.merging.unifying import desired
from onecrown.rendering.table_layouts import UNIFIED
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value

_FROM_TYPE = re.compile(r"'(\w+)' AS from_type")


class LinkStage:
    """The linking of one batch."""

    def __init__(self, con: Engine, model: Model, linking: Linking, known: Known) -> None:
        self._con = con
        self._model = model
        self._linking = linking
        self._known = known
        self._case = model.entities[linking.entity]

    def connected(self) -> list[str]:
        """Find the units that are connected with the touched ones (`w_far_unit`); the datasets of which they are."""
        take_evidence(self._con, self._linking, self._case.key_column, desired(self._case))
        standing = (
            "(SELECT record_case_id AS own_id, unit_id, source_system, source_dataset, rung_code, role_code, link_value "
            f"FROM {self._known(f'{UNIFIED}.{KEYS}')} AS kept)"
        )
        if not reach(self._con, standing, self._linking.most_records):
            return []
        return self._datasets("w_far_unit")

    def settled(self) -> list[str]:
        """Decide who is one with whom, and find the units of other kinds that refer to ids which change (`w_refer_unit`)."""
        settle(self._con, self._model, self._linking)
        self._con.execute("CREATE OR REPLACE TEMP TABLE w_refer_unit (unit_id VARCHAR, source_dataset VARCHAR)")
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_standing_alias AS
            SELECT s.entity_name AS entity, s.ended_id, s.current_id FROM {self._known(f"{UNIFIED}.{ALIASES}")} AS s
            SEMI JOIN w_all_unit AS u ON u.unit_id = s.unit_id"""
        )
        self._con.execute(
            """CREATE OR REPLACE TEMP TABLE w_changed_alias AS
            SELECT n.entity, n.ended_id, n.current_id FROM w_alias AS n ANTI JOIN w_standing_alias AS s
              ON s.entity = n.entity AND s.ended_id = n.ended_id AND s.current_id = n.current_id
            UNION ALL SELECT s.entity, s.ended_id, s.current_id FROM w_standing_alias AS s ANTI JOIN w_alias AS n
              ON s.entity = n.entity AND s.ended_id = n.ended_id AND s.current_id = n.current_id"""
        )
        self._con.execute(
            """CREATE OR REPLACE TEMP TABLE w_changed_id AS SELECT entity, ended_id AS id FROM w_changed_alias
            UNION SELECT entity, current_id AS id FROM w_changed_alias"""
        )
        if not count_rows(self._con, "w_changed_id"):
            return []
        for entity in self._model.entity_order():
            if self._is_told_beside_cases(entity):
                for column, linked in linked_columns(self._model, self._linking, entity).items():
                    self._con.execute(
                        f"""INSERT INTO w_refer_unit SELECT DISTINCT s.unit_id, s.source_dataset
                        FROM {self._known(f"{UNIFIED}.{entity.name}")} AS s
                        SEMI JOIN (SELECT id FROM w_changed_id WHERE entity = {value(linked)}) AS c ON c.id = s.{name(column)}
                        ANTI JOIN w_all_unit AS u ON u.unit_id = s.unit_id"""
                    )
        return self._datasets("w_refer_unit")

    def finish(self) -> None:
        """Give the wanted rows their present ids, unite those that are one, and add the rows that linking itself makes."""
        con, case = self._con, self._case
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_standing AS SELECT DISTINCT d.unit_id, c.is_survivor FROM {desired(case)} AS d
            JOIN w_cluster AS c ON c.own_id = d.{name(case.key_column)}"""
        )
        self._take_units()
        fill_derived(con, self._model, self._linking)
        if RECORDS in self._model.entities and count_rows(self._con, "w_cluster"):
            tell_standing(con, self._model.entities[RECORDS])
        others = (
            f"SELECT s.entity_name AS entity, s.ended_id, s.current_id FROM {self._known(f'{UNIFIED}.{ALIASES}')} AS s "
            "ANTI JOIN w_all_unit AS u ON u.unit_id = s.unit_id"
        )
        current = f"(SELECT entity, ended_id, current_id FROM w_alias UNION ALL {others})"
        if count_rows(self._con, f"{current} AS every_alias"):
            for entity in self._model.entity_order():
                unite(con, self._model, self._linking, entity, current)
        identified = self._linking.identified
        if identified and count_rows(self._con, desired(self._model.entities[identified.entity])):
            identify(con, self._model.entities[identified.entity], identified)

    def _is_told_beside_cases(self, entity: Entity) -> bool:
        """Whether a row may be of another unit than a case's: of a hearing, or, as some pleas, of an application."""
        kinds = [
            contract.record_types[kind]
            for contract in self._model.contracts.values()
            for kind in _FROM_TYPE.findall(contract.mappings.get(entity.name, ""))
        ]
        units = {entity.unit, *(kind.unit[0] for kind in kinds)}
        units |= {place.unit[0] for kind in kinds for place in kind.places if place.unit}
        return units != {self._case.unit}

    def _take_units(self) -> None:
        """Make `w_unit_of`: the unit and source of each record's case, defendant and offence."""
        entities = [self._case, *(self._model.entities[same.entity] for same in self._linking.same)]
        said = " UNION ALL ".join(
            f"SELECT {value(entity.name)} AS entity, {name(entity.key_column)} AS id, unit_id, source_system, source_dataset "
            f"FROM {desired(entity)} AS d"
            for entity in entities
        )
        con = self._con
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE w_unit_of AS SELECT * FROM ({said}) AS said
            WHERE id IN (SELECT ended_id FROM w_alias UNION SELECT own_id FROM w_doubt)"""
        )

    def _datasets(self, table: str) -> list[str]:
        found = self._con.execute(f"SELECT DISTINCT source_dataset FROM {table} ORDER BY 1").fetchall()
        return [dataset for (dataset,) in found]
