"""Receipts, disposals and open cases of the Crown Court by quarter: as published, in the truth, and in the tables, case by case.

Reads the views that `score_home` makes: `t_<table>` of the truth, `m_<table>` of the measures, and `s_record`, which says which found
case each true one is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

MEASURES_READ = ("measure_value", "counted_case", "case_spell")
_MEASURES = {"receipts": "receipts", "disposals": "disposals", "open": "open_cases"}
_STATUS_OF_EVENT = {
    "bench_warrant_issued": ("begun_on", "on_warrant"),
    "bench_warrant_executed": ("ended_on", "on_warrant"),
    "closed_at_first": ("begun_on", "disposed"),
    "re_opened": ("ended_on", "disposed"),
    "joined": ("begun_on", "joined"),
    "severed": ("begun_on", "open"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One count of a quarter: published (at the truth's scale), in the truth and in the tables."""

    measure: str
    quarter_end_on: date
    published: int
    truth: int
    tables: int

    @property
    def is_exact(self) -> bool:
        """Whether the three are one number."""
        return self.published == self.truth == self.tables


@dataclass(frozen=True, slots=True)
class CaseloadScore:
    """`told`: each measure and quarter. `differing`: measure, reason, cases. `events`: event, in the truth, on that day in the tables."""

    told: list[Told]
    differing: list[tuple[str, str, int]]
    events: list[tuple[str, int, int]]

    def exact(self) -> list[tuple[str, int, int]]:
        """By measure: quarters, and how many of them are exact."""
        of = {measure: [told for told in self.told if told.measure == measure] for measure in _MEASURES}
        return [(measure, len(rows), sum(told.is_exact for told in rows)) for measure, rows in of.items()]


def score_caseload(con: duckdb.DuckDBPyConnection) -> CaseloadScore:
    """Compare, over the views that stand in the connection."""
    _take_cases(con)
    differing = [*_differing_days(con, "receipts"), *_differing_days(con, "disposals"), *_differing_stock(con)]
    return CaseloadScore(_told(con), differing, _events(con))


