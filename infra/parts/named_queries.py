"""Queries to start from, in the workgroup of those who look for one: the dictionary's, word for word."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onecrown.definitions.model import Model
from onecrown.rendering.dictionary_queries import Example, entity_examples

LONGEST_DESCRIPTION = 1024


def queries_of(model: Model, examples: tuple[Example, ...]) -> Iterator[tuple[str, Example]]:
    """Every query by its name in Athena: those that follow from an entity under its name, then the hand-written ones."""
    for entity in model.entities.values():
        for example in entity_examples(model, entity):
            yield f"{entity.name}: {example.title}", example
    for example in examples:
        yield example.title, example


def description_of(example: Example) -> str:
    """What it answers, what it counts, what to be careful of."""
    counts = f"Counts: {example.counts}." if example.counts else ""
    caution = f"Take care: {example.caution}" if example.caution else ""
    return " ".join(filter(None, (example.question, counts, caution)))[:LONGEST_DESCRIPTION]


def construct_id_of(name: str) -> str:
    """A name that CloudFormation takes."""
    return "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", name))
