"""Two versions of the model, from their definitions to what changed, and who must act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from onecrown.definitions.contracts import Contract
from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.model import Model
from onecrown.rendering.model_changes.comparing import Change, changes
from onecrown.rendering.model_changes.contracts_said import contract_said, mapping_said, mappings_of
from onecrown.rendering.model_changes.entities_said import code_list_said, entity_said
from onecrown.rendering.model_changes.laws import ChangeClass
from onecrown.rendering.model_changes.measures_said import gate_said, measures_said, product_said
from onecrown.rendering.model_changes.readers import Reading, readers_of
from onecrown.rendering.model_changes.rules_said import lifecycle_said, linking_said, persons_said
from onecrown.rendering.model_changes.said import Catalogue, Definition, Name, catalogue_of


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """All definitions of one version; `lifecycle` is None where it has no such rules."""

    model: Model
    lifecycle: Lifecycle | None = None


@dataclass(frozen=True, slots=True)
class ModelChange:
    """One difference, for people. `owners` answer for the definition; `readers` read it, and `must_act` owns those."""

    change: ChangeClass
    kind: str
    name: str
    facet: str
    before: str
    after: str
    owners: tuple[str, ...]
    readers: tuple[Name, ...]
    must_act: tuple[str, ...]


def model_changes(before: ModelVersion, after: ModelVersion) -> list[ModelChange]:
    """What changed from one version to another, the worst first. Between a version and itself: nothing."""
    earlier, later = catalogue_of_version(before, after), catalogue_of_version(after, before)
    found = changes(earlier, later)
    if not found:
        return []
    sides = (_Side(before.model, earlier, _reading(before, earlier)), _Side(after.model, later, _reading(after, later)))
    return [_told(change, sides) for change in found]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two versions."""

    model: Model
    catalogue: Catalogue
    reading: Reading

    def owners_of(self, name: Name) -> tuple[str, ...]:
        """Who answers for something; nobody where this version has it not."""
        kind, said = name
        contract = self.model.contracts.get(said.rpartition("/")[0]) if kind == "mapping" else None
        if contract:
            return (contract.owner,)
        definition = self.catalogue.get(name)
        return definition.owners if definition else ()


def _reading(version: ModelVersion, catalogue: Catalogue) -> Reading:
    return Reading(readers_of(version.model, version.lifecycle), catalogue)


def _told(change: Change, sides: tuple[_Side, _Side]) -> ModelChange:
    name = change.definition.full_name
    readers = sorted({reader for side in sides for reader in side.reading.of(change.definition)})
    owners = _each_once(owner for side in sides for owner in side.owners_of(name))
    theirs = (owner for reader in readers for side in sides for owner in side.owners_of(reader))
    must_act = _each_once([*owners, *theirs]) if change.change in _ACTED_ON else ()
    return ModelChange(
        change.change, *name, change.facet, change.before, change.after, owners, tuple(readers), must_act
    )


_ACTED_ON = (ChangeClass.broken, ChangeClass.deprecated)


def _each_once(owners: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(owner for owner in owners if owner))


def catalogue_of_version(version: ModelVersion, other: ModelVersion | None = None) -> Catalogue:
    """Everything that a version says; without the mappings that another one has word for word."""
    return catalogue_of(_said(version, other.model.contracts if other else {}))


def _said(version: ModelVersion, others: Mapping[str, Contract]) -> Iterator[Definition]:
    model = version.model
    for entity in model.entities.values():
        yield from entity_said(entity)
    mappings = _mappings_by_system(model)
    for code_list in model.code_lists.values():
        yield from code_list_said(code_list, mappings)
    for contract in model.contracts.values():
        yield from contract_said(contract)
        yield from _mappings(contract, others.get(contract.name))
    yield from lifecycle_said(version.lifecycle) if version.lifecycle else ()
    yield from linking_said(model.linking) if model.linking else ()
    yield from persons_said(model.person_linkage) if model.person_linkage else ()
    yield from measures_said(model.measures) if model.measures else ()
    for gate in model.gates.values():
        yield from gate_said(gate)
    for product in model.products.values():
        yield from product_said(product)


def _mappings_by_system(model: Model) -> dict[str, frozenset[Name]]:
    """The mappings that read each system's codes."""
    found: dict[str, set[Name]] = defaultdict(set)
    for contract in model.contracts.values():
        found[contract.code_system or contract.source] |= mappings_of(contract)
    return {system: frozenset(names) for system, names in found.items()}


def _mappings(contract: Contract, other: Contract | None) -> Iterator[Definition]:
    """Taking SQL apart takes its time: what both have word for word is left."""
    theirs = other.mappings if other else {}
    for entity, sql in contract.mappings.items():
        if theirs.get(entity) != sql:
            yield from mapping_said(contract, entity)
