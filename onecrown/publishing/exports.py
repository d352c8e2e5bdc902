"""What a release exports of its measures: every value up to the end of its period, as Parquet whole and as CSV by family."""

from __future__ import annotations

from onecrown.publishing.manifest import GateRecord
from onecrown.sql.quoting import value, values

VALUES = "data/measure_value.parquet"
GATES = "data/quality_gates.csv"
DROPS = "data/drops.csv"
_ORDER = "measure_id, statistic, period_kind, period_begun_on, breakdown, category_1, category_2"
_NUMBER = "CASE WHEN value = round(value) AND abs(value) < 1e15 THEN CAST(CAST(value AS BIGINT) AS VARCHAR) ELSE CAST(value AS VARCHAR) END"
GATE_COLUMNS = ("gate_id", "title", "value", "threshold", "passed", "is_stopping", "overridden", "says")


def family_file(family: str) -> str:
    """The CSV of a family of measures."""
    return f"data/{family}.csv"


def all_values(relation: str) -> str:
    """Every value of a relation of values, in one order: the same values give the same file."""
    return f"SELECT * FROM {relation} ORDER BY {_ORDER}"


def values_of(relation: str, measures: tuple[str, ...]) -> str:
    """The values of some measures for people: whole numbers without a point."""
    return f"""SELECT * REPLACE ({_NUMBER} AS value) FROM {relation}
        WHERE measure_id IN (SELECT unnest({values(measures)})) ORDER BY {_ORDER}"""


def value_count(relation: str, kind: str, begun_on: str) -> str:
    """How many values there are for a period."""
    return f"SELECT count(*) FROM {relation} WHERE period_kind = {value(kind)} AND period_begun_on = DATE {value(begun_on)}"


def newest_period(relation: str, kind: str) -> str:
    """The first day of the newest period of a kind that has a value."""
    return f"SELECT max(period_begun_on) FROM {relation} WHERE period_kind = {value(kind)}"


def drops_of(relation: str) -> str:
    """The drops that a release is made of, by id, dataset and the contract that judged each: once, whatever their records."""
    return f"""SELECT drop_id, source || '/' || dataset AS dataset, max(contract_version) AS contract_version
        FROM {relation} WHERE state = 'merged' GROUP BY ALL ORDER BY 2, 1"""


def gate_row(gate: GateRecord) -> tuple[object, ...]:
    """A gate as a row of `GATE_COLUMNS`."""
    return tuple(getattr(gate, column) for column in GATE_COLUMNS)
