"""Cases as unit tables hold them, written as a little table, with the measures counted over them."""

from __future__ import annotations

from collections.abc import Iterable

from merging.homes import Home

from onecrown.definitions.periods import period_named
from onecrown.flows.published_tables import PublishedTables
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.measure_queries import measure_query
from onecrown.sql.quoting import value

from .homes import put, replace_rows

PERIODS = ("2025-Q3", "2025-Q4")
CASE, SPELL = "onecrown_measures.counted_case", "onecrown_measures.case_spell"


def tell_cases(home: Home, said: str, batch_id: str, aliases: str = "") -> None:
    """One batch: `case court received finished rule` a line (`-`: not finished), `ended current` a line of aliases."""
    cases = [line.split() for line in said.strip().splitlines()]
    linked = [line.split() for line in aliases.strip().splitlines()]
    told = {
        "onecrown_measures.period": map(_period, PERIODS),
        CASE: (_case(*case) for case in cases),
        SPELL: (spell for case in cases for spell in _spells(*case)),
        "onecrown.case_alias": (_alias(*pair) for pair in linked),
    }
    for table, selects in told.items():
        if rows := _union(selects):
            replace_rows(home, table, rows, batch_id)
    put(home, "onecrown_measures.measure_value", _values(home), batch_id)


def _union(selects: Iterable[str]) -> str:
    return " UNION ALL BY NAME ".join(selects)


def _period(name: str) -> str:
    period = period_named(name)
    return f"SELECT {value(period.kind)} AS period_kind, DATE '{period.begun_on}' AS begun_on, DATE '{period.ended_on}' AS ended_on"


def _day(said: str) -> str:
    return "CAST(NULL AS DATE)" if said == "-" else f"DATE '{said}'"


def _case(case: str, court: str, received: str, finished: str, rule: str) -> str:
    return f"""SELECT {value(case)} AS case_id, 'crown' AS jurisdiction_code, {value(court)} AS court_code, 'london' AS region_code,
        'trial' AS case_type_code, 'not_known' AS receipt_type_code, 'xhibit' AS source_system, {_day(received)} AS receipt_on,
        false AS receipt_is_inferred, {value(rule)} AS receipt_decided_by, true AS is_new_receipt,
        {_day(finished)} AS first_final_on, {_day(finished)} AS current_final_on, 'disposal_first/1' AS disposal_decided_by"""


def _spells(case: str, _court: str, received: str, finished: str, _rule: str) -> list[str]:
    def spell(begun: str, ended: str, status: str) -> str:
        return f"""SELECT {value(f"{case}/{begun}")} AS case_spell_id, {value(case)} AS case_id, {_day(begun)} AS begun_on,
            {_day(ended)} AS ended_on, {value(status)} AS status_code, 'none' AS stage_code, {value(f"case_{status}/1")} AS decided_by"""

    over = [] if finished == "-" else [spell(finished, "-", "disposed")]
    return [spell(received, finished, "open"), *over]


def _alias(ended: str, current: str) -> str:
    return f"""SELECT {value(ended)} AS case_alias_id, 'court_case' AS entity_name, {value(ended)} AS ended_id,
        {value(current)} AS current_id, {value(current)} AS case_id"""


def _values(home: Home) -> str:
    registry = home.around.model.measures
    assert registry is not None
    with home.around.engine() as con:
        queries = AthenaQueries(con, PublishedTables(home.around, con, latest=True))
        found = [queries.run(measure_query(registry, measure)) for measure in registry.measures.values()]
    rows = [dict(zip(answer.columns, row, strict=True)) for answer in found for row in answer.rows]
    return _union(
        f"SELECT {', '.join(f'{_literal(cell)} AS {column}' for column, cell in row.items())}" for row in rows
    )


def _literal(cell: object) -> str:
    return "NULL" if cell is None else value(str(cell)) if not isinstance(cell, int | float) else str(cell)
