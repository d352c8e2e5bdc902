"""The pages of the dictionary on the life of a case: rules in plain words, and each function as a query to copy."""

from __future__ import annotations

from datetime import date

from onecrown.definitions.lifecycle import Lifecycle, Piece
from onecrown.rendering import markdown as md
from onecrown.rendering.lifecycle_queries import columns_of, lifecycle_query

_SHOWN_ON = date(2026, 3, 31)
_HOW = """
Nothing here is a column that a source sends. Each function gives rows as at the end of a London day, and each row says in
`decided_by` by which rule, and which version of it, it was decided. `onecrown lifecycle CASE --as-at DATE` shows one case. The
queries run on Athena and on the embedded engine alike: put the day that you want in place of the one shown. What as-at
means is said in decision 0018.
"""


def lifecycle_pages(lifecycle: Lifecycle) -> dict[str, str]:
    """`lifecycle.md`, and one page for each function: relative path to text."""
    functions = {f"lifecycle/{piece.name}.md": _function_page(lifecycle, piece) for piece in lifecycle.functions()}
    return {"lifecycle.md": _overview(lifecycle), **functions}


def _overview(lifecycle: Lifecycle) -> str:
    return md.page(
        "# The life of a case",
        md.prose(lifecycle.meaning),
        _HOW,
        f"Owner: {md.prose(lifecycle.owner)}. Standing: {lifecycle.standing}.",
        "## Functions",
        md.table(("Function", "One row", "Why"), (_function_row(piece) for piece in lifecycle.functions())),
        "## Rules",
        *(_rules(lifecycle, piece) for piece in lifecycle.functions()),
        "## Edge cases",
        md.table(("Edge case", "Rules"), _edge_cases(lifecycle)),
        "## Sets of codes",
        _code_sets(lifecycle),
        "## Numbers",
        _parameters(lifecycle),
    )


def _function_row(piece: Piece) -> tuple[str, ...]:
    page = md.link(piece.name, f"lifecycle/{piece.name}.md")
    return page, md.prose(piece.grain.removeprefix("one row per ")), md.prose(piece.why)


def _rules(lifecycle: Lifecycle, piece: Piece, level: int = 3) -> str:
    rows = (
        (md.code(rule.rule_id), str(rule.version), md.prose(rule.meaning), md.prose(rule.source))
        for rule in lifecycle.rules.values()
        if rule.function == piece.name
    )
    table = md.table(("Rule", "Version", "Meaning", "Source"), rows)
    return f"{'#' * level} {piece.name}\n\n{table}"


def _edge_cases(lifecycle: Lifecycle) -> list[tuple[str, ...]]:
    named = sorted({edge for rule in lifecycle.rules.values() for edge in rule.edge_cases})
    deciding = {edge: [rule.rule_id for rule in lifecycle.rules.values() if edge in rule.edge_cases] for edge in named}
    return [(md.prose(edge), md.codes(deciding[edge])) for edge in named]


def _code_sets(lifecycle: Lifecycle) -> str:
    rows = ((md.code(s.name), md.prose(s.meaning), md.codes(s.codes)) for s in lifecycle.code_sets.values())
    return md.table(("Set", "Meaning", "Codes"), rows)


def _parameters(lifecycle: Lifecycle) -> str:
    said = lifecycle.parameters.values()
    rows = ((md.code(p.name), str(p.value), md.prose(p.meaning), md.prose(p.source)) for p in said)
    return md.table(("Number", "Value", "Meaning", "Source"), rows)


def _function_page(lifecycle: Lifecycle, piece: Piece) -> str:
    steps = (step for step in lifecycle.needed(piece.name) if step is not piece)
    return md.page(
        f"# {piece.name}",
        f"Grain: {md.prose(piece.grain)}",
        md.prose(piece.why),
        f"Its rules are on the page [the life of a case](../lifecycle.md{md.anchor(piece.name)}).",
        "## Columns",
        md.codes(columns_of(piece)),
        "## Steps",
        "What it builds on, in order.",
        md.table(("Step", "Grain", "Why"), ((md.code(s.name), md.prose(s.grain), md.prose(s.why)) for s in steps)),
        "## Query",
        f"As at {_SHOWN_ON.isoformat()}.",
        md.fenced("sql", lifecycle_query(lifecycle, piece.name, _SHOWN_ON)),
    )
