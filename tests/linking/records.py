"""Records as the sources tell them, and what linking makes of them: rows straight into the merge's working tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

import duckdb

from onecrown.definitions.model import Model, load_model
from onecrown.merging import unifying
from onecrown.merging.linking.stage import LinkStage
from onecrown.rendering.table_layouts import sql_type, unified_layout
from onecrown.sql.keyed_ids import install_keyed_ids
from onecrown.sql.quoting import name, value

URN, ASN = "01ZD0303226", "2601ZD0100000000001A"
HEARING, MIGRATED = "common_platform/hearing_resulted", "common_platform/migrated_case"
XHIBIT, LIST, SPI = "xhibit/extract", "libra/daily_court_list", "libra/resulted_case"
_NUMBERS = count(1)


@dataclass(frozen=True)
class Person:
    """A defendant of a record with the offences charged: code, sequence, day."""

    label: str = "d"
    asn: str | None = ASN
    asn_standing: str = "valid"
    last_name: str | None = "Madeupwell"
    first_name: str | None = "Ima"
    birth_on: str | None = "1990-02-01"
    organisation_name: str | None = None
    pnc_id: str | None = None
    cro_number: str | None = None
    master_defendant_id: str | None = None
    offences: tuple[tuple[str, int, str], ...] = (("ZZ25001", 1, "2025-11-02"),)


@dataclass(frozen=True)
class Record:
    """A source's record of a case; `said` are columns of court_case."""

    label: str
    dataset: str
    said: dict[str, Any]
    people: tuple[Person, ...] = (Person(),)

    def with_people(self, *people: Person) -> Record:
        return replace(self, people=people)


def xhibit(number: str = "T20260001", court: str = "453", ou: str = "C01SN00", **said: Any) -> Record:
    """A case of an Xhibit court centre."""
    told = {
        "source_case_id": court + number,
        "court_code": ou,
        "court_source_code": court,
        "jurisdiction_code": "crown",
    }
    told |= {"case_type_source_code": number[0], "case_urn": URN, "case_urn_standing_code": "valid"}
    return Record(f"xhibit {court}{number}", XHIBIT, told | said)


def common_platform(dataset: str = HEARING, number: int = 1, **said: Any) -> Record:
    """A case of Common Platform."""
    told = {
        "source_case_id": f"00000000-0000-4000-8000-{number:012d}",
        "court_code": "C01SN00",
        "court_source_code": "C01SN00",
    }
    told |= {"jurisdiction_code": "crown", "case_urn": URN, "case_urn_standing_code": "valid"}
    return Record(f"{dataset} {number}", dataset, told | said)


def migrated(identifier: str = "T20260001", system: str = "XHIBIT", number: int = 1, **said: Any) -> Record:
    """A case migrated to Common Platform, which names what it was."""
    told = {"migration_source_system": system, "migration_source_case_id": identifier}
    return common_platform(MIGRATED, number, **(told | said))


def libra(dataset: str = LIST, number: str = "2600000001", **said: Any) -> Record:
    """A case of a magistrates' court."""
    told = {"source_case_id": number, "court_code": "B01EF00", "jurisdiction_code": "magistrates"}
    told |= {"case_urn": URN, "case_urn_standing_code": "valid"}
    return Record(f"{dataset} {number}", dataset, told | said)


