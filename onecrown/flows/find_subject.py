"""Whom somebody asks to erase: from a key to the records of a case or a defendant, and the marks that they leave."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.receiving.erasure_marks import SHORTEST_ID, Marking
from onecrown.rendering.rule_book import every_field
from onecrown.rendering.subject_records import BIRTHS, IDENTIFIERS, SURNAMES, Subjects, key_within, subjects_of
from onecrown.rendering.table_layouts import body_table
from onecrown.sql.digests import key_text
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import files, name, value, values


class Kind(StrEnum):
    """What is erased: a case with everybody on it, or one defendant."""

    case = "case"
    defendant = "defendant"


@dataclass(frozen=True, slots=True)
class Subject:
    """A case or defendant of one dataset: keys by record type, in clear, and the marks of them; never written down.

    `people_staying` counts records of the person behind a defendant that stay, as another case has the same person.
    """

    dataset: str
    kind: Kind
    keys: dict[str, tuple[str, ...]]
    marks: tuple[str, ...]
    people_staying: int


def find_subject(home: Surroundings, kind: Kind, key: str, dataset: str | None) -> Subject:
    """The one case or defendant that a key names: our id, or the source's own, whole or its last part.

    Raises `UsageError` where there is none or more than one.
    """
    if dataset is not None and dataset not in home.model.contracts:
        raise UsageError(f"there is no dataset `{dataset}`; it is one of {', '.join(sorted(home.model.contracts))}")
    with home.engine() as con:
        install_keyed_ids(con, home.pseudonym_key)
        found = []
        for contract in home.model.contracts.values():
            subjects = subjects_of(contract)
            if subjects is not None and dataset in (None, contract.name):
                look = _Look(con, home, contract, subjects)
                found += [(look, keys) for keys in look.named(kind, key.strip())]
        if len(found) != 1:
            raise UsageError(_unclear(kind, [look.contract.name for look, _ in found]))
        look, keys = found[0]
        return look.subject(kind, keys)


def _unclear(kind: Kind, datasets: list[str]) -> str:
    if not datasets:
        return f"no {kind} has that key; take the id from the unified tables, or the source's own with --dataset"
    where = ", ".join(sorted(set(datasets)))
    return (
        f"that key names {len(datasets)} {kind}s of {where}; say which with --dataset, or write our id or the whole key"
    )


class _Look:
    """One dataset's subjects, as judged records and bodies know them."""

    def __init__(self, con: duckdb.DuckDBPyConnection, home: Surroundings, contract: Contract, said: Subjects) -> None:
        self._con = con
        self._home = home
        self.contract = contract
        self._subjects = said
        prefixes = [drop.prefix for drop in home.ledger.drops() if drop.dataset_name == contract.name and drop.prefix]
        home.validated.fetch(set(prefixes))
        self._folders = [home.validated.folder(prefix) for prefix in dict.fromkeys(prefixes)]

    def named(self, kind: Kind, key: str) -> Iterator[dict[str, set[str]]]:
        """The keys, by record type, of every case or defendant that a key names."""
        if kind is Kind.case:
            for case in self._matching(self._subjects.case, "court_case", key):
                yield {self._subjects.case: {case}}
            return
        defendants = self._matching(self._subjects.defendant, "defendant", key)
        for defendant in defendants:
            yield {self._subjects.defendant: {defendant}}
        for person_type in self._subjects.people if not defendants else ():
            for person in self._matching(person_type, "person", key):
                yield {
                    person_type: {person},
                    self._subjects.defendant: set(self._belonging(person_type, person)),
                }

    def subject(self, kind: Kind, keys: dict[str, set[str]]) -> Subject:
        """A subject with everything that goes with it: a case's defendants, and people whom no other case has."""
        if kind is Kind.case:
            cases = keys[self._subjects.case]
            keys[self._subjects.defendant] = {d for case in cases for d in self._belonging(self._subjects.case, case)}
        staying = 0
        defendants = keys[self._subjects.defendant]
        for person_type in self._subjects.people:
            for person in {self._above(person_type, defendant) for defendant in defendants} - {None}:
                if person is not None and set(self._belonging(person_type, person)) <= defendants:
                    keys.setdefault(person_type, set()).add(person)
                else:
                    staying += 1
        said = {kind_name: tuple(sorted(texts)) for kind_name, texts in keys.items() if texts}
        return Subject(self.contract.name, kind, said, tuple(sorted(self._marks(said))), staying)

    def _matching(self, record_type: str, entity: str, key: str) -> list[str]:
        """Keys that a text names, by the most exact reading that any has."""
        relation = self._judged(record_type)
        if not relation:
            return []
        ours = f"keyed({value(f'{self.contract.name}|{entity}|')} || _key) = ?"
        readings = (
            ours,
            "_key = ?",
            "lower(replace(_key, '|', '')) = lower(?)",
            "lower(split_part(_key, '|', -1)) = lower(?)",
        )
        for reading in readings:
            rows = self._con.execute(
                f"SELECT DISTINCT _key FROM {relation} WHERE {reading} ORDER BY 1", [key]
            ).fetchall()
            if rows:
                return [said for (said,) in rows]
        return []

    def _judged(self, record_type: str) -> str:
        paths = [path for folder in self._folders if (path := folder / f"{record_type}.parquet").exists()]
        return (
            f"(SELECT _key FROM read_parquet({files(paths)}, union_by_name = true) WHERE _key IS NOT NULL)"
            if paths
            else ""
        )

    def _belonging(self, above: str, key: str) -> Iterator[str]:
        """The defendants whose key says that they belong to a case or person."""
        relation = self._judged(self._subjects.defendant)
        if not relation:
            return
        parts = " AND ".join("contains(_key, ?)" for _ in _parts(key))
        encoded = [key_text([part]) for part in _parts(key)]
        for (said,) in self._con.execute(f"SELECT DISTINCT _key FROM {relation} WHERE {parts}", encoded).fetchall():
            if self._above(above, said) == key:
                yield said

    def _above(self, above: str, defendant: str) -> str | None:
        kind = self.contract.record_types[self._subjects.defendant]
        places = key_within(self.contract, kind, above)
        parts = _parts(defendant)
        return key_text(parts[place] for place in places) if places is not None else None

    def _marks(self, keys: dict[str, tuple[str, ...]]) -> set[str]:
        marking = Marking(self._home.pseudonym_key, self.contract.name)
        marks = {marking.of_key(kind, text) for kind, texts in keys.items() for text in texts}
        for kind_name, texts in keys.items():
            kind = self.contract.record_types[kind_name]
            marks |= {marking.of_id(text) for text in self._ids(kind, texts)}
            marks |= {marking.of_person(surname, born) for surname, born in self._people(kind, texts)}
        return marks

    def _ids(self, kind: RecordType, keys: Collection[str]) -> Iterator[str]:
        """Ids that no other record of the type has: the last part of a key that is not shared, and identifiers."""
        is_composed = kind.name == self._subjects.case and len(kind.key) > 1
        for key in () if is_composed else keys:
            if len(_parts(key)[-1]) >= SHORTEST_ID:
                yield _parts(key)[-1]
        relation = self._home.tables.relation(body_table(self.contract, kind))
        for column in [name(field.name) for field in every_field(kind) if field.name in IDENTIFIERS]:
            rows = self._con.execute(
                f"""SELECT {column} FROM {relation} WHERE {column} IS NOT NULL GROUP BY 1
                HAVING bool_and(list_contains({values(keys)}, key))"""
            ).fetchall()
            yield from (said for (said,) in rows if len(said) >= SHORTEST_ID)

    def _people(self, kind: RecordType, keys: Collection[str]) -> Iterable[tuple[str, str]]:
        """Surnames with birth dates that no other record of the type has: twins are not taken for one another."""
        fields = {field.name for field in every_field(kind)}
        surname = next((said for said in SURNAMES if said in fields), None)
        born = next((said for said in BIRTHS if said in fields), None)
        if surname is None or born is None:
            return []
        relation = self._home.tables.relation(body_table(self.contract, kind))
        return self._con.execute(
            f"""SELECT any_value({name(surname)}), CAST({name(born)} AS VARCHAR) FROM {relation}
            WHERE {name(surname)} IS NOT NULL AND {name(born)} IS NOT NULL GROUP BY lower({name(surname)}), {name(born)}
            HAVING bool_and(list_contains({values(keys)}, key))"""
        ).fetchall()


def _parts(key: str) -> list[str]:
    """The parts of a key's text, without what escapes them."""
    parts, escaped = [""], False
    for letter in key:
        if escaped or letter not in "\\|":
            parts[-1] += letter
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            parts.append("")
    return parts
