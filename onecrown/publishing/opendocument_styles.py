"""How cells look: a plain typeface at a readable size, headings that are headings, numbers to the right; no colour says anything."""

from __future__ import annotations

from enum import Enum
from functools import cache

from lxml import etree

VERSION = "1.3"
MASTER_PAGE = "Sheet"
"""The page on which sheets are printed: across, as wide as the sheet."""
MIME = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMESPACES = {
    "office": f"{_OASIS}:office:1.0",
    "table": f"{_OASIS}:table:1.0",
    "text": f"{_OASIS}:text:1.0",
    "style": f"{_OASIS}:style:1.0",
    "number": f"{_OASIS}:datastyle:1.0",
    "meta": f"{_OASIS}:meta:1.0",
    "manifest": f"{_OASIS}:manifest:1.0",
    "fo": f"{_OASIS}:xsl-fo-compatible:1.0",
    "svg": f"{_OASIS}:svg-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}


class Look(Enum):
    """The style of each kind of cell, by the name that spreadsheet programs give to theirs where they have one."""

    title = "Heading_20_1"
    heading = "Heading_20_2"
    line = "Default"
    text = "Text"
    column = "Column_20_heading"
    number_column = "Number_20_heading"
    whole = "Whole_20_number"
    decimal = "Decimal_20_number"
    shorthand = "Shorthand"


@cache
def named(name: str) -> str:
    """`table:name`, or `table:column_width`, as a name with its namespace."""
    prefix, _, local = name.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local.replace('_', '-')}"


_STYLES = f"""
<office:document-styles office:version="{VERSION}" {" ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())}>
  <office:font-face-decls>
    <style:font-face style:name="Arial" svg:font-family="Arial" style:font-family-generic="swiss"/>
  </office:font-face-decls>
  <office:styles>
    <style:default-style style:family="table-cell">
      <style:text-properties style:font-name="Arial" fo:font-size="12pt" fo:language="en" fo:country="GB"/>
    </style:default-style>
    <number:number-style style:name="whole">
      <number:number number:decimal-places="0" number:min-integer-digits="1" number:grouping="true"/>
    </number:number-style>
    <number:number-style style:name="decimal">
      <number:number number:decimal-places="1" number:min-decimal-places="1" number:min-integer-digits="1" number:grouping="true"/>
    </number:number-style>
    <style:style style:name="Default" style:family="table-cell"/>
    <style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="table-cell" style:parent-style-name="Default">
      <style:text-properties fo:font-size="16pt" fo:font-weight="bold"/>
    </style:style>
    <style:style style:name="Heading_20_2" style:display-name="Heading 2" style:family="table-cell" style:parent-style-name="Default">
      <style:text-properties fo:font-size="14pt" fo:font-weight="bold"/>
    </style:style>
    <style:style style:name="Text" style:family="table-cell" style:parent-style-name="Default">
      <style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="top"/>
    </style:style>
    <style:style style:name="Column_20_heading" style:display-name="Column heading" style:family="table-cell" style:parent-style-name="Default">
      <style:table-cell-properties fo:wrap-option="wrap" style:vertical-align="bottom" fo:border-bottom="0.05cm solid #000000"/>
      <style:text-properties fo:font-weight="bold"/>
    </style:style>
    <style:style style:name="Number_20_heading" style:display-name="Number heading" style:family="table-cell" style:parent-style-name="Column_20_heading">
      <style:paragraph-properties fo:text-align="end"/>
    </style:style>
    <style:style style:name="Whole_20_number" style:display-name="Whole number" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="whole">
      <style:paragraph-properties fo:text-align="end"/>
    </style:style>
    <style:style style:name="Decimal_20_number" style:display-name="Decimal number" style:family="table-cell" style:parent-style-name="Default" style:data-style-name="decimal">
      <style:paragraph-properties fo:text-align="end"/>
    </style:style>
    <style:style style:name="Shorthand" style:family="table-cell" style:parent-style-name="Default">
      <style:paragraph-properties fo:text-align="end"/>
    </style:style>
  </office:styles>
  <office:automatic-styles>
    <style:page-layout style:name="a4_across">
      <style:page-layout-properties fo:page-width="29.7cm" fo:page-height="21cm" fo:margin="1.5cm" style:print-orientation="landscape" style:scale-to-X="1"/>
    </style:page-layout>
  </office:automatic-styles>
  <office:master-styles>
    <style:master-page style:name="Sheet" style:page-layout-name="a4_across"/>
  </office:master-styles>
</office:document-styles>
"""


def styles_part() -> etree._Element:
    """The styles of every document."""
    return etree.fromstring(_STYLES.strip(), etree.XMLParser(remove_blank_text=True))
