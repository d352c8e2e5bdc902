"""The judging SELECT of one record type: one pass, every rule, all reasons.

It gives, for every staged record, the technical columns, the key, the scope's members' hash, the typed values, and the
numbers of the broken rules (of `rule_book`) as text: `_rejects` and `_flags`, '' where there are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.rendering.csv_rows import row_key, stands_in_row
from onecrown.rendering.rule_book import JudgingRule, every_field, rule_book, typed_struct
from onecrown.sql import times
from onecrown.sql.quoting import encoded_key, name

_WITH_PARENT = """set_aside.ordinal IS NOT NULL AS _parent_set_aside, r._root IS NULL OR unscoped.ordinal IS NOT NULL AS _unscoped
  FROM placed AS r
  LEFT JOIN set_aside ON set_aside.ordinal = r._parent
  LEFT JOIN unscoped ON unscoped.ordinal = r._root"""
_ALONE = "false AS _parent_set_aside, false AS _unscoped FROM placed AS r"
KEPT = ("_drop", "_ordinal", "_root", "_position")


@dataclass(frozen=True, slots=True)
class JudgingSelect:
    """The text of the SELECT and the rules whose numbers it gives."""

    sql: str
    rules: tuple[JudgingRule, ...]


@dataclass(frozen=True, slots=True)
class Staged:
    """What the SELECT reads: a relation in which every field is a text column of its name.

    `kept` are further columns that the result carries (the row as delivered, of a CSV); `is_csv` leaves out text
    fields that `kept` already holds.
    """

    relation: str
    kept: tuple[str, ...] = ()
    is_csv: bool = False


def judging_select(contract: Contract, record_type: RecordType, staged: Staged) -> JudgingSelect:
    """Render the judging SELECT."""
    rules = rule_book(contract, record_type)
    used = " ".join([*(rule.when for rule in rules), typed_struct(record_type, rules)])
    sql = f"""
WITH placed AS (
  SELECT r.*, {", ".join(_placed(contract, used))}
  FROM {staged.relation} AS r
),
typed AS (
  SELECT r.*, {typed_struct(record_type, rules)} AS t,
    {_ALONE if staged.is_csv else _WITH_PARENT}
)
SELECT
  {", ".join(f"r.{column}" for column in KEPT)},
  {_key(record_type, record_type.key, staged)} AS _key,
  {_hash(record_type, staged)} AS _hash,
  {"r._unit, r._text," if not staged.is_csv else ""}
  r.event_at AS _event_at,
  coalesce(r._sequence, '') AS _sequence,
  {_numbers(rules, "reject")} AS _rejects,
  {_numbers(rules, "flag", "note")} AS _flags
  {"".join(_references(record_type, staged)) if not staged.is_csv else ""}
  {"".join(_values(record_type, staged))}
  {"".join(f", r.{name(column)}" for column in staged.kept)}
FROM typed AS r
"""
    return JudgingSelect(sql, rules)


def _placed(contract: Contract, used: str) -> list[str]:
    placed = [f"{_instant('r._event_at')} AS event_at"]
    if re.search(r"\bevent_on\b", used):
        placed.append(f"{times.london_date(_instant('r._event_at'))} AS event_on")
    if re.search(r"\bextract_on\b", used):
        said = "_event_at" if contract.event_at_in_key else "_extract_at"
        placed.append(f"{times.london_date(_instant(f'r.{said}'))} AS extract_on")
    return placed


def _instant(text: str) -> str:
    """An instant that starts with its year: DuckDB would also read words such as `infinity`."""
    return f"CASE WHEN regexp_matches({text}, '^[0-9]{{4}}-') THEN TRY_CAST({text} AS TIMESTAMPTZ) END"


def _key(record_type: RecordType, parts: tuple[str, ...], staged: Staged) -> str:
    """A key's text; a part that is a date or a number is written in one form, however it was delivered."""
    typed = {field.name for field in every_field(record_type) if field.type != "text"}
    said = [f"CAST(t.{name(part)} AS VARCHAR)" if part in typed else f"r.{name(part)}" for part in parts]
    return row_key("r", said) if staged.is_csv else encoded_key(said)


def _hash(record_type: RecordType, staged: Staged) -> str:
    """The record hash with what the record does not say itself and its typed values hang on (decision 0006)."""
    births = [f"CAST(t.{name(f.name)} AS VARCHAR)" for f in every_field(record_type) if f.years == "two_digit_birth"]
    places = [f for f in record_type.fields if f.ordinal_of and f.name not in record_type.key] if staged.is_csv else []
    context = [f"coalesce({part}, '')" for part in (*births, *(f"r.{name(f.name)}" for f in places))]
    return f"left(sha256(concat_ws(chr(31), r._hash, {', '.join(context)})), 32)" if context else "r._hash"


def _references(record_type: RecordType, staged: Staged) -> list[str]:
    return [
        f", {_key(record_type, parts, staged)} AS {name(target + '_key')}" for target, parts in record_type.references
    ]


def _values(record_type: RecordType, staged: Staged) -> list[str]:
    columns = []
    for field in every_field(record_type):
        if field.type != "text":
            columns.append(f", t.{name(field.name)} AS {name(field.name)}")
        elif not (staged.is_csv and stands_in_row(field)):
            columns.append(f", r.{name(field.name)}")
    return columns


def _numbers(rules: tuple[JudgingRule, ...], *severities: str) -> str:
    said = [
        f"CASE WHEN {_sandboxed(rule.when)} THEN '{number}' END"
        for number, rule in enumerate(rules)
        if rule.severity in severities
    ]
    return f"concat_ws(',', {', '.join(said)})" if said else "''"


def _sandboxed(when: str) -> str:
    return f"({when.strip()})"