class Linked:
    """What linking made of some records, asked for by their labels."""

    def __init__(
        self, records: tuple[Record, ...], model: Model | None = None, stood: dict[str, dict[str, str]] | None = None
    ) -> None:
        """`stood`: by entity, a row of the tables before the batch, of a unit that the batch does not touch."""
        self.model = model or load_model()
        self.stood = stood or {}
        self.con = duckdb.connect(config={"threads": "1"})
        install_keyed_ids(self.con, b"k" * 32)
        self.con.execute("CREATE TEMP TABLE w_all_unit (unit_id VARCHAR)")
        for entity in self.model.entities.values():
            unifying.begin_entity(self.con, entity)
        for record in records:
            self._tell(record)
        assert self.model.linking is not None
        stage = LinkStage(self.con, self.model, self.model.linking, self._known)
        self.mapped_too = [*stage.connected(), *stage.settled()]
        assert not self.mapped_too or stood
        stage.finish()

    def _known(self, table: str) -> str:
        entity = self.model.entities[table.partition(".")[2]]
        row = self.stood.get(entity.name, {})
        columns = ", ".join(
            f"CAST({value(row[c.name]) if c.name in row else 'NULL'} AS {sql_type(c.type)}) AS {name(c.name)}"
            for c in unified_layout(entity).columns
        )
        return f"(SELECT {columns} WHERE {'true' if row else 'false'})"

    def _tell(self, record: Record) -> None:
        case = record.label
        self._row("court_case", record, {"case_id": case, "is_cp_placeholder": False, **record.said})
        standing = {"source_record_id": f"record of {case}", "case_id": case, "record_case_id": case}
        self._row("case_source_record", record, {**standing, "is_survivor": True, "reason_code": "only_record"})
        for person in record.people:
            self._tell_person(record, person)

    def _tell_person(self, record: Record, person: Person) -> None:
        defendant = f"{record.label}/{person.label}"
        standing = person.asn_standing if person.asn else "absent"
        self._row(
            "defendant",
            record,
            {
                "defendant_id": defendant,
                "case_id": record.label,
                "asn_standing_code": standing,
                "master_defendant_id": person.master_defendant_id,
            },
        )
        who = {"asn": person.asn, "last_name": person.last_name, "first_name": person.first_name}
        who |= {"birth_on": person.birth_on, "pnc_id": person.pnc_id, "cro_number": person.cro_number}
        who |= {"organisation_name": person.organisation_name}
        self._row("defendant_identity", record, {"defendant_id": defendant, **who})
        for place, (code, sequence, day) in enumerate(person.offences, 1):
            offence = {"offence_id": f"{defendant}/{place}", "defendant_id": defendant, "case_id": record.label}
            what = {"offence_code": code, "offence_sequence": sequence, "offence_start_on": day}
            self._row("offence", record, {**offence, **what})
            self._row("plea", record, {"plea_id": f"plea {defendant}/{place}", **offence})

    def _row(self, entity: str, record: Record, said: dict[str, Any]) -> None:
        columns = {column.name for column in self.model.entities[entity].columns}
        kept = {key: value for key, value in said.items() if key in columns}
        kept |= {"unit_id": f"unit {record.label}", "row_hash": f"{next(_NUMBERS):08d}"}
        kept |= {"source_system": record.dataset.split("/")[0], "source_dataset": record.dataset}
        places = ", ".join("?" * len(kept))
        self.con.execute(
            f"INSERT INTO w_desired_{entity} ({', '.join(map(name, kept))}) VALUES ({places})", list(kept.values())
        )

    # --- asking

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a SELECT, in which `of.<entity>` is what linking leaves of an entity."""
        return self.con.execute(sql.replace("of.", "w_desired_")).fetchall()

    def cases(self) -> list[list[str]]:
        """The records of each case, by label."""
        rows = self.ask(
            "SELECT list(record_case_id ORDER BY record_case_id) FROM of.case_source_record GROUP BY case_id"
        )
        return sorted(labels for (labels,) in rows)

    def standing(self) -> dict[str, tuple[bool, str]]:
        """Of each record by label, whether it stands for its case, and the reason."""
        return {
            label: (stands, reason)
            for label, stands, reason in self.ask(
                "SELECT record_case_id, is_survivor, reason_code FROM of.case_source_record"
            )
        }

    def rungs(self) -> set[str]:
        """The rungs by which records came to their cases."""
        return {
            rung for (rung,) in self.ask("SELECT DISTINCT rung_code FROM of.case_source_record WHERE rung_code <> ''")
        }

    def links(self) -> set[tuple[str, str, str]]:
        """Relations: code, earlier record, later record."""
        return set(self.ask("SELECT relation_code, from_record_case_id, to_record_case_id FROM of.case_link"))

    def reviews(self) -> set[tuple[str, str, str]]:
        """What a person has to look at: record, rung, reason."""
        return set(self.ask("SELECT record_case_id, rung_code, reason_code FROM of.link_review"))


def linked(*records: Record) -> Linked:
    """Link some records with the real model."""
    return Linked(records)


def without_rung(code: str) -> Model:
    """The real model without one rung of the ladder, or without one rung of what is one within a case."""
    model = load_model()
    assert model.linking is not None
    rungs = tuple(rung for rung in model.linking.rungs if rung.code != code)
    same = tuple(
        replace(s, rungs=tuple(r for r in s.rungs if f"{s.entity}.{r.code}" != code)) for s in model.linking.same
    )
    return replace(model, linking=replace(model.linking, rungs=rungs, same=same))


def labels(*records: Record) -> list[str]:
    """The labels of records, in order."""
    return sorted(record.label for record in records)


def each_alone(records: tuple[Record, ...]) -> Iterator[list[str]]:
    """What `cases` gives where every record is a case of its own."""
    yield from sorted([record.label] for record in records)
