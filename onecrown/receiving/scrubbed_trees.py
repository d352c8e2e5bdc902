"""What is to go from a document: the records of those who were erased, and what else in it names them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from onecrown.definitions.contracts import Contract
from onecrown.receiving.documents import Document
from onecrown.receiving.erasure_marks import Marks
from onecrown.receiving.records import Origin, RecordWalker
from onecrown.rendering.subject_records import subjects_of

Pointer = tuple[str | int, ...]
"""The way to a value: names, and places in lists."""


@dataclass(slots=True)
class Removal:
    """The values of one document that go, and the records among them by type; `is_whole` where no record stays."""

    pointers: list[Pointer] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    is_whole: bool = False


def removal_of(contract: Contract, document: Document, origin: Origin, marks: Marks) -> Removal:
    """Work out what goes from a document. Its tree is not changed."""
    silent = replace(document, own_text=lambda _value, _pruning: "", pointer="")
    records = [
        (record.record_type, _pointer(record.position), marks.match_record(record.record_type, record.fields))
        for record in RecordWalker(contract).records(silent, origin)
    ]
    theirs = {pointer for _, pointer, is_theirs in records if is_theirs}
    kept = [(kind, pointer) for kind, pointer, _ in records if not _within(pointer, theirs)]
    subjects = subjects_of(contract)
    others = {pointer for kind, pointer in kept if subjects and kind in subjects.every}
    traces = set(_Traces(marks, theirs, {pointer for _, pointer in kept}, others).below(document.tree, (), True))
    counts = Counter(kind for kind, pointer, _ in records if _within(pointer, theirs))
    found = sorted(_outermost(theirs | traces), key=repr, reverse=True)
    return Removal(found, counts, is_whole=bool(counts) and not kept)


def _pointer(position: str) -> Pointer:
    parts = position.partition(":")[2].split("/")
    return tuple(int(part) if part.isdigit() else part for part in parts if part)


def _within(pointer: Pointer, places: set[Pointer]) -> bool:
    return any(pointer[:length] in places for length in range(len(pointer) + 1))


def _outermost(pointers: set[Pointer]) -> set[Pointer]:
    return {pointer for pointer in pointers if not any(pointer[:length] in pointers for length in range(len(pointer)))}


class _Traces:
    """Finds what names them outside their records: the smallest thing around an id, or a name with a birth date.

    Where that thing holds a record that stays, the id alone goes. What another subject's own record says of a name and a
    birth date is that subject's.
    """

    def __init__(self, marks: Marks, theirs: set[Pointer], kept: set[Pointer], others: set[Pointer]) -> None:
        self._marks = marks
        self._theirs = theirs
        self._others = others
        self._holding = {pointer[:length] for pointer in kept for length in range(len(pointer) + 1)}

    def below(self, value: Any, pointer: Pointer, may_be_person: bool) -> Iterator[Pointer]:
        """Pointers of what goes at and below a value."""
        if pointer in self._theirs:
            return
        may_be_person = may_be_person and pointer not in self._others
        if isinstance(value, str) and self._marks.match_id(value):
            yield pointer
        elif isinstance(value, list):
            for place, item in enumerate(value):
                yield from self.below(item, (*pointer, place), may_be_person)
        elif isinstance(value, dict):
            yield from self._in_object(value, pointer, may_be_person)

    def _in_object(self, value: dict[str, Any], pointer: Pointer, may_be_person: bool) -> Iterator[Pointer]:
        texts = {name: said for name, said in value.items() if isinstance(said, str)}
        ids = [name for name, said in texts.items() if self._marks.match_id(said)]
        is_person = may_be_person and self._marks.match_person(texts.values())
        if (ids or is_person) and pointer and pointer not in self._holding:
            yield pointer
            return
        for name in ids:
            yield (*pointer, name)
        for name, said in value.items():
            if name not in texts:
                yield from self.below(said, (*pointer, name), may_be_person)
