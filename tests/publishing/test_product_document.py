"""A product is an accessible spreadsheet: cover, contents, notes, one table to a sheet, nothing blank and nothing merged.

Read back by calamine, which knows nothing of what wrote it, and by the elements of the format itself.
"""

from __future__ import annotations

import zipfile
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import product as combinations
from pathlib import Path

import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from onecrown.definitions.model import load_model
from onecrown.definitions.products import Product
from onecrown.publishing.opendocument_styles import NAMESPACES
from onecrown.publishing.product_document import product_document, write_product
from onecrown.publishing.product_values import product_values
from onecrown.publishing.site.values import Value

from .product_fixtures import PROTECTED, PUBLIC, product, registry, release, table, values

CASELOAD = product(
    table("receipts", measures=("receipts", "open_cases")),
    table("receipts", "region", "region"),
    table("offence_to_completion", "region", statistics=("mean", "median")),
    suppression=PUBLIC,
)
DEFENDANTS = product(table("defendants_completed", "sex", "sex", notes=("Sex: as a court recorded it.",)))
FIGURES = values("""
    receipts 2025-Q3 total - 30388
    receipts 2025-Q4 total - 29482
    receipts 2025-Q3 region london 30388
    receipts 2025-Q4 region wales 29482
    open_cases 2025-Q4 total - 80203
    defendants_completed 2025-Q4 total - 107
    defendants_completed 2025-Q4 sex female 3
    defendants_completed 2025-Q4 sex male 84
    defendants_completed 2025-Q4 sex not_known 20
""") + values("offence_to_completion 2025-Q4 total - 707.04\noffence_to_completion 2025-Q4 region wales 640.26", "mean")


def written(of: Product = CASELOAD, said: list[Value] | None = None) -> bytes:
    measures, names = registry()
    shown = product_values(of, FIGURES if said is None else said, measures, names)
    return product_document(of, shown, measures, names, release())


