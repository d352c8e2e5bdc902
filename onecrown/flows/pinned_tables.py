"""The tables of a release as the last complete batch left them, and the tags that keep them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from onecrown.errors import StorageError, UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.manifest import Manifest, PinnedTable
from onecrown.publishing.pinned_views import view_columns
from onecrown.rendering.released_tables import released_layouts
from onecrown.rendering.table_layouts import OPS

BATCH = f"{OPS}.batch"


def pinned_tables(home: Surroundings, con: Connection) -> tuple[str, tuple[PinnedTable, ...]]:
    """The last complete batch and every table of a release at it. Raises `UsageError` before the first batch.

    The table of batches names its own snapshot nowhere: it is pinned as it stands, under the merge's lease.
    """
    batches = home.tables.relation(BATCH)
    sql = f"SELECT batch_id, snapshots FROM {batches} ORDER BY finished_at DESC, batch_id DESC LIMIT 1"
    row = con.execute(sql).fetchone()
    if row is None:
        raise UsageError("nothing has been merged yet; onecrown run, then publish")
    snapshots = {**{table: int(snapshot) for table, snapshot in json.loads(row[1]).items()}, BATCH: _head(home)}
    upkeep = home.tables.upkeep()
    pinned = [
        PinnedTable(table, snapshots[table], view_columns(layout, upkeep.columns_at(table, snapshots[table])))
        for table, layout in sorted(released_layouts(home.model).items())
        if table in snapshots
    ]
    if gone := [one.table for one in pinned if not one.columns]:
        raise StorageError(
            f"the last batch names snapshots of {', '.join(gone)} that are gone; onecrown run, then publish"
        )
    return str(row[0]), tuple(pinned)


def _head(home: Surroundings) -> int:
    head = home.tables.head(BATCH)
    assert head is not None, "a row was read of it"
    return head


def tag_tables(home: Surroundings, release: Manifest, tables: Sequence[PinnedTable]) -> None:
    """Have the release's tag name its snapshot of some tables. Raises `CommitConflict` where another writer was first."""
    upkeep = home.tables.upkeep()
    for done, pinned in enumerate(tables, 1):
        upkeep.tag(pinned.table, release.name.tag, pinned.snapshot_id)
        home.progress("tag", done, len(tables))
    home.tables.refresh()


def untagged(home: Surroundings, releases: Iterable[Manifest]) -> list[tuple[Manifest, PinnedTable]]:
    """Tables whose snapshot is still there without the tag that keeps it. One that is gone has nothing to keep."""
    tags, upkeep = dict[str, Mapping[str, int]](), home.tables.upkeep()
    found = []
    for release in releases:
        for one in release.tables:
            tagged = tags.setdefault(one.table, upkeep.tags(one.table)) if one.table not in tags else tags[one.table]
            is_there = one.snapshot_id in home.tables.snapshot_ids(one.table)
            if is_there and tagged.get(release.name.tag) != one.snapshot_id:
                found.append((release, one))
    return found
