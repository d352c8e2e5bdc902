"""Pairs of exact persons weighed by Splink, in the connection that holds them. Nothing of a record is logged."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb

from onecrown.definitions.person_linkage import Comparison, Level, PersonLinkage
from onecrown.errors import SettingsError
from onecrown.linkage.person_records import PEOPLE, block_column
from onecrown.sql.quoting import name, value

SCORED = "p_scored"
_SIDED = re.compile(r"\b([lr])\.(\w+)")
_ABSENT = -1  # Splink's number of the level where a record says nothing


def score_pairs(con: duckdb.DuckDBPyConnection, linkage: PersonLinkage) -> None:
    """Make `p_scored` (left_id, right_id, match_weight, match_probability, explanation) of the pairs at or above `review_from`.

    The explanation names comparisons and levels alone. Raises `SettingsError` where Splink is not installed.
    """
    with _silence():
        try:
            from splink import DuckDBAPI, Linker
        except ImportError as error:
            raise SettingsError("Splink is not installed; install onecrown with its extra `linkage`") from error
        settings = splink_settings(linkage, _people(con))
        frequencies = dict(_frequencies(con, linkage))
        engine = DuckDBAPI(connection=con)
        linker = Linker(engine.register(PEOPLE), settings, log_level=None, validate_settings=False)
        for column, table in frequencies.items():
            linker.table_management.register_term_frequency_lookup(engine.register(table), column)
        scored = linker.inference.predict(threshold_match_weight=linkage.review_from, warning_mode="never")
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {SCORED} AS
            SELECT least(person_id_l, person_id_r) AS left_id, greatest(person_id_l, person_id_r) AS right_id,
              CAST(round(match_weight, 2) AS DECIMAL(8,2)) AS match_weight,
              CAST(round(match_probability, 6) AS DECIMAL(9,6)) AS match_probability,
              {_explanation(linkage)} AS explanation
            FROM {name(scored.physical_name)}"""
        )
        scored.drop_table_from_database_and_remove_from_cache()


def splink_settings(linkage: PersonLinkage, people: int) -> dict[str, Any]:
    """The linkage as Splink takes it, among so many people: every probability stated, nothing trained."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "person_id",
        "probability_two_random_records_match": linkage.prior(people),
        "comparisons": [_comparison(number, said) for number, said in enumerate(linkage.comparisons)],
        "blocking_rules_to_generate_predictions": [
            f"l.{block_column(number)} = r.{block_column(number)}" for number in range(len(linkage.blocking))
        ],
        "retain_matching_columns": True,  # with them come the levels; the table is gone after the explanation
        "retain_intermediate_calculation_columns": False,
    }


def _people(con: duckdb.DuckDBPyConnection) -> int:
    ((count,),) = con.execute(f"SELECT count(*) FROM {PEOPLE}").fetchall()  # all: Splink's relations follow at once
    return int(count)


def _frequencies(con: duckdb.DuckDBPyConnection, linkage: PersonLinkage) -> Iterator[tuple[str, str]]:
    """Make a table of how common each value is for each column where that counts; give the columns and their tables."""
    levels = (level for said in linkage.comparisons for level in said.levels if level.frequency_of)
    for level in levels:
        column, known = name(level.frequency_of), linkage.names_known
        table = f"p_frequency_{level.frequency_of}"
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {table} AS
            SELECT {column}, (count(*) + {known * level.u!r}) / (sum(count(*)) OVER () + {known})
              AS {name(f"tf_{level.frequency_of}")}
            FROM {PEOPLE} WHERE {column} IS NOT NULL GROUP BY {column}"""
        ).fetchall()
        yield level.frequency_of, table


def _comparison(number: int, said: Comparison) -> dict[str, Any]:
    lacking = " OR ".join(f"{name(f'{column}_{side}')} IS NULL" for column in said.needs for side in ("l", "r"))
    absent = {"sql_condition": lacking, "is_null_level": True, "label_for_charts": "absent"}
    return {"output_column_name": f"c{number}", "comparison_levels": [absent, *map(_level, said.levels)]}


def _level(said: Level) -> dict[str, Any]:
    condition = _SIDED.sub(lambda found: name(f"{found[2]}_{found[1]}"), said.when) or "ELSE"
    level = {
        "sql_condition": condition,
        "label_for_charts": said.name,
        "m_probability": said.m,
        "u_probability": said.u,
    }
    if not said.frequency_of:
        return level
    common = {
        "tf_adjustment_column": said.frequency_of,
        "tf_adjustment_weight": 1.0,
        "tf_minimum_u_value": said.least_u,
    }
    return level | common


def _explanation(linkage: PersonLinkage) -> str:
    """SQL of a sentence: what each comparison came out as. Splink numbers levels downwards, the last one 0."""
    parts = []
    for number, said in enumerate(linkage.comparisons):
        levels = {_ABSENT: "absent"} | {
            len(said.levels) - 1 - place: level.name for place, level in enumerate(said.levels)
        }
        cases = " ".join(f"WHEN {at} THEN {value(f'{said.name} {level}')}" for at, level in levels.items())
        parts.append(f"CASE {name(f'gamma_c{number}')} {cases} END")
    return f"concat_ws('; ', {', '.join(parts)})"


@contextmanager
def _silence() -> Iterator[None]:
    """Splink tells of tables and statements while it works; none of it is told."""
    logger = logging.getLogger("splink")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
