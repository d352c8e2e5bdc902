"""The dictionary's page of one entity: grain, key, columns, whole definitions, queries to start from."""

from __future__ import annotations

from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.model import Model
from onecrown.rendering import markdown as md
from onecrown.rendering.diagrams import facts_of, referring
from onecrown.rendering.dictionary_queries import Example, entity_examples, example_block

_COLUMNS = (
    *("Column", "Type", "Meaning", "Code list", "Source code in", "Sensitivity"),
    *("Owner", "Standing", "Sources, first to last", "May wait"),
)


def contract_page(contract_name: str) -> str:
    """The file of a contract's page, in the folder `sources`."""
    return contract_name.replace("/", "_") + ".md"


def entity_page(model: Model, entity: Entity, examples: tuple[Example, ...]) -> str:
    """The whole page of one entity; `examples` are the hand-written queries that read it."""
    return md.page(
        f"# {entity.name}",
        md.prose(entity.meaning),
        _facts(entity),
        _identity_note(model, entity),
        "## Where it comes from",
        _feeds(model, entity),
        "## Relations",
        _relations(model, entity),
        "## Columns",
        md.table(_COLUMNS, (_column_row(column) for column in entity.columns)),
        "Every table has four more columns, which the [index](../index.md#columns-of-every-table) explains.",
        "## Definitions",
        *(_definition(column) for column in entity.columns),
        *_queries(model, entity, examples),
    )


def _facts(entity: Entity) -> str:
    return md.bullets(
        [
            f"**Grain**: {md.prose(entity.grain)}",
            f"**Key**: {md.codes(entity.key)}",
            f"**Unit** (what is recomputed together): {entity.unit}",
            f"**Table**: {md.code('onecrown.' + entity.name)}",
        ]
    )


def _identity_note(model: Model, entity: Entity) -> str:
    facts = facts_of(model, entity)
    if facts is None:
        return ""
    return (
        f"This entity holds what names people, or could, apart from {md.link(facts.name, f'{facts.name}.md')}, with "
        f"which it shares the key {md.code(entity.key_column)}. It is under stricter access; counts need none of it."
    )


_RESOLVED = (
    "No dataset feeds it: `onecrown persons` writes it, from defendants as they stand, by the rules of "
    "`model/linkage/person.yaml`."
)


def _feeds(model: Model, entity: Entity) -> str:
    if entity.is_resolved:
        return _RESOLVED
    rows = (
        (md.link(name, f"../sources/{contract_page(name)}"), contract.every, md.prose(contract.meaning))
        for name, contract in sorted(model.contracts.items())
        if entity.name in contract.mappings
    )
    return md.table(("Dataset", "Every", "What it is"), rows) or "No dataset feeds it yet."


def _relations(model: Model, entity: Entity) -> str:
    rows = [
        (md.code(c.name), "refers to", md.link(c.references, f"{c.references}.md"), _waiting(c))
        for c in entity.columns
        if c.references
    ]
    rows += [
        (md.code(f"{other.name}.{c.name}"), "refers here from", md.link(other.name, f"{other.name}.md"), _waiting(c))
        for other, c in referring(model, entity.name)
    ]
    header = ("Column", "Relation", "Entity", "Where the row referred to is not there yet")
    return md.table(header, rows) or "It refers to no entity, and none to it."


def _waiting(column: Column) -> str:
    return "the row is there all the same" if column.may_wait else "the row waits for it"


def _column_row(column: Column) -> tuple[str, ...]:
    unit = f", in {column.unit_of_measure}" if column.unit_of_measure else ""
    required = ", always there" if column.required else ""
    return (
        md.link(md.code(column.name), md.anchor(column.name)),
        f"{column.type}{unit}{required}",
        md.prose(column.meaning),
        md.link(column.code_list, f"../codelists/{column.code_list}.md") if column.code_list else "",
        md.code(column.source_column),
        column.sensitivity.replace("_", " "),
        md.prose(column.owner),
        md.prose(str(column.standing)),
        ", ".join(column.survivorship),
        "yes" if column.may_wait else "",
    )


def _definition(column: Column) -> str:
    return md.page(f"### {column.name}", md.prose(column.definition), f"Source: {md.prose(column.source)}").rstrip("\n")


def _queries(model: Model, entity: Entity, examples: tuple[Example, ...]) -> tuple[str, ...]:
    generated = entity_examples(model, entity)
    if not generated and not examples:
        return ()
    more = [md.link(md.prose(example.title), f"../queries.md{md.anchor(example.title)}") for example in examples]
    return (
        "## Queries to start from",
        *(example_block(example, level=3) for example in generated),
        f"More that read this table: {', '.join(more)}." if more else "",
    )
