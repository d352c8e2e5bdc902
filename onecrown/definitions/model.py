"""The whole model: entities, code lists and contracts, checked against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from onecrown.definitions.codelists import CodeList, read_code_lists
from onecrown.definitions.contract_reading import read_contracts
from onecrown.definitions.contracts import Contract
from onecrown.definitions.entities import Entity, read_entities
from onecrown.definitions.gates import Gate, read_gates
from onecrown.definitions.linking import RECORD, Linking, read_linking
from onecrown.definitions.measure_reading import read_measures
from onecrown.definitions.measures import FOLDER as MEASURES_FOLDER
from onecrown.definitions.measures import Measures
from onecrown.definitions.person_linkage import PersonLinkage, read_person_linkage
from onecrown.definitions.product_reading import read_products
from onecrown.definitions.products import Product
from onecrown.definitions.published_measures import gate_problems, product_problems
from onecrown.definitions.reading import nearest
from onecrown.errors import DefinitionError, Problem

_CROSSWALK = re.compile(r"\bcrosswalk\.([a-z_]+)")


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Definitions only; everything else is rendered from here. Itself alone is equal to it, so that renderings can be kept by it."""

    entities: dict[str, Entity]
    code_lists: dict[str, CodeList]
    contracts: dict[str, Contract]
    person_linkage: PersonLinkage | None = None
    linking: Linking | None = None
    measures: Measures | None = None
    gates: dict[str, Gate] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)

    def entity_order(self) -> tuple[Entity, ...]:
        """Entities that drops feed, with the ones referred to before the ones that refer."""
        done: dict[str, Entity] = {}
        waiting = {name: entity for name, entity in self.entities.items() if not entity.is_resolved}
        while waiting:
            ready = [n for n, e in waiting.items() if not (_referred(e) - {n}) & waiting.keys()]
            for name in ready or list(waiting):
                done[name] = waiting.pop(name)
        return tuple(done.values())


def _referred(entity: Entity) -> set[str]:
    return {column.references for column in entity.columns if column.references}


def model_folder() -> Path:
    """The folder of definitions: inside the wheel, or beside the package in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "_model"
    return inside if inside.exists() else package.parent / "model"


@cache
def load_model(folder: Path | None = None) -> Model:
    """Read and check the model.

    Raises `DefinitionError` with every mistake in every file, each with its line and what to write instead.
    """
    root = folder or model_folder()
    entities, wrong_entities = read_entities(root / "entities")
    code_lists, wrong_lists = read_code_lists(root / "codelists")
    contracts, wrong_contracts = read_contracts(root / "sources")
    linkage, wrong_linkage = read_person_linkage(root / "linkage" / "person.yaml")
    linking, wrong_linking = read_linking(root / "linking" / "case.yaml")
    measures, wrong_measures = read_measures(root / MEASURES_FOLDER, code_lists)
    gates, wrong_gates = read_gates(root / "gates")
    products, wrong_products = read_products(root / "products")
    model = Model(entities, code_lists, contracts, linkage, linking, measures, gates, products)
    problems = [
        *wrong_entities,
        *wrong_lists,
        *wrong_contracts,
        *wrong_linkage,
        *wrong_linking,
        *wrong_measures,
        *wrong_gates,
        *wrong_products,
        *_cross_problems(model),
    ]
    if problems:
        raise DefinitionError(problems)
    return model


def _cross_problems(model: Model) -> Iterator[Problem]:
    for entity in model.entities.values():
        file = f"entities/{entity.name}.yaml"
        for column in entity.columns:
            if column.code_list and column.code_list not in model.code_lists:
                hint = nearest(column.code_list, model.code_lists)
                yield Problem(file, entity.line, f"`{column.name}` names no code list `{column.code_list}`{hint}")
            if column.references and column.references not in model.entities:
                hint = nearest(column.references, model.entities)
                yield Problem(file, entity.line, f"`{column.name}` refers to no entity `{column.references}`{hint}")
    for contract in model.contracts.values():
        yield from _mapping_problems(model, contract)
    if model.linking:
        yield from _linking_problems(model, model.linking)
    if model.measures:
        yield from gate_problems(model.gates, model.measures)
        yield from product_problems(model.products, model.measures)


def _linking_problems(model: Model, linking: Linking) -> Iterator[Problem]:
    file = "linking/case.yaml"
    named = [linking.entity, *(name for same in linking.same for name in (same.entity, same.within) if name)]
    for name in named:
        if name not in model.entities:
            yield Problem(file, 1, f"there is no entity `{name}`{nearest(name, model.entities)}")
    for code, sql in linking.selects():
        for used in RECORD.findall(sql):
            if used not in model.entities:
                yield Problem(file, 1, f"`{code}` reads no entity `{used}`{nearest(used, model.entities)}")


def _mapping_problems(model: Model, contract: Contract) -> Iterator[Problem]:
    for name, sql in contract.mappings.items():
        file = f"sources/{contract.name}/{name}.sql"
        if name not in model.entities:
            yield Problem(file, 1, f"maps to no entity `{name}`{nearest(name, model.entities)}")
        for number, line in enumerate(sql.splitlines(), 1):
            for used in _CROSSWALK.findall(line):
                if used not in model.code_lists:
                    yield Problem(file, number, f"uses no code list `{used}`{nearest(used, model.code_lists)}")
