"""Spark in this process: one session, and one of its own for each home."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

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
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.leafNodeDefaultParallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


def reason_for_absence() -> str:
    """Why there is no distributed executor here, and what to do; '' where there is one."""
    try:
        import pyspark  # noqa: F401 - only whether it is there
    except ImportError:
        return "pyspark is not installed; install the project with its extra `spark`"
    try:
        checked_jars(default_folder())
    except SettingsError as error:
        return str(error)
    return ""


def open_session(memory: str = "2g", cores: int = 2) -> SparkSession:
    """The session of this process. Raises `SettingsError` where Spark is not to be had."""
    if why := reason_for_absence():
        raise SettingsError(f"the distributed executor cannot run: {why}")
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


def session_of_home(session: SparkSession, catalogue: Path, warehouse: Path) -> SparkSession:
    """A session of the same process that sees a home's tables under `onecrown`, with views and functions of its own.

    The catalogue is the home's own, through Iceberg's JDBC catalogue; nothing of it is kept between reads.
    """
    prefix = f"spark.sql.catalog.{CATALOGUE}"
    own = session.newSession()
    said = {
        prefix: f"{_ICEBERG}.spark.SparkCatalog",
        f"{prefix}.catalog-impl": f"{_ICEBERG}.jdbc.JdbcCatalog",
        f"{prefix}.uri": f"jdbc:sqlite:{catalogue.resolve()}",
        f"{prefix}.jdbc.schema-version": "V1",
        f"{prefix}.init-catalog-tables": "false",
        f"{prefix}.warehouse": f"file://{warehouse.resolve()}",
        f"{prefix}.cache-enabled": "false",
    }
    for name, value in said.items():
        own.conf.set(name, value)
    return own
