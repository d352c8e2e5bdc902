"""What a product shows: nothing small where its policy says so, nothing that gives it away, and why a figure is not there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from onecrown.definitions.products import AddsUp, Product, Suppression
from onecrown.publishing.adding_up import Place, sums_of
from onecrown.publishing.product_values import ProductValues, Shown, product_values
from onecrown.publishing.site.values import Value

from .product_fixtures import PROTECTED, PUBLIC, product, registry, table, values

END = date(2025, 12, 31)
BY_SEX = product(table("defendants_completed", "sex", "sex"))


def found(of: Product, said: list[Value]) -> ProductValues:
    return product_values(of, said, *registry())


def hidden(of: Product, said: list[Value]) -> set[str]:
    """What is not shown: `sex female`, `total -`, or `month total -` where it is no quarter."""
    places = found(of, said).hidden
    kinds = {p: "" if p.period_kind == "quarter" else f"{p.period_kind} " for p in places}
    return {f"{kinds[p]}{p.breakdown} {'+'.join(p.categories) or '-'}" for p in places}


def at(breakdown: str, *categories: str) -> Place:
    place = Place("defendants_completed", "quarter", END, breakdown)
    return place.at(place.dimensions, categories)


def test_a_small_category_goes_with_the_smallest_other_so_that_the_total_does_not_tell_it() -> None:
    said = values("""
        defendants_completed 2025-Q4 total - 103
        defendants_completed 2025-Q4 sex female 3
        defendants_completed 2025-Q4 sex male 80
        defendants_completed 2025-Q4 sex not_known 20
    """)
    assert hidden(BY_SEX, said) == {"sex female", "sex not_known"}


def test_without_a_threshold_everything_is_shown() -> None:
    said = values("defendants_completed 2025-Q4 sex female 1\ndefendants_completed 2025-Q4 total - 1")
    assert hidden(replace(BY_SEX, suppression=PUBLIC), said) == set()


def test_each_quarter_is_protected_by_itself() -> None:
    said = values("""
        defendants_completed 2025-Q3 total - 60
        defendants_completed 2025-Q3 sex female 30
        defendants_completed 2025-Q3 sex male 30
        defendants_completed 2025-Q4 total - 33
        defendants_completed 2025-Q4 sex female 3
        defendants_completed 2025-Q4 sex male 30
    """)
    assert {place.ended_on for place in found(BY_SEX, said).hidden} == {END}


def test_of_a_rate_few_with_few_without_and_few_in_all_are_small() -> None:
    rates = product(
        table("guilty_plea_rate", "sex", "sex", statistics=("rate",)),
        suppression=replace(PROTECTED, has_secondary=False),
    )
    said = values(
        """
        guilty_plea_rate 2025-Q4 total - 75/120
        guilty_plea_rate 2025-Q4 sex female 3/50
        guilty_plea_rate 2025-Q4 sex male 48/50
        guilty_plea_rate 2025-Q4 sex not_known 24/30
        """,
        "rate",
    )
    assert hidden(rates, said) == {"sex female", "sex male"}


def test_all_statistics_of_a_small_group_go_together() -> None:
    means = product(table("offence_to_completion", "sex", statistics=("mean", "median")))
    said = values("offence_to_completion 2025-Q4 sex female 4.0", "mean") + values(
        "offence_to_completion 2025-Q4 sex female 4.0", "median"
    )
    shown = found(means, said)
    place = Place("offence_to_completion", "quarter", END, "sex", "female")
    assert {shown.of(place, statistic) for statistic in ("mean", "median")} == {Shown(None, "[c]")}


def test_a_court_is_not_told_by_the_total_of_its_region() -> None:
    of = product(table("receipts", "court"), table("receipts", "region"))
    said = values("""
        receipts 2025-Q4 total - 103
        receipts 2025-Q4 region london 63
        receipts 2025-Q4 region wales 40
        receipts 2025-Q4 court C01SN00 3
        receipts 2025-Q4 court C01CY00 60
        receipts 2025-Q4 court C62CA00 40
    """)
    assert hidden(of, said) == {"court C01SN00", "court C01CY00"}


def test_a_month_is_not_told_by_its_quarter() -> None:
    of = product(table("receipts"), table("receipts", period_kind="month"))
    said = values("""
        receipts 2025-Q4 total - 53
        receipts 2025-10 total - 20
        receipts 2025-11 total - 30
        receipts 2025-12 total - 3
    """)
    assert hidden(of, said) == {"month total -"}
    assert {place.ended_on.month for place in found(of, said).hidden} == {10, 12}


def test_a_stock_at_the_end_of_a_quarter_is_no_sum_of_months() -> None:
    places = {Place("open_cases", "quarter", END, "total"), Place("open_cases", "month", END, "total")}
    assert sums_of(places, registry()[1].region_of, {"receipts"}, ()) == []


def test_measures_that_add_up_do_not_tell_each_other() -> None:
    adds_up = (AddsUp("open_cases", ("cases_on_warrant", "cases_awaiting_sentence")),)
    shown = table("open_cases", measures=("open_cases", "cases_on_warrant", "cases_awaiting_sentence"))
    of = product(shown, adds_up=adds_up)
    said = values("""
        open_cases 2025-Q4 total - 40
        cases_on_warrant 2025-Q4 total - 2
        cases_awaiting_sentence 2025-Q4 total - 38
    """)
    assert {place.measure_id for place in found(of, said).hidden} == {"cases_on_warrant", "cases_awaiting_sentence"}


def test_what_another_product_shows_whole_stays_and_the_rest_is_hidden_around_it() -> None:
    said = values("""
        defendants_completed 2025-Q4 total - 3
        defendants_completed 2025-Q4 sex female 3
    """)
    assert hidden(BY_SEX, said) == {"sex female", "total -"}
    fixed = replace(BY_SEX, shown_whole=frozenset({("defendants_completed", "quarter", "total")}))
    assert hidden(fixed, said) == {"sex female"}
    assert found(fixed, said).exposed == {at("sex", "female")}


def test_a_zero_that_is_not_shown_hides_absent_categories_too() -> None:
    of = replace(BY_SEX, suppression=replace(PROTECTED, shows_zeros=False))
    said = values("""
        defendants_completed 2025-Q3 total - 90
        defendants_completed 2025-Q3 sex female 30
        defendants_completed 2025-Q3 sex male 60
        defendants_completed 2025-Q4 total - 30
        defendants_completed 2025-Q4 sex male 30
    """)
    assert {at("sex", "female"), at("sex", "male")} <= found(of, said).hidden


@pytest.mark.parametrize(("count", "expected"), [(12, Shown(10.0)), (2, Shown(None, "[low]")), (0, Shown(0.0))])
def test_counts_are_rounded_and_what_rounds_to_nothing_is_said_to_be_low(count: int, expected: Shown) -> None:
    of = replace(BY_SEX, suppression=Suppression(1, True, False, 5, "[c]", "invented"))
    said = values(f"defendants_completed 2025-Q4 total - {count}\ndefendants_completed 2025-Q4 sex male {count}")
    assert found(of, said).of(at("sex", "male"), "count") == expected


def test_nothing_is_told_apart_from_none_and_from_not_applicable() -> None:
    shown = found(product(table("receipts", "region"), suppression=PUBLIC), values("receipts 2025-Q4 region wales 7"))
    place = Place("receipts", "quarter", END, "region", "london")
    assert shown.of(place, "count") == Shown(0.0)
    assert shown.of(place, "mean") == Shown(None, "[z]")
    assert shown.of(place._replace(ended_on=date(2025, 9, 30)), "count") == Shown(None, "[x]")
