"""The entities and what they refer to, as Mermaid diagrams."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.model import Model


def entity_diagram(model: Model) -> str:
    """An entity-relationship diagram: `references`, and the keys that identity entities share with their facts."""
    lines = sorted({line for entity in model.entities.values() for line in _relations(model, entity)})
    alone = sorted(name for name in model.entities if not any(name in line.split() for line in lines))
    return "\n".join(["erDiagram", *(f"  {line}" for line in [*lines, *alone])])


def facts_of(model: Model, entity: Entity) -> Entity | None:
    """The entity whose rows an identity entity names people for: the one with the same key; None for any other."""
    if not entity.name.endswith("_identity"):
        return None
    same_key = (other for other in model.entities.values() if other.key == entity.key and other.name != entity.name)
    return next(same_key, None)


def referring(model: Model, name: str) -> tuple[tuple[Entity, Column], ...]:
    """The entities and columns that refer to an entity, by name."""
    found = [(e, c) for e in model.entities.values() for c in e.columns if c.references == name]
    return tuple(sorted(found, key=lambda pair: (pair[0].name, pair[1].name)))


def _relations(model: Model, entity: Entity) -> Iterator[str]:
    for column in entity.columns:
        if column.references:
            end = "||" if column.required else "o|"
            yield f'{entity.name} }}o--{end} {column.references} : "{column.name}"'
    facts = facts_of(model, entity)
    if facts is not None:
        yield f'{entity.name} |o--|| {facts.name} : "{entity.key_column}"'
