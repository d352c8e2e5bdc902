"""What the records of touched cases share with others, as keyed digests, and every record that is connected with them.

Working tables: `w_evidence` (of what the batch touches), `w_far_evidence` and `w_far_unit` (of what is connected with it, as it
stands), with the columns own_id, unit_id, source_system, source_dataset, rung_code, role_code, link_value.
"""

from __future__ import annotations

from onecrown.definitions.linking import RECORD, Linking
from onecrown.sql.counting import count_rows
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value

SAME, EARLIER, LATER = "same", "from", "to"
EVERY = "(SELECT * FROM w_evidence UNION ALL SELECT * FROM w_far_evidence)"
COLUMNS = "own_id, unit_id, source_system, source_dataset, rung_code, role_code, link_value"
_TYPED = ", ".join(f"{column} VARCHAR" for column in COLUMNS.split(", "))


def over_records(select: str) -> str:
    """A SELECT of the linking over the working tables of what the sources tell."""
    return RECORD.sub(lambda found: name(f"w_desired_{found[1]}"), select)


def take_evidence(con: Engine, linking: Linking, key: str, cases: str) -> None:
    """Make `w_evidence` of the records that stand in the working tables. `key`: the case's own key column."""
    parts = [(rung.code, SAME, rung.code, rung.key) for rung in linking.rungs]
    for relation in linking.relations:
        parts.append((relation.space, EARLIER, relation.space, relation.sources))
        parts.append((relation.code, LATER, relation.space, relation.targets))
    said = " UNION ALL ".join(
        f"""SELECT c.{name(key)} AS own_id, c.unit_id, c.source_system, c.source_dataset, {value(code)} AS rung_code,
          {value(role)} AS role_code, keyed({value(space + "|")} || k.said) AS link_value
        FROM ({over_records(select)}) AS k JOIN {cases} AS c ON c.{name(key)} = k.id WHERE k.said IS NOT NULL"""
        for code, role, space, select in parts
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_evidence AS SELECT DISTINCT {COLUMNS} FROM ({said})")


def reach(con: Engine, standing: str, most: int) -> bool:
    """Find what is connected with what a batch touches, before or after it; whether there is any.

    `standing` reads the evidence as it stood. A value that more than `most` records share before and after connects nothing;
    what too many share is left in `w_crowded`.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE w_far_evidence ({_TYPED})")
    con.execute("CREATE OR REPLACE TEMP TABLE w_far_unit (unit_id VARCHAR, source_dataset VARCHAR)")
    con.execute("CREATE OR REPLACE TEMP TABLE w_crowded (link_value VARCHAR)")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_reach AS SELECT DISTINCT link_value FROM w_evidence
        UNION SELECT s.link_value FROM {standing} AS s SEMI JOIN w_all_unit AS u ON u.unit_id = s.unit_id"""
    )
    while _step(con, standing, most):
        pass
    con.execute(
        f"""INSERT INTO w_crowded SELECT link_value FROM {EVERY} AS e GROUP BY link_value
        HAVING count(DISTINCT own_id) > {most}"""
    )
    return count_rows(con, "w_far_unit") > 0


def _step(con: Engine, standing: str, most: int) -> bool:
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_found AS SELECT {", ".join(f"s.{c}" for c in COLUMNS.split(", "))}
        FROM {standing} AS s SEMI JOIN w_reach AS r ON r.link_value = s.link_value"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_new_unit AS SELECT DISTINCT f.unit_id, f.source_dataset FROM w_found AS f
        ANTI JOIN w_all_unit AS u ON u.unit_id = f.unit_id ANTI JOIN w_far_unit AS k ON k.unit_id = f.unit_id"""
    )
    if not count_rows(con, "w_new_unit"):
        return False
    con.execute(
        f"""INSERT INTO w_crowded SELECT link_value FROM (
          SELECT f.link_value, f.own_id, true AS stood, u.unit_id IS NULL AS stands FROM w_found AS f
          LEFT JOIN (SELECT DISTINCT unit_id FROM w_all_unit) AS u ON u.unit_id = f.unit_id
          UNION ALL SELECT link_value, own_id, false AS stood, true AS stands FROM w_evidence)
        GROUP BY link_value
        HAVING count(DISTINCT CASE WHEN stood THEN own_id END) > {most} AND count(DISTINCT CASE WHEN stands THEN own_id END) > {most}"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_new_unit AS SELECT DISTINCT n.unit_id, n.source_dataset FROM w_new_unit AS n
        SEMI JOIN (SELECT f.unit_id FROM w_found AS f ANTI JOIN w_crowded AS c ON c.link_value = f.link_value) AS f
          ON f.unit_id = n.unit_id"""
    )
    if not count_rows(con, "w_new_unit"):
        return False
    con.execute("INSERT INTO w_far_unit SELECT unit_id, source_dataset FROM w_new_unit")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE w_newly AS SELECT {", ".join(f"s.{c}" for c in COLUMNS.split(", "))}
        FROM {standing} AS s SEMI JOIN w_new_unit AS n ON n.unit_id = s.unit_id"""
    )
    con.execute(f"INSERT INTO w_far_evidence SELECT {COLUMNS} FROM w_newly")
    con.execute(
        """CREATE OR REPLACE TEMP TABLE w_reach AS SELECT DISTINCT n.link_value FROM w_newly AS n
        ANTI JOIN w_found AS f ON f.link_value = n.link_value"""
    )
    return True
