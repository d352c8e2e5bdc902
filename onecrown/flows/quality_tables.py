"""Collect what is known of the quality of the data, as counts: deliveries, quarantine, flags, codes, drift, disagreement."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from onecrown.definitions.model import Model
from onecrown.flows.check_home import unmapped_codes
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.quality import QualityTable
from onecrown.rendering.rule_book import rule_book
from onecrown.rendering.rule_words import in_plain_words
from onecrown.rendering.table_layouts import OPS, UNIFIED

_OUT = "('withdrawn', 'refused')"  # states of drops whose records are in no table

Meanings = dict[tuple[str, str, str], str]
"""What the contracts' own rules mean, by dataset, record type and rule."""


def quality_tables(home: Surroundings, con: Connection, tables: PublishedTables) -> tuple[QualityTable, ...]:
    """Every quality table, of the tables as published. Their titles and meanings are in `onecrown.publishing.quality`."""
    meanings = _meanings(home.model)
    return (
        QualityTable(
            "drops", ("dataset", "state", "files", "read", "accepted", "set_aside", "flags"), _drops(con, tables)
        ),
        QualityTable(
            "rejects",
            ("dataset", "record_type", "rule", "meaning", "rules_broken", "records"),
            tuple((*row[:3], _meaning(meanings, row), *row[3:]) for row in _rejects(con, tables)),
        ),
        QualityTable(
            "flags",
            ("dataset", "record_type", "rule", "meaning", "class", "owner", "severity", "records"),
            tuple((*row[:3], _meaning(meanings, row), *row[3:]) for row in _flags(con, tables)),
        ),
        QualityTable("unmapped", ("code_list", "column", "dataset", "codes", "rows"), _unmapped(con, home, tables)),
        QualityTable("drift", ("dataset", "record_type", "names", "seen"), _drift(con, tables)),
        QualityTable("disagreement", ("table", "column", "system", "told", "differ"), _disagreement(con, tables)),
    )


def _rows(con: Connection, sql: str) -> tuple[tuple[Any, ...], ...]:
    return tuple(con.execute(sql).fetchall())


def _drops(con: Connection, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    return _rows(
        con,
        f"""SELECT source || '/' || dataset AS dataset, state, count(DISTINCT drop_id), sum(read_count)::BIGINT,
          sum(accepted_count)::BIGINT, sum(quarantined_count)::BIGINT, sum(flagged_count)::BIGINT
        FROM {tables.read(f"{OPS}.drop")} GROUP BY 1, 2 ORDER BY 1, 2""",
    )


def _standing_drops(tables: PublishedTables) -> str:
    """Drops whose records count, with their datasets."""
    return f"""(SELECT DISTINCT drop_id, source || '/' || dataset AS dataset
        FROM {tables.read(f"{OPS}.drop")} WHERE state NOT IN {_OUT})"""


def _rejects(con: Connection, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    return _rows(
        con,
        f"""SELECT d.dataset, r.record_type, r.rule, count(*), count(DISTINCT (r.drop_id, r.position))
        FROM {tables.read(f"{OPS}.reject")} AS r JOIN {_standing_drops(tables)} AS d ON d.drop_id = r.drop_id
        GROUP BY 1, 2, 3 ORDER BY 5 DESC, 1, 2, 3""",
    )


def _flags(con: Connection, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    return _rows(
        con,
        f"""SELECT f.dataset, f.record_type, f.rule, f.class, f.owner, f.severity, count(DISTINCT (f.drop_id, f.position))
        FROM {tables.read(f"{OPS}.flag")} AS f JOIN {_standing_drops(tables)} AS d ON d.drop_id = f.drop_id
        GROUP BY ALL ORDER BY 7 DESC, 1, 2, 3""",
    )


def _drift(con: Connection, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    return _rows(
        con,
        f"""SELECT f.dataset, f.record_type, count(DISTINCT f.field), sum(f.seen_count)::BIGINT
        FROM {tables.read(f"{OPS}.drift")} AS f JOIN {_standing_drops(tables)} AS d ON d.drop_id = f.drop_id
        GROUP BY 1, 2 ORDER BY 1, 2""",
    )


def _disagreement(con: Connection, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    return _rows(
        con,
        f"""SELECT entity_name, column_name, source_system, count(*), count(*) FILTER (NOT agrees)
        FROM {tables.read(f"{UNIFIED}.case_value")} GROUP BY 1, 2, 3
        HAVING count(*) FILTER (NOT agrees) > 0 ORDER BY 5 DESC, 1, 2, 3""",
    )


def _unmapped(con: Connection, home: Surroundings, tables: PublishedTables) -> tuple[tuple[Any, ...], ...]:
    """How many codes and rows; the codes themselves are told by `onecrown unmapped`, for a field may hold anything."""
    found: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for code_list, dataset, column, _, count in unmapped_codes(con, home, tables):
        found[code_list, column, dataset].append(count)
    return tuple((*place, len(counts), sum(counts)) for place, counts in sorted(found.items()))


def _meanings(model: Model) -> Meanings:
    return {
        (contract.name, kind.name, rule.rule_id): rule.meaning
        for contract in model.contracts.values()
        for kind in contract.record_types.values()
        for rule in rule_book(contract, kind)
        if any(said.rule_id == rule.rule_id for said in contract.rules)
    }


def _meaning(meanings: Meanings, row: tuple[Any, ...]) -> str:
    dataset, record_type, rule = row[:3]
    return meanings.get((dataset, record_type, rule)) or in_plain_words(rule)
