"""Entities with their columns, and code lists with their codes, as a catalogue of definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onecrown.definitions.codelists import Code, CodeList, Crossing
from onecrown.definitions.entities import Column, Entity
from onecrown.rendering.model_changes import laws
from onecrown.rendering.model_changes.laws import ChangeClass, Facet
from onecrown.rendering.model_changes.said import CODE_LISTS, Definition, Name


def entity_said(entity: Entity) -> Iterator[Definition]:
    """An entity and its columns."""
    owners = tuple(dict.fromkeys(column.owner for column in entity.columns))
    facets = {
        "grain": Facet(entity.grain, laws.fixed),
        "key": Facet(entity.key, laws.fixed),
        "unit": Facet(entity.unit, laws.fixed),
        "united_by": Facet(entity.united_by, laws.fixed),
        "meaning": Facet(entity.meaning, laws.words),
    }
    yield Definition("entity", entity.name, facets, owners, mentions=(entity.name,))
    yield from (_column(entity, column) for column in entity.columns)


def _column(entity: Entity, column: Column) -> Definition:
    return Definition(
        "column",
        f"{entity.name}.{column.name}",
        _column_facets(column),
        (column.owner,),
        within=("entity", entity.name),
        arrives=ChangeClass.broken if column.required else ChangeClass.added,  # rows that are there have none
        mentions=(entity.name, column.name),
    )


def _column_facets(column: Column) -> dict[str, Facet]:
    return {
        "id": Facet(column.field_id, laws.fixed),
        "type": Facet(column.type, laws.kind_of_value),
        "required": Facet(column.required, laws.fixed),  # rows that lack it, or readers who never saw one
        "sensitivity": Facet(column.sensitivity, laws.sensitivity),
        "code_list": Facet(column.code_list, laws.first_said),
        "source_column": Facet(column.source_column, laws.first_said),
        "references": Facet(column.references, laws.may_be_dropped),
        "may_wait": Facet(column.may_wait, laws.may_rise),
        "unit_of_measure": Facet(column.unit_of_measure, laws.first_said),
        "survivorship": Facet(column.survivorship, laws.may_be_appended),
        "standing": Facet(str(column.standing), laws.standing),
        "owner": Facet(column.owner, laws.words),
        "meaning": Facet(column.meaning, laws.words),
        "definition": Facet(column.definition, laws.words),
        "source": Facet(column.source, laws.words),
    }


def code_list_said(code_list: CodeList, mappings: Mapping[str, frozenset[Name]]) -> Iterator[Definition]:
    """A code list, its codes and the codes of the systems; `mappings` by the system whose codes they read."""
    facets = {
        "living": Facet(code_list.living, laws.words),
        "standing": Facet(code_list.standing, laws.standing),
        "owner": Facet(code_list.owner, laws.words),
        "meaning": Facet(code_list.meaning, laws.words),
        "source": Facet(code_list.source, laws.words),
    }
    yield Definition(
        "code list", code_list.name, facets, (code_list.owner,), mentions=(f"{CODE_LISTS}.{code_list.name}",)
    )
    yield from (_code(code_list, code) for code in code_list.codes)
    yield from (_crossing(code_list, said, mappings.get(said.system, frozenset())) for said in code_list.crossings)


def _code(code_list: CodeList, code: Code) -> Definition:
    facets = {
        "group": Facet(code.group, laws.fixed),
        "valid_to": Facet(code.valid_to, laws.valid_to),
        "valid_from": Facet(code.valid_from, laws.words),
        "meaning": Facet(code.meaning, laws.words),
    }
    return Definition(
        "code",
        f"{code_list.name}.{code.standard_code}",
        facets,
        (code_list.owner,),
        within=("code list", code_list.name),
        arrives=ChangeClass.widened,
        mentions=(f"'{code.standard_code}'",),
    )


def _crossing(code_list: CodeList, crossing: Crossing, mappings: frozenset[Name]) -> Definition:
    facets = {
        "standard_code": Facet(crossing.standard_code, laws.fixed),
        "note": Facet(crossing.note, laws.words),
    }
    return Definition(
        "source code",
        f"{code_list.name}: {crossing.system} {crossing.list} {crossing.source_code}",
        facets,
        (code_list.owner,),
        within=("code list", code_list.name),
        arrives=ChangeClass.widened,
        mentions=(f"{CODE_LISTS}.{code_list.name}", f"'{crossing.list}'"),
        readers=mappings,
    )
