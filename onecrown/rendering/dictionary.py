"""The data dictionary, rendered from the model as Markdown pages."""

from __future__ import annotations

from onecrown.definitions.entities import Entity
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import Model, model_folder
from onecrown.rendering import markdown as md
from onecrown.rendering.diagrams import entity_diagram
from onecrown.rendering.dictionary_codelists import code_list_page
from onecrown.rendering.dictionary_databases import databases_page, databases_table, shared_columns
from onecrown.rendering.dictionary_entities import contract_page, entity_page
from onecrown.rendering.dictionary_lifecycle import lifecycle_pages
from onecrown.rendering.dictionary_linking import linking_pages
from onecrown.rendering.dictionary_measures import measure_pages
from onecrown.rendering.dictionary_publication import publication_pages
from onecrown.rendering.dictionary_queries import Example, queries_page, read_examples
from onecrown.rendering.dictionary_sources import contract_text

_WHAT_IT_IS = """
What OneCrown's tables mean: every entity, column, code and rule, with its owner, its standing and the public source of
its definition. It is rendered from the definitions in `model/`, from which the tables, their comments and the checks
are rendered too, so it cannot say anything else than they do. To change a page, change the definition and run
`python -m onecrown.rendering.write_dictionary`.
"""

_STANDING = """
A definition is *proposed* until its owner agrees it; then it is *agreed*, with a name and a date. A *deprecated* one
says what to use instead.
"""


def render_dictionary(model: Model, examples: tuple[Example, ...] | None = None) -> dict[str, str]:
    """Every page of the dictionary: relative path to text.

    `examples` are the hand-written queries; where they are not given, those beside the model are read.
    Raises `DefinitionError` where those hold mistakes.
    """
    said = read_examples(model_folder() / "examples.yaml") if examples is None else examples
    pages = {"index.md": _index(model), "queries.md": queries_page(said), "databases.md": databases_page(model)}
    for entity in model.entities.values():
        reading = tuple(example for example in said if entity.name in example.tables)
        pages[f"entities/{entity.name}.md"] = entity_page(model, entity, reading)
    for code_list in model.code_lists.values():
        pages[f"codelists/{code_list.name}.md"] = code_list_page(model, code_list)
    for contract in model.contracts.values():
        pages[f"sources/{contract_page(contract.name)}"] = contract_text(contract)
    lifecycle = load_lifecycle(model)
    pages |= lifecycle_pages(lifecycle) | linking_pages(model.linking) | measure_pages(model, lifecycle)
    pages |= publication_pages(model)
    return dict(sorted(pages.items()))


def _index(model: Model) -> str:
    return md.page(
        "# Data dictionary",
        _WHAT_IT_IS,
        _STANDING,
        "Queries to start from are in [queries.md](queries.md). Status, receipt, disposal, remand and principal offences of a case are "
        "worked out by the rules in [lifecycle.md](lifecycle.md); which records are one case is said in [linking.md](linking.md). What is counted, and how, is in [measures.md](measures.md).",
        "What must hold before anything is published is in [gates.md](gates.md), what is published together in [products.md](products.md).",
        "## Databases",
        databases_table(),
        "Their tables beside the entities are in [databases.md](databases.md).",
        "## Entities",
        _entities(model),
        "### Columns of every table",
        shared_columns(model),
        "## How entities hang together",
        "A line's name is the column that refers. Identity entities share the key of the facts that they belong to.",
        md.fenced("mermaid", entity_diagram(model)),
        "## Datasets",
        _datasets(model),
        "## Code lists",
        _code_lists(model),
    )


def _entities(model: Model) -> str:
    header = ("Entity", "Meaning", "Grain", "Unit", "Columns", "Fed by")
    return md.table(header, (_entity_row(model, model.entities[name]) for name in sorted(model.entities)))


def _entity_row(model: Model, entity: Entity) -> tuple[str, ...]:
    feeding = sorted(name for name, contract in model.contracts.items() if entity.name in contract.mappings)
    return (
        md.link(entity.name, f"entities/{entity.name}.md"),
        md.prose(entity.meaning),
        md.prose(entity.grain),
        entity.unit,
        str(len(entity.columns)),
        ", ".join(md.link(name, f"sources/{contract_page(name)}") for name in feeding),
    )


def _datasets(model: Model) -> str:
    rows = (
        (
            md.link(name, f"sources/{contract_page(name)}"),
            md.prose(contract.meaning),
            md.prose(contract.owner),
            contract.every,
            str(len(contract.record_types)),
            str(len(contract.rules)),
        )
        for name, contract in sorted(model.contracts.items())
    )
    return md.table(("Dataset", "Meaning", "Owner", "Every", "Record types", "Rules"), rows)


def _code_lists(model: Model) -> str:
    rows = (
        (
            md.link(name, f"codelists/{name}.md"),
            md.prose(said.meaning),
            str(len(said.codes)),
            str(len(said.crossings)),
            md.prose(said.standing),
        )
        for name, said in sorted(model.code_lists.items())
    )
    return md.table(("List", "Meaning", "Codes", "Codes of sources", "Standing"), rows)
