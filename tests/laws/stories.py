"""How a set of drops is told: in which order, in which batches, what is told twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import strategies as st

from onecrown.definitions.model import Model

from .drawing import judged_anew
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
    """The files of all drops of some sets, in each of the forms in which they are judged there."""
    forms = {(drop.drop_id, drop.version): drop for drops in sets for drop in drops}
    with TemporaryDirectory() as folder:
        yield Received.write(Path(folder), model, list(forms.values()))


def at_once(
    said: Received, database: duckdb.DuckDBPyConnection, drops: Sequence[JudgedDrop] | None = None
) -> MemoryHome:
    """A fresh home that is loaded once, with some drops or with everything."""
    return MemoryHome(said, database).merge_each([said.drops if drops is None else drops])


@dataclass(frozen=True)
class Act:
    """What is done to a drop: `deliver`, `withdraw`, `restore` or `rejudge`, with the drop as it is judged then."""

    deed: str
    drop: JudgedDrop


FATES = ((), (), ("withdraw",), ("withdraw", "restore"), ("rejudge",), ("rejudge", "withdraw"), ("withdraw", "rejudge"))


def fates(drop: JudgedDrop) -> list[tuple[str, ...]]:
    """What may happen to a drop: one of which everything was set aside is not released."""
    releasable = any(said["accepted"] for said in drop.counts().values())
    return [fate for fate in FATES if releasable or "restore" not in fate]


@st.composite
def acted_upon(draw: st.DrawFn, model: Model, drops: Sequence[JudgedDrop], most: int = 3) -> list[list[Act]]:
    """The drops in some batches, each with its fate: what happens to it, at or after its delivery."""
    batches: list[list[Act]] = [[] for _ in range(most)]
    for drop in draw(st.permutations(drops)):
        fate, place = draw(st.sampled_from(fates(drop))), draw(st.integers(0, most - 1))
        said = drop
        batches[place].append(Act("deliver", said))
        for deed in fate:
            place = draw(st.integers(place, most - 1))
            said = judged_anew(model.contracts[drop.dataset], said) if deed == "rejudge" else said
            batches[place].append(Act(deed, said))
    return batches


@st.composite
def acted_upon_side_by_side(
    draw: st.DrawFn, model: Model, sets: Sequence[Sequence[JudgedDrop]], most: int = 3
) -> list[list[Act]]:
    """Every set with its own story."""
    stories = [draw(acted_upon(model, drops, most)) for drops in sets]
    return [list(chain.from_iterable(batch)) for batch in zip(*stories, strict=True)]


def do(home: MemoryHome, batches: Sequence[Sequence[Act]]) -> MemoryHome:
    """Do what is done, with a merge after each batch."""
    deeds = {"withdraw": home.withdraw, "restore": home.restore, "rejudge": home.rejudge}
    for batch in batches:
        home.take([act.drop for act in batch if act.deed == "deliver"])
        for act in batch:
            if act.deed != "deliver":
                deeds[act.deed](act.drop)
        home.merge()
    return home


def what_is_left(batches: Sequence[Sequence[Act]]) -> list[JudgedDrop]:
    """The set that follows: drops as they were judged last, without the withdrawn ones."""
    last = {act.drop.drop_id: act for batch in batches for act in batch}
    return [act.drop for act in last.values() if act.deed != "withdraw"]
