"""Categories side by side, in the last period, beside a year before: regions, bands of age, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from onecrown.publishing.site.charts.drawing import bar_chart
from onecrown.publishing.site.charts.kinds import Bar, Bars
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import NOTHING, absent, beside, cell, source_note
from onecrown.publishing.site.names import NOT_KNOWN
from onecrown.publishing.site.page import part
from onecrown.publishing.site.tables import Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Value, Wanted
from onecrown.publishing.site.wording import in_full, short_period, signed_change, year_before
from onecrown.rendering.hypertext import Markup, tag

MOST_BARS = 12


class Order(Enum):
    """In which order categories stand."""

    GREATEST_FIRST = "greatest first"
    AS_LISTED = "as the code list has them"


@dataclass(frozen=True, slots=True)
class Compared:
    """Categories under one heading. `wanted` has one dimension; its categories are compared."""

    anchor: str
    title: str
    lead: str
    wanted: Wanted
    order: Order = Order.GREATEST_FIRST


def by_place(edition: Edition, said: Compared) -> Markup:
    """A bar for each category, at most `MOST_BARS` of them, and the table of all."""
    values = _in_order(edition, said)
    if not values:
        return part(said.anchor, said.title, absent(edition, [said.wanted]))
    shown = [one for one in values if one.value and not one.is_withheld][:MOST_BARS]
    return part(
        said.anchor,
        said.title,
        tag("p", said.lead) if said.lead else "",
        beside(
            bar_chart(said.anchor, _bars(edition, said, shown)),
            source_note(edition, [said.wanted]),
            _table(edition, said, values),
        ),
    )


def _in_order(edition: Edition, said: Compared) -> list[Value]:
    """What is not known, and what is withheld, comes last."""
    values = edition.values.at_end(said.wanted)
    if said.order is Order.AS_LISTED:
        return sorted(values, key=lambda one: edition.names.place(said.wanted.breakdown, one.category_1))
    return sorted(values, key=lambda one: (one.category_1 == NOT_KNOWN, one.is_withheld, -one.value))


def _bars(edition: Edition, said: Compared, values: Sequence[Value]) -> Bars:
    bars = tuple(Bar(_name(edition, one), one.value, cell(one)) for one in values)
    when = in_full(values[0].period, edition.is_stock(said.wanted.measure_id)) if values else "no period"
    return Bars(said.title, edition.values.unit_of(said.wanted), when, bars)


def _name(edition: Edition, one: Value) -> str:
    return edition.names.of(one.breakdown, one.category_1)


def _table(edition: Edition, said: Compared, values: Sequence[Value]) -> Markup:
    first = values[0]
    dimension = edition.measures.dimensions.get(said.wanted.breakdown)
    headings = words_and_numbers(
        (dimension.title if dimension else said.wanted.breakdown,),
        (short_period(first.period, edition.is_stock(first.measure_id)), "A year before", "Change"),
    )
    rows = ((_name(edition, one), cell(one), *_before(edition, said.wanted, one)) for one in values)
    return scrolling(Table(f"{said.title} ({first.unit})", headings, rows))


def _before(edition: Edition, wanted: Wanted, one: Value) -> tuple[str, str]:
    before = edition.values.at(wanted, year_before(one.ended_on), one.category_1)
    if before is None or before.is_withheld or one.is_withheld:
        return cell(before), NOTHING
    return cell(before), signed_change(one.value, before.value, one.unit)
