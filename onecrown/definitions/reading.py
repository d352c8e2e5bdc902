"""Reads blocks field by field and collects every problem instead of stopping at the first."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from onecrown.definitions.located_yaml import Block, load_block
from onecrown.errors import Problem


def nearest(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?` where a known word is close, else the known words."""
    words = sorted(known)
    close = difflib.get_close_matches(word, words, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; write one of: {', '.join(words)}" if len(words) <= 40 else ""


@dataclass(slots=True)
class Reading:
    """One file being read: its name and the problems found so far."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, message: str) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.file, line, message))

    def whole(self, path: Path) -> Block | None:
        """The mapping that a file is; None, with the mistake noted, where it cannot be read as one."""
        try:
            return load_block(path)
        except yaml.MarkedYAMLError as error:
            self.wrong(error.problem_mark.line + 1 if error.problem_mark else 1, f"not YAML: {error.problem}")
        except (OSError, UnicodeDecodeError, TypeError) as error:
            self.wrong(1, f"cannot be read: {error}")
        return None

    def only(self, block: Block, known: Iterable[str], what: str) -> None:
        """Every key must be known."""
        allowed = set(known)
        for key in block:
            if key not in allowed:
                self.wrong(block.line_of(key), f"{what} has no `{key}`{nearest(key, allowed)}")

    def text(self, block: Block, key: str, what: str, default: str | None = None) -> str:
        """A word or a sentence; required where there is no default."""
        value = block.get(key, default)
        if value is None:
            self.wrong(block.line, f"{what} needs `{key}`; write `{key}: …`")
            return ""
        if isinstance(value, (dict, list)):
            self.wrong(block.line_of(key), f"`{key}` of {what} must be text")
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value).strip()

    def number(self, block: Block, key: str, what: str, default: float | None = None) -> float:
        """A number; required where there is no default."""
        value = block.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.wrong(block.line_of(key), f"`{key}` of {what} must be a number")
            return 0
        return value

    def truth(self, block: Block, key: str, what: str) -> bool:
        """true or false; false where absent."""
        value = block.get(key, False)
        if not isinstance(value, bool):
            self.wrong(block.line_of(key), f"`{key}` of {what} must be true or false")
            return False
        return value

    def texts(self, block: Block, key: str, what: str) -> tuple[str, ...]:
        """A list of words; empty where absent."""
        value: Any = block.get(key, [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or any(isinstance(item, (dict, list)) for item in value):
            self.wrong(block.line_of(key), f"`{key}` of {what} must be a list of words: [a, b]")
            return ()
        return tuple(str(item) for item in value)

    def blocks(self, block: Block, key: str, what: str) -> list[Block]:
        """A list of mappings; empty where absent."""
        value: Any = block.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, Block) for item in value):
            self.wrong(block.line_of(key), f"`{key}` of {what} must be a list of mappings")
            return []
        return value

    def block(self, block: Block, key: str, what: str) -> Block:
        """A mapping; empty where absent."""
        value: Any = block.get(key)
        if isinstance(value, Block):
            return value
        if value is not None:
            self.wrong(block.line_of(key), f"`{key}` of {what} must be a mapping")
        empty = Block()
        empty.line, empty.lines = block.line_of(key), {}
        return empty

    def named_blocks(self, block: Block, key: str, what: str) -> dict[str, Block]:
        """A mapping of names to mappings; what is none of these is reported and left out."""
        return self.named(self.block(block, key, what), key)

    def named(self, said: Block, key: str) -> dict[str, Block]:
        """The mappings within a mapping of names."""
        for name, value in said.items():
            if not isinstance(value, Block):
                self.wrong(said.line_of(name), f"`{name}` of `{key}` must be a mapping: {name}: {{…}}")
        return {name: value for name, value in said.items() if isinstance(value, Block)}

    def one_of(self, block: Block, key: str, what: str, known: Iterable[str], default: str | None = None) -> str:
        """One of some known words."""
        value = self.text(block, key, what, default)
        allowed = set(known)
        if value and value not in allowed:
            self.wrong(block.line_of(key), f"`{key}` of {what} cannot be `{value}`{nearest(value, allowed)}")
        return value
