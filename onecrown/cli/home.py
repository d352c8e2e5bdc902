"""An embedded home: one folder with landing zone, ledger, catalogue, warehouse, quarantine and the pseudonym key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from onecrown.adapters.folder_landing import FolderLanding
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.definitions.model import Model, load_model
from onecrown.errors import SettingsError
from onecrown.flows.surroundings import Progress, Surroundings, silent
from onecrown.ports import Tables
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources

_KEY_BYTES = 32


@contextmanager
def open_home(folder: Path, progress: Progress = silent) -> Iterator[Surroundings]:
    """Open a home, making it where it is not there yet."""
    model = load_model()
    try:
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "landing").mkdir(exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"the home {folder} cannot be made: {error.strerror}; choose another with --home"
        ) from error
    ledger = SqliteLedger(folder / "ledger.db")
    tables = _TablesWhenNeeded(folder, model)
    try:
        yield Surroundings(
            model=model,
            landing=FolderLanding(folder / "landing"),
            ledger=ledger,
            tables=cast(Tables, tables),
            validated=folder / "validated",
            quarantine=folder / "quarantine",
            scratch=folder / "scratch",
            pseudonym_key=pseudonym_key(folder / "pseudonym.key"),
            resources=_resources(),
            progress=progress,
        )
    finally:
        ledger.close()
        tables.close()


class _TablesWhenNeeded:
    """The tables, opened at first use: the catalogue's libraries take a second to load, and listing drops needs none."""

    def __init__(self, folder: Path, model: Model) -> None:
        self._folder = folder
        self._model = model
        self._opened: Any = None

    def __getattr__(self, name: str) -> Any:
        if self._opened is None:
            from onecrown.adapters.iceberg_tables import IcebergTables

            layouts = table_layouts(self._model)
            self._opened = IcebergTables(self._folder / "catalog.db", self._folder / "warehouse", layouts)
        return getattr(self._opened, name)

    def close(self) -> None:
        """Close what was opened."""
        if self._opened is not None:
            self._opened.close()


def pseudonym_key(path: Path) -> bytes:
    """The home's key for pseudonyms, made at first use, readable by its owner alone. Never rotated without a rebuild."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) < 16:
            raise SettingsError(f"{path.name} is too short; put the home's own key back") from None
        return key
    key = secrets.token_bytes(_KEY_BYTES)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(key.hex() + "\n")
    return key


def _resources() -> Resources:
    memory = os.environ.get("ONECROWN_MEMORY", "1GB")
    threads = os.environ.get("ONECROWN_THREADS", "2")
    if not threads.isdigit() or not int(threads):
        raise SettingsError("ONECROWN_THREADS must be a whole number of threads, for example 2")
    return Resources(memory, int(threads))
