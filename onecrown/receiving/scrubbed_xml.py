"""An XML file without those who were erased: elements go, also from documents that stand in envelopes as text."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from onecrown.definitions.contracts import Contract, Format
from onecrown.receiving.canonical import MAX_DEPTH
from onecrown.receiving.documents import Document, same_line
from onecrown.receiving.erasure_marks import Marks
from onecrown.receiving.records import Origin
from onecrown.receiving.scrubbed_trees import Pointer, removal_of
from onecrown.receiving.xml_documents import _PARSING, _WRAPPED_DEEPEST, ElementDict, _as_dict, local_name, own_text

UNREADABLE = "unreadable"
_KEEPING = {**_PARSING, "remove_comments": False, "remove_pis": False, "strip_cdata": False}


class XmlScrubber:
    """Scrubs one file; `counts` are the records that went, by type."""

    def __init__(self, contract: Contract, origin: Origin, marks: Marks) -> None:
        self._contract = contract
        self._layout = contract.format
        self._origin = origin
        self._marks = marks
        self.counts: Counter[str] = Counter()
        self.is_changed = False

    def write(self, path: Path, target: Path) -> None:
        """Write what stays of a file of plain XML. XML that is broken goes whole where it holds an id of theirs."""
        try:
            tree = etree.parse(str(path), etree.XMLParser(**_KEEPING))
        except etree.XMLSyntaxError:
            self._broken(path, target)
            return
        stays = self._scrub(tree.getroot())
        if not self.is_changed or not stays:
            target.write_bytes(b"" if not stays else path.read_bytes())
            return
        encoding = tree.docinfo.encoding or "UTF-8"
        tree.write(str(target), encoding=encoding, xml_declaration=bool(tree.docinfo.xml_version))

    def _broken(self, path: Path, target: Path) -> None:
        data = path.read_bytes()
        if self._marks.match_text(data.decode("utf-8", "replace")):
            self.is_changed = True
            self.counts[UNREADABLE] += 1
            data = b""
        target.write_bytes(data)

    def _scrub(self, root: etree._Element) -> bool:
        """Scrub every document at and below an element; whether the element itself stays."""
        for element in list(_documents_and_wrappers(root, self._layout)):
            if local_name(element) in self._layout.documents:
                if not self._scrub_document(element):
                    if element is root:
                        return False
                    _take_out(element)
            elif element.text:
                self._scrub_text(element)
        return True

    def _scrub_document(self, element: etree._Element) -> bool:
        """Whether anything of a document stays."""
        try:
            tree = _as_dict(element, MAX_DEPTH)
        except RecursionError:
            return True  # was never read as records
        document = Document(tree, 1, own_text, same_line)
        removal = removal_of(self._contract, document, self._origin, self._marks)
        if removal.pointers:
            self.is_changed = True
            self.counts.update(removal.counts)
            _remove(tree, removal.pointers)
        return not removal.is_whole

    def _scrub_text(self, element: etree._Element) -> None:
        """A document within an envelope, as text that was escaped once or more."""
        said, rounds = (element.text or "").strip(), 0
        while rounds < _WRAPPED_DEEPEST and not said.startswith("<") and "&lt;" in said[:64]:
            said, rounds = html.unescape(said).strip(), rounds + 1
        try:
            inner = etree.fromstring(said.encode("utf-8"), etree.XMLParser(encoding="utf-8", **_KEEPING))
        except etree.XMLSyntaxError:
            if self._marks.match_text(said):
                self.is_changed, element.text = True, None
                self.counts[UNREADABLE] += 1
            return
        was_changed, self.is_changed = self.is_changed, False
        stays = self._scrub(inner)
        if self.is_changed:
            text = etree.tostring(inner, encoding="unicode") if stays else ""
            for _ in range(rounds):
                text = html.escape(text, quote=False)
            element.text = text
        self.is_changed = self.is_changed or was_changed


def _documents_and_wrappers(root: etree._Element, layout: Format) -> Iterator[etree._Element]:
    """Documents, the outer one where one stands in another, and elements whose text is a document."""
    for element in root.iter():
        name = local_name(element)
        is_wrapper = name in layout.unwrap and len(element) == 0
        if (name in layout.documents or is_wrapper) and not any(
            local_name(above) in layout.documents for above in element.iterancestors()
        ):
            yield element


def _remove(tree: ElementDict, pointers: list[Pointer]) -> None:
    """Take values out of the elements of a tree: all are found before the first goes."""
    for holder, name, child in [_found(tree, pointer) for pointer in pointers]:
        if child is not None:
            _take_out(child)
        elif name.startswith("@"):
            for attribute in [a for a in holder.attrib if str(a).rpartition("}")[2] == name[1:]]:
                del holder.attrib[attribute]
        else:
            holder.text = None


def _found(tree: ElementDict, pointer: Pointer) -> tuple[etree._Element, str, etree._Element | None]:
    """The element around a value, the value's name, and the value's own element where it has one."""
    *above, last = pointer
    place = 0
    if isinstance(last, int):
        place = last
        *above, last = above
    name, holder = str(last), _at(tree, tuple(above)).element
    if name.startswith("@") or name == ".":
        return holder, name, None
    return holder, name, [child for child in holder if local_name(child) == name][place]


def _at(tree: ElementDict, pointer: Pointer) -> ElementDict:
    value: object = tree
    for step in pointer:
        assert isinstance(value, (dict, list)), "a pointer leads through objects and lists"
        value = value[step]  # type: ignore[index]  # a name in a dict, a place in a list
    assert isinstance(value, ElementDict), "what holds a value is an element"
    return value


def _take_out(element: etree._Element) -> None:
    """Remove an element and leave the text that follows it."""
    parent = element.getparent()
    assert parent is not None, "a document's root goes with its file"
    before = element.getprevious()
    if element.tail and element.tail.strip():
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
