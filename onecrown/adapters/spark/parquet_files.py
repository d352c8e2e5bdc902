"""Parquet files as DuckDB wrote them, read by Spark: columns united by name, times of day as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from onecrown.adapters.spark.quoting import quoted

_SIMPLE: dict[Any, t.DataType] = {
    pa.string(): t.StringType(),
    pa.large_string(): t.StringType(),
    pa.bool_(): t.BooleanType(),
    pa.int8(): t.ByteType(),
    pa.int16(): t.ShortType(),
    pa.int32(): t.IntegerType(),
    pa.int64(): t.LongType(),
    pa.float64(): t.DoubleType(),
    pa.date32(): t.DateType(),
    pa.binary(): t.BinaryType(),
}


def read_files(session: SparkSession, paths: Sequence[str]) -> DataFrame:
    """All rows of some files; a column that a file lacks is NULL there."""
    schema = pa.unify_schemas([_schema(path) for path in paths], promote_options="permissive")
    wanted = t.StructType([t.StructField(field.name, _spark_type(field.type)) for field in schema])
    frame = session.read.schema(wanted).parquet(*paths)
    times = {field.name for field in schema if pa.types.is_time(field.type)}
    if not times:
        return frame
    return frame.select(
        *(_time_text(name).alias(name) if name in times else f.col(quoted(name)) for name in schema.names)
    )


def column_names(path: str) -> list[str]:
    """The names of a file's columns."""
    return list(_schema(path).names)


def _schema(path: str) -> pa.Schema:
    return pq.read_schema(path).remove_metadata()


def _spark_type(kind: Any) -> t.DataType:
    if pa.types.is_timestamp(kind):
        return t.TimestampType() if kind.tz else t.TimestampNTZType()
    if pa.types.is_time(kind):
        return t.LongType()
    if pa.types.is_decimal(kind):
        return t.DecimalType(kind.precision, kind.scale)
    if pa.types.is_null(kind):
        return t.StringType()
    if pa.types.is_list(kind):
        return t.ArrayType(_spark_type(kind.value_type))
    if pa.types.is_struct(kind):
        return t.StructType([t.StructField(field.name, _spark_type(field.type)) for field in kind])
    return _SIMPLE[kind]


def _time_text(name: str) -> Any:
    """Microseconds of a day as DuckDB writes a time: `10:00:00`, with a fraction only where there is one."""
    instant = f.timestamp_micros(f.col(quoted(name)))
    return f.substring(instant.cast("string"), 12, 15)
