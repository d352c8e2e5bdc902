"""What is known of each exact person, in the form in which it is compared: one row for each, whatever the order of defendants.

An exact person is one whom exact keys alone hold together. Of several spellings the most frequent stands, of equally
frequent ones the least. Organisations are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.person_linkage import PERSON_COLUMNS, PersonLinkage
from onecrown.sql.engine import Engine
from onecrown.sql.quoting import name, value, values

EXACT_PERSON = "coalesce(d.person_id, d.defendant_id)"
"""SQL of a defendant's exact person: the one place that says by which column exact keys hold defendants together."""

DEFENDANTS, PEOPLE = "p_defendant", "p_person"

_DERIVED = {
    "birth_year": "year(birth_on)",
    "first_initial": "left(first_name, 1)",
    "first_start": "left(first_name, 4)",
    "last_start": "left(last_name, 4)",
    "both_names": "least(first_name, last_name) || ' ' || greatest(first_name, last_name)",
}
_STATED = tuple(column for column in PERSON_COLUMNS if column not in _DERIVED)


def take_defendants(con: Engine, defendants: str) -> None:
    """Make `p_defendant` (defendant_id, exact_id, case_id, is_organisation, source_system, sex_code) of a relation of defendants."""
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {DEFENDANTS} AS
        SELECT d.defendant_id, {EXACT_PERSON} AS exact_id, d.case_id, coalesce(d.is_organisation, false) AS is_organisation,
          d.source_system, CASE WHEN d.sex_code IN ('male', 'female') THEN d.sex_code END AS sex_code
        FROM {defendants} AS d"""
    )


def prepare_people(con: Engine, identities: str, linkage: PersonLinkage) -> None:
    """Make `p_person`: person_id (the exact id), every column of `PERSON_COLUMNS`, and a column for each blocking rule."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE p_said AS {_said(identities)}")
    pairs = ", ".join(
        f"{{'column': {value(column)}, 'said': CAST({_with_meaning(column, linkage)} AS VARCHAR)}}"
        for column in _STATED
    )
    stated = ", ".join(_most_said(column) for column in _STATED)
    derived = ", ".join(f"{said} AS {name(column)}" for column, said in _DERIVED.items())
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE {PEOPLE} AS
        WITH every AS (SELECT exact_id, unnest([{pairs}]) AS one FROM p_said),
        counted AS (
          SELECT exact_id, one."column" AS of_column, one.said AS said, count(*) AS times FROM every
          WHERE one.said IS NOT NULL GROUP BY ALL),
        most AS (
          SELECT * FROM counted
          QUALIFY row_number() OVER (PARTITION BY exact_id, of_column ORDER BY times DESC, said) = 1),
        known AS (SELECT exact_id AS person_id, {stated} FROM most GROUP BY exact_id),
        whole AS (SELECT *, {derived} FROM known)
        SELECT *, {", ".join(_blocks(linkage))} FROM whole"""
    )
    con.execute("DROP TABLE p_said")


def block_column(number: int) -> str:
    """The column of `p_person` that is equal where a blocking rule, counted from 0, agrees."""
    return f"block_{number}"


def common_blocks(con: Engine, linkage: PersonLinkage) -> int:
    """How many values of blocking rules are shared by too many to be compared within."""
    counted = 0
    for rule in linkage.blocking:
        columns = ", ".join(map(name, rule))
        there = " AND ".join(f"{name(column)} IS NOT NULL" for column in rule)
        found = con.execute(
            f"""SELECT count(*) FROM (SELECT {columns} FROM {PEOPLE} WHERE {there}
            GROUP BY ALL HAVING count(*) > {linkage.most_in_block})"""
        ).fetchone()
        counted += found[0] if found else 0
    return counted


def _said(identities: str) -> str:
    """A SELECT of what each defendant's identity says, brought to one form."""
    forms = {
        "first_name": _letters("i.first_name"),
        "middle_name": _letters("i.middle_name"),
        "last_name": _letters("i.last_name"),
        "birth_on": "i.birth_on",
        "postcode": _POSTCODE,
        "pnc_id": _PNC,
        "cro_number": _CRO,
        "sex_code": "d.sex_code",
    }
    columns = ", ".join(f"{forms[column]} AS {name(column)}" for column in _STATED)
    return f"""SELECT d.exact_id, {columns} FROM {DEFENDANTS} AS d
    JOIN {identities} AS i ON i.defendant_id = d.defendant_id WHERE NOT d.is_organisation"""


