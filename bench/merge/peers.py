"""What a user would pick instead, each in a process of its own: `python -m bench.merge.peers WHAT FOLDER TARGET DROP SHAPE`.

Runs in an environment with the packages of `peers.txt` alone. They are handed the drop's rows as mapped already, and merge
them by key into the unified table: no history, no event time, no books.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measuring import Stopwatch, peak_megabytes
from bench.merge.processes import tree_cpu, tree_peak_megabytes

TABLE, KEY = "onecrown.charge", "charge_id"
RUNTIME = "org.apache.iceberg:iceberg-spark-runtime-3.5_2.12:1.10.0"


def pyiceberg_upsert(home: Path) -> dict[str, Any]:
    """pyiceberg's `Table.upsert`."""
    import pyarrow.parquet as pq

    rows, table = pq.read_table(_rows(home)), _catalog(home).load_table(TABLE)
    rows = rows.cast(table.schema().as_arrow())
    with Stopwatch() as watch:
        table.upsert(rows, join_cols=[KEY])
    return {"cpu": watch.cpu, "wall": watch.wall, "peak": peak_megabytes()}


def lake_writer_upsert(home: Path) -> dict[str, Any]:
    """`LakeWriter.upsert` of datalake-medallion-sdk, over the same table under the name that it looks for."""
    import pyarrow.parquet as pq
    from datalake_medallion_sdk import LakeWriter, TableRef, TenantProfile

    catalog = _catalog(home)
    catalog.create_namespace_if_not_exists("silver")
    catalog.register_table("silver.charge__bench", catalog.load_table(TABLE).metadata_location)
    tenant = TenantProfile(
        "bench", bronze="s3://bench/bronze", quarantine="s3://bench/quarantine", silver="s3://bench/silver"
    )
    writer, rows = LakeWriter(catalog=catalog), pq.read_table(_rows(home))
    with Stopwatch() as watch:
        writer.upsert(tenant, TableRef("silver", "charge", "iceberg"), rows, keys=[KEY])
    return {"cpu": watch.cpu, "wall": watch.wall, "peak": peak_megabytes()}


def spark_merge(home: Path) -> dict[str, Any]:
    """Spark's MERGE, merge-on-read, on two threads, after a count of the table has warmed it up."""
    from pyspark.sql import SparkSession

    metadata = home / "warehouse" / "onecrown" / "charge" / "metadata"
    newest = max(metadata.glob("*.metadata.json"), key=lambda path: path.stat().st_mtime)
    (metadata / "v1.metadata.json").write_bytes(newest.read_bytes())
    (metadata / "version-hint.text").write_text("1", encoding="ascii")
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars.packages", RUNTIME)
        .config("spark.driver.memory", "6g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.extensions", "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions")
        .config("spark.sql.catalog.bench", "org.apache.iceberg.spark.SparkCatalog")
        .config("spark.sql.catalog.bench.type", "hadoop")
        .config("spark.sql.catalog.bench.warehouse", str(home / "warehouse"))
        .getOrCreate()
    )
    session.read.parquet(str(_rows(home))).createOrReplaceTempView("coming")
    session.sql("ALTER TABLE bench.onecrown.charge SET TBLPROPERTIES ('write.merge.mode' = 'merge-on-read')")
    session.sql("SELECT count(*) FROM bench.onecrown.charge").collect()
    before = tree_cpu()
    with Stopwatch() as watch:
        session.sql(
            f"""MERGE INTO bench.onecrown.charge AS t USING coming AS s ON t.{KEY} = s.{KEY}
            WHEN MATCHED AND t.row_hash <> s.row_hash THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"""
        )
    return {"cpu": tree_cpu() - before, "wall": watch.wall, "peak": tree_peak_megabytes()}


def _rows(home: Path) -> Path:
    return home / "mapped.parquet"


def _catalog(home: Path) -> Any:
    from pyiceberg.catalog.sql import SqlCatalog

    return SqlCatalog("onecrown", uri=f"sqlite:///{home}/catalog.db", warehouse=f"file://{home}/warehouse")


PEERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    peer.__name__: peer for peer in (pyiceberg_upsert, lake_writer_upsert, spark_merge)
}


def main() -> None:
    """Run one and say what it cost."""
    home = Path(sys.argv[2])
    before = sum(path.stat().st_size for path in (home / "warehouse").rglob("*") if path.is_file())
    said = PEERS[sys.argv[1]](home)
    written = sum(path.stat().st_size for path in (home / "warehouse").rglob("*") if path.is_file()) - before
    print(json.dumps({**said, "bytes": written}))


if __name__ == "__main__":
    main()
