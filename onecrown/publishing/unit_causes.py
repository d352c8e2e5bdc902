"""Why a unit is counted in one release and not in the other, told from the rows that both releases keep: DuckDB's SQL.

Relations, made by who asks (`r_` for releases; `was` the earlier, `now` the later):

    r_was_units, r_now_units   unit_id, case_id, period_begun_on, category_1, category_2, said: what a measure counts in each
    r_was_known, r_now_known   unit_id, period_begun_on (empty: all), decided: what else each knows of a unit, and the rules
                               that decided it, as a list of `rule/version`
    r_was_alias, r_now_alias   ended_id, current_id: ids that ended when records were linked
    r_now_suppressed           case_id: records that stand for no case
    r_rule                     rule_id: rules whose version changed between the two

A unit of the earlier release whose id has ended since is looked for under the id that stands in its place.
"""

from __future__ import annotations

from onecrown.publishing.comparison import CORRECTION, DUPLICATION, LATE, RULE_CHANGE
from onecrown.sql.quoting import value

_CELL = "period_begun_on, category_1, category_2"


def causes_sql() -> str:
    """SELECT of period_begun_on, category_1, category_2, cause, added, removed and changed, each a count of units."""
    return f"""WITH was AS ({_counted("r_was_units", "coalesce(l.current_id, u.unit_id)", _SUCCESSOR)}),
    now AS ({_counted("r_now_units", "u.unit_id", "")}),
    differing AS (
      SELECT unit_id, {_CELL}, coalesce(was.times, 0) AS times_before, coalesce(now.times, 0) AS times_after,
        coalesce(was.ids, []) AS ids_before, list_concat([unit_id], coalesce(now.cases, [])) AS ids_after
      FROM was FULL JOIN now USING (unit_id, {_CELL})
      WHERE coalesce(was.times, 0) <> coalesce(now.times, 0) OR was.said IS DISTINCT FROM now.said
    ),
    known_before AS ({_known("r_was_known", "coalesce(l.current_id, k.unit_id)", _KNOWN_SUCCESSOR)}),
    known_after AS ({_known("r_now_known", "k.unit_id", "")}),
    said AS (
      SELECT d.*, b.marks IS NOT NULL AS was_known, a.marks IS NOT NULL AS is_known,
        coalesce(b.marks, []) AS marks_before, coalesce(a.marks, []) AS marks_after,
        (SELECT coalesce(list(rule_id), []) FROM r_rule) AS rules
      FROM differing AS d
      LEFT JOIN known_before AS b USING (unit_id, period_begun_on)
      LEFT JOIN known_after AS a USING (unit_id, period_begun_on)
    )
    SELECT {_CELL}, {_CAUSE} AS cause, CAST(sum(greatest(times_after - times_before, 0)) AS BIGINT) AS added,
      CAST(sum(greatest(times_before - times_after, 0)) AS BIGINT) AS removed,
      count(*) FILTER (times_before = times_after) AS changed
    FROM said GROUP BY ALL ORDER BY ALL"""


_SUCCESSOR = "LEFT JOIN r_now_alias AS l ON l.ended_id = u.unit_id"
_KNOWN_SUCCESSOR = "LEFT JOIN r_now_alias AS l ON l.ended_id = k.unit_id"


def _counted(relation: str, unit: str, successor: str) -> str:
    """Units of each cell, with how many ids of the release are that unit and of which cases they are."""
    return f"""SELECT {unit} AS unit_id, {_CELL}, count(*) AS times, min(said) AS said,
        list_concat(list(u.unit_id), list(u.case_id)) AS ids, list(u.case_id) AS cases
      FROM {relation} AS u {successor} GROUP BY ALL"""


def _known(relation: str, unit: str, successor: str) -> str:
    """The rules that decided the units that differ, each in its period."""
    return f"""SELECT d.unit_id, d.period_begun_on, flatten(list(k.decided)) AS marks
      FROM (SELECT DISTINCT unit_id, period_begun_on FROM differing) AS d
      JOIN (SELECT k.* REPLACE ({unit} AS unit_id) FROM {relation} AS k {successor}) AS k
        ON k.unit_id = d.unit_id AND (k.period_begun_on IS NULL OR k.period_begun_on = d.period_begun_on)
      GROUP BY ALL"""


_UNDONE = "EXISTS (FROM r_was_alias AS e WHERE list_contains(ids_after, e.ended_id))"
_LINKED = "EXISTS (FROM r_now_alias AS e WHERE list_contains(ids_before, e.ended_id))"
_SUPPRESSED = "EXISTS (FROM r_now_suppressed AS e WHERE list_contains(ids_before, e.case_id))"
_OTHER_RULE = """len(list_filter(list_concat(marks_before, marks_after), lambda mark:
      list_contains(rules, split_part(mark, '/', 1))
      AND NOT (list_contains(marks_before, mark) AND list_contains(marks_after, mark)))) > 0"""
_CAUSE = f"""CASE
      WHEN times_after > times_before AND NOT was_known AND {_UNDONE} THEN {value(DUPLICATION)}
      WHEN times_after > times_before AND NOT was_known THEN {value(LATE)}
      WHEN times_before > times_after AND times_after > 0 THEN {value(DUPLICATION)}
      WHEN times_before > times_after AND NOT is_known AND ({_LINKED} OR {_SUPPRESSED}) THEN {value(DUPLICATION)}
      WHEN {_OTHER_RULE} THEN {value(RULE_CHANGE)}
      ELSE {value(CORRECTION)}
    END"""
"""What is new is late, unless an earlier link was undone; what is gone was a duplicate where another stands for it."""
