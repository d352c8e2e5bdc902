"""Who reads a definition: whose SQL names it, and what reads that in turn."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from onecrown.definitions.gates import Gate
from onecrown.definitions.lifecycle import Lifecycle
from onecrown.definitions.measures import Measures
from onecrown.definitions.model import Model
from onecrown.rendering.model_changes.said import CODE_LISTS, Catalogue, Definition, Name, without_layout
from onecrown.rendering.table_columns import MEASURES

PASSING_ON = frozenset(
    ("lifecycle step", "lifecycle function", "lifecycle set", "unit table", "counting set", "dimension", "measure")
)
"""What hands on what it reads: who reads these is concerned too."""

_WORD = re.compile(r"'[^']*'|:?[a-z_][\w]*(?:\.[a-z_]\w*)*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reader:
    """Something that reads definitions by name: the words of its SQL, dotted and quoted ones whole and in their parts."""

    name: Name
    words: frozenset[str]


def reader(kind: str, name: str, sql: str) -> Reader:
    """A reader from its SQL."""
    return Reader((kind, name), frozenset(_words(without_layout(sql))))


def _words(sql: str) -> Iterator[str]:
    for word in _WORD.findall(sql):
        yield word
        yield from word.strip("'").split(".")


def readers_of(model: Model, lifecycle: Lifecycle | None) -> Iterator[Reader]:
    """Everything of a version that reads definitions by name."""
    yield from _columns(model)
    for contract in model.contracts.values():
        for entity, sql in contract.mappings.items():
            yield reader(
                "mapping", f"{contract.name}/{entity}", f"{entity} {sql.replace('crosswalk.', f'{CODE_LISTS}.')}"
            )
    if model.linking:
        for code, sql in model.linking.selects():
            yield reader("linking rung", f"case.{code}", sql)
    if lifecycle:
        yield from _pieces(lifecycle)
    if model.measures:
        yield from _measures(model.measures)
    yield from (_gate(gate) for gate in model.gates.values())
    for product in model.products.values():
        yield reader("product", product.product_id, " ".join(measure for measure, _, _ in product.published()))


def _gate(gate: Gate) -> Reader:
    said = " ".join(word for part in gate.parts for word in part.said.values())
    return reader("gate", gate.gate_id, f"{gate.value} {gate.records} {said}")


def _columns(model: Model) -> Iterator[Reader]:
    for entity in model.entities.values():
        for column in entity.columns:
            if column.code_list or column.references:
                yield reader(
                    "column", f"{entity.name}.{column.name}", f"{CODE_LISTS}.{column.code_list} {column.references}"
                )


def _pieces(lifecycle: Lifecycle) -> Iterator[Reader]:
    for piece in lifecycle.pieces.values():
        yield reader("lifecycle function" if piece.is_function else "lifecycle step", piece.name, piece.sql)
    for codes in lifecycle.code_sets.values():
        yield reader("lifecycle set", codes.name, " ".join(f"'{code}'" for code in codes.codes))


def _measures(measures: Measures) -> Iterator[Reader]:
    for codes in measures.code_sets.values():
        yield reader("counting set", codes.name, " ".join(f"'{code}'" for code in codes.codes))
    for unit in measures.units.values():
        yield reader("unit table", unit.name, unit.sql)
    for view in measures.views.values():
        yield reader("view", view.name, view.sql)
    for dimension in measures.dimensions.values():
        for name, sql in dimension.sql.items():
            yield reader("dimension", dimension.name, f"{MEASURES}.{name} {CODE_LISTS}.{dimension.code_list} {sql}")
    for measure in measures.measures.values():
        conditions = " ".join(condition for _, condition in measure.where)
        said = f"{MEASURES}.{measure.counts} {measure.day} {conditions} {measure.value}"
        yield reader("measure", measure.measure_id, said)


class Reading:
    """The readers of one version, asked for those of a definition."""

    def __init__(self, readers: Iterable[Reader], catalogue: Catalogue) -> None:
        self._readers = tuple(readers)
        self._catalogue = catalogue
        self._by_word: dict[str, set[Reader]] = defaultdict(set)
        for one in self._readers:
            for word in one.words:
                self._by_word[word].add(one)

    def of(self, definition: Definition) -> tuple[Name, ...]:
        """All that read it, directly or through others, in order; never itself or its own parts."""
        found: set[Name] = set()
        waiting = [definition]
        while waiting:
            for name in self._direct(waiting.pop()) - found:
                found.add(name)
                if name[0] in PASSING_ON and name in self._catalogue:
                    waiting.append(self._catalogue[name])
        return tuple(sorted(found - {definition.full_name}))

    def _direct(self, definition: Definition) -> set[Name]:
        if not definition.mentions:
            return set(definition.readers)
        sets = [self._by_word.get(word, set()) for word in definition.mentions]
        named = {one.name for one in set.intersection(*sets)}
        return named & definition.readers if definition.readers else named
