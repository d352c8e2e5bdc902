"""Records as little texts, judged as the receiver judges them: which rules does a record break?

One file per dataset, `<source>_<dataset>.yaml`, every value a text as staged (folded as its field says, '' for absent):

    dataset: common_platform/hearing_resulted
    shared:                       # technical columns of every record; `_event_at` is the time of the record
      _event_at: 2026-03-02T16:00:00Z
    record_types:
      plea:
        good: {plea_value: GUILTY, plea_on: 2026-03-02, …}     # breaks no rule
        breaks:                                                # changes of `good` that break the rule
          CP-PLEA-ABSENT: {plea_value: ''}
          CP-PLEA-DATE: [{plea_on: ''}, {plea_on: 2026-03-03}] # one for each way of breaking it
        keeps:                                                 # changes of `good` that only just keep it; as needed
          CP-PLEA-DATE: {plea_on: 2026-03-01}

A long text is written `{repeat: z, times: 2501}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import yaml

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.model import load_model
from onecrown.receiving.staging import TECHNICAL
from onecrown.rendering.csv_scans import BUILT_IN
from onecrown.rendering.judging_select import Staged, judging_select
from onecrown.rendering.rule_book import JudgingRule, every_field, rule_book
from onecrown.sql.quoting import name

HERE = Path(__file__).parent
SET_ASIDE = "99"
_USUAL = {
    "_drop": "drop",
    "_parent": "1",
    "_root": "1",
    "_position": "1:/",
    "_event_at": "2026-03-02T16:00:00Z",
    "_extract_at": "2026-03-02T16:00:00Z",
    "_unit": "unit|1",
    "_hash": "00",
    "_text": "{}",
}
# what no field of the type can be read as, and local times of the two clock changes
_NOT_OF_TYPE = {
    "not_a_date": "2026-02-30",
    "not_an_instant": "2026-02-30T10:00:00Z",
    "not_a_whole_number": "1.5",
    "not_true_or_false": "perhaps",
    "not_a_time": "25:61",
    "not_a_number": "twelve",
    "repeated_hour": "2025-10-26T01:30:00",
    "skipped_hour": "2025-03-30T01:30:00",
}


class Broken(NamedTuple):
    """A rule that a record breaks, and whether that sets the record aside; `field` tells apart the rules of fields."""

    rule_id: str
    field: str
    set_aside: bool


class Case(NamedTuple):
    """One change of a good record, and the rule that it is about."""

    dataset: str
    record_type: str
    rule_id: str
    field: str
    change: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Examples:
    """The good records of one dataset and the changes of them that break or keep its rules."""

    dataset: str
    shared: dict[str, str]
    record_types: dict[str, dict[str, Any]]

    @property
    def contract(self) -> Contract:
        """The contract of the dataset."""
        return load_model().contracts[self.dataset]

    def good(self, record_type: str) -> dict[str, str]:
        """The record that breaks nothing."""
        return {**self.shared, **self.record_types[record_type].get("good", {})}

    def changes(self, kind: str) -> Iterator[Case]:
        """Every change under `breaks` or `keeps`."""
        for record_type, said in self.record_types.items():
            for rule_id, changes in said.get(kind, {}).items():
                for change in changes if isinstance(changes, list) else [changes]:
                    yield Case(self.dataset, record_type, rule_id, "", tuple(change.items()))


@cache
def all_examples() -> dict[str, Examples]:
    """The examples of every dataset that has a file here."""
    found = {}
    for path in sorted(HERE.glob("*.yaml")):
        texts = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (it makes only texts)
        said = _spelt_out(texts)
        found[said["dataset"]] = Examples(said["dataset"], said.get("shared") or {}, said["record_types"])
    return found


def _spelt_out(said: Any) -> Any:
    if isinstance(said, list):
        return [_spelt_out(item) for item in said]
    if not isinstance(said, dict):
        return said
    if said.keys() == {"repeat", "times"}:
        return said["repeat"] * int(said["times"])
    return {key: _spelt_out(item) for key, item in said.items()}


def following_cases(examples: Examples) -> Iterator[Case]:
    """A change that breaks each rule that follows from the fields and not from the contract's own rules."""
    written = {rule.rule_id for rule in examples.contract.rules}
    for record_type in examples.contract.record_types.values():
        for rule in rule_book(examples.contract, record_type):
            if rule.rule_id not in written and not _never_follows(record_type, rule):
                change = _change_that_follows(rule)
                yield Case(examples.dataset, record_type.name, rule.rule_id, rule.field, tuple(change.items()))


