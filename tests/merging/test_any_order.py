"""The law: tables are a function of the set of drops. Any order, any batching, whatever people did to drops on the way: the
tables of a fresh home loaded once. Here on whole homes, a few examples; `tests/laws` has hundreds, in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecrown.definitions.model import Model
from onecrown.flows.act_on_drops import release_drop, withdraw_drop
from onecrown.flows.rejudge_drops import rejudge_dataset, replay_drop
from onecrown.ports import Drop

from .builders import EXTRACT, File, cases, control, extract
from .homes import Home, balances, home_in
from .slices import cases_of_extracts, next_version

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")
OPEN = cases_of_extracts()
STRICT = next_version(OPEN, EXTRACT, refused="G")
MENDED = next_version(STRICT, EXTRACT)
STAYS, LEAVES, RELEASED, REPLAYED = "stays", "leaves", "released", "replayed"


@st.composite
def weeks(draw: st.DrawFn) -> list[File]:
    """Three weekly lists of a few cases: some rejected, some without a key; sometimes a control file, right or wrong."""
    files = []
    for week in WEEKS:
        listed = [
            f"{letter}{draw(st.sampled_from(('', '', '/G', '/G!')))}" for letter in "ABC" if draw(st.integers(0, 2))
        ]
        unkeyed = ["?"] if draw(st.integers(0, 4)) == 0 else []
        files.append(extract("case", cases(" ".join([*listed, *unkeyed])), week))
        wrong_by = draw(st.sampled_from((None, None, 0, 1)))
        if wrong_by is not None:
            files.append(control(week, {"case": len(listed) + wrong_by}))
    return files


def dump_of(batches: Sequence[Sequence[File]], model: Model = OPEN) -> str:
    with TemporaryDirectory() as folder, home_in(Path(folder), model) as home:
        home.run_each(batches)
        assert all(balances(drop) for drop in home.drops())
        return home.dump()


def in_batches(data: st.DataObject, files: Sequence[File]) -> list[list[File]]:
    """The files in any order, in up to three batches."""
    shuffled = data.draw(st.permutations(files))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(files) - 1), max_size=2)))
    return [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(files)], strict=True)]


def on(examples: int) -> settings:
    """The same few examples every time: a home costs a second."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def any_telling_gives_the_tables_of_a_fresh_home(files: list[File], data: st.DataObject) -> None:
    assert dump_of(in_batches(data, files)) == dump_of([files])


@on(2)
@given(files=weeks(), data=st.data())
def test_any_order_and_any_batches_give_the_tables_of_a_fresh_home(files: list[File], data: st.DataObject) -> None:
    any_telling_gives_the_tables_of_a_fresh_home(files, data)


@pytest.mark.long
@on(6)
@given(files=weeks(), data=st.data())
def test_any_order_and_any_batches_give_the_tables_of_a_fresh_home_oftener(
    files: list[File], data: st.DataObject
) -> None:
    any_telling_gives_the_tables_of_a_fresh_home(files, data)


def withdrawn(home: Home, fates: Sequence[tuple[Drop, str]]) -> None:
    """Take drops out, merge, release those that come back; one of which everything was set aside waits for its replay."""
    for drop, fate in fates:
        if fate != STAYS:
            withdraw_drop(home.around, drop.drop_id, "sent by mistake")
    home.merge()
    for drop, fate in fates:
        if fate == RELEASED and drop.total("accepted"):
            release_drop(home.around, drop.drop_id, "it was right")


def judged_anew(home: Home, fates: Sequence[tuple[Drop, str]]) -> None:
    """Judge by the mended contract what stands and what comes back."""
    rejudge_dataset(home.around, EXTRACT)
    for drop, fate in fates:
        if fate == REPLAYED or (fate == RELEASED and not drop.total("accepted")):
            replay_drop(home.around, drop.drop_id)
    home.merge()


def what_people_do_gives_the_tables_of_what_is_left(files: list[File], data: st.DataObject) -> None:
    """Under a contract that refuses some cases; at the end another one takes them."""
    fate_of = {file: data.draw(st.sampled_from((STAYS, STAYS, LEAVES, RELEASED, REPLAYED))) for file in files}
    with TemporaryDirectory() as folder, home_in(Path(folder), STRICT) as home:
        fates = [
            (drop, fate_of[file])
            for batch in in_batches(data, files)
            for file, drop in zip(batch, home.run(*batch), strict=True)
        ]
        withdrawn(home, fates)
        mended = Home(replace(home.around, model=MENDED))
        judged_anew(mended, fates)
        assert all(balances(drop) for drop in mended.drops())
        assert mended.dump() == dump_of([[file for file in files if fate_of[file] != LEAVES]], MENDED)


@on(2)
@given(files=weeks(), data=st.data())
@pytest.mark.long
def test_what_people_do_to_drops_gives_the_tables_of_a_home_that_only_had_what_is_left(
    files: list[File], data: st.DataObject
) -> None:
    what_people_do_gives_the_tables_of_what_is_left(files, data)


@pytest.mark.long
@on(6)
@given(files=weeks(), data=st.data())
def test_what_people_do_to_drops_gives_the_tables_of_a_home_that_only_had_what_is_left_oftener(
    files: list[File], data: st.DataObject
) -> None:
    what_people_do_gives_the_tables_of_what_is_left(files, data)
