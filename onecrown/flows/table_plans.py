"""What maintenance would do to a table, and why: arithmetic over what was measured of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from onecrown.upkeep_ports import TableFile, TableState


@dataclass(frozen=True, slots=True)
class Limits:
    """When a table is compacted, and into what. Measured: without it the hundredth drop costs twice the first."""

    most_delete_files: int = 20  # every read and every merge opens each
    most_deleted_share: float = 0.1  # a tenth of what is read is read for nothing
    at_least_deleted: int = 10_000  # fewer rows cost nothing, whatever their share
    most_small_files: int = 20  # opening a file costs as much as reading some ten thousand rows
    most_manifests: int = 60  # planning reads them all, and a commit adds one or two
    small_rows: int = 250_000  # a file with fewer is joined with others
    full_rows: int = 1_000_000  # small enough that a clustered drop touches little, large enough to be few
    rewritten_share: float = 0.01  # a file with fewer deletes stays; its deletes are gathered into one file
    pass_rows: int = 4_000_000  # a commit rewrites no more: a writer waits seconds, and the disk holds so much twice


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long what is kept: snapshots, orphans, and how many publications stay readable."""

    snapshots_for: timedelta = timedelta(days=30)
    orphans_for: timedelta = timedelta(days=7)
    publications: int = 10
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class TablePlan:
    """A table as measured, what would be done to it, and why."""

    table: str
    state: TableState
    deleted: Mapping[str, int]
    limits: Limits
    why: tuple[str, ...] = ()
    rewritten: tuple[TableFile, ...] = ()
    expired: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        """Rows that stand."""
        return sum(file.rows for file in self.state.data) - sum(self.deleted.values())

    @property
    def deleted_share(self) -> float:
        """The share of the rows in data files that is deleted."""
        return _deleted_share(self.state, self.deleted)

    @property
    def bytes(self) -> int:
        """Bytes of data files and delete files."""
        return sum(file.bytes for file in (*self.state.data, *self.state.deletes))

    @property
    def compacts(self) -> bool:
        """Whether files are to be replaced, and fewer would be left."""
        fewer = len(self.state.deletes) > 1 or self.state.manifests > self.limits.most_manifests
        return bool(self.why) and (bool(self.rewritten) or fewer)


def plan_of(
    table: str, state: TableState, deleted: Mapping[str, int], kept: Collection[int], now: datetime, keeping: Keeping
) -> TablePlan:
    """The plan of a table. `deleted` counts deleted rows by data file; `kept` are snapshots that never expire."""
    limits = keeping.limits
    why = _reasons(state, deleted, limits)
    rewritten = _to_rewrite(state, deleted, limits) if why else []
    expired = _to_expire(state, kept, now - keeping.snapshots_for)
    return TablePlan(table, state, deleted, limits, tuple(why), tuple(rewritten), tuple(expired))


def _reasons(state: TableState, deleted: Mapping[str, int], limits: Limits) -> list[str]:
    small = [file for file in state.data if _is_small(file, deleted, limits)]
    share, gone = _deleted_share(state, deleted), sum(deleted.values())
    said = {
        f"{len(state.deletes)} delete files": len(state.deletes) > limits.most_delete_files,
        f"{share:.0%} of rows deleted": share > limits.most_deleted_share and gone >= limits.at_least_deleted,
        f"{len(small)} small files": len(small) > limits.most_small_files,
        f"{state.manifests} manifests": state.manifests > limits.most_manifests,
    }
    return [reason for reason, holds in said.items() if holds]


def _to_rewrite(state: TableState, deleted: Mapping[str, int], limits: Limits) -> list[TableFile]:
    """Small files, and those with many deletes: most deletes first, up to a pass."""
    wanted = [
        file
        for file in state.data
        if _is_small(file, deleted, limits) or deleted.get(file.uri, 0) >= limits.rewritten_share * file.rows
    ]
    if len(wanted) == 1 and wanted[0].uri not in deleted:
        return []
    chosen: list[TableFile] = []
    for file in sorted(wanted, key=lambda f: (-deleted.get(f.uri, 0) / max(1, f.rows), f.uri)):
        if chosen and sum(one.rows for one in chosen) + file.rows > limits.pass_rows:
            break
        chosen.append(file)
    return chosen


def _to_expire(state: TableState, kept: Collection[int], before: datetime) -> list[int]:
    never = {state.head, *state.refs.values(), *kept}
    return [snapshot for snapshot, made_at in state.snapshots.items() if made_at < before and snapshot not in never]


def _is_small(file: TableFile, deleted: Mapping[str, int], limits: Limits) -> bool:
    return file.rows - deleted.get(file.uri, 0) < limits.small_rows


def _deleted_share(state: TableState, deleted: Mapping[str, int]) -> float:
    rows = sum(file.rows for file in state.data)
    return sum(deleted.values()) / rows if rows else 0.0
