"""Tables without what was deleted from them: files written anew, older snapshots forgotten, their files removed at once."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from onecrown.errors import UsageError
from onecrown.flows.compact_table import deleted_rows, prepare
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import Limits, TablePlan
from onecrown.flows.write_operations import publish_heads
from onecrown.ports import Batch
from onecrown.rendering.table_layouts import table_layouts
from onecrown.upkeep_ports import Replacement, TableState

ERASURE = "erasure"
MAIN = "main"  # the branch that every table has


def tags_in_the_way(home: Surroundings, tables: Sequence[str]) -> list[str]:
    """Tables with personal columns of which a tag or branch keeps a snapshot: as it stands, it holds them still."""
    layouts, found = table_layouts(home.model), []
    for table in tables:
        state = home.tables.upkeep().state(table)
        is_personal = any(column.is_personal for column in layouts[table].columns)
        if is_personal and state and set(state.refs) - {MAIN}:
            found.append(table)
    return found


def refuse_tags(home: Surroundings, tables: Sequence[str]) -> None:
    """Raise `UsageError` where a tag would keep what is to be erased."""
    if found := tags_in_the_way(home, tables):
        raise UsageError(
            f"tags keep snapshots of {', '.join(found)}, which have personal columns; remove those tags, then erase"
        )


def purge_tables(home: Surroundings, tables: Sequence[str], started_at: datetime) -> None:
    """Leave of tables what stands now, and nothing older, on disk too. The merge's lease is held meanwhile.

    Every table with anything older, or with a file that nothing reaches, gets a new snapshot: nothing that another process
    has prepared on the older one is committed then. What a tag names of a table without personal columns stays.
    """
    batch_id = f"{ERASURE}-{started_at:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}"
    home.tables.refresh()
    unreached = _unreached(home, tables)
    there = [table for table in tables if _has_past(home, table, unreached)]
    for done, table in enumerate(there, 1):
        _write_anew(home, table, f"{batch_id}-files")
        home.progress("purge", done, len(there))
    home.tables.refresh()
    reason = "erasure: only what stands is kept"
    publish_heads(home, Batch(batch_id, "finished", (), started_at, ERASURE, reason))
    for table in there:
        _forget(home, table)
    home.tables.upkeep().remove(_unreached(home, there))
    home.tables.refresh()


def _write_anew(home: Surroundings, table: str, batch_id: str) -> None:
    """Put files without deleted rows in the place of those that have some.

    The manifest of that commit still tells the bounds of the files that go: a second one leaves those entries out.
    """
    state = _state(home, table)
    with home.engine() as con:
        deleted = deleted_rows(con, state) if state.deletes else {}
    rewritten = tuple(one for one in state.data if one.uri in deleted)
    plan = TablePlan(table, state, deleted, Limits(), ("erasure",), rewritten)
    head = home.tables.upkeep().replace(prepare(home, plan, batch_id))
    if rewritten:
        home.tables.upkeep().replace(Replacement(table, f"{batch_id}-entries", head))


def _forget(home: Surroundings, table: str) -> None:
    state = _state(home, table)
    older = set(state.snapshots) - {state.head, *state.refs.values()}
    if older:
        home.tables.upkeep().expire(table, older)


def _state(home: Surroundings, table: str) -> TableState:
    state = home.tables.upkeep().state(table)
    assert state is not None, "only tables that stand are purged"
    return state


def _unreached(home: Surroundings, tables: Sequence[str]) -> list[str]:
    """Files of some tables that nothing reaches."""
    upkeep, folders = home.tables.upkeep(), [_folder(table) for table in tables]
    files = [file.name for file in upkeep.files() if any(folder in file.name for folder in folders)]
    reached = upkeep.reached() if files else set()
    return [name for name in files if name not in reached]


def _folder(table: str) -> str:
    return f"/{table.replace('.', '/')}/"


def _has_past(home: Surroundings, table: str, unreached: Sequence[str]) -> bool:
    """Whether anything but what stands is there to purge."""
    state = home.tables.upkeep().state(table)
    if state is None:
        return False
    return len(state.snapshots) > 1 or bool(state.deletes) or any(_folder(table) in path for path in unreached)