def sheet(content: bytes, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_name(name).to_python()


def part(content: bytes, path: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return etree.fromstring(archive.read(path))


def found(content: bytes, path: str) -> list[etree._Element]:
    return part(content, "content.xml").findall(path, NAMESPACES)


@cache
def whole() -> dict[str, bytes]:
    """Every product of the model, filled with one count for every cell of its first table's categories."""
    model, (measures, names) = load_model(), registry()
    documents = {}
    for name, one in model.products.items():
        said = []
        for shown in one.tables:
            for measure, statistic in combinations(shown.measures, shown.statistics):
                cells = [("total", "-"), *((margin, "not_known") for margin in shown.dimensions)]
                cells += [(shown.breakdown, "not_known+not_known")] if len(shown.dimensions) > 1 else []
                number = "10/20" if statistic == "rate" else "20"
                lines = [f"{measure} 2025-Q4 {breakdown} {category} {number}" for breakdown, category in cells]
                said += values("\n".join(lines), statistic)
        shown_values = product_values(one, said, measures, names)
        documents[name] = product_document(one, shown_values, measures, names, release())
    return documents


PRODUCTS = sorted(load_model().products)


def test_a_document_begins_with_cover_contents_and_notes_and_gives_each_table_a_sheet() -> None:
    names = CalamineWorkbook.from_filelike(BytesIO(written())).sheet_names
    assert names == ["Cover_sheet", "Contents", "Notes", "Table_1", "Table_2", "Table_3"]


def test_the_cover_says_title_release_standing_source_and_contact_in_one_column() -> None:
    said = sheet(written(), "Cover_sheet")
    assert {len(row) for row in said} == {1}
    text = "\n".join(str(row[0]) for row in said)
    assert text.startswith("Invented figures\nRelease 2025-Q4, provisional, made on 26 March 2026.")
    for words in ("Source: An invented source", "Contact: Nobody", "Definitions: model 0123456789ab, OneCrown 0.1.0"):
        assert words in text


def test_the_contents_link_to_every_other_sheet() -> None:
    links = [said.get(f"{{{NAMESPACES['xlink']}}}href") for said in found(written(), ".//text:a")]
    assert links == [f"#{name}.A1" for name in ("Cover_sheet", "Notes", "Table_1", "Table_2", "Table_3")]


def test_measures_stand_in_columns_with_their_units_and_notes_and_periods_in_rows_of_their_order() -> None:
    assert sheet(written(), "Table_1")[-3:] == [
        ["Period", "Receipts (cases) [note 1]", "Open cases (cases) [note 2]"],
        ["July to September 2025", 30388.0, "[x]"],
        ["October to December 2025", 29482.0, 80203.0],
    ]


def test_a_stock_beside_flows_is_said_to_be_as_at_the_end_of_the_period() -> None:
    assert ["Open cases: as at the last day of the period.", "", ""] in sheet(written(), "Table_1")


def test_categories_stand_across_with_all_of_them_first_and_none_is_a_zero() -> None:
    assert sheet(written(), "Table_2")[-3:] == [
        ["Period", "All (cases)", "London (cases)", "Wales (cases)"],
        ["July to September 2025", 30388.0, 30388.0, 0.0],
        ["October to December 2025", 29482.0, 0.0, 29482.0],
    ]


def test_statistics_have_one_decimal_place_and_say_where_there_is_nothing_to_take_them_of() -> None:
    *_, heading, every, wales = sheet(written(), "Table_3")
    assert heading[2:] == [
        "Offence to completion, mean (days) [note 4]",
        "Offence to completion, median (days) [note 4]",
    ]
    assert every == ["October to December 2025", "All", 707.0, "[z]"]
    assert wales == ["October to December 2025", "Wales", 640.3, "[z]"]


def test_what_is_suppressed_is_marked_and_the_mark_is_explained_where_it_stands() -> None:
    rows = sheet(written(DEFENDANTS), "Table_1")
    assert rows[-1] == ["October to December 2025", 107.0, 84.0, "[c]", "[c]"]
    assert rows[2][0] == "Shorthand: [c] means not shown, to protect people."
    assert not any("Shorthand" in str(row[0]) for row in sheet(written(), "Table_2"))


def test_the_notes_sheet_has_every_note_that_a_table_refers_to() -> None:
    heading, *notes = sheet(written(DEFENDANTS), "Notes")[2:]
    assert heading == ["Note", "Text", "Tables"]
    assert [note[0] for note in notes] == ["[note 1]", "[note 2]", "[note 3]", "[note 4]"]
    texts = [str(note[1]) for note in notes]
    assert "Not to be compared with: Disposals." in texts[0]
    assert "Definition defendants_completed, version 2." in texts[0]
    assert texts[1] == "Sex: as a court recorded it."
    assert texts[3].startswith("[c]: figures that stand on fewer than 5 are not shown. Zeros are shown.")
    assert str(sheet(written(DEFENDANTS), "Table_1")[0][0]).endswith("[note 1] [note 2] [note 3] [note 4]")


def test_a_policy_that_rounds_says_so() -> None:
    rounding = replace(DEFENDANTS, suppression=replace(PROTECTED, rounding=5))
    text = str(sheet(written(rounding), "Notes"))
    assert "Counts are rounded to the nearest 5" in text
    assert sheet(written(rounding), "Table_1")[-1][1] == 105.0


@pytest.mark.parametrize("name", PRODUCTS)
def test_no_sheet_of_any_product_has_a_merged_a_blank_or_a_missing_cell(name: str) -> None:
    content = whole()[name]
    assert not found(content, ".//table:covered-table-cell")
    for sheet_of in found(content, ".//table:table"):
        rows = sheet_of.findall(".//table:table-row", NAMESPACES)
        widths = [len(row) for row in rows]
        heading = next((n for n, width in enumerate(widths) if width > 1), len(rows))
        assert set(widths[:heading]) == {1}
        assert len(set(widths[heading:])) <= 1
        assert all("".join(cell.itertext()).strip() for row in rows for cell in row)
        assert not any(
            "spanned" in attribute or "repeated" in attribute for row in rows for c in row for attribute in c.attrib
        )


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_table_of_any_product_has_one_marked_heading_row_whose_texts_differ(name: str) -> None:
    content = whole()[name]
    ranges = {said.get(f"{{{NAMESPACES['table']}}}name"): said for said in found(content, ".//table:database-range")}
    for sheet_of in found(content, ".//table:table"):
        title = sheet_of.get(f"{{{NAMESPACES['table']}}}name")
        if title == "Cover_sheet":
            continue
        (heading,) = sheet_of.findall("table:table-header-rows/table:table-row", NAMESPACES)
        texts = ["".join(cell.itertext()) for cell in heading]
        assert len(texts) == len(set(texts))
        said = ranges[f"{title}_data"]
        assert said.get(f"{{{NAMESPACES['table']}}}contains-header") == "true"
        rows = sheet_of.findall(".//table:table-row", NAMESPACES)
        first, last = rows.index(heading) + 1, len(rows)
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(texts) - 1]
        assert said.get(f"{{{NAMESPACES['table']}}}target-range-address") == f"{title}.A{first}:{title}.{letter}{last}"


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_note_that_a_table_of_any_product_names_is_there(name: str) -> None:
    content = whole()[name]
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    notes = {str(row[0]) for row in book.get_sheet_by_name("Notes").to_python()[3:]}
    named = {
        f"[note {text.split(']')[0]}]"
        for other in book.sheet_names[3:]
        for row in book.get_sheet_by_name(other).to_python()
        for cell in row
        for text in str(cell).split("[note ")[1:]
    }
    assert named - {"[note 1]"} <= notes
    assert notes == named | {"[note 1]"}


def test_the_document_says_its_title_and_language() -> None:
    said = {etree.QName(element).localname: element.text for element in part(written(), "meta.xml")[0]}
    assert (said["title"], said["language"]) == ("Invented figures", "en-GB")
    assert (said["creation-date"], said["generator"]) == ("2026-03-26T09:30:00+00:00", "OneCrown 0.1.0")


def test_the_type_of_the_document_comes_first_and_uncompressed() -> None:
    with zipfile.ZipFile(BytesIO(written())) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"


def test_the_same_figures_give_the_same_bytes_in_whatever_order_they_come(tmp_path: Path) -> None:
    measures, names = registry()
    paths = []
    for number, said in enumerate((FIGURES, FIGURES[::-1])):
        folder = tmp_path / str(number)
        folder.mkdir()
        paths.append(write_product(folder, CASELOAD, said, measures, names, release()))
    assert [path.name for path in paths] == ["invented_product.ods"] * 2
    assert paths[0].read_bytes() == paths[1].read_bytes()
