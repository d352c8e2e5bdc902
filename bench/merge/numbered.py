"""Invented charges by number: even numbers stand in the target, odd ones come with the drops. Nobody in them exists."""

from __future__ import annotations

from pathlib import Path

from onecrown.definitions.contracts import Contract
from onecrown.definitions.model import Model, load_model

MODEL = Path(__file__).parent / "model"
DATASET, RECORD_TYPE, ENTITY = "invented_system/charges", "charge", "charge"
_A_YEAR = 5_000_000


def bench_model() -> Model:
    """One contract with one upsert record type, one entity of 22 columns."""
    return load_model(MODEL)


def bench_contract() -> Contract:
    """The contract of the invented charges."""
    return bench_model().contracts[DATASET]


def key(number: str) -> str:
    """SQL for the key of a number; as in the real ones, the year stands first."""
    return f"('T' || (2016 + {number} // {_A_YEAR}) || lpad(CAST({number} % {_A_YEAR} AS VARCHAR), 8, '0'))"


def records(numbers: str, version: int) -> str:
    """SQL for judged records of a relation of numbers (`number`), as the version-th extract has them.

    Columns: number, _key, _hash, _text, _event_at and the typed fields.
    """
    said = ", ".join(f"{name} := {column}" for name, column in _FIELDS.items())
    columns = ", ".join(f"said.{name} AS {name}" for name in _FIELDS)
    return f"""(
    SELECT number, said.charge_number AS _key, left(sha256(text), 32) AS _hash, text AS _text,
      CAST({_event_at(version)} AS TIMESTAMPTZ) AS _event_at, {columns}
    FROM (
      SELECT number, said, CAST(to_json(said) AS VARCHAR) AS text
      FROM (SELECT number, struct_pack({said.replace("{version}", str(version))}) AS said
            FROM (SELECT number, hash(number) AS h FROM {numbers}))
    ))"""


def _event_at(version: int) -> str:
    return f"(TIMESTAMP '2026-01-01 06:00:00' + to_days({version}) + to_seconds(CAST(number % 40000 AS INTEGER)))"


def _day(offset: int) -> str:
    return f"CAST(DATE '2016-01-01' + CAST(h % 3600 + {offset} AS INTEGER) AS DATE)"


_FIELDS = {
    "charge_number": key("number"),
    "court_code": "'C' || lpad(CAST(h % 90 AS VARCHAR), 3, '0')",
    "offence_code": "'ZZ' || lpad(CAST(h // 90 % 2000 AS VARCHAR), 5, '0')",
    "offence_title": "'Invented offence number ' || (h // 90 % 2000)",
    "wording": "'Did invented thing ' || h % 99991 || ' at place ' || (h // 7 % 4999) || ', version {version}'",
    "plea_source_code": "CASE WHEN h % 3 = 0 THEN 'G' ELSE 'N' END",
    "verdict_source_code": "CASE WHEN h % 5 = 0 THEN 'NG' WHEN h % 5 < 4 THEN 'G' END",
    "offence_on": _day(0),
    "arrest_on": _day(3),
    "charged_on": _day(20),
    "plea_on": _day(60),
    "verdict_on": _day(200),
    "sentence_days": "CASE WHEN h % 4 = 0 THEN CAST(h % 2000 AS BIGINT) END",
    "fine_amount": "CASE WHEN h % 4 = 1 THEN CAST(h % 500000 / 100 AS DECIMAL(12, 2)) END",
    "costs_amount": "CAST(85 AS DECIMAL(12, 2))",
    "is_convicted": "h % 5 <> 0",
    "is_remanded": "h % 7 = 0",
    "count_number": "CAST(h % 6 + 1 AS BIGINT)",
    "sex_source_code": "CASE WHEN h % 6 = 0 THEN 'F' ELSE 'M' END",
    "age_years": "CAST(18 + h % 60 AS BIGINT)",
}
