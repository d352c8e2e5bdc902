"""Which records are a case's or a defendant's: rendered from a contract's keys, references and mappings."""

from __future__ import annotations

import re
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.rendering.rule_book import every_field

IDENTIFIERS = (
    *("master_defendant_id", "cp_defendant_id", "asn", "pnc_id", "cro_number", "national_insurance_number"),
    *("driver_number", "prisoner_number"),
)
SURNAMES = ("last_name", "family_name", "surname")
BIRTHS = ("birth_on", "born_on")


@dataclass(frozen=True, slots=True)
class Subjects:
    """The record types that are a dataset's cases, its defendants on a case, and the people behind several of those."""

    case: str
    defendant: str
    people: tuple[str, ...]

    @property
    def every(self) -> tuple[str, ...]:
        """All of them."""
        return (self.case, self.defendant, *self.people)


@dataclass(frozen=True, slots=True)
class SubjectPath:
    """The fields of a record that together are the key of a subject."""

    subject: str
    fields: tuple[str, ...]


def subjects_of(contract: Contract) -> Subjects | None:
    """The subjects of a dataset; None where it knows no defendants."""
    case, defendant = _mapped_from(contract, "court_case"), _mapped_from(contract, "defendant")
    if case is None or defendant is None:
        return None
    others = {target for target, _ in contract.record_types[defendant].references} - {case, defendant}
    return Subjects(case, defendant, tuple(sorted(others)))


def _mapped_from(contract: Contract, entity: str) -> str | None:
    """The record type that a mapping makes an entity's rows of."""
    found = re.search(r"'(\w+)' AS from_type", contract.mappings.get(entity, ""))
    return found[1] if found and found[1] in contract.record_types else None


def subject_paths(contract: Contract, kind: RecordType) -> tuple[SubjectPath, ...]:
    """Every way in which a record of a type says of which case, defendant or person it is."""
    subjects = subjects_of(contract)
    if subjects is None:
        return ()
    found = [
        SubjectPath(subject, fields)
        for subject in subjects.every
        for fields in sorted(_paths(contract, kind, contract.record_types[subject], frozenset()))
    ]
    return tuple(found)


def _paths(contract: Contract, kind: RecordType, target: RecordType, seen: frozenset[str]) -> set[tuple[str, ...]]:
    """By its own key or the same names, or by a reference to a record whose key says it."""
    named = {field.name for field in every_field(kind)}
    found = {target.key} if set(target.key) <= named else set()
    for other, parts in kind.references:
        if other == target.name:
            found.add(parts)
        elif other not in seen and other in contract.record_types:
            above = contract.record_types[other]
            for fields in _paths(contract, above, target, seen | {kind.name}):
                if set(fields) <= set(above.key):
                    found.add(tuple(parts[above.key.index(field)] for field in fields))
    return found


def key_within(contract: Contract, kind: RecordType, target: str) -> tuple[int, ...] | None:
    """Which parts of a type's key are the key of a subject that it refers to; None where the key does not say."""
    for fields in sorted(_paths(contract, kind, contract.record_types[target], frozenset())):
        if set(fields) <= set(kind.key):
            return tuple(kind.key.index(field) for field in fields)
    return None