def _never_follows(record_type: RecordType, rule: JudgingRule) -> bool:
    """A record type without a parent is never set aside with one."""
    return rule.rule_id == "parent_set_aside" and not any((record_type.parent, *(p.parent for p in record_type.places)))


def _change_that_follows(rule: JudgingRule) -> dict[str, str]:
    if rule.rule_id == "parent_set_aside":
        return {"_parent": SET_ASIDE}
    if rule.rule_id == "no_scope":
        return {"_root": SET_ASIDE}
    if rule.rule_id == "no_event_time":
        return {"_event_at": "", "_extract_at": ""}
    if rule.rule_id == "key_missing":
        return {rule.field: ""}
    return {rule.field: _NOT_OF_TYPE[rule.rule_id]}


def rule_of(case: Case) -> JudgingRule:
    """The rule that a case is about, as the judge knows it."""
    contract = load_model().contracts[case.dataset]
    rules = rule_book(contract, contract.record_types[case.record_type])
    return next(r for r in rules if r.rule_id == case.rule_id and case.field in ("", r.field))


def judge(contract: Contract, record_type: RecordType, records: list[dict[str, str]]) -> list[frozenset[Broken]]:
    """The rules that each record breaks, judged in one relation by the receiver's own SELECT."""
    columns = columns_of(contract, record_type)
    staged = pa.table({column: [said.get(column) or None for said in _numbered(records)] for column in columns})
    as_staged = ", ".join(f"CAST({name(column)} AS {kind}) AS {name(column)}" for column, kind in columns.items())
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"CREATE TABLE set_aside AS SELECT {SET_ASIDE} AS ordinal")
        con.execute(f"CREATE TABLE unscoped AS SELECT {SET_ASIDE} AS ordinal")
        con.register("texts", staged)
        con.execute(f"CREATE TABLE staged AS SELECT {as_staged} FROM texts")
        select = judging_select(contract, record_type, Staged("staged"))
        judged = con.execute(f"SELECT _rejects, _flags FROM ({select.sql}) ORDER BY _ordinal").fetchall()
    return [_broken(rejects, select.rules, True) | _broken(flags, select.rules, False) for rejects, flags in judged]


def _broken(numbers: str, rules: tuple[JudgingRule, ...], set_aside: bool) -> frozenset[Broken]:
    said = [rules[int(number)] for number in numbers.split(",") if number]
    return frozenset(Broken(rule.rule_id, rule.field, set_aside) for rule in said)


def _numbered(records: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    return ({**_USUAL, **record, "_ordinal": str(ordinal)} for ordinal, record in enumerate(records, start=1000))


def columns_of(contract: Contract, record_type: RecordType) -> dict[str, str]:
    """The columns of a staged relation and their types: the technical ones, and every field as text."""
    named = [field.name for field in every_field(record_type)]
    built_in = [*BUILT_IN] if contract.format.kind == "csv" else []
    return {**TECHNICAL, **dict.fromkeys((*built_in, *named), "VARCHAR")}


@cache
def broken_by(dataset: str, record_type: str) -> dict[tuple[tuple[str, str], ...], frozenset[Broken]]:
    """For each change of the good record of a type, the rules that the changed record breaks; () is the good record."""
    examples = all_examples()[dataset]
    cases = [*examples.changes("breaks"), *examples.changes("keeps"), *following_cases(examples)]
    changes = list(dict.fromkeys(((), *(case.change for case in cases if case.record_type == record_type))))
    records = [{**examples.good(record_type), **dict(change)} for change in changes]
    kind = examples.contract.record_types[record_type]
    return dict(zip(changes, judge(examples.contract, kind, records), strict=True))


def unlike_staged(examples: Examples, record_type: str, record: dict[str, str]) -> list[str]:
    """What in a record could not come out of the extraction: unknown names, and texts that it would fold or blank."""
    kind = examples.contract.record_types[record_type]
    columns = columns_of(examples.contract, kind)
    wrong = [f"{column} is no field" for column in record if column not in columns]
    for field in every_field(kind):
        said = record.get(field.name)
        folded = {"lower": str.lower, "upper": str.upper}.get(field.fold)
        trims = bool(field.fold) or examples.contract.format.kind == "csv"
        if said and ((folded and folded(said) != said) or (trims and said.strip() != said) or said in field.blank):
            wrong.append(f"{field.name} would be folded, trimmed or blanked")
        if said and not said.strip():
            wrong.append(f"{field.name} is blank: write ''")
    return wrong