def _take_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Make `s_flow` (measure, truth, told_on, effect on the open cases), `s_crown` and `s_found` of cases and what tells them."""
    con.execute(
        """CREATE TEMP TABLE s_flow AS
        SELECT 'receipts' AS measure, case_id AS truth, received_on AS told_on, 1 AS effect FROM t_case
        WHERE jurisdiction = 'crown' AND origin <> 'severed'
        UNION ALL SELECT 'disposals', case_id, disposed_on, -1 FROM t_case
        WHERE jurisdiction = 'crown' AND disposed_on IS NOT NULL
        UNION ALL SELECT 'events', case_id, event_on, effect FROM t_event"""
    )
    con.execute(
        """CREATE TEMP TABLE s_crown AS SELECT DISTINCT c.case_id AS truth, r.found
        FROM t_case AS c LEFT JOIN s_record AS r ON r.truth = c.case_id WHERE c.jurisdiction = 'crown'"""
    )
    con.execute(
        """CREATE TEMP TABLE s_found AS
        SELECT 'receipts' AS measure, case_id AS found, receipt_on AS told_on FROM m_counted_case
        WHERE jurisdiction_code = 'crown' AND is_new_receipt
        UNION ALL SELECT 'disposals', case_id, current_final_on FROM m_counted_case
        WHERE jurisdiction_code = 'crown' AND current_final_on IS NOT NULL"""
    )


def _told(con: duckdb.DuckDBPyConnection) -> list[Told]:
    names = " ".join(f"WHEN '{measure_id}' THEN '{measure}'" for measure, measure_id in _MEASURES.items())
    rows = con.execute(
        f"""WITH published AS (
          UNPIVOT (SELECT begun_on, ended_on, receipts, disposals, open_at_end AS open FROM t_quarter)
          ON receipts, disposals, open INTO NAME measure VALUE published),
        tables AS (
          SELECT CASE measure_id {names} END AS measure, period_ended_on AS ended_on, sum(counted_count) AS counted
          FROM m_measure_value WHERE period_kind = 'quarter' AND breakdown = 'total' AND statistic = 'count' GROUP BY ALL),
        truth AS (
          SELECT p.measure, p.ended_on, coalesce(sum(CASE WHEN p.measure = 'open' THEN f.effect ELSE 1 END), 0) AS counted
          FROM published AS p LEFT JOIN s_flow AS f
            ON f.told_on <= p.ended_on AND (p.measure = 'open' OR (f.measure = p.measure AND f.told_on >= p.begun_on))
          GROUP BY ALL)
        SELECT p.measure, p.ended_on, p.published, t.counted::BIGINT, coalesce(tables.counted, 0)::BIGINT
        FROM published AS p JOIN truth AS t USING (measure, ended_on) LEFT JOIN tables USING (measure, ended_on)
        ORDER BY p.ended_on, p.measure"""
    ).fetchall()
    return [Told(*row) for row in rows]


def _differing_days(con: duckdb.DuckDBPyConnection, measure: str) -> list[tuple[str, str, int]]:
    """Cases whose day differs. Those received or disposed of before the period count too, as they must not fall into it."""
    return con.execute(
        """WITH truth AS (SELECT c.found, c.truth, f.told_on FROM s_flow AS f JOIN s_crown AS c USING (truth) WHERE f.measure = $1),
        tables AS (SELECT found, told_on FROM s_found WHERE measure = $1)
        SELECT $1 AS measure, CASE
            WHEN truth.truth IS NULL THEN 'in the tables alone'
            WHEN tables.found IS NULL THEN 'in the truth alone'
            WHEN truth.told_on <> tables.told_on THEN 'on another day'
            ELSE 'as several cases, or several as one' END AS reason,
          count(DISTINCT coalesce(truth.truth, tables.found))
        FROM truth FULL JOIN tables ON tables.found = truth.found
        WHERE truth.truth IS NULL OR tables.found IS NULL OR truth.told_on <> tables.told_on
          OR truth.truth IN (SELECT truth FROM s_crown GROUP BY truth HAVING count(*) > 1)
          OR truth.found IN (SELECT found FROM s_crown GROUP BY found HAVING count(*) > 1)
        GROUP BY ALL ORDER BY reason""",
        [measure],
    ).fetchall()


def _differing_stock(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int]]:
    """Cases that are open at the end of a quarter in one of the two, by what they are in the other."""
    return con.execute(
        """WITH truth AS (
          SELECT q.ended_on, c.truth, c.found FROM t_quarter AS q JOIN s_flow AS f ON f.told_on <= q.ended_on
          JOIN s_crown AS c ON c.truth = f.truth GROUP BY ALL HAVING sum(f.effect) > 0),
        tables AS (
          SELECT q.ended_on, s.case_id AS found, s.status_code, s.decided_by FROM t_quarter AS q
          JOIN m_case_spell AS s ON s.begun_on <= q.ended_on AND coalesce(s.ended_on > q.ended_on, true)
          JOIN m_counted_case AS c ON c.case_id = s.case_id AND c.jurisdiction_code = 'crown')
        SELECT 'open' AS measure, CASE WHEN truth.found IS NULL THEN 'open in the tables alone'
          ELSE 'in the tables ' || coalesce(tables.status_code || ' by ' || tables.decided_by, 'not received') END AS reason,
          count(DISTINCT coalesce(truth.truth, tables.found))
        FROM truth FULL JOIN tables ON tables.found = truth.found AND tables.ended_on = truth.ended_on
        WHERE (truth.truth IS NULL AND tables.status_code = 'open')
          OR (truth.truth IS NOT NULL AND coalesce(tables.status_code <> 'open', true))
        GROUP BY ALL ORDER BY reason"""
    ).fetchall()


def _events(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int, int]]:
    """Events that change the open cases, and how many of them change the state of the case on that very day.

    A warrant that is executed on the day on which another is issued changes nothing: such a day is left out.
    """
    rows = ", ".join(f"('{event}', '{edge}', '{status}')" for event, (edge, status) in _STATUS_OF_EVENT.items())
    return con.execute(
        f"""SELECT e.event, count(DISTINCT (e.case_id, e.event_on)),
          count(DISTINCT CASE WHEN s.case_id IS NOT NULL THEN (e.case_id, e.event_on) END)
        FROM t_event AS e JOIN (VALUES {rows}) AS n (event, edge, status) ON n.event = e.event
        SEMI JOIN (SELECT case_id, event_on FROM t_event GROUP BY ALL HAVING sum(effect) <> 0) AS day
          ON day.case_id = e.case_id AND day.event_on = e.event_on
        LEFT JOIN s_crown AS c ON c.truth = e.case_id
        LEFT JOIN m_case_spell AS s ON s.case_id = c.found AND s.status_code = n.status
          AND CASE n.edge WHEN 'begun_on' THEN s.begun_on ELSE s.ended_on END = e.event_on
        GROUP BY 1 ORDER BY 1"""
    ).fetchall()
