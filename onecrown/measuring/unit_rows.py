"""Unit rows of some cases, worked out anew from the unified tables."""

from __future__ import annotations

from functools import lru_cache

import duckdb

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import Model
from onecrown.measuring.of_cases import WORKING, OfCases
from onecrown.querying.queries import AthenaQueries, TableSource
from onecrown.querying.translations import Translations
from onecrown.rendering.table_columns import MEASURES, UNIFIED
from onecrown.rendering.unit_queries import UnitStep, unit_steps

ASKED, CONTEXT = "m_asked", "m_context"
_OF = "<cases>"
_LEADING = "('sent', 'severed', 'transferred', 'retrial', 'joined')"


@lru_cache(maxsize=4)
def counting_steps(model: Model) -> tuple[UnitStep, ...]:
    """The steps of a model's unit tables, rendered once."""
    return tuple(unit_steps(model, load_lifecycle(model)))


def work_out_units(
    con: duckdb.DuckDBPyConnection,
    model: Model,
    tables: TableSource,
    cases: str | None,
    translations: Translations | None = None,
) -> None:
    """Make `m_of_<unit>` for every unit table, with the rows of the cases of a relation; of all cases where that is None."""
    queries = AthenaQueries(con, OfCases(con, tables, cases), translations)
    for step in counting_steps(model):
        queries.keep(step.sql, f"{WORKING[MEASURES if step.is_unit else 'lifecycle']}{step.name}")


def widen(con: duckdb.DuckDBPyConnection, tables: TableSource, touched: str) -> None:
    """From touched cases (`case_id`) to those whose rows may change (`m_asked`), and to those that must be read (`m_context`).

    A case changes with the one from which it takes its day of receipt, and trials are shared by cases that are heard together.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {ASKED} AS SELECT DISTINCT case_id FROM {touched}")
    for told in (*_leads(tables, "from_case_id", "to_case_id"), _named(tables, "original", "later"), _heard(tables)):
        con.execute(f"INSERT INTO {ASKED} {told.replace(_OF, ASKED)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {CONTEXT} AS SELECT DISTINCT case_id FROM {ASKED}")
    for told in (*_leads(tables, "to_case_id", "from_case_id"), _named(tables, "later", "original"), _heard(tables)):
        con.execute(f"INSERT INTO {CONTEXT} {told.replace(_OF, CONTEXT)}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE {ASKED} AS SELECT DISTINCT case_id FROM {ASKED}")


def _leads(tables: TableSource, known: str, wanted: str) -> tuple[str, ...]:
    links = tables.relation(UNIFIED, "case_link", None)
    return (
        f"SELECT DISTINCT l.{wanted} FROM {links} AS l SEMI JOIN {_OF} AS c ON c.case_id = l.{known} "
        f"WHERE l.relation_code IN {_LEADING}",
    )


def _named(tables: TableSource, known: str, wanted: str) -> str:
    """Cases of one system of which the later names the number of the original."""
    cases = tables.relation(UNIFIED, "court_case", None)
    return (
        f"SELECT DISTINCT {wanted}.case_id FROM {cases} AS later JOIN {cases} AS original "
        "ON original.source_system = later.source_system AND original.source_case_id = later.original_source_case_id "
        f"SEMI JOIN {_OF} AS c ON c.case_id = {known}.case_id"
    )


def _heard(tables: TableSource) -> str:
    heard = tables.relation(UNIFIED, "hearing_case", None)
    return (
        f"SELECT DISTINCT other.case_id FROM {heard} AS own JOIN {heard} AS other USING (hearing_id) "
        f"SEMI JOIN {_OF} AS c ON c.case_id = own.case_id"
    )
