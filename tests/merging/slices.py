"""Slices of the real model: the record types and tables that a story needs, so that a batch is quick."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from functools import cache

from onecrown.definitions.contracts import Contract, Rule
from onecrown.definitions.entities import Entity
from onecrown.definitions.model import Model, load_model

from .builders import CONTROL, EXTRACT, HEARING_RESULTED, RESULTED_CASE

_ENTITIES = ("court_case", "defendant", "offence", "plea", "remand_status", "hearing", "hearing_case", "result")


@cache
def slice_of_model() -> Model:
    """Cases, defendants, charges, pleas, hearings and results of two systems, exactly as the model defines them."""
    model = load_model()
    entities = {name: _within(model.entities[name]) for name in _ENTITIES}
    contracts = {
        **_sliced(model, EXTRACT, ("case", "subject", "case_subject", "charge", "disposal")),
        **_sliced(model, CONTROL, ("control",)),
        **_sliced(model, RESULTED_CASE, ("case", "defendant")),
        **_sliced(model, HEARING_RESULTED, ("hearing", "hearing_case", "case", "defendant", "offence", "result")),
    }
    return Model(entities, {name: model.code_lists[name] for name in _lists(contracts)}, contracts)


@cache
def cases_of_extracts() -> Model:
    """The cases of full extracts, and the control files: the least that shows what a list does."""
    model = load_model()
    entities = {"court_case": _within(model.entities["court_case"])}
    contracts = {**_sliced(model, EXTRACT, ("case", "case_subject"), entities), **_sliced(model, CONTROL, ("control",))}
    return Model(entities, {name: model.code_lists[name] for name in _lists(contracts)}, contracts)


def _lists(contracts: dict[str, Contract]) -> list[str]:
    """The code lists that the mappings use."""
    mappings = " ".join(sql for contract in contracts.values() for sql in contract.mappings.values())
    return sorted(set(re.findall(r"crosswalk\.(\w+)", mappings)))


def _sliced(
    model: Model, dataset: str, kinds: Collection[str], entities: Collection[str] = _ENTITIES
) -> dict[str, Contract]:
    contract = model.contracts[dataset]
    kept = {name: kind for name, kind in contract.record_types.items() if name in kinds}
    mappings = {
        name: sql
        for name, sql in contract.mappings.items()
        if name in entities and not (_relations(sql) & (contract.record_types.keys() - kept.keys()))
    }
    rules = tuple(rule for rule in contract.rules if rule.record_type in kept)
    return {dataset: replace(contract, record_types=kept, mappings=mappings, rules=rules)}


def _within(entity: Entity) -> Entity:
    """An entity without its references to tables that are not in the slice."""
    columns = tuple(c if c.references in _ENTITIES else replace(c, references="") for c in entity.columns)
    return replace(entity, columns=columns)


def _relations(sql: str) -> set[str]:
    return set(re.findall(r'(?:FROM|JOIN)\s+"?(\w+)"?', sql))


def next_version(model: Model, dataset: str, refused: str = "") -> Model:
    """The model with the next version of a dataset's contract, which rejects cases of one receipt type (`refused`)."""
    contract = model.contracts[dataset]
    rules = tuple(rule for rule in contract.rules if rule.rule_id != _REFUSING)
    if refused:
        when = f"r.receipt_type = '{refused}'"
        said = ("reject", "coding", "court", "a receipt type that is not taken", "another receipt type")
        rules += (Rule(_REFUSING, "case", "receipt_type", when, *said),)
    newer = replace(contract, version=contract.version + 1, rules=rules)
    return replace(model, contracts={**model.contracts, dataset: newer})


_REFUSING = "x.invented.refused_receipt_type"
