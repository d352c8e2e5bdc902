"""A product as an accessible spreadsheet: cover sheet, contents, notes, one table to a sheet.

After the Government Analysis Function's guidance on releasing statistics in spreadsheets: no merged or blank cells, no blank
rows, notes as `[note 1]`, shorthand explained on the sheet that uses it, headings marked as such, a plain typeface.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from onecrown.definitions.measures import STOCK, Measures
from onecrown.definitions.products import BY_MEASURE, Product, ProductTable
from onecrown.publishing.manifest import Manifest
from onecrown.publishing.opendocument import Cell, Properties, Sheet, ods
from onecrown.publishing.opendocument_styles import Look
from onecrown.publishing.product_notes import Notes, notes_of, remarks
from onecrown.publishing.product_tables import TableCells
from onecrown.publishing.product_values import LOW, NOT_APPLICABLE, NOT_AVAILABLE, ProductValues, product_values
from onecrown.publishing.site.names import Names
from onecrown.publishing.site.values import Value
from onecrown.publishing.site.wording import day, listed

COVER, CONTENTS, NOTES = "Cover_sheet", "Contents", "Notes"
_MEANINGS = {
    LOW: "rounds to 0 and is not 0",
    NOT_APPLICABLE: "not applicable, as nothing was counted of which it could be taken",
    NOT_AVAILABLE: "not available, as nothing is known of the period",
}
_COVER_CM, _WORDS_CM, _NUMBER_CM, _NOTE_CM = 20.0, 7.5, 4.0, 20.0


def write_product(
    folder: Path, product: Product, values: Iterable[Value], measures: Measures, names: Names, release: Manifest
) -> Path:
    """Write a product of a release into a folder as `<product>.ods`; give its path. The same input gives the same file."""
    path = folder / f"{product.product_id}.ods"
    path.write_bytes(
        product_document(product, product_values(product, values, measures, names), measures, names, release)
    )
    return path


def product_document(
    product: Product, values: ProductValues, measures: Measures, names: Names, release: Manifest
) -> bytes:
    """The document of a product."""
    notes = notes_of(product, measures)
    tables = [TableCells(table, values, measures, names, notes) for table in product.tables]
    sheets = [
        _cover(product, release),
        _contents(product),
        _notes(notes),
        *(_table(product, cells, release) for cells in tables),
    ]
    said = Properties(
        product.title, product.meaning, product.owner, release.made_at, f"OneCrown {release.package_version}"
    )
    return ods(sheets, said)


def _cover(product: Product, release: Manifest) -> Sheet:
    lines = [
        Cell(Look.title, product.title),
        *_texts(f"Release {release.name.text}, {release.standing}, made on {day(release.made_at.date())}."),
        *_texts(product.meaning),
        Cell(Look.heading, "How to use these tables"),
        *_texts(
            f"Every table has a sheet of its own; the sheet {CONTENTS} lists them. A mark such as [note 1] refers to the sheet {NOTES}.",
            "Letters in square brackets stand for figures that are not shown; each sheet says what its own mean.",
        ),
        Cell(Look.heading, "Standing and revisions"),
        *_texts(
            f"These figures are {release.standing}. Every release states the whole series anew, and earlier periods may be revised.",
            *([f"This release corrects an earlier one: {release.correction}"] if release.correction else []),
        ),
        Cell(Look.heading, "Source and contact"),
        *_texts(f"Source: {product.source}", f"Owner: {product.owner}", f"Contact: {product.contact}"),
        *_texts(f"Definitions: model {release.model_digest[:12]}, OneCrown {release.package_version}"),
    ]
    return Sheet(COVER, [[cell] for cell in lines], [_COVER_CM])


def _texts(*said: str) -> Iterator[Cell]:
    return (Cell(Look.text, text) for text in said)


def _contents(product: Product) -> Sheet:
    heading = [Cell(Look.column, "Sheet"), Cell(Look.column, "What it holds")]
    rows = [
        [_link(COVER), Cell(Look.text, "What these tables are")],
        [_link(NOTES), Cell(Look.text, "Notes to the tables")],
    ]
    rows += [[_link(table.name), Cell(Look.text, table.title)] for table in product.tables]
    top = [
        [Cell(Look.title, "Contents")],
        [Cell(Look.line, f"This sheet holds one table. It lists the {len(rows)} other sheets with links to them.")],
    ]
    return Sheet(CONTENTS, [*top, heading, *rows], [_WORDS_CM, _NOTE_CM], len(top))


def _link(sheet: str) -> Cell:
    return Cell(Look.text, sheet, link=f"#{sheet}.A1")


def _notes(notes: Notes) -> Sheet:
    heading = [Cell(Look.column, text) for text in ("Note", "Text", "Tables")]
    rows = [[Cell(Look.text, text) for text in note] for note in notes.numbered()]
    top = [[Cell(Look.title, "Notes")], [Cell(Look.line, "This sheet holds one table.")]]
    return Sheet(NOTES, [*top, heading, *rows], [_NUMBER_CM, _NOTE_CM, _WORDS_CM], len(top))


def _table(product: Product, cells: TableCells, release: Manifest) -> Sheet:
    rows = list(cells.rows())
    lines = [
        f"This sheet holds one table. Marks such as [note 1] refer to the sheet {NOTES}.",
        *_shorthand(product, rows),
        *_stocks(cells),
        f"Release {release.name.text}, {release.standing}. Source: {product.source}",
    ]
    top = [[Cell(Look.title, _title(product, cells.table, cells.notes))], *([Cell(Look.line, line)] for line in lines)]
    words = len(cells.row_dimensions) + 1
    widths = [_WORDS_CM] * words + [_NUMBER_CM] * len(cells.columns())
    return Sheet(cells.table.name, [*top, cells.headings(), *rows], widths, len(top))


def _title(product: Product, table: ProductTable, notes: Notes) -> str:
    of_column = table.measures if table.across != BY_MEASURE else ()
    return notes.marked(table.title, *of_column, *remarks(product, table))


def _shorthand(product: Product, rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """What the shorthand of a sheet means: only what stands in it."""
    meanings = {product.suppression.marker: "not shown, to protect people", **_MEANINGS}
    used = {cell.text for row in rows for cell in row if cell.look is Look.shorthand}
    said = [f"{mark} means {meaning}" for mark, meaning in meanings.items() if mark in used]
    if said:
        yield f"Shorthand: {'; '.join(said)}."


def _stocks(cells: TableCells) -> Iterator[str]:
    """Which columns are counted at the end of the period, where others are not."""
    kinds = {name: cells.measures.measures[name] for name in cells.table.measures}
    stocks = [measure.title for measure in kinds.values() if measure.kind == STOCK]
    if stocks and len(stocks) < len(kinds):
        yield f"{listed(stocks)}: as at the last day of the period."
