"""Reads `model/lifecycle/` and reports every mistake in it with file, line and what to write instead."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from onecrown.definitions.codelists import CodeList
from onecrown.definitions.lifecycle import FOLDER, CodeSet, Lifecycle, Parameter, Rule
from onecrown.definitions.lifecycle_sql import RULES, piece_problems, read_pieces
from onecrown.definitions.located_yaml import Block, load_block
from onecrown.definitions.model import Model, model_folder
from onecrown.definitions.reading import Reading, nearest
from onecrown.errors import DefinitionError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KEYS = ("meaning", "owner", "standing", "parameters", "code_sets", "rules")


def load_lifecycle(model: Model, folder: Path | None = None) -> Lifecycle:
    """Read and check the lifecycle rules against a model.

    Raises `DefinitionError` with every mistake in every file.
    """
    root = folder or model_folder() / FOLDER
    reading = Reading(RULES)
    block = _block(root / "rules.yaml", reading)
    reading.only(block, _KEYS, "the file of rules")
    pieces, problems = read_pieces(root)
    lifecycle = Lifecycle(
        reading.text(block, "meaning", "the file of rules"),
        reading.text(block, "owner", "the file of rules"),
        reading.text(reading.block(block, "standing", "the file of rules"), "state", "`standing`"),
        _parameters(block, reading),
        _code_sets(block, reading, model),
        _rules(block, reading),
        pieces,
    )
    problems += [*reading.problems, *piece_problems(model, lifecycle)]
    if problems:
        raise DefinitionError(problems)
    return lifecycle


def _block(path: Path, reading: Reading) -> Block:
    try:
        return load_block(path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        reading.wrong(mark.line + 1 if mark else 1, f"not YAML: {error.problem}")
    except (OSError, TypeError) as error:
        reading.wrong(1, f"cannot be read ({error}); write a mapping with {', '.join(_KEYS)}")
    raise DefinitionError(reading.problems)


def _parameters(block: Block, reading: Reading) -> dict[str, Parameter]:
    found = {}
    for name, said in reading.named_blocks(block, "parameters", "the file of rules").items():
        what = f"the parameter `{name}`"
        reading.only(said, ("value", "meaning", "source"), what)
        number = int(reading.number(said, "value", what))
        meaning, source = reading.text(said, "meaning", what), reading.text(said, "source", what)
        found[name] = Parameter(name, number, meaning, source, said.line - 1)
    return found


def _code_sets(block: Block, reading: Reading, model: Model) -> dict[str, CodeSet]:
    found = {}
    for name, said in reading.named_blocks(block, "code_sets", "the file of rules").items():
        what = f"the set `{name}`"
        reading.only(said, ("meaning", "source", "codes", "code_list", "list", "all_of"), what)
        codes = _derived(said, reading, model, what) if "all_of" in said else _listed(said, reading, model, what)
        if not codes:
            reading.wrong(
                said.line, f"{what} holds no code; write `codes: […]`, or `all_of: […]` that some code fulfils"
            )
        meaning, source = reading.text(said, "meaning", what), reading.text(said, "source", what)
        found[name] = CodeSet(name, meaning, source, codes, said.line - 1)
    return found


def _listed(said: Block, reading: Reading, model: Model, what: str) -> tuple[str, ...]:
    """Codes written out, each of which its code list must know."""
    codes = reading.texts(said, "codes", what)
    code_list = _code_list(said, reading, model, what)
    if code_list is None:
        return ()
    known = _of_list(code_list, said["list"]) if "list" in said else {code.standard_code for code in code_list.codes}
    for code in codes:
        if code not in known:
            reading.wrong(
                said.line_of("codes"), f"{what} has `{code}`, which `{code_list.name}` has not{nearest(code, known)}"
            )
    return codes


def _of_list(code_list: CodeList, name: str) -> set[str]:
    return {crossing.source_code for crossing in code_list.crossings if crossing.list == name}


def _derived(said: Block, reading: Reading, model: Model, what: str) -> tuple[str, ...]:
    """Codes that fulfil every condition."""
    kept: set[str] | None = None
    for condition in reading.blocks(said, "all_of", what):
        reading.only(condition, ("code_list", "list", "standard_code", "group"), f"a condition of {what}")
        code_list = _code_list(condition, reading, model, f"a condition of {what}")
        codes = _fulfilling(condition, code_list) if code_list else set()
        kept = codes if kept is None else kept & codes
    return tuple(sorted(kept or ()))


def _fulfilling(condition: Block, code_list: CodeList) -> set[str]:
    """Source codes of a list that stand for a standard code, or standard codes of a group."""
    if "list" in condition:
        return {
            crossing.source_code
            for crossing in code_list.crossings
            if crossing.list == condition["list"] and crossing.standard_code == condition.get("standard_code")
        }
    return {code.standard_code for code in code_list.codes if code.group == condition.get("group")}


def _code_list(said: Block, reading: Reading, model: Model, what: str) -> CodeList | None:
    name = reading.one_of(said, "code_list", what, model.code_lists)
    return model.code_lists.get(name)


def _rules(block: Block, reading: Reading) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for said in reading.blocks(block, "rules", "the file of rules"):
        rule = _rule(said, reading)
        if rule.rule_id in rules:
            reading.wrong(said.line_of("id"), f"the rule `{rule.rule_id}` is said twice; keep one")
        rules[rule.rule_id] = rule
    return rules


def _rule(said: Block, reading: Reading) -> Rule:
    rule_id = reading.text(said, "id", "a rule")
    what = f"the rule `{rule_id}`"
    reading.only(said, ("id", "version", "function", "meaning", "source", "edge_cases"), what)
    if rule_id and not _NAME.fullmatch(rule_id):
        reading.wrong(said.line_of("id"), f"{what} must be named in small letters, digits and `_`")
    version = reading.number(said, "version", what)
    if version < 1 or version != int(version):
        reading.wrong(said.line_of("version"), f"`version` of {what} must be a whole number from 1")
    return Rule(
        rule_id,
        int(version),
        reading.text(said, "function", what),
        reading.text(said, "meaning", what),
        reading.text(said, "source", what),
        reading.texts(said, "edge_cases", what),
        said.line,
    )
