"""The SQL files of `model/lifecycle/`: their headers, what they read, and whether that holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from onecrown.definitions.lifecycle import FOLDER, Lifecycle, Piece
from onecrown.definitions.model import Model
from onecrown.definitions.reading import nearest
from onecrown.errors import Problem

STEPS = "steps"
RULES = f"{FOLDER}/rules.yaml"
PLACEHOLDER = re.compile(r"(?<![:\w]):([a-z]\w*)")
"""`:name` in the SQL: the day (`as_at`), a set of codes, a number, or a rule (`rule_<id>`)."""
_READ = re.compile(r"\blifecycle\.([a-z_]+)\b")
_TABLE = re.compile(r"\bonecrown\.([a-z_]+)\b")
_HEADER = re.compile(r"-- (\w+): (.*)|-- {2,}(.*)")
_RULE = re.compile(r"([a-z]\w*) (\d+)")


def read_pieces(root: Path) -> tuple[dict[str, Piece], list[Problem]]:
    """Every function of a folder, and every step of its folder `steps`, by name; with what is wrong with their headers."""
    pieces: dict[str, Piece] = {}
    problems: list[Problem] = []
    for path in (*sorted(root.glob("*.sql")), *sorted((root / STEPS).glob("*.sql"))):
        is_function = path.parent == root
        file = _file(path.stem, is_function)
        if path.stem in pieces:
            problems.append(Problem(file, 1, f"`{path.stem}` is a function already; name the step otherwise"))
        header, body = _split(path.read_text(encoding="utf-8"))
        problems += _header_problems(file, path.stem, "function" if is_function else "step", header)
        rules = tuple(f"{rule}/{version}" for rule, version in _RULE.findall(header.get("rules", "")))
        reads = tuple(dict.fromkeys(_READ.findall(body)))
        pieces[path.stem] = Piece(
            path.stem, is_function, header.get("grain", ""), header.get("why", ""), rules, reads, body
        )
    return pieces, problems


def _file(name: str, is_function: bool) -> str:
    return f"{FOLDER}/{name}.sql" if is_function else f"{FOLDER}/{STEPS}/{name}.sql"


def _split(text: str) -> tuple[dict[str, str], str]:
    """The header's words by key, and the rest with as many empty lines before it, so that lines keep their numbers."""
    header: dict[str, str] = {}
    key, lines = "", text.splitlines()
    count = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    for line in lines[:count]:
        found = _HEADER.fullmatch(line)
        if found and found[1]:
            key = found[1]
            header[key] = found[2].strip()
        elif found and key:
            header[key] += f" {found[3].strip()}"
    return header, "\n" * count + "\n".join(lines[count:])


def _header_problems(file: str, name: str, kind: str, header: dict[str, str]) -> Iterator[Problem]:
    if header.get(kind) != name:
        yield Problem(file, 1, f"the header must begin `-- {kind}: {name}`")
    for key in ("grain", "why"):
        if not header.get(key):
            yield Problem(file, 1, f"the header needs `-- {key}: …`")
    for key in header.keys() - {kind, "grain", "why", "rules"}:
        yield Problem(file, 1, f"the header has no `{key}`; write {kind}, grain, why and rules")


def piece_problems(model: Model, lifecycle: Lifecycle) -> list[Problem]:
    """What does not hold between the SQL, the rules and the model."""
    problems = [*_rule_problems(lifecycle), *_unused(lifecycle)]
    for piece in lifecycle.pieces.values():
        problems += _reading_problems(model, lifecycle, piece)
        problems += _decision_problems(lifecycle, piece)
    return problems + _circles(lifecycle)


