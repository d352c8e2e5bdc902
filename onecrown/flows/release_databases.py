"""The databases of releases beside those of the tables: each table at its snapshot, or what was exported of it once that is gone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from onecrown.errors import UsageError
from onecrown.flows.surroundings import Surroundings
from onecrown.publishing.manifest import Manifest, PinnedTable, read_manifest
from onecrown.publishing.pinned_views import embedded_view, exported_view
from onecrown.publishing.release_names import DATABASE, read_release_name
from onecrown.querying.queries import TableSource
from onecrown.rendering.table_layouts import MEASURES, table_layouts
from onecrown.sql.quoting import file

MEASURE_VALUE = f"{MEASURES}.measure_value"
VALUES_FILE = "data/measure_value.parquet"
_PINNED = "{} of a release is a view of one snapshot; ask for the table itself to see others"


class TablesAndReleases:
    """What people ask: the tables of a home, and a database for each release. Releases are looked for once they are asked for."""

    def __init__(self, home: Surroundings, tables: TableSource) -> None:
        self._home = home
        self._tables = tables
        self._read: dict[str, Manifest] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of the releases by their databases."""
        return {read_release_name(name).database: name for name in self._home.releases.names()}

    def databases(self) -> list[str]:
        """The databases."""
        return sorted({*self._tables.databases(), *self._names})

    def tables(self, database: str) -> list[str]:
        """The tables and views of a database."""
        release = self._release(database)
        return [one.view for one in release.tables] if release else self._tables.tables(database)

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        """Columns with Athena's types; None where there is no such table or view."""
        release = self._release(database)
        if release is None:
            return self._tables.columns(database, table)
        pinned = release.pinned(table)
        return pinned.columns if pinned else None

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        """SQL of a FROM item. Raises `UsageError` where the rows of a release are gone, or are asked for at another time."""
        release = self._release(database)
        if release is None:
            return self._tables.relation(database, table, snapshot_id)
        pinned = release.pinned(table)
        if pinned is None or snapshot_id is not None:
            raise UsageError(_PINNED.format(table))
        return release_relation(self._home, release, pinned)

    def snapshot_at(self, database: str, table: str, instant: datetime) -> int | None:
        """The snapshot that was current at an instant. Raises `UsageError` for a release."""
        if self._release(database):
            raise UsageError(_PINNED.format(table))
        return self._tables.snapshot_at(database, table, instant)

    def inspect(self, database: str, table: str, what: str) -> Any:
        """A metadata table as Arrow. Raises `UsageError` for a release."""
        if self._release(database):
            raise UsageError(_PINNED.format(table))
        return self._tables.inspect(database, table, what)

    def _release(self, database: str) -> Manifest | None:
        if not database.startswith(DATABASE) or database not in self._names:
            return None
        if database not in self._read:
            found = self._home.releases.manifest(self._names[database])
            assert found is not None, "releases are never taken away"
            self._read[database] = read_manifest(found)
        return self._read[database]


def release_relation(home: Surroundings, release: Manifest, pinned: PinnedTable) -> str:
    """SQL of a FROM item that reads a table of a release. Raises `UsageError` where its rows are gone."""
    is_known = pinned.table in table_layouts(home.model)
    if is_known and pinned.snapshot_id in home.tables.snapshot_ids(pinned.table):
        return embedded_view(release, pinned, home.tables.relation(pinned.table, pinned.snapshot_id))
    if pinned.table == MEASURE_VALUE:
        exported = home.releases.file(release.name.text, VALUES_FILE)
        return exported_view(pinned, f"read_parquet({file(exported)})")
    raise UsageError(
        f"the rows of {pinned.table} in {release.name.text} are gone with the tables of that time; "
        f"what was published stands in {VALUES_FILE} and in {release.name.database}.measure_value"
    )