def _letters(column: str) -> str:
    """A name as capital letters without accents; a masked one is none."""
    bare = f"nullif(regexp_replace(upper(strip_accents({column})), '[^A-Z]', '', 'g'), '')"
    return f"CASE WHEN NOT contains({column}, '*') THEN {bare} END"


_BARE_POSTCODE = "regexp_replace(upper(i.postcode), '[^A-Z0-9]', '', 'g')"
_POSTCODE = f"""CASE WHEN regexp_full_match({_BARE_POSTCODE}, '[A-Z]{{1,2}}[0-9][A-Z0-9]?[0-9][A-Z]{{2}}')
  AND NOT starts_with({_BARE_POSTCODE}, 'ZZ') THEN {_BARE_POSTCODE} END"""
"""Capital letters and digits where the form is that of a postcode; ZZ99 codes stand for no fixed abode and foreign places."""

_PNC_TEXT = "upper(trim(i.pnc_id))"
_PNC_PARTS = (
    f"regexp_extract({_PNC_TEXT}, '^(?:[0-9]{{2}})?([0-9]{{2}})[/. -]0*([0-9]{{1,7}})[A-Z]?$', ['year', 'serial'])"
)
_BARE_PNC_PARTS = f"regexp_extract(right({_PNC_TEXT}, 10), '^([0-9]{{2}})0*([0-9]{{1,7}})[A-Z]$', ['year', 'serial'])"
_PNC = f"""CASE
  WHEN {_PNC_PARTS}.serial <> '' THEN {_PNC_PARTS}.year || '/' || {_PNC_PARTS}.serial
  WHEN regexp_full_match({_PNC_TEXT}, '(?:[0-9]{{2}})?[0-9]{{9}}[A-Z]') AND {_BARE_PNC_PARTS}.serial <> ''
  THEN {_BARE_PNC_PARTS}.year || '/' || {_BARE_PNC_PARTS}.serial END"""
"""Two digits of the year and the serial without leading zeros: the three ways in which sources write it, and Xhibit's short
one. The check letter follows from them. Without a separator only the two whole lengths can be told apart."""

_CRO_TEXT = "regexp_replace(upper(i.cro_number), '[^A-Z0-9]', '', 'g')"
_CRO_PARTS = f"regexp_extract({_CRO_TEXT}, '^0*([0-9]{{1,6}})([0-9]{{2}}[A-Z])$', ['serial', 'year'])"
_CRO = f"""CASE WHEN {_CRO_PARTS}.serial <> '' THEN {_CRO_PARTS}.serial || '/' || {_CRO_PARTS}.year
  WHEN regexp_full_match({_CRO_TEXT}, '[A-Z]{{2}}[0-9]{{6,}}[A-Z]?') THEN {_CRO_TEXT} END"""
"""Serial without leading zeros, year and check letter, with or without the slash; other forms as letters and digits."""


def _with_meaning(column: str, linkage: PersonLinkage) -> str:
    said = linkage.meaningless.get(column, ())
    text = f"CAST({name(column)} AS VARCHAR)"
    return f"CASE WHEN NOT list_contains({values(said)}, {text}) THEN {text} END" if said else text


def _most_said(column: str) -> str:
    kind = "DATE" if column == "birth_on" else "VARCHAR"
    return f"CAST(max(said) FILTER (of_column = {value(column)}) AS {kind}) AS {name(column)}"


def _blocks(linkage: PersonLinkage) -> Iterator[str]:
    for number, rule in enumerate(linkage.blocking):
        parts = ", ".join(name(column) for column in rule)
        there = " AND ".join(f"{name(column)} IS NOT NULL" for column in rule)
        yield f"""CASE WHEN {there} AND count(*) OVER (PARTITION BY {parts}) <= {linkage.most_in_block}
        THEN concat_ws(chr(31), {parts}) END AS {block_column(number)}"""
