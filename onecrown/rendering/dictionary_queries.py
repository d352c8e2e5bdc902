"""Queries for Athena: those that follow from an entity's columns, and those that `model/examples.yaml` gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from onecrown.definitions.codelists import CodeList
from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.model import Model
from onecrown.definitions.reading import Reading
from onecrown.errors import DefinitionError, Problem
from onecrown.rendering import markdown as md
from onecrown.sql.quoting import value

DATABASE = "onecrown"
SHORT_LIST_CODES = 25
_TABLE = re.compile(rf"\b{DATABASE}\.([a-z_]+)\b")
_KEYS = ("title", "question", "counts", "caution", "sql")


@dataclass(frozen=True, slots=True)
class Example:
    """A question, the query that answers it, what a row counts, and what to be careful of."""

    title: str
    question: str
    counts: str
    caution: str
    sql: str

    @property
    def tables(self) -> tuple[str, ...]:
        """The entities that the query reads, by name."""
        return tuple(sorted(set(_TABLE.findall(self.sql))))


def read_examples(path: Path) -> tuple[Example, ...]:
    """The hand-written queries; none where the file is not there.

    Raises `DefinitionError` with every mistake in the file.
    """
    if not path.exists():
        return ()
    reading = Reading(path.name)
    try:
        block = load_block(path)
    except (yaml.YAMLError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        raise DefinitionError([Problem(path.name, mark.line + 1 if mark else 1, f"not YAML: {error}")]) from error
    reading.only(block, ("queries",), "the file of examples")
    examples = tuple(_example(item, reading) for item in reading.blocks(block, "queries", "the file of examples"))
    if reading.problems:
        raise DefinitionError(reading.problems)
    return examples


def _example(block: Block, reading: Reading) -> Example:
    title = reading.text(block, "title", "an example")
    what = f"the example `{title}`"
    reading.only(block, _KEYS, what)
    return Example(
        title,
        reading.text(block, "question", what),
        reading.text(block, "counts", what),
        reading.text(block, "caution", what, ""),
        reading.text(block, "sql", what),
    )


def example_block(example: Example, level: int) -> str:
    """One query with its heading."""
    counts = f"Counts: {md.prose(example.counts)}" if example.counts else ""
    caution = f"Take care: {md.prose(example.caution)}" if example.caution else ""
    heading = f"{'#' * level} {md.prose(example.title)}"
    return md.page(heading, md.prose(example.question), counts, md.fenced("sql", example.sql), caution).rstrip("\n")


def queries_page(examples: tuple[Example, ...]) -> str:
    """The page of hand-written queries."""
    return md.page(
        "# Queries to start from",
        "Written for Athena, on the database `onecrown`. The embedded engine takes the same text. Each says what it "
        "counts, because offences, defendants, cases and trials are never mixed in one figure. They answer questions "
        "of one's own; a published figure comes from its measure.",
        *(example_block(example, level=2) for example in examples),
    )


def entity_examples(model: Model, entity: Entity) -> tuple[Example, ...]:
    """Queries that follow from an entity's columns: counts by code or by month, and codes that no crosswalk knows.

    Identity entities get none.
    """
    return () if entity.name.endswith("_identity") else tuple(_following(model, entity))


def _following(model: Model, entity: Entity) -> Iterator[Example]:
    coded = _telling_column(model, entity)
    dated = next((column for column in entity.columns if column.type == "date"), None)
    if coded is not None:
        yield _by_code(entity, coded, model.code_lists[coded.code_list])
    elif dated is not None:
        yield _by_month(entity, dated)
    else:
        yield _by_dataset(entity)
    crossed = next((column for column in entity.columns if column.code_list and column.source_column), None)
    if crossed is not None:
        yield _unmapped(entity, crossed)


def _telling_column(model: Model, entity: Entity) -> Column | None:
    """The coded column that says most of an entity: that of its own list, else one with few codes, else the first."""
    coded = [column for column in entity.columns if column.code_list in model.code_lists]
    coded.sort(key=lambda column: (column.code_list != entity.name, _is_long(model.code_lists[column.code_list])))
    return coded[0] if coded else None


def _is_long(code_list: CodeList) -> bool:
    return len(code_list.codes) > SHORT_LIST_CODES


def _by_code(entity: Entity, column: Column, code_list: CodeList) -> Example:
    title, counts = f"Rows by {column.name}", _counts(entity)
    if _is_long(code_list):
        sql = _grouped(entity, [f"{entity.name}.{column.name}"])
        return Example(title, f"What the codes mean is in the code list {code_list.name}.", counts, "", sql)
    pairs = ",\n".join(f"    ({value(code.standard_code)}, {value(code.meaning)})" for code in code_list.codes)
    join = (
        f"LEFT JOIN (\n  VALUES\n{pairs}\n) AS code_list (standard_code, meaning)\n"
        f"  ON code_list.standard_code = {entity.name}.{column.name}"
    )
    sql = _grouped(entity, [f"{entity.name}.{column.name}", "code_list.meaning"], join)
    question = "With the meaning of each code; a row without a code is one that no source gave or mapped."
    return Example(title, question, counts, "", sql)


def _by_month(entity: Entity, column: Column) -> Example:
    month = f"date_trunc('month', {entity.name}.{column.name})"
    sql = "\n".join(
        [
            "SELECT",
            f"  {month} AS month_on,",
            "  count(*) AS row_count",
            f"FROM {DATABASE}.{entity.name}",
            f"GROUP BY {month}",
            "ORDER BY month_on",
        ]
    )
    question = "The first column is the first day of the month."
    return Example(f"Rows by month of {column.name}", question, _counts(entity), "", sql)


def _by_dataset(entity: Entity) -> Example:
    sql = _grouped(entity, [f"{entity.name}.source_system", f"{entity.name}.source_dataset"])
    return Example("Rows by dataset", "Which dataset each row came from.", _counts(entity), "", sql)


def _unmapped(entity: Entity, column: Column) -> Example:
    where = f"WHERE {entity.name}.{column.name} IS NULL\n  AND {entity.name}.{column.source_column} IS NOT NULL"
    columns = [f"{entity.name}.source_dataset", f"{entity.name}.{column.source_column}"]
    question = f"Values of {column.source_column} that the code list {column.code_list} does not know."
    sql = _grouped(entity, columns, where)
    return Example(f"Unmapped codes of {column.name}", question, _counts(entity), "", sql)


def _counts(entity: Entity) -> str:
    return f"rows of {entity.name}, {entity.grain}"


def _grouped(entity: Entity, columns: list[str], rest: str = "") -> str:
    said = ",\n  ".join(columns)
    lines = ["SELECT", f"  {said},", "  count(*) AS row_count", f"FROM {DATABASE}.{entity.name}", rest]
    lines += [f"GROUP BY {', '.join(columns)}", f"ORDER BY row_count DESC, {', '.join(columns)}"]
    return "\n".join(filter(None, lines))
