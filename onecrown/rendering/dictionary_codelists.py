"""The dictionary's page of one code list: standard codes, and the crosswalk from each system's codes."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.codelists import CodeList, Crossing
from onecrown.definitions.model import Model
from onecrown.rendering import markdown as md


def code_list_page(model: Model, code_list: CodeList) -> str:
    """The whole page of one code list."""
    return md.page(
        f"# Code list {code_list.name}",
        md.prose(code_list.meaning),
        _facts(code_list),
        "## Where it is used",
        _uses(model, code_list),
        "## Codes",
        _codes(code_list),
        *_crosswalk(code_list),
    )


def _facts(code_list: CodeList) -> str:
    living = "yes: codes come and go, so an unknown code is no fault" if code_list.living else "no"
    return md.bullets(
        [
            f"**Owner**: {md.prose(code_list.owner)}",
            f"**Standing**: {md.prose(code_list.standing)}",
            f"**Source**: {md.prose(code_list.source)}",
            f"**Living list**: {living}",
            f"**Codes**: {len(code_list.codes)} standard codes, {len(code_list.crossings)} codes of sources",
        ]
    )


def _uses(model: Model, code_list: CodeList) -> str:
    used = [
        f"{md.link(entity.name, f'../entities/{entity.name}.md')}: {md.code(column.name)}"
        for entity in model.entities.values()
        for column in entity.columns
        if column.code_list == code_list.name
    ]
    return md.bullets(sorted(used)) or "No column of the unified model uses it."


def _codes(code_list: CodeList) -> str:
    header: tuple[str, ...] = ("Code", "Meaning", "Group")
    rows = [(md.code(code.standard_code), md.prose(code.meaning), md.prose(code.group)) for code in code_list.codes]
    if not any(code.valid_from or code.valid_to for code in code_list.codes):
        return md.table(header, rows) or "It has no codes yet."
    dates = [(code.valid_from, code.valid_to) for code in code_list.codes]
    return md.table((*header, "From", "To"), ((*row, *dated) for row, dated in zip(rows, dates, strict=True)))


def _crosswalk(code_list: CodeList) -> Iterator[str]:
    yield "## Crosswalk"
    if not code_list.crossings:
        yield "No source sends these codes."
        return
    yield (
        "A source's code means something only together with its system and its list. "
        "A code that is not here is unmapped: kept, counted, shown."
    )
    for system in sorted({crossing.system for crossing in code_list.crossings}):
        crossings = sorted(
            (crossing for crossing in code_list.crossings if crossing.system == system),
            key=lambda crossing: (crossing.list, crossing.source_code),
        )
        yield f"### {system}"
        yield md.table(("List", "Source code", "Standard code", "Note"), map(_crossing_row, crossings))


def _crossing_row(crossing: Crossing) -> tuple[str, ...]:
    said = (crossing.list, crossing.source_code, crossing.standard_code)
    return (*map(md.code, said), md.prose(crossing.note))
