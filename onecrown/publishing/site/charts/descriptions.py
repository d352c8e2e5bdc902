"""What a chart shows, in a few sentences, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.publishing.site.charts.kinds import Bars, OverTime, Series
from onecrown.publishing.site.wording import amount, counted, listed


def describe_lines(chart: OverTime) -> str:
    """Where each line begins and ends, and its highest and lowest point."""
    said = (sentence for one in chart.series for sentence in _course(chart, one))
    return f"Line chart of {counted(len(chart.ends), 'period')}. {' '.join(said)}"


def _course(chart: OverTime, one: Series) -> Iterator[str]:
    known = [(value, when) for value, when in zip(one.values, chart.spoken, strict=True) if value is not None]
    if not known:
        yield f"{one.label}: no values."
        return
    (first, begun), (last, ended) = known[0], known[-1]
    yield f"{one.label}: {amount(first, chart.unit)} {begun}"
    yield f"and {amount(last, chart.unit)} {ended}."
    if len(known) > 2:
        (high, top), (low, bottom) = max(known), min(known)
        yield f"Highest {amount(high, chart.unit)} {top}, lowest {amount(low, chart.unit)} {bottom}."


def describe_stacks(chart: OverTime) -> str:
    """The parts of the first and the last bar."""
    parts = listed([one.label for one in chart.series])
    ends = dict.fromkeys((0, len(chart.ends) - 1))
    said = (f"{_parts(chart, index)} {chart.spoken[index]}." for index in ends)
    return f"Bars of {counted(len(chart.ends), 'period')}, each made of {parts}. {' '.join(said)}"


def _parts(chart: OverTime, index: int) -> str:
    known = [(one.label, one.values[index]) for one in chart.series]
    return listed([f"{label} {amount(value or 0.0, chart.unit)}" for label, value in known])


def describe_bars(chart: Bars) -> str:
    """Every bar where they are few; else the greatest and the smallest."""
    shown = chart.bars if len(chart.bars) <= 10 else sorted(chart.bars, key=lambda one: -one.value)[:3]
    said = listed([f"{one.label} {one.said}" for one in shown])
    return f"{counted(len(chart.bars), 'bar')}, {chart.when}. {'' if shown is chart.bars else 'The greatest: '}{said}."
