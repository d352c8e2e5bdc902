"""Little text tables of current records in, unified rows out, through a dataset's own mapping and crosswalks.

    charge | plea | case_subject          disposal | charge | defendant_convicted
    5001   | NG   | 1001                  9001     | 5001   | Y

The first column is the record's key, under the name of its type; `charge` as a further column is the key of the record
that it refers to. What is left out is empty; a reference that is left out is to the first record of its type; a parent
that is left out is one usual record. An id in the rows reads `offence 5001`: the id of the offence with that key.
"""

from __future__ import annotations

from functools import cache

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.model import load_model
from onecrown.merging.unifying import begin_entity, desired, install_crosswalks, map_entity
from onecrown.rendering.rule_book import every_field
from onecrown.rendering.typed_fields import sql_type, typed
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import name, value

Table = list[dict[str, str]]
UNIT, EVENT_AT = "unit", "2026-03-02T16:00:00Z"
# the parents of which most tables have no need to speak
USUAL = {
    "common_platform/hearing_resulted": """
        hearing | hearing_id
        1       | 1
    """,
    "xhibit/extract": """
        case | court_id | case_type | case_no
        1    | 453      | T         | 20250101

        subject | court_id | sub_id | sex
        1       | 453      | 1001   | F

        case_subject | court_id | sub_id
        1            | 453      | 1001

        charge | plea
        1      |
    """,
    "libra/resulted_case": """
        hearing | court_code | hearing_on | hearing_time
        1       | B01EF01    | 2026-02-27 | 10:00:00

        case | ptiurn      | court_code
        1    | 01ZD0100125 | B01EF01

        defendant | family_name | heard_on
        1         | Testerson   | 2026-02-27

        offence | sequence_number
        1       | 001
    """,
    "libra/daily_court_list": """
        list | court_code | list_on    | room | job_type
        1    | B01EF      | 2026-03-05 | 01   | DAILY

        session | court_code | list_on    | room
        1       | B01EF      | 2026-03-05 | 01

        case | caseno     | court_code
        1    | 2600012345 | B01EF

        defendant | name                  | kind | listed_on
        1         | Ms Invented Testerson | P    | 2026-03-05

        offence | sequence_number
        1       | 1
    """,
}


def unified(dataset: str, entity: str, records: str, *columns: str) -> Table:
    """The rows that a mapping makes of records: the named columns, in the order of the first."""
    con, contract = _connection(dataset), load_model().contracts[dataset]
    given = {**_blocks(USUAL[dataset]), **_blocks(records)}
    for kind in contract.record_types.values():
        _stage(con, contract, kind, given)
    _map(con, contract, entity)
    known = _known_ids(con, given)
    chosen = ", ".join(f"CAST({name(column)} AS VARCHAR)" for column in columns)
    rows = con.execute(f"SELECT {chosen} FROM {desired(load_model().entities[entity])}").fetchall()
    return sorted(({c: known.get(v, v) or "" for c, v in zip(columns, row, strict=True)} for row in rows), key=_order)


def table(text: str) -> Table:
    """One text table as rows."""
    lines = [line for line in text.splitlines() if line.strip()]
    names, *rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return sorted((dict(zip(names, row, strict=True)) for row in rows), key=_order)


def assert_maps(dataset: str, entity: str, records: str, rows: str) -> None:
    """Hold a mapping to its rows."""
    wanted = table(rows)
    names = [cell.strip() for cell in next(line for line in rows.splitlines() if line.strip()).split("|")]
    assert unified(dataset, entity, records, *names) == wanted


def read_as(dataset: str, record_type: str, field: str, text: str, extract_on: str) -> str:
    """What the receiver reads a field's text as, at an extract of a day."""
    wanted = load_model().contracts[dataset].record_types[record_type].named(field)
    assert wanted is not None
    said = f"(SELECT {value(text)} AS {name(field)}, CAST({value(extract_on)} AS DATE) AS extract_on) AS r"
    row = _connection(dataset).execute(f"SELECT CAST({typed(wanted, 'r')} AS VARCHAR) FROM {said}").fetchone()
    assert row is not None
    return row[0] or ""


@cache
def _connection(dataset: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    install_keyed_ids(con, b"a key that is only for tests")
    install_crosswalks(con, load_model(), load_model().contracts[dataset])
    con.execute(f"CREATE TEMP TABLE w_unit AS SELECT {value(UNIT)} AS unit_id")
    return con


def _blocks(text: str) -> dict[str, Table]:
    found: dict[str, list[str]] = {}
    record_type = ""
    for line in text.splitlines():
        if not line.strip():
            record_type = ""
        elif not record_type:
            record_type = line.split("|")[0].strip()
            found[record_type] = [line]
        else:
            found[record_type].append(line)
    return {kind: table("\n".join(lines)) for kind, lines in found.items()}


def _stage(con: duckdb.DuckDBPyConnection, contract: Contract, kind: RecordType, given: dict[str, Table]) -> None:
    columns = {
        "key": "VARCHAR",
        "unit_id": "VARCHAR",
        "event_at": "TIMESTAMPTZ",
        "stale": "BOOLEAN",
        **{f.name: sql_type(f) for f in every_field(kind)},
        **{f"{target}_key": "VARCHAR" for target, _ in kind.references},
    }
    typed_columns = ", ".join(f"{name(column)} {kept_as}" for column, kept_as in columns.items())
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name(kind.name)} ({typed_columns})")
    for said in given.get(kind.name, []):
        row = _row(kind, said, given)
        assert row.keys() <= columns.keys(), f"{sorted(row.keys() - columns.keys())} is no column of {kind.name}"
        marks = ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO {name(kind.name)} ({', '.join(map(name, row))}) VALUES ({marks})", [*row.values()])


def _row(kind: RecordType, said: dict[str, str], given: dict[str, Table]) -> dict[str, str | None]:
    references = [target for target, _ in kind.references]
    row: dict[str, str | None] = {"key": said[kind.name], "unit_id": UNIT, "event_at": EVENT_AT, "stale": "false"}
    for target in references:
        first = given.get(target, [{target: ""}])[0][target]
        row[f"{target}_key"] = said.get(target, first) or None
    row.update({column: text or None for column, text in said.items() if column not in (kind.name, *references)})
    return row


def _map(con: duckdb.DuckDBPyConnection, contract: Contract, entity: str) -> None:
    wanted = load_model().entities[entity]
    begin_entity(con, wanted)
    map_entity(con, contract, wanted)


def _known_ids(con: duckdb.DuckDBPyConnection, given: dict[str, Table]) -> dict[str, str]:
    keys = sorted({row[kind] for kind, rows in given.items() for row in rows})
    entities = [*load_model().entities, "person"]
    asked = [(entity, key) for entity in entities for key in keys]
    rows = ", ".join(f"({value(entity)}, {value(key)})" for entity, key in asked)
    named = f"SELECT entity_id(v.entity, v.key), v.entity || ' ' || v.key FROM (VALUES {rows}) AS v (entity, key)"
    return dict(con.execute(named).fetchall())


def _order(row: dict[str, str]) -> list[str]:
    return [*row.values()]
