"""An embedded home: one folder with landing zone, ledger, catalogue, warehouse, quarantine and the pseudonym key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from onecrown.adapters.folder_landing import FolderLanding
from onecrown.adapters.process_identity import this_worker
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.definitions.model import Model, load_model
from onecrown.errors import SettingsError
from onecrown.executor_ports import Executor
from onecrown.flows.surroundings import WAIT_SECONDS, Progress, Surroundings, silent
from onecrown.ports import Tables
from onecrown.rendering.table_layouts import table_layouts
from onecrown.sql.connection import Resources
from onecrown.steps import UNWATCHED, Steps

_KEY_BYTES = 32


@contextmanager
def open_home(folder: Path, progress: Progress = silent, steps: Steps = UNWATCHED) -> Iterator[Surroundings]:
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
    ledger = SqliteLedger(folder / "ledger.db", steps)
    tables = _TablesWhenNeeded(folder, model, steps)
    try:
        yield Surroundings(
            model=model,
            landing=FolderLanding(folder / "landing", steps),
            ledger=ledger,
            tables=cast(Tables, tables),
            validated=folder / "validated",
            quarantine=folder / "quarantine",
            scratch=folder / "scratch",
            pseudonym_key=pseudonym_key(folder / "pseudonym.key"),
            resources=_resources(),
            progress=progress,
            worker=this_worker(),
            wait_seconds=_wait_seconds(),
            steps=steps,
            distributed=lambda: _spark(tables, folder),
        )
    finally:
        ledger.close()
        tables.close()


def _spark(tables: _TablesWhenNeeded, folder: Path) -> Executor:
    """The distributed executor. Raises `SettingsError` where pyspark, its libraries or Java are not there."""
    from onecrown.adapters.spark.session import open_session, require_spark

    require_spark()
    from onecrown.adapters.spark.executor import SparkExecutor

    return SparkExecutor(open_session(), tables.opened(), folder)


class _TablesWhenNeeded:
    """The tables, opened at first use: the catalogue's libraries take a second to load, and listing drops needs none."""

    def __init__(self, folder: Path, model: Model, steps: Steps) -> None:
        self._folder = folder
        self._steps = steps
        self._model = model
        self._opened: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.opened(), name)

    def opened(self) -> Any:
        """The tables themselves."""
        if self._opened is None:
            from onecrown.adapters.iceberg_tables import IcebergTables

            layouts = table_layouts(self._model)
            self._opened = IcebergTables(self._folder / "catalog.db", self._folder / "warehouse", layouts, self._steps)
        return self._opened

    def close(self) -> None:
        """Close what was opened."""
        if self._opened is not None:
            self._opened.close()


def pseudonym_key(path: Path) -> bytes:
    """The home's key for pseudonyms, made at first use, readable by its owner alone. Never rotated without a rebuild."""
    made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as stream:
            stream.write(secrets.token_hex(_KEY_BYTES) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileExistsError):  # another process was first: its key stands
            os.link(made, path)  # whole or not at all
        made.unlink()
    key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    if len(key) < 16:
        raise SettingsError(f"{path.name} is too short; put the home's own key back")
    return key


def _resources() -> Resources:
    memory = os.environ.get("ONECROWN_MEMORY", "1GB")
    threads = os.environ.get("ONECROWN_THREADS", "2")
    if not threads.isdigit() or not int(threads):
        raise SettingsError("ONECROWN_THREADS must be a whole number of threads, for example 2")
    return Resources(memory, int(threads))


def _wait_seconds() -> float:
    """How long to wait for another process that is merging."""
    said = os.environ.get("ONECROWN_WAIT_SECONDS", str(WAIT_SECONDS))
    try:
        return max(0.0, float(said))
    except ValueError:
        raise SettingsError("ONECROWN_WAIT_SECONDS must be a number of seconds, for example 60") from None
