"""The invented model of the laws with linking: matters of two systems that are one, and the tables that linking makes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from onecrown.definitions.contracts import Contract
from onecrown.definitions.entities import Entity
from onecrown.definitions.linking import read_linking
from onecrown.definitions.model import Model, load_model

from .memory_home import laws_model

_DERIVED = ("case_link_key", "case_alias", "case_link", "link_review", "case_value")
_SAID = "matter.stale AS is_stale"


@cache
def linked_model() -> Model:
    """As `laws_model`; a matter also shows its title, by which it is linked, and one outcome names its matter."""
    model, whole = laws_model(), load_model()
    linking, problems = read_linking(Path(__file__).parent / "linking/case.yaml")
    assert linking is not None and not problems, problems
    entities = {
        **model.entities,
        "matter": _with_title(model.entities["matter"]),
        "charge": replace(model.entities["charge"], united_by="charge_id"),
        **{name: whole.entities[name] for name in _DERIVED},
    }
    contracts = {name: _telling_titles(contract) for name, contract in model.contracts.items()}
    return replace(model, entities=entities, contracts=contracts, linking=linking)


def _with_title(matter: Entity) -> Entity:
    copy = next(column for column in matter.columns if column.name == "copy")
    return replace(matter, columns=(*matter.columns, replace(copy, name="title", field_id=90)), united_by="matter_id")


def _telling_titles(contract: Contract) -> Contract:
    mapping = contract.mappings.get("matter")
    if mapping is None:
        return contract
    assert _SAID in mapping
    return replace(
        contract, mappings={**contract.mappings, "matter": mapping.replace(_SAID, f"{_SAID}, matter.title AS title")}
    )
