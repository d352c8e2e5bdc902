"""An embedded home: one folder with landing zone, ledger, catalogue, warehouse, quarantine and the pseudonym key."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, cast

from onecrown.adapters.folder_landing import FolderLanding
from onecrown.adapters.folder_releases import FolderReleases, ManifestViews
from onecrown.adapters.folders import Folders
from onecrown.adapters.process_identity import this_worker
from onecrown.adapters.sqlite_ledger import SqliteLedger
from onecrown.adapters.tables_when_needed import TablesWhenNeeded
from onecrown.definitions.model import Model, load_model
from onecrown.errors import SettingsError
from onecrown.executor_ports import Executor
from onecrown.flows.surroundings import ON_DEMAND, WAIT_SECONDS, WITH_BATCH, Progress, Surroundings, silent
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
    tables = TablesWhenNeeded(lambda: _tables(folder, model, steps))
    try:
        yield Surroundings(
            model=model,
            landing=FolderLanding(folder / "landing", steps),
            ledger=ledger,
            tables=cast(Tables, tables),
            validated=Folders(folder / "validated"),
            quarantine=Folders(folder / "quarantine"),
            releases=FolderReleases(folder / "releases", steps),
            views=ManifestViews(),
            scratch=folder / "scratch",
            pseudonym_key=pseudonym_key(folder / "pseudonym.key"),
            resources=_resources(),
            progress=progress,
            worker=this_worker(),
            wait_seconds=_wait_seconds(),
            measures_when=_measures_when(),
            translations=folder / "translations",
            steps=steps,
            distributed=lambda: _spark(tables, folder),
        )
    finally:
        ledger.close()
        tables.close()


def _spark(tables: TablesWhenNeeded, folder: Path) -> Executor:
    """The distributed executor. Raises `SettingsError` where pyspark, its libraries or Java are not there."""
    from onecrown.adapters.spark.session import open_session, require_spark

    require_spark()
    from onecrown.adapters.spark.executor import SparkExecutor

    return SparkExecutor(open_session(), tables.opened(), folder)


def _tables(folder: Path, model: Model, steps: Steps) -> Any:
    """The tables in the home's own catalogue and warehouse."""
    from onecrown.adapters.local_tables import open_local_tables

    return open_local_tables(folder / "catalog.db", folder / "warehouse", table_layouts(model), steps)


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


def _measures_when() -> str:
    when = os.environ.get("ONECROWN_MEASURES", WITH_BATCH)
    if when not in (WITH_BATCH, ON_DEMAND):
        raise SettingsError(f"ONECROWN_MEASURES must be {WITH_BATCH} or {ON_DEMAND}")
    return when


def _wait_seconds() -> float:
    """How long to wait for another process that is merging."""
    said = os.environ.get("ONECROWN_WAIT_SECONDS", str(WAIT_SECONDS))
    try:
        return max(0.0, float(said))
    except ValueError:
        raise SettingsError("ONECROWN_WAIT_SECONDS must be a number of seconds, for example 60") from None
