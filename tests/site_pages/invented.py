"""Editions of the site with invented values in realistic shapes: no value is a real court's."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from onecrown.definitions.measures import QUARTER, Measure, Measures
from onecrown.definitions.model import Model, load_model
from onecrown.publishing.manifest import GateRecord
from onecrown.publishing.quality import QualityTable
from onecrown.publishing.site.edition import Edition, Source, Standing
from onecrown.publishing.site.names import Names, names_of
from onecrown.publishing.site.values import SHOWN, Value, Values, gather

LEVELS = {
    "cases": 9000.0,
    "defendants": 11000.0,
    "trials": 3200.0,
    "days": 240.0,
    "hearings": 4.0,
    "minutes": 310.0,
    "percent": 63.0,
}
SYSTEMS = ("common_platform", "libra", "xhibit")
REGIONS = ("london", "midlands", "north_east", "north_west", "south_east", "south_west", "wales", "not_known")
MOST = 6  # categories of a breakdown that have values


@cache
def the_model() -> Model:
    return load_model()


@cache
def the_names() -> Names:
    return names_of(the_model(), the_measures())


def the_measures() -> Measures:
    measures = the_model().measures
    assert measures is not None
    return measures


def quarters(count: int, last: date = date(2025, 12, 31)) -> Iterator[tuple[date, date]]:
    """So many quarters up to one, the first of them first."""
    for back in range(count - 1, -1, -1):
        month = last.year * 12 + last.month - 3 * back
        begun = date((month - 3) // 12, (month - 3) % 12 + 1, 1)
        yield begun, date(month // 12, month % 12 + 1, 1) - timedelta(days=1)


@cache
def values_of(count: int = 40) -> Values:
    """A value of every measure and statistic, for every breakdown that pages show."""
    return gather(value for measure in the_measures().measures.values() for value in _of_measure(measure, count))


def _of_measure(measure: Measure, count: int) -> Iterator[Value]:
    names = the_names()
    for statistic in measure.statistics:
        for breakdown in ("total", *(one for one in measure.dimensions if one in SHOWN)):
            for place, category in enumerate(categories(names, breakdown)):
                for index, (begun, ended) in enumerate(quarters(count)):
                    yield _value(
                        measure, statistic, breakdown, category, begun, ended, _level(measure, statistic, place, index)
                    )


def categories(names: Names, breakdown: str) -> tuple[str, ...]:
    """Some categories of a breakdown."""
    if breakdown == "total":
        return ("",)
    if breakdown == "court":
        return (*[code for code in names.categories["court"] if code.startswith("C")][:MOST], "not_known")
    known = {"region": REGIONS, "source_system": SYSTEMS, "open_age": tuple(names.categories["open_age"])}
    return known.get(breakdown) or (*list(names.categories.get(breakdown, {}))[:MOST], "not_known")


def _level(measure: Measure, statistic: str, place: int, index: int) -> float:
    """A wave that grows, smaller from category to category; the mean lies above the median."""
    apart = 0.6 + 0.03 * list(the_measures().measures).index(measure.measure_id)
    level = apart * LEVELS[measure.unit] * (1 + 0.012 * index + 0.06 * math.sin(index / 2)) / (1 + 0.35 * place)
    if measure.unit == "percent":
        return min(
            99.5,
            {"cracked_trial_rate": 26.0, "ineffective_trial_rate": 24.0, "effective_trial_rate": 50.0}.get(
                measure.measure_id, 91.0
            ),
        )
    return level * 1.9 if statistic == "mean" else level


def _value(
    measure: Measure, statistic: str, breakdown: str, category: str, begun: date, ended: date, level: float
) -> Value:
    value = round(level) if statistic == "count" else round(level, 1)
    base = 1000 if statistic == "rate" else None
    return Value(
        *(measure.measure_id, measure.version, statistic, QUARTER, begun, ended, breakdown, category, ""),
        *(float(value), max(int(value), 1), base, measure.unit),
    )


QUALITY = (
    QualityTable(
        "drops",
        ("dataset", "state", "files", "read", "accepted", "set_aside", "flags"),
        (("xhibit/extract", "merged", 12, 40210, 40196, 14, 220),),
    ),
    QualityTable(
        "rejects",
        ("dataset", "record_type", "rule", "meaning", "rules_broken", "records"),
        (
            (
                "xhibit/extract",
                "case",
                "key_missing",
                "A part of the key is missing, so the record cannot be told from others.",
                14,
                14,
            ),
        ),
    ),
    QualityTable("flags", ("dataset", "record_type", "rule", "meaning", "class", "owner", "severity", "records"), ()),
    QualityTable(
        "unmapped",
        ("code_list", "column", "dataset", "codes", "rows"),
        (("plea", "plea.plea_code", "common_platform/hearing_resulted", 2, 31),),
    ),
    QualityTable(
        "drift", ("dataset", "record_type", "names", "seen"), (("common_platform/hearing_resulted", "case", 1, 3),)
    ),
    QualityTable(
        "disagreement",
        ("table", "column", "system", "told", "differ"),
        (("court_case", "receipt_on", "xhibit", 910, 12),),
    ),
)

GATES = (
    GateRecord(
        "stock_and_flow", "Stock and flow", 0.12, 0.4, True, True, "The open cases move as receipts and disposals say."
    ),
    GateRecord(
        "computable_age",
        "Computable age",
        93.1,
        94.5,
        False,
        True,
        "Fewer open cases than before have an age.",
        "Known since the move of the last courts.",
    ),
    GateRecord("late_deliveries", "Late deliveries", None, 24.0, False, False, "No delivery is due."),
)


def edition(standing: Standing = Standing.PROVISIONAL, count: int = 40, values: Values | None = None) -> Edition:
    """A release, or what is none, with everything that pages show."""
    released = standing is not Standing.NOT_A_RELEASE
    source = Source(
        "2025-Q4" if released else "",
        standing,
        datetime(2026, 3, 26, 9, 30, tzinfo=UTC),
        "0b1c2d3e4f5a6b7c",
        214,
        "a1" * 32,
        "0.1.0",
    )
    return Edition(
        source=source,
        values=values_of(count) if values is None else values,
        model=the_model(),
        measures=the_measures(),
        gates=GATES,
        quality={table.name: table for table in QUALITY},
        names=the_names(),
        model_digest="a1" * 32,
    )
