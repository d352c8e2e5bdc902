"""The law: tables are a function of the set of drops. Any order, any batching: the tables of a fresh home loaded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .builders import File, cases, control, extract
from .homes import balances, home_of_cases

WEEKS = ("2026-01-05", "2026-01-12", "2026-01-19")


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


def dump_of(batches: Sequence[Sequence[File]]) -> str:
    with TemporaryDirectory() as folder, home_of_cases(Path(folder)) as home:
        home.run_each(batches)
        assert all(balances(drop) for drop in home.drops())
        return home.dump()


@settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(files=weeks(), data=st.data())
def test_any_order_and_any_batches_give_the_tables_of_a_fresh_home(files: list[File], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(files))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(files) - 1), max_size=2)))
    batches = [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(files)], strict=True)]
    assert dump_of(batches) == dump_of([files])
