"""YAML that remembers on which line each mapping and each of its keys stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class Block(dict[str, Any]):
    """A YAML mapping with its line and the line of each key (1-based)."""

    line: int = 1
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """The line of a key, or of the mapping where the key is absent."""
        return self.lines.get(key, self.line)


# libyaml reads the model in a tenth of the time; the pure reader gives the same where it is missing
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]  # chosen at import
    """Safe loader that builds blocks and keeps dates as text."""


def _block(loader: _Loader, node: yaml.MappingNode) -> Block:
    loader.flatten_mapping(node)
    block = Block()
    block.line = node.start_mark.line + 1
    block.lines = {}
    for key_node, value_node in node.value:
        key = str(loader.construct_object(key_node, deep=True))
        if key in block:
            raise yaml.MarkedYAMLError(
                problem=f"the key `{key}` is said twice; keep one", problem_mark=key_node.start_mark
            )
        block[key] = loader.construct_object(value_node, deep=True)
        block.lines[key] = key_node.start_mark.line + 1
    return block


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _block)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_block(path: Path) -> Block:
    """Read one YAML file whose top level is a mapping.

    Raises `yaml.YAMLError` where it is not YAML, and `TypeError` where the top level is something else.
    """
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    if not isinstance(loaded, Block):
        raise TypeError("the file must be a mapping of names to values")
    return loaded
