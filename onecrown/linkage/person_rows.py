"""The rows of persons, links and aliases that should stand, as SELECTs over what was decided and what stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from onecrown.linkage.clusters import Clusters, Pair
from onecrown.linkage.person_records import DEFENDANTS
from onecrown.linkage.splink_scoring import SCORED
from onecrown.sql.engine import Engine
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import value

MERGED, SPLIT = "merged", "split"
_PAIRS, _MEMBERS, _DECIDED = "p_pair", "p_member", "p_decided"


def link_id_sql(left: str, right: str) -> str:
    """SQL of the id of a pair of exact persons, the lesser one first."""
    return f"keyed('person_link|' || {left} || '|' || {right})"


def take_pairs(con: Engine, standing_links: str, decisions: Mapping[str, bool]) -> list[Pair]:
    """Make `p_pair` of the weighed pairs, and of standing links that somebody decided though they are weighed no more."""
    con.execute("CREATE OR REPLACE TEMP TABLE p_said (link_id VARCHAR)")
    insert_rows(con, "p_said", ("link_id",), [(link_id,) for link_id in sorted(decisions)])
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_PAIRS} AS
        WITH weighed AS (SELECT {link_id_sql("left_id", "right_id")} AS link_id, * FROM {SCORED}),
        held AS (SELECT DISTINCT exact_id FROM {DEFENDANTS}),
        kept AS (
          SELECT s.person_link_id AS link_id, s.left_person_id AS left_id, s.right_person_id AS right_id
          FROM {standing_links} AS s WHERE s.person_link_id IN (SELECT link_id FROM p_said)
          AND s.left_person_id IN (SELECT exact_id FROM held) AND s.right_person_id IN (SELECT exact_id FROM held))
        SELECT * FROM weighed UNION ALL BY NAME SELECT * FROM kept ANTI JOIN weighed USING (link_id)"""
    )
    rows = con.execute(f"SELECT link_id, left_id, right_id, CAST(match_weight AS DOUBLE) FROM {_PAIRS}").fetchall()
    return [Pair(*row) for row in rows]


def keep_clusters(con: Engine, clusters: Clusters) -> None:
    """Make `p_member` (exact_id, person_id) of every exact person, and `p_decided` of every pair."""
    con.execute("CREATE OR REPLACE TEMP TABLE p_joined (exact_id VARCHAR, person_id VARCHAR)")
    insert_rows(con, "p_joined", ("exact_id", "person_id"), list(clusters.persons.items()))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {_MEMBERS} AS
        SELECT e.exact_id, coalesce(j.person_id, e.exact_id) AS person_id
        FROM (SELECT DISTINCT exact_id FROM {DEFENDANTS}) AS e LEFT JOIN p_joined AS j USING (exact_id)"""
    )
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_DECIDED} (link_id VARCHAR, decision VARCHAR, reason VARCHAR)")
    decided = [(link_id, *said) for link_id, said in clusters.decided.items()]
    insert_rows(con, _DECIDED, ("link_id", "decision", "reason"), decided)


def person_rows(cases: str, hearings: str) -> str:
    """A SELECT of the rows of `person`; `cases` and `hearings` are relations of court_case and hearing_case."""
    return f"""WITH seen AS (
      SELECT case_id, min(seen_on) AS first_on, max(seen_on) AS last_on FROM (
        SELECT case_id, received_on AS seen_on FROM {cases} UNION ALL SELECT case_id, hearing_on FROM {hearings})
      GROUP BY case_id)
    SELECT m.person_id, bool_or(d.is_organisation) AS is_organisation, count(DISTINCT d.exact_id) AS exact_person_count,
      count(*) AS defendant_count, count(DISTINCT d.case_id) AS case_count, count(DISTINCT d.source_system) AS source_count,
      min(s.first_on) AS first_seen_on, max(s.last_on) AS last_seen_on, m.person_id AS unit_id
    FROM {DEFENDANTS} AS d JOIN {_MEMBERS} AS m USING (exact_id) LEFT JOIN seen AS s USING (case_id)
    GROUP BY m.person_id"""


def link_rows(rule_version: int) -> str:
    """A SELECT of the rows of `person_link`."""
    return f"""SELECT p.link_id AS person_link_id, p.left_id AS left_person_id, p.right_id AS right_person_id,
      p.match_weight, p.match_probability, d.decision AS decision_code, d.reason AS decision_reason_code,
      {rule_version} AS rule_version, p.explanation, p.left_id AS unit_id
    FROM {_PAIRS} AS p JOIN {_DECIDED} AS d USING (link_id)"""


def alias_rows(standing: str, run_id: str, run_at: datetime) -> str:
    """A SELECT of the rows of `person_alias`: those that stand, with whether they still hold, and what this run changed.

    Rows of an exact person whom no defendant holds any more are gone: nothing tells of somebody who was erased.
    """
    made = f"CAST({value(run_at.isoformat())} AS TIMESTAMPTZ) AS changed_at, {value(run_id)} AS run_id"
    return f"""WITH kept AS (
      SELECT s.*, one.person_id AS now_of_one, other.person_id AS now_of_other FROM {standing} AS s
      JOIN {_MEMBERS} AS one ON one.exact_id = s.person_id JOIN {_MEMBERS} AS other ON other.exact_id = s.successor_id),
    held AS (
      SELECT person_alias_id, person_id, successor_id, change_code, changed_at, run_id, is_current AS was_current,
        now_of_one, now_of_other,
        is_current AND CASE change_code WHEN '{MERGED}' THEN now_of_one = successor_id ELSE now_of_one <> now_of_other END
          AS is_current
      FROM kept),
    made AS (
      SELECT m.exact_id AS person_id, m.person_id AS successor_id, '{MERGED}' AS change_code FROM {_MEMBERS} AS m
      WHERE m.exact_id <> m.person_id AND NOT EXISTS (
        SELECT 1 FROM held AS h WHERE h.person_id = m.exact_id AND h.change_code = '{MERGED}' AND h.is_current)
      UNION
      SELECT h.successor_id, h.now_of_one, '{SPLIT}' FROM held AS h
      WHERE h.change_code = '{MERGED}' AND h.was_current AND h.now_of_one <> h.now_of_other)
    SELECT *, person_id AS unit_id FROM (
      SELECT person_alias_id, person_id, successor_id, change_code, is_current, changed_at, run_id FROM held
      UNION ALL
      SELECT keyed(concat_ws('|', 'person_alias', person_id, successor_id, change_code, {value(run_id)})),
        person_id, successor_id, change_code, true, {made} FROM made)"""
