"""Marks of what was erased: keyed pseudonyms by which a record, an id or a person is known again, and never read.

A mark is the home's keyed digest of a dataset, a kind and a text; nobody without the home's key can tell whom it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.rendering.subject_records import SubjectPath, subject_paths
from onecrown.sql.digests import key_text
from onecrown.sql.keyed_ids import keyed
from onecrown.sql.quoting import encoded_key, name, value, values

SHORTEST_ID = 8  # a shorter one may be anybody's
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_WORD = re.compile(r"[^\s\"'<>{}\[\]():;,=&|/]+")


def key_head(dataset: str, record_type: str) -> str:
    """What stands before a key's text in the text of its mark."""
    return f"{dataset}|erased|{record_type}|"


@dataclass(frozen=True, slots=True)
class Marking:
    """Makes the marks of one dataset."""

    key: bytes
    dataset: str

    def of_key(self, record_type: str, text: str) -> str:
        """The mark of a record by its key."""
        return keyed(self.key, key_head(self.dataset, record_type) + text)

    def of_id(self, text: str) -> str:
        """The mark of an id, wherever it stands."""
        return keyed(self.key, f"{self.dataset}|erased id|{text.strip().casefold()}")

    def of_person(self, surname: str, born_on: str) -> str:
        """The mark of a surname with a birth date in ISO form."""
        return keyed(self.key, f"{self.dataset}|erased person|{surname.strip().casefold()}|{born_on.strip()}")


def marked(marks: Marks, contract: Contract, kind: RecordType, alias: str) -> str:
    """SQL that is true of rows, with a column for each field of a record type, of those with some marks; '' where none can be."""
    listed = values(sorted(marks.every))
    return " OR ".join(
        f"list_contains({listed}, keyed({value(key_head(contract.name, path.subject))} || "
        f"{encoded_key(f'CAST({alias}.{name(field)} AS VARCHAR)' for field in path.fields)}))"
        for path in marks.paths(kind.name)
    )


class Marks:
    """The marks that a dataset's erasures left, and what they match."""

    def __init__(self, contract: Contract, key: bytes, marks: Iterable[str]) -> None:
        self._marking = Marking(key, contract.name)
        self._marks = frozenset(marks)
        self._paths = {kind.name: subject_paths(contract, kind) for kind in contract.record_types.values()}

    @property
    def every(self) -> frozenset[str]:
        """All marks."""
        return self._marks

    def paths(self, record_type: str) -> tuple[SubjectPath, ...]:
        """The fields by which a record of a type may be known."""
        return self._paths[record_type]

    def match_record(self, record_type: str, fields: Mapping[str, str | None]) -> bool:
        """Whether a record is of somebody, or of a case, that was erased."""
        for path in self._paths[record_type]:
            text = key_text(fields.get(field) for field in path.fields)
            if text is not None and self._marking.of_key(path.subject, text) in self._marks:
                return True
        return False

    def match_id(self, text: str) -> bool:
        """Whether a text is an id of theirs."""
        return len(text.strip()) >= SHORTEST_ID and self._marking.of_id(text) in self._marks

    def match_person(self, texts: Iterable[str]) -> bool:
        """Whether some texts that stand together hold a surname and a birth date of theirs."""
        said = [text.strip() for text in texts]
        births = {text[:10] for text in said if _DATE.match(text)}
        words = {text for text in said if text and not _DATE.match(text)}
        return any(self._marking.of_person(word, birth) in self._marks for birth in births for word in words)

    def match_text(self, text: str) -> bool:
        """Whether a text that cannot be taken apart holds an id of theirs, or their surname and birth date."""
        words = set(_WORD.findall(text))
        return any(map(self.match_id, words)) or self.match_person(words)