def _reading_problems(model: Model, lifecycle: Lifecycle, piece: Piece) -> Iterator[Problem]:
    file = _file(piece.name, piece.is_function)
    for number, line in enumerate(piece.sql.splitlines(), 1):
        for read in _READ.findall(line):
            if read not in lifecycle.pieces:
                yield Problem(file, number, f"there is no step or function `{read}`{nearest(read, lifecycle.pieces)}")
        for table in _TABLE.findall(line):
            if table not in model.entities:
                yield Problem(file, number, f"there is no entity `{table}`{nearest(table, model.entities)}")
        for name in PLACEHOLDER.findall(line):
            if name not in _known(lifecycle):
                yield Problem(file, number, f"`:{name}` stands for nothing{nearest(name, _known(lifecycle))}")


def _known(lifecycle: Lifecycle) -> set[str]:
    rules = {f"rule_{rule}" for rule in lifecycle.rules}
    return {"as_at", *lifecycle.parameters, *lifecycle.code_sets, *rules}


def _decision_problems(lifecycle: Lifecycle, piece: Piece) -> Iterator[Problem]:
    """The header of a piece that decides names its rules; that of a function also those of the steps that it builds on."""
    file = _file(piece.name, piece.is_function)
    marks = {rule.mark for rule in lifecycle.rules.values()}
    for mark in piece.rules:
        if mark not in marks:
            rule, _, version = mark.partition("/")
            hint = nearest(mark, marks) if rule not in lifecycle.rules else "; write the version that rules.yaml says"
            yield Problem(file, 1, f"the header names `{rule} {version}`, which is no rule{hint}")
    for rule_id in sorted(_decides(piece) & lifecycle.rules.keys()):
        if lifecycle.rules[rule_id].mark not in piece.rules:
            wanted = f"{rule_id} {lifecycle.rules[rule_id].version}"
            yield Problem(file, 1, f"decides by `{rule_id}`; write `{wanted}` under `-- rules:`")


def _decides(piece: Piece) -> set[str]:
    return {name.removeprefix("rule_") for name in PLACEHOLDER.findall(piece.sql) if name.startswith("rule_")}


def _rule_problems(lifecycle: Lifecycle) -> Iterator[Problem]:
    functions = {piece.name: piece for piece in lifecycle.functions()}
    for rule in lifecycle.rules.values():
        function = functions.get(rule.function)
        if function is None:
            said = f"the rule `{rule.rule_id}` is of no function `{rule.function}`{nearest(rule.function, functions)}"
            yield Problem(RULES, rule.line, said)
        elif rule.mark not in function.rules:
            said = (
                f"`{rule.rule_id}` is a rule of this function; write `{rule.rule_id} {rule.version}` under `-- rules:`"
            )
            yield Problem(_file(function.name, True), 1, said)
    decided = {rule_id for piece in lifecycle.pieces.values() for rule_id in _decides(piece)}
    for rule_id in sorted(lifecycle.rules.keys() - decided):
        line = lifecycle.rules[rule_id].line
        yield Problem(RULES, line, f"nothing is decided by `{rule_id}`; write `:rule_{rule_id}`, or drop it")


def _unused(lifecycle: Lifecycle) -> Iterator[Problem]:
    used = {name for piece in lifecycle.pieces.values() for name in PLACEHOLDER.findall(piece.sql)}
    lines = {name: codes.line for name, codes in lifecycle.code_sets.items()}
    lines |= {name: parameter.line for name, parameter in lifecycle.parameters.items()}
    for name in sorted(lines.keys() - used):
        yield Problem(RULES, lines[name], f"`{name}` is used nowhere; write `:{name}` where it counts, or drop it")


def _circles(lifecycle: Lifecycle) -> list[Problem]:
    """Pieces that read each other round in a circle."""
    done: set[str] = set()
    waiting = {name: set(piece.reads) & lifecycle.pieces.keys() for name, piece in lifecycle.pieces.items()}
    while ready := [name for name, reads in waiting.items() if reads <= done]:
        done.update(ready)
        for name in ready:
            del waiting[name]
    return [
        Problem(
            _file(name, lifecycle.pieces[name].is_function),
            1,
            f"reads in a circle with {', '.join(sorted(reads - done))}",
        )
        for name, reads in sorted(waiting.items())
    ]
