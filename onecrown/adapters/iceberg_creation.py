"""A table's first metadata, from its layout: the model's field ids, types and comments."""

from __future__ import annotations

import json
import uuid

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import TableAlreadyExistsError
from pyiceberg.io import FileIO
from pyiceberg.partitioning import UNPARTITIONED_PARTITION_SPEC
from pyiceberg.schema import Schema
from pyiceberg.serializers import ToOutputFile
from pyiceberg.table.metadata import TableMetadataUtil, new_table_metadata
from pyiceberg.table.sorting import UNSORTED_SORT_ORDER
from pyiceberg.types import (
    BooleanType,
    DateType,
    DecimalType,
    DoubleType,
    IcebergType,
    IntegerType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)

from onecrown.rendering.table_layouts import TableLayout
from onecrown.steps import Step, Steps, announced

_SIMPLE: dict[str, IcebergType] = {
    "string": StringType(),
    "date": DateType(),
    "timestamptz": TimestamptzType(),
    "long": LongType(),
    "int": IntegerType(),
    "boolean": BooleanType(),
    "double": DoubleType(),
}
SORTED_BY = "onecrown.sorted-by"
_FORMAT = {"format-version": "2"}
_PROPERTIES = {
    "commit.retry.num-retries": "0",
    "write.parquet.compression-codec": "zstd",
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "20",
    "write.delete.mode": "merge-on-read",
}


def schema_of(layout: TableLayout, schema_id: int = 0) -> Schema:
    """The Iceberg schema of a layout."""
    fields = [
        NestedField(c.field_id, c.name, _iceberg_type(c.type), required=False, doc=_comment(c.comment))
        for c in layout.columns
    ]
    return Schema(*fields, schema_id=schema_id)


def properties_of(layout: TableLayout) -> dict[str, str]:
    """The properties of a layout's table, without which it is not the model's."""
    sorted_by = ", ".join(layout.sorted_by)
    return {**_PROPERTIES, **_metrics(layout), "comment": _comment(layout.comment), SORTED_BY: sorted_by}


def create_table(catalogue: Catalog, layout: TableLayout, warehouse: str, steps: Steps) -> None:
    """Make an empty table, unless another writer has just made it."""
    location = f"{warehouse}/{layout.database}/{layout.name}"
    with announced(steps, Step.FIRST_METADATA, layout.full_name):
        io = catalogue._load_file_io(location=location)
        metadata = _first_metadata(io, location, schema_of(layout), properties_of(layout))
    try:
        with announced(steps, Step.REGISTER_TABLE, layout.full_name):
            catalogue.register_table(layout.full_name, metadata)
    except TableAlreadyExistsError:
        return


def _first_metadata(io: FileIO, location: str, schema: Schema, properties: dict[str, str]) -> str:
    """Write a new table's metadata with the model's field ids, which `create_table` would number afresh."""
    fresh = new_table_metadata(
        schema, UNPARTITIONED_PARTITION_SPEC, UNSORTED_SORT_ORDER, location, {**_FORMAT, **properties}
    )
    said = json.loads(fresh.model_dump_json(by_alias=True))
    said["schemas"] = [json.loads(schema.model_dump_json(by_alias=True))]
    said["last-column-id"] = schema.highest_field_id
    metadata = TableMetadataUtil.parse_obj(said)
    target = f"{location}/metadata/00000-{uuid.uuid4()}.metadata.json"
    ToOutputFile.table_metadata(metadata, io.new_output(target))
    return target


def _metrics(layout: TableLayout) -> dict[str, str]:
    """No bounds of personal columns in manifests, where they would stand in clear; counts for keys."""
    personal = [c.name for c in layout.columns if c.is_personal and c.name != "key"]
    if not personal:
        return {}
    prefix = "write.metadata.metrics"
    counted = {f"{prefix}.column.key": "counts"} if any(c.name == "key" for c in layout.columns) else {}
    if len(personal) * 2 < len(layout.columns):
        return {**counted, **{f"{prefix}.column.{column}": "none" for column in personal}}
    kept = [c.name for c in layout.columns if not c.is_personal or c.name == "unit_id"]
    return {f"{prefix}.default": "none", **counted, **{f"{prefix}.column.{column}": "truncate(16)" for column in kept}}


def _iceberg_type(kind: str) -> IcebergType:
    if kind.startswith("decimal"):
        precision, scale = kind.removeprefix("decimal(").removesuffix(")").split(",")
        return DecimalType(int(precision), int(scale))
    return _SIMPLE[kind]


def _comment(text: str) -> str:
    return " ".join(text.split())[:255]
