"""Published values of two releases side by side, in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onecrown.sql.quoting import value, values

_KEY = ("measure_id", "period_begun_on", "period_ended_on", "category_1", "category_2", "statistic")
_UNITS = "coalesce({0}.base_count, {0}.counted_count, 0)"


def revisions_sql(was: str, now: str, kind: str, breakdown: str, until: date, measures: Sequence[str]) -> str:
    """SELECT of measure, period, categories, statistic, unit, both values and the units that each was made of.

    `was` and `now` are FROM items of values; a rate is made of the units of its base.
    """
    wanted = f"""period_kind = {value(kind)} AND breakdown = {value(breakdown)}
        AND period_ended_on <= DATE {value(until.isoformat())}"""
    if measures:
        wanted += f" AND measure_id IN (SELECT unnest({values(measures)}))"
    key = ", ".join(_KEY)
    return f"""WITH was AS (SELECT * FROM {was} WHERE {wanted}), now AS (SELECT * FROM {now} WHERE {wanted})
        SELECT measure_id, period_begun_on, period_ended_on, category_1, category_2, statistic, coalesce(now.unit, was.unit),
          was.value, now.value, {_UNITS.format("was")}, {_UNITS.format("now")}
        FROM was FULL JOIN now USING ({key}) ORDER BY {key}"""
