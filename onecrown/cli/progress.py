"""Progress bars on stderr for long work, where there is a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from onecrown.cli.showing import errors
from onecrown.flows.surroundings import Progress as Tell
from onecrown.flows.surroundings import silent

_STEPS = {
    **{"receive": "Receiving and judging", "commit": "Merging", "rejudge": "Judging anew", "deliver": "Delivering"},
    **{"cases": "Inventing cases", "files": "Writing files"},
}


@contextmanager
def progress() -> Iterator[Tell]:
    """One bar for each step that is told."""
    if not errors.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bars:
        tasks: dict[str, int] = {}

        def tell(step: str, done: int, whole: int) -> None:
            if step not in tasks:
                tasks[step] = int(bars.add_task(_STEPS.get(step, step), total=whole))
            bars.update(tasks[step], completed=done, total=whole)  # type: ignore[arg-type]  # rich's TaskID is an int

        yield tell
