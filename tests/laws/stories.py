"""How a set of drops is told: in which order, in which batches, what is told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import strategies as st

from onecrown.definitions.model import Model

from .judged_drops import JudgedDrop
from .memory_home import MemoryHome, Received

Batches = list[list[JudgedDrop]]


@st.composite
def told(draw: st.DrawFn, drops: Sequence[JudgedDrop], most: int = 3) -> Batches:
    """The drops in any order, in up to `most` batches, and some of them again."""
    again = draw(st.lists(st.sampled_from(drops), max_size=1))
    order = draw(st.permutations([*drops, *again]))
    cuts = sorted(draw(st.sets(st.integers(1, max(1, len(order) - 1)), max_size=most - 1)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]


@st.composite
def told_side_by_side(draw: st.DrawFn, sets: Sequence[Sequence[JudgedDrop]], most: int = 3) -> Batches:
    """Every set told in its own way; the n-th batches of all sets are one batch."""
    stories = [draw(told(drops, most)) for drops in sets]
    return [list(chain.from_iterable(batch)) for batch in zip_longest(*stories, fillvalue=[])]


@contextmanager
def received(model: Model, sets: Sequence[Sequence[JudgedDrop]]) -> Iterator[Received]:
    """The files of all drops of some sets."""
    with TemporaryDirectory() as folder:
        yield Received.write(Path(folder), model, [drop for drops in sets for drop in drops])


def at_once(said: Received, database: duckdb.DuckDBPyConnection) -> MemoryHome:
    """A fresh home that is loaded once with everything."""
    return MemoryHome(said, database).merge_each([said.drops])
