"""Spark in this process: one session, and one of its own for each home."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onecrown.adapters.spark.jars import checked_jars, default_folder
from onecrown.errors import SettingsError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

CATALOGUE = "onecrown"
_ICEBERG = "org.apache.iceberg"
_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.legacy.ctePrecedencePolicy": "CORRECTED",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.extensions": f"{_ICEBERG}.spark.extensions.IcebergSparkSessionExtensions",
}
_SMALL = {  # a machine of a few cores: one part of everything, and no code compiled for a handful of rows
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.limit.initialNumPartitions": "1000",  # every part of a small table in one job
    "spark.sql.constraintPropagation.enabled": "false",  # planning is most of a small statement's time
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def require_spark() -> None:
    """Raise `SettingsError` where pyspark, its libraries or Java are not there."""
    if importlib.util.find_spec("pyspark") is None:
        raise SettingsError("the distributed executor needs pyspark; install the project with its extra `spark`")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        raise SettingsError("the distributed executor needs Java 17; install it, or set JAVA_HOME")
    checked_jars(default_folder())


def open_session(memory: str = "2g", cores: int = 2) -> SparkSession:
    """The session of this process. Raises `SettingsError` where Spark is not to be had."""
    require_spark()
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    builder = SparkSession.builder.master(f"local[{cores}]").appName("onecrown")
    jars = ",".join(map(str, checked_jars(default_folder())))
    said = {**_SETTINGS, **_SMALL, "spark.jars": jars, "spark.driver.memory": memory}
    for name, value in said.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkRuntimeError, FileNotFoundError) as error:
        raise SettingsError("the distributed executor cannot run: Java 17 does not start here") from error
    session.sparkContext.setLogLevel("OFF")
    return session


@contextmanager
def session_of_home(session: SparkSession, catalogue: Path, warehouse: Path) -> Iterator[SparkSession]:
    """A session of the same process that sees a home's tables under `onecrown`, with views and functions of its own.

    The catalogue is opened afresh: Iceberg's JDBC catalogue leaves a query of its own open, so that SQLite shows an open
    one nothing newer.
    """
    own = session.newSession()
    own.conf.set(f"spark.sql.catalog.{CATALOGUE}", f"{_ICEBERG}.spark.SparkCatalog")
    for name, value in {**catalogue_settings(catalogue, warehouse), "cache-enabled": "false"}.items():
        own.conf.set(f"spark.sql.catalog.{CATALOGUE}.{name}", value)
    opened = _catalogue_of(own)
    try:
        yield own
    finally:
        opened.close()


def _catalogue_of(own: SparkSession) -> Any:
    """The Iceberg catalogue of a session, opened: Spark looks for its settings in the thread's active session."""
    java: Any = own._jsparkSession
    active: Any = own._jvm
    active.SparkSession.setActiveSession(java)
    return java.sessionState().catalogManager().catalog(CATALOGUE).icebergCatalog()


def catalogue_settings(catalogue: Path, warehouse: Path) -> dict[str, str]:
    """Where Iceberg's JDBC catalogue finds a home's tables."""
    return {
        "catalog-impl": f"{_ICEBERG}.jdbc.JdbcCatalog",
        "uri": f"jdbc:sqlite:{catalogue.resolve()}",
        "jdbc.schema-version": "V1",
        "init-catalog-tables": "false",
        "warehouse": f"file://{warehouse.resolve()}",
    }
