"""The pages say what the values say: no number is made up, rounded away, left out or worked out by the page."""

from __future__ import annotations

from dataclasses import replace

from lxml import html

from onecrown.publishing.quality import Cell
from onecrown.publishing.site.building import site_pages
from onecrown.publishing.site.edition import Edition, Standing
from onecrown.publishing.site.values import Value, Values, Wanted, gather
from onecrown.publishing.site.wording import figure, short_period, signed_change

from .invented import REGIONS, edition, the_measures, values_of
from .pages import rows, texts, trees, words

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&lt;\x00\u202e"


def shown() -> Values:
    return values_of(10)


def every(values: Values) -> list[Value]:
    return [one for groups in values.groups.values() for group in groups.values() for one in group]


def test_the_table_beside_a_chart_has_every_value_of_the_chart_newest_first() -> None:
    values = shown().of(Wanted("open_cases"))
    said = rows(trees()["caseload.html"], "open")[1:]
    assert said == [
        [short_period(one.period, is_stock=True).replace("\u00a0", " "), f"{one.value:,.0f}"]
        for one in reversed(values)
    ]


def test_what_happened_in_a_period_is_said_by_its_months_and_what_stood_at_its_end_by_its_day() -> None:
    stock, flow = shown().of(Wanted("open_cases"))[-1], shown().of(Wanted("receipts"))[-1]
    assert short_period(stock.period, is_stock=True).replace("\u00a0", " ") == "31 Dec 2025"
    assert short_period(flow.period, is_stock=False).replace("\u00a0", " ") == "Oct to Dec 2025"
    assert rows(trees()["caseload.html"], "flow")[1][0] == "Oct to Dec 2025"


def test_the_bands_of_one_part_of_a_chart_are_added_up_and_cases_without_an_age_stand_apart() -> None:
    by_age = Wanted("open_cases_by_age", breakdown="open_age")
    last = {code: shown().last(by_age, code) for code in ("under_4_weeks", "6_months_to_1_year", "not_known")}
    under = sum(shown().last(by_age, code).value for code, name in _bands() if "weeks" in name)
    heading, newest = rows(trees()["age.html"], "age")[:2]
    said = dict(zip(heading, newest, strict=True))
    assert said["Under 6 months"] == f"{under:,.0f}"
    assert said["6 to 12 months"] == f"{last['6_months_to_1_year'].value:,.0f}"
    assert said["Not known"] == f"{last['not_known'].value:,.0f}"


def _bands() -> list[tuple[str, str]]:
    return list(edition(count=1).names.categories["open_age"].items())


def test_the_published_bands_stand_in_their_order() -> None:
    assert [row[0] for row in rows(trees()["age.html"], "bands")[1:]] == [name for _, name in _bands()]


def test_what_is_not_known_is_shown_and_comes_last_however_much_it_is() -> None:
    values = every(values_of(1))
    most = gather(replace(one, value=9e6) if one.category_1 == "not_known" else one for one in values)
    page = html.document_fromstring(dict(site_pages(edition(values=most)))["caseload.html"])
    said = [row[0] for row in rows(page, "open-region")[1:]]
    assert len(said) == len(REGIONS)
    assert said[-1] == "Not known"


def test_places_are_set_beside_a_year_before() -> None:
    wanted = Wanted("open_cases", breakdown="region")
    now, before = shown().of(wanted, "london")[-1], shown().of(wanted, "london")[-5]
    said = {row[0]: row[1:] for row in rows(trees()["caseload.html"], "open-region")}
    assert said["London"][:2] == [figure(now.value, "cases"), figure(before.value, "cases")]
    assert said["London"][2] == signed_change(now.value, before.value, "cases")


def test_a_court_stands_beside_its_region_and_the_whole() -> None:
    code, region = "C01CE00", "london"
    assert words(trees()[f"courts/{code}.html"].find(".//h1")) == "Central Criminal Court"
    said = {row[0]: row[1:] for row in rows(trees()[f"courts/{code}.html"], "summary")}
    wanted = {"Open cases": Wanted("open_cases"), "Effective trials": Wanted("effective_trial_rate", "rate")}
    for title, whole in wanted.items():
        places = (replace(whole, breakdown="court"), code), (replace(whole, breakdown="region"), region), (whole, "")
        found = [shown().last(*place) for place in places]
        assert said[title] == [figure(one.value, one.unit) for one in found]


def test_the_index_of_courts_has_every_court_once() -> None:
    page = trees()["courts.html"]
    links = [
        one.get("href") for one in page.get_element_by_id("main").iter("a") if one.get("href").startswith("courts/")
    ]
    assert sorted(links) == sorted(name for name in texts() if name.startswith("courts/"))
    assert len(links) == len(set(links)) > 1


def test_mean_and_median_stand_side_by_side() -> None:
    assert rows(trees()["timeliness.html"], "offence-to-completion")[0] == ["Period", "Mean", "Median"]


