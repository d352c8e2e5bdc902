"""Spreadsheets in the OpenDocument format: the same cells give the same bytes.

OASIS OpenDocument 1.3, parts 2 and 3: only what accessible tables need. Nothing is merged, hidden, frozen or coloured; a
sheet may mark one row as the heading of its table, which programs and screen readers take up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from lxml import etree

from onecrown.publishing.opendocument_styles import MASTER_PAGE, MIME, NAMESPACES, VERSION, Look, named, styles_part

_AS_ON_UNIX = 3
_PRINTED = "printed"
_VALUE_TYPE, _VALUE = named("office:value-type"), named("office:value")


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, or a number with the text that stands for it. `link` is a place such as `#Table_1.A1` or an address."""

    look: Look
    text: str
    number: float | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells. `heading_row` is the row (from 0) that heads the table below it; `widths` are those of columns in cm."""

    name: str
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]
    heading_row: int | None = None


@dataclass(frozen=True, slots=True)
class Properties:
    """What the document says of itself."""

    title: str
    description: str
    creator: str
    made_at: datetime
    generator: str


def ods(sheets: Sequence[Sheet], properties: Properties) -> bytes:
    """A spreadsheet document with these sheets, in their order."""
    parts = {
        "mimetype": MIME.encode("ascii"),  # first and as it stands, as part 2 asks
        "content.xml": _text(_content(sheets)),
        "styles.xml": _text(styles_part()),
        "meta.xml": _text(_meta(properties)),
        "META-INF/manifest.xml": _text(_manifest()),
    }
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for path, content in parts.items():
            archive.writestr(_entry(path, properties.made_at), content)
    return out.getvalue()


def _entry(path: str, made_at: datetime) -> ZipInfo:
    """An entry of the archive that says nothing of the machine or of the time at which it was written."""
    entry = ZipInfo(path, made_at.timetuple()[:6])
    entry.create_system = _AS_ON_UNIX
    entry.compress_type = ZIP_STORED if path == "mimetype" else ZIP_DEFLATED
    return entry


def _text(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _add(parent: etree._Element, tag: str, **said: str) -> etree._Element:
    """A child with attributes, whose names are written `prefix__local_name`. A child made in its place costs a tenth of one moved there."""
    child = etree.SubElement(parent, named(tag))
    for name, text in said.items():
        child.set(named(name.replace("__", ":")), text)
    return child


def _root(tag: str) -> etree._Element:
    return etree.Element(named(tag), {named("office:version"): VERSION}, nsmap=NAMESPACES)


def _content(sheets: Sequence[Sheet]) -> etree._Element:
    root = _root("office:document-content")
    styles = _add(root, "office:automatic-styles")
    _add(styles, "style:style", style__name=_PRINTED, style__family="table", style__master_page_name=MASTER_PAGE)
    _add_column_styles(styles, sheets)
    spreadsheet = _add(_add(root, "office:body"), "office:spreadsheet")
    for sheet in sheets:
        _add_table(spreadsheet, sheet)
    headed = [sheet for sheet in sheets if sheet.heading_row is not None]
    ranges = _add(spreadsheet, "table:database-ranges") if headed else None
    for sheet in headed:
        if ranges is not None:
            _add(ranges, "table:database-range", **_range(sheet))
    return root


def _add_column_styles(parent: etree._Element, sheets: Sequence[Sheet]) -> None:
    for width in sorted({width for sheet in sheets for width in sheet.widths}):
        style = _add(parent, "style:style", style__name=_column_style(width), style__family="table-column")
        _add(style, "style:table-column-properties", style__column_width=f"{width:g}cm")


def _column_style(width: float) -> str:
    return f"column_{width:g}".replace(".", "_")


def _add_table(parent: etree._Element, sheet: Sheet) -> None:
    table = _add(parent, "table:table", table__name=sheet.name, table__style_name=_PRINTED)
    for width in sheet.widths:
        _add(table, "table:table-column", table__style_name=_column_style(width))
    for number, cells in enumerate(sheet.rows):
        of = _add(table, "table:table-header-rows") if number == sheet.heading_row else table
        row = _add(of, "table:table-row")
        for cell in cells:
            _add_cell(row, cell)


def _add_cell(row: etree._Element, cell: Cell) -> None:
    element = _add(row, "table:table-cell", table__style_name=cell.look.value)
    if cell.number is None:
        element.set(_VALUE_TYPE, "string")
    else:
        element.set(_VALUE_TYPE, "float")
        element.set(_VALUE, f"{cell.number:.15g}")
    paragraph = _add(element, "text:p")
    if cell.link:
        paragraph = _add(paragraph, "text:a", xlink__type="simple", xlink__href=cell.link)
    paragraph.text = cell.text


def _range(sheet: Sheet) -> dict[str, str]:
    """The table of a sheet under a name, so that programs know where it is and that its first row heads it."""
    heading = sheet.heading_row or 0
    last = f"{_letters(len(sheet.rows[heading]))}{len(sheet.rows)}"
    address = f"{sheet.name}.A{heading + 1}:{sheet.name}.{last}"
    return {
        "table__name": f"{sheet.name}_data",
        "table__target_range_address": address,
        "table__contains_header": "true",
    }


def _letters(column: int) -> str:
    """The letters of a column, from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _meta(properties: Properties) -> etree._Element:
    said = {
        "meta:generator": properties.generator,
        "dc:title": properties.title,
        "dc:description": properties.description,
        "meta:initial-creator": properties.creator,
        "meta:creation-date": properties.made_at.isoformat(timespec="seconds"),
        "dc:language": "en-GB",
    }
    root = _root("office:document-meta")
    meta = _add(root, "office:meta")
    for tag, text in said.items():
        _add(meta, tag).text = text
    return root


def _manifest() -> etree._Element:
    files = {"/": MIME, "content.xml": "text/xml", "styles.xml": "text/xml", "meta.xml": "text/xml"}
    namespace = {"manifest": NAMESPACES["manifest"]}
    root = etree.Element(named("manifest:manifest"), {named("manifest:version"): VERSION}, nsmap=namespace)
    for path, kind in files.items():
        _add(root, "manifest:file-entry", manifest__full_path=path, manifest__media_type=kind)
    return root
