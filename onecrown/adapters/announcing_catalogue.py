"""pyiceberg's catalogue in SQLite, announcing the steps inside a commit."""

from __future__ import annotations

from pyiceberg.catalog import Catalog, MetastoreCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.io import FileIO
from pyiceberg.table import CommitTableResponse, Table
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.update import TableRequirement, TableUpdate

from onecrown.steps import UNWATCHED, Step, Steps, announced


class AnnouncingCatalogue(SqlCatalog):
    """A commit writes metadata, swaps the catalogue's pointer, and drops metadata that is too old to keep."""

    def __init__(self, name: str, steps: Steps = UNWATCHED, **properties: str) -> None:
        self._steps = steps
        super().__init__(name, **properties)

    def commit_table(
        self, table: Table, requirements: tuple[TableRequirement, ...], updates: tuple[TableUpdate, ...]
    ) -> CommitTableResponse:
        """Commit; announced as swapped before the caller knows."""
        done = super().commit_table(table, requirements, updates)
        self._steps.after(Step.SWAP_CATALOGUE, ".".join(table.name()))
        return done

    def _write_metadata(self, metadata: TableMetadata, io: FileIO, metadata_path: str) -> None:  # type: ignore[override]  # static there; called by keyword on self
        with announced(self._steps, Step.WRITE_METADATA, _table_of(metadata)):
            MetastoreCatalog._write_metadata(metadata, io, metadata_path)
        self._steps.before(Step.SWAP_CATALOGUE, _table_of(metadata))

    def _delete_old_metadata(self, io: FileIO, base: TableMetadata, metadata: TableMetadata) -> None:  # type: ignore[override]  # the same
        with announced(self._steps, Step.DROP_OLD_METADATA, _table_of(metadata)):
            Catalog._delete_old_metadata(io, base, metadata)


def _table_of(metadata: TableMetadata) -> str:
    return ".".join(metadata.location.split("/")[-2:])
