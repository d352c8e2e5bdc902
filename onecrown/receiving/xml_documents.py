"""XML: documents found by local name, unwrapped from envelopes that carry them as text, as nested dicts.

Entities are never resolved and a DOCTYPE is refused; the network is never asked.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from onecrown.definitions.contracts import Format
from onecrown.errors import UnreadableDrop
from onecrown.receiving.canonical import MAX_DEPTH
from onecrown.receiving.documents import MAX_RECORD_BYTES, Document, Pruning, Unreadable

_PARSING: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "remove_comments": True,
    "remove_pis": True,
    "huge_tree": True,
}
_WRAPPED_DEEPEST = 3
_ENVELOPE_NAMES = ("CreationDateTime", "SystemID", "source_file_name", "Name", "OrgUnitCode")


class ElementDict(dict[str, Any]):
    """An element as a dict from local name to text, dict or list, that remembers its element."""

    __slots__ = ("element",)
    element: etree._Element


def xml_documents(path: Path, layout: Format) -> Iterator[Document | Unreadable]:
    """Every document of an XML file. What follows a break in the XML is one unreadable record."""
    found = 0
    wanted = {*layout.documents, *layout.unwrap}
    envelope: dict[str, str] = {}
    try:
        for _, element in etree.iterparse(str(path), events=("end",), **_PARSING):
            _refuse_doctype(element.getroottree())
            name = local_name(element)
            envelope.setdefault("root", local_name(element.getroottree().getroot()))
            if name in _ENVELOPE_NAMES and len(element) == 0 and element.text:
                envelope.setdefault(name, element.text.strip())
            if name not in wanted or _inside_document(element, layout) or (name in layout.unwrap and len(element)):
                continue
            for document in _documents(element, name, layout, envelope):
                found += 1
                yield document
            _forget(element)
    except etree.XMLSyntaxError as error:
        yield _broken(path, error.lineno or 1)
        return
    if not found:
        raise UnreadableDrop("no_document", f"XML that holds {' or '.join(layout.documents)}")


def _broken(path: Path, line: int) -> Unreadable:
    with path.open("rb") as stream:
        text = stream.read(MAX_RECORD_BYTES).decode("utf-8", "replace")
    return Unreadable(str(line), text, "unreadable_xml", "whole, well-formed XML: deliver it again")


def _refuse_doctype(tree: etree._ElementTree) -> None:
    if tree.docinfo.internalDTD is not None:
        raise UnreadableDrop("doctype_refused", "XML without a DOCTYPE and without entities")


def _inside_document(element: etree._Element, layout: Format) -> bool:
    return any(local_name(above) in layout.documents for above in element.iterancestors())


def _forget(element: etree._Element) -> None:
    """Free what has been read, so that memory stays bounded."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _documents(
    element: etree._Element, name: str, layout: Format, envelope: dict[str, str]
) -> Iterator[Document | Unreadable]:
    if name in layout.documents:
        yield _document(element, source_line(element), envelope)
        return
    yield from _unwrapped(element.text or "", source_line(element), layout, envelope)


def _unwrapped(text: str, line: int, layout: Format, envelope: dict[str, str]) -> Iterator[Document | Unreadable]:
    inner = text.strip()
    for _ in range(_WRAPPED_DEEPEST):
        if inner.startswith("<") or "&lt;" not in inner[:64]:
            break
        inner = html.unescape(inner).strip()
    try:
        root = etree.fromstring(inner.encode("utf-8"), etree.XMLParser(encoding="utf-8", **_PARSING))
    except etree.XMLSyntaxError:
        yield Unreadable(str(line), text, "unreadable_xml", f"well-formed XML within {' or '.join(layout.unwrap)}")
        return
    _refuse_doctype(root.getroottree())
    for found in root.iter():
        if local_name(found) in layout.documents:
            yield _document(found, line, envelope)
        elif local_name(found) in layout.unwrap and len(found) == 0:
            yield from _unwrapped(found.text or "", line, layout, envelope)
        elif local_name(found) in _ENVELOPE_NAMES and len(found) == 0 and found.text:
            envelope.setdefault(local_name(found), found.text.strip())


def _document(element: etree._Element, line: int, envelope: dict[str, str]) -> Document | Unreadable:
    _drop_layout_whitespace(element)
    try:
        tree = _as_dict(element, MAX_DEPTH)
    except RecursionError:
        text = etree.tostring(element, encoding="unicode", with_tail=False)
        return Unreadable(str(line), text, "unreadable_xml", f"XML nested at most {MAX_DEPTH} deep")
    shifted = line - source_line(element)
    return Document(tree, line, own_text, lambda value, _: _line(value, line, shifted), dict(envelope))


def _line(value: Any, line: int, shifted: int) -> int:
    return source_line(value.element) + shifted if isinstance(value, ElementDict) else line


def source_line(element: etree._Element) -> int:
    """The line on which an element begins, 1 where it is not known."""
    line: Any = element.sourceline  # the stubs do not say what it is
    return int(line or 1)


def local_name(element: etree._Element) -> str:
    """An element's name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _drop_layout_whitespace(element: etree._Element) -> None:
    for found in element.iter():
        if len(found) and found.text is not None and not found.text.strip():
            found.text = None
        if found.tail is not None and not found.tail.strip():
            found.tail = None


def _as_dict(element: etree._Element, depth: int) -> ElementDict:
    if depth == 0:
        raise RecursionError
    result = ElementDict()
    result.element = element
    for attribute, said in element.attrib.items():
        result["@" + str(attribute).rpartition("}")[2]] = str(said)
    for child in element:
        name = local_name(child)
        value = _as_dict(child, depth - 1) if len(child) or child.attrib else (child.text or "").strip()
        if name not in result:
            result[name] = value
        elif isinstance(result[name], list):
            result[name].append(value)
        else:
            result[name] = [result[name], value]
    if element.text and element.text.strip():
        result["."] = element.text.strip()
    return result


def own_text(value: Any, pruning: Pruning) -> str:
    """Exclusive C14N of an element without comments, layout whitespace and the records below it.

    The records below have given their text already: they are taken out of the tree.
    """
    if not isinstance(value, ElementDict):
        return str(value)
    _take_out(value.element, pruning)
    return etree.tostring(value.element, method="c14n", exclusive=True, with_comments=False).decode()


def _take_out(element: etree._Element, pruning: Pruning) -> None:
    for child in list(element):
        name = local_name(child)
        if name not in pruning.below:
            continue
        below = pruning.below[name]
        if below is None:
            element.remove(child)
        else:
            _take_out(child, below)
