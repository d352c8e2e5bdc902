"""Homes whose every step is watched, and that stop at one of them; what must stand after a rerun."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from onecrown.cli.home import open_home
from onecrown.flows.orphan_files import find_orphans
from onecrown.flows.surroundings import utc_now
from onecrown.steps import UNWATCHED, Step, Steps
from tests.merging.builders import File, cases, control, extract
from tests.merging.homes import ONE_THREAD, PSEUDONYM_KEY, Home
from tests.merging.slices import cases_of_extracts

WEEK_1, WEEK_2 = "2026-01-05", "2026-01-12"
FIRST = (extract("case", cases("A B C"), WEEK_1), File("xhibit/nothing_known/invented.csv", b"a\n1\n"))
SECOND = (extract("case", cases("A B/G D C!"), WEEK_2), control(WEEK_2, {"case": 4}))
BATCHES = (FIRST, SECOND)


class Crash(BaseException):
    """The machine stops; nothing may catch it."""


@dataclass(frozen=True)
class Moment:
    """A moment of a run: before or after a step, of something, for the nth time."""

    when: str
    step: Step
    of: str
    nth: int


@dataclass
class Watched:
    """Counts moments; stops at one of them, and nothing works afterwards."""

    stops_at: Moment | None = None
    moments: list[Moment] = field(default_factory=list)
    has_stopped: bool = False

    def before(self, step: Step, of: str) -> None:
        self._pass("before", step, of)

    def after(self, step: Step, of: str) -> None:
        self._pass("after", step, of)

    def _pass(self, when: str, step: Step, of: str) -> None:
        nth = sum((said.when, said.step, said.of) == (when, step, of) for said in self.moments)
        self.moments.append(Moment(when, step, of, nth))
        if self.has_stopped or self.moments[-1] == self.stops_at:
            self.has_stopped = True
            raise Crash


@contextmanager
def watched_home(folder: Path, steps: Steps = UNWATCHED, hours_later: int = 0) -> Iterator[Home]:
    """A small home of cases; hours later what a crashed worker held has lapsed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pseudonym.key").write_text(PSEUDONYM_KEY, encoding="ascii")
    with open_home(folder, steps=steps) as around:
        later = timedelta(hours=hours_later)
        yield Home(
            replace(
                around,
                model=cases_of_extracts(),
                now=lambda: utc_now() + later,
                wait_seconds=0,
                resources=ONE_THREAD,
            )
        )


def run_batches(home: Home, batches: Sequence[Sequence[File]] = BATCHES) -> None:
    home.run_each(batches)


def crash_at(folder: Path, moment: Moment, act: Callable[[Home], None] = run_batches) -> None:
    """Run until a moment, and stop there."""
    watched = Watched(moment)
    try:
        with watched_home(folder, watched) as home:
            act(home)
    except Crash:
        return
    raise AssertionError(f"the run never came to {moment}")


Story = tuple[str, list[tuple[str, str, object]], list[str]]


def story(home: Home) -> Story:
    """The tables, the books, and what the operations tables tell of drops."""
    books = sorted((drop.drop_id, drop.state, sorted(drop.counts.items())) for drop in home.drops())
    told = home.ask(
        """SELECT drop_id, record_type, state, read_count, accepted_count, new_count, changed_count
        FROM {onecrown_ops.drop} ORDER BY ALL"""
    )
    return home.dump(), books, told + home.ask("SELECT drop_id, rule, position FROM {onecrown_ops.reject} ORDER BY ALL")


def left_over(folder: Path, home: Home) -> set[Path]:
    """Every file of a home that is neither a delivery, nor reached by a table, nor named by a drop, nor the home's own."""
    named = {drop.prefix for drop in home.drops()}
    delivered = {Path(delivery.path) for delivery in home.around.ledger.deliveries()}
    reached = {Path(name) for name in home.around.tables.upkeep().reached()}
    files = {path for path in folder.resolve().rglob("*") if path.is_file()}
    own = {path for path in files if path.parent == folder.resolve()}
    judged = {path for path in files if path.parts[-3] in ("validated", "quarantine") and path.parts[-2] in named}
    return files - own - judged - delivered - reached


def orphans(home: Home) -> set[Path]:
    """What maintenance would remove, as files."""
    found = [home.around.scratch.parent / orphan.name for orphan in find_orphans(home.around, timedelta(0))]
    return {file for path in found for file in ([path] if path.is_file() else path.rglob("*"))}
