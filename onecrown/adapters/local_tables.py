"""The tables of an embedded home: a catalogue in SQLite, files in a folder."""

from __future__ import annotations

import random
import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from onecrown.adapters.announcing_catalogue import AnnouncingCatalogue
from onecrown.adapters.folder_warehouse import FolderWarehouse
from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.errors import StorageError
from onecrown.rendering.table_layouts import TableLayout
from onecrown.steps import UNWATCHED, Steps

_MOST_OPENINGS = 8


def open_local_tables(
    catalogue: Path, warehouse: Path, layouts: dict[str, TableLayout], steps: Steps = UNWATCHED
) -> IcebergTables:
    """The tables of one home, made where they are not there. Raises `StorageError` where they cannot be opened."""
    try:
        folder = FolderWarehouse(warehouse)
        return IcebergTables(_opened(f"sqlite:///{catalogue.resolve()}", folder.uri, steps), folder, layouts, steps)
    except (OSError, SQLAlchemyError) as error:
        raise StorageError(f"the catalogue {catalogue.name} cannot be opened; check the home folder") from error


def _opened(uri: str, warehouse: str, steps: Steps) -> AnnouncingCatalogue:
    """The catalogue; opened once more where several processes make it at the same time."""
    for opening in range(1, _MOST_OPENINGS + 1):
        try:
            catalogue = AnnouncingCatalogue("onecrown", steps, uri=uri, warehouse=warehouse)
            _write_ahead(catalogue)
            return catalogue
        except SQLAlchemyError:
            if opening == _MOST_OPENINGS:
                raise
            time.sleep(random.uniform(0, 0.02 * 2**opening))
    raise AssertionError("the last opening returns or raises")


def _write_ahead(catalog: AnnouncingCatalogue) -> None:
    """Let the catalogue's file be written ahead: as safe, and fewer waits for each commit."""
    with catalog.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