def test_a_mean_or_median_of_fewer_than_five_is_withheld_in_tables_and_charts_and_a_count_is_not() -> None:
    values = every(values_of(2))
    few = gather(replace(one, counted=4) if one.category_1 in ("C01CE00", "wales") else one for one in values)
    pages = dict(site_pages(edition(values=few)))
    court = html.document_fromstring(pages["courts/C01CE00.html"])
    assert {row[1] for row in rows(court, "time")[1:]} == {"[c]"}
    assert "This court: no values." in words(court.get_element_by_id("time").find(".//desc"))
    assert "[c]" not in {row[1] for row in rows(court, "open")[1:]}
    region = html.document_fromstring(pages["timeliness.html"]).get_element_by_id("region")
    assert "Wales" not in words(region.find(".//desc"))
    assert rows(html.document_fromstring(pages["timeliness.html"]), "region")[-1][:2] == [
        "Not known",
        figure(few.last(Wanted("offence_to_completion", "median", "region"), "not_known").value, "days"),
    ]
    assert "[c]" not in {
        row[1] for row in rows(html.document_fromstring(pages["timeliness.html"]), "offence-to-completion")[1:]
    }


def test_completeness_is_told_by_system_for_every_measure_of_it() -> None:
    said = rows(trees()["quality.html"], "completeness")
    assert said[0] == ["What", "All", "Common Platform", "Libra", "Xhibit"]
    assert len(said) - 1 == len(the_measures().families["completeness"].measures)


def test_a_gate_that_a_person_overrode_is_shown_with_the_reason() -> None:
    told = rows(trees()["quality.html"], "gates")
    said = {row[0]: row[1:] for row in told}
    assert [row[0] for row in told] == ["Gate", "Computable age", "Late deliveries", "Stock and flow"], (
        "what fails comes first"
    )
    assert said["Computable age"][0] == "does not hold; overridden"
    assert "Known since the move of the last courts." in said["Computable age"][-1]
    assert said["Late deliveries"][:2] == ["no data; a warning", "–"]


def test_what_was_set_aside_is_told_by_rule_and_none_is_told_as_none() -> None:
    assert rows(trees()["quality.html"], "rejects")[1][-1] == "14"
    assert words(trees()["quality.html"].get_element_by_id("flags")).endswith("None.")


def test_every_measure_is_in_the_dictionary_with_rule_owners_and_what_it_must_not_be_compared_with() -> None:
    page = trees()["dictionary.html"]
    for measure in the_measures().measures.values():
        said = words(page.get_element_by_id(measure.measure_id))
        for told in (measure.title, measure.meaning, measure.rule, measure.document, *measure.owners.values()):
            assert " ".join(told.split()) in said
        compared = [link.get("href") for link in page.get_element_by_id(measure.measure_id).iter("a")]
        assert compared == [f"#{one}" for one in measure.not_comparable_with]


def test_every_table_and_code_list_has_a_page_of_its_own() -> None:
    model = edition(count=1).model
    assert {f"tables/{name}.html" for name in model.entities} <= texts().keys()
    assert {f"lists/{name}.html" for name in model.code_lists} <= texts().keys()


def test_a_definition_of_another_version_is_told() -> None:
    other = replace(edition(count=1), model_digest="b2" * 32)
    assert "Mind the version" in dict(site_pages(other))["dictionary.html"]
    assert "Mind the version" not in texts()["dictionary.html"]


def test_before_the_first_batch_with_values_the_pages_say_so() -> None:
    pages = dict(site_pages(edition(values=Values())))
    assert "There are no figures yet" in pages["index.html"]
    assert "This edition has no values for: Open cases." in pages["caseload.html"]
    assert not [name for name in pages if name.startswith("courts/")]


def test_numbers_that_are_no_release_say_so_under_every_chart() -> None:
    pages = dict(site_pages(edition(Standing.NOT_A_RELEASE, count=2)))
    assert "do not publish them" in pages["index.html"]
    assert "if these figures were published as they are" in pages["quality.html"]
    assert "Release 2025" not in "".join(pages.values())


def test_markup_in_a_value_or_a_name_stands_as_text() -> None:
    for pages in (dict(site_pages(hostile_values())), dict(site_pages(hostile_names()))):
        for text in pages.values():
            assert "<script" not in text
            assert "<img" not in text
            assert "\u202e" not in text
        assert "&lt;script&gt;" in pages["caseload.html"]


def hostile_values() -> Edition:
    """An edition in which every word that comes from data is hostile."""
    base = edition(count=1)
    values = gather(replace(one, category_1=HOSTILE if one.category_1 else "") for one in every(base.values))
    quality = {name: replace(table, rows=tuple(map(_hostile, table.rows))) for name, table in base.quality.items()}
    gates = tuple(replace(gate, title=HOSTILE, says=HOSTILE, overridden=HOSTILE) for gate in base.gates)
    return replace(base, values=values, quality=quality, gates=gates)


def _hostile(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return tuple(HOSTILE if isinstance(cell, str) else cell for cell in row)


def hostile_names() -> Edition:
    """An edition in which every category has a hostile name."""
    base = edition(count=1)
    categories = {name: dict.fromkeys(codes, HOSTILE) for name, codes in base.names.categories.items()}
    return replace(base, names=replace(base.names, categories=categories))
