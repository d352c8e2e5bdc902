"""A CSV file as staged records, in SQL.

Canonical text of a row is its names and values, by name. Its hash takes in the digest of the names and then the values,
joined by U+001F, so that a wide row costs no more than its values:

    record_hash = sha256(digest("A\\x1fB\\x1f…") + "\\x1f" + "a\\x1fb\\x1f…"), first 16 bytes
"""

from __future__ import annotations

import re

from onecrown.definitions.contracts import Contract, Field, RecordType
from onecrown.rendering.csv_scans import BUILT_IN, CsvFile, CsvFiles, raw
from onecrown.sql.digests import digest, key_text
from onecrown.sql.quoting import encoded_key, name, value

_DELIVERED = re.compile(r"\br\.([A-Z][A-Z0-9_]*)\b")


def joined(names: tuple[str, ...]) -> str:
    """SQL for the values of a row as delivered, by name, joined by U+001F."""
    return f"concat_ws(chr(31), {', '.join(name(raw(column)) for column in sorted(names))})"


def hashed(names: tuple[str, ...], joined_values: str) -> str:
    """SQL for the record hash of a row from its joined values."""
    return f"left(sha256({value(digest(chr(31).join(sorted(names))) + chr(31))} || {joined_values}), 32)"


def row_key(alias: str, parts: list[str]) -> str:
    """SQL for a key's text; nothing is escaped in a row without a `|` or a `\\`."""
    plain = " || '|' || ".join(parts)
    return f"CASE WHEN {alias}._plain THEN {plain} ELSE {encoded_key(parts)} END" if parts else "''"


def as_text(names: tuple[str, ...], alias: str = "") -> str:
    """SQL for the canonical text of a row: a JSON object by name."""
    parts = ", ".join(f"{name(column)} := {alias}{name(raw(column))}" for column in sorted(names))
    return f"CAST(to_json(struct_pack({parts})) AS VARCHAR)"


def staged_rows(csv: CsvFile | CsvFiles, contract: Contract, record_type: RecordType) -> str:
    """SQL for staged records: fields as text, technical columns, and the row as delivered.

    `_position` counts the parsed rows; `position` adds the lines of what stands between and within them.
    """
    ordinals = "".join(_ordinal(field, csv) for field in record_type.fields if field.ordinal_of)
    fields = ", ".join(
        f"{_field_sql(field, csv)} AS {name(field.name)}" for field in record_type.fields if not field.ordinal_of
    )
    named = {field.name for field in record_type.fields}
    built_in = "".join(
        f", {csv.said(part)} AS {name(column)}" for column, part in BUILT_IN.items() if column not in named
    )
    return f"""
WITH delivered AS ({csv.delivered(contract)}),
joined AS (
  SELECT *, {joined(csv.header)} AS _joined FROM delivered
),
marked AS (
  SELECT *, NOT (contains(_joined, '|') OR contains(_joined, '\\')) AS _plain FROM joined
),
fields AS (
  SELECT c.*, {fields} FROM marked AS c
)
SELECT
  f.*{ordinals}{built_in},
  {csv.drop} AS _drop,
  f._row AS _ordinal,
  CAST(NULL AS BIGINT) AS _parent,
  CAST(0 AS BIGINT) AS _root,
  CAST({int(csv.has_header)} + f._row - {csv.rows_before} AS VARCHAR) AS _position,
  {csv.said("extract_date")} AS _event_at,
  CAST(NULL AS VARCHAR) AS _sequence,
  {csv.said("extract_date")} AS _extract_at,
  {hashed(csv.header, "f._joined")} AS _hash
FROM fields AS f
"""


def position(alias: str) -> str:
    """SQL for the physical line of a judged row.

    `shifts` (`before_row`, `lines`) tells of rows that could not be parsed, blank lines, and line breaks within rows.
    """
    broken = f"(SELECT sum(s.lines) FROM shifts AS s WHERE s.before_row < {alias}._ordinal)"
    return f"CAST(CAST({alias}._position AS BIGINT) + coalesce({broken}, 0) AS VARCHAR)"


def _ordinal(field: Field, csv: CsvFile | CsvFiles) -> str:
    by = ", ".join((*(f"f.{name(part)}" for part in field.ordinal_of), *csv.apart))
    return f", CAST(row_number() OVER (PARTITION BY {by} ORDER BY f._row) AS VARCHAR) AS {name(field.name)}"


def _field_sql(field: Field, csv: CsvFile | CsvFiles) -> str:
    if field.constant is not None:
        return value(field.constant)
    if field.sql:
        said = _delivered(field.sql, csv)
    elif field.path.startswith("/"):
        said = csv.said(BUILT_IN.get(field.path[1:], field.path[1:]))
    elif field.path in csv.header:
        said = f"c.{name(raw(field.path))}"
    else:
        return "CAST(NULL AS VARCHAR)"
    return cleaned(field, said)


def _delivered(sql: str, csv: CsvFile | CsvFiles) -> str:
    """A field's own SQL, in which `r.NAME` is a column as delivered and `r.event_at` the time in the landing key."""
    timed = sql.replace("r.event_at", f"CAST({csv.said('extract_date')} AS TIMESTAMPTZ)")
    return _DELIVERED.sub(lambda match: f"c.{name(raw(match.group(1)))}", timed)


def stands_in_row(field: Field) -> bool:
    """The field is the text of one column, trimmed: the row as delivered already holds it."""
    return field.type == "text" and bool(field.path) and not field.path.startswith("/")


def cleaned(field: Field, text: str) -> str:
    """SQL for a field's text: trimmed, folded, and NULL where blank."""
    said = f"trim({text})"
    if field.fold in ("lower", "upper"):
        said = f"{field.fold}({said})"
    if field.blank:
        blanks = ", ".join(map(value, ("", *field.blank)))
        return f"CASE WHEN {said} NOT IN ({blanks}) THEN {said} END"
    return f"nullif({said}, '')"


def file_scope(scope_key: tuple[str, ...], meaning: dict[str, str]) -> str | None:
    """The text of a whole file's scope from what its landing key says."""
    return key_text(meaning.get(part) for part in scope_key)
