"""The shapes of Iceberg tables: columns with their field ids, and properties; read, and brought to a layout."""

from __future__ import annotations

from collections.abc import Mapping

from pyiceberg.catalog import Catalog
from pyiceberg.exceptions import CommitFailedException, CommitStateUnknownException, NoSuchTableError
from pyiceberg.table import Table
from pyiceberg.table.update import (
    AddSchemaUpdate,
    AssertCurrentSchemaId,
    AssertTableUUID,
    RemovePropertiesUpdate,
    SetCurrentSchemaUpdate,
    SetPropertiesUpdate,
    TableUpdate,
)
from pyiceberg.types import DecimalType

from onecrown.adapters.iceberg_creation import create_table, properties_of, schema_of
from onecrown.errors import CommitConflict, SettingsError
from onecrown.rendering.table_layouts import TableColumn, TableLayout
from onecrown.rendering.table_shapes import TableShape, numbered, unfitting
from onecrown.steps import Steps


class IcebergShapes:
    """The shapes of the tables of one catalogue."""

    def __init__(self, catalog: Catalog, warehouse: str, steps: Steps) -> None:
        self._catalog = catalog
        self._warehouse = warehouse
        self._steps = steps

    def shape(self, full_name: str) -> TableShape | None:
        """A table as it stands; None where there is none."""
        try:
            return shape_of(self._catalog.load_table(full_name))
        except NoSuchTableError:
            return None

    def properties(self, layout: TableLayout) -> Mapping[str, str]:
        """The properties that a layout's table is to have."""
        return properties_of(layout)

    def create(self, layout: TableLayout) -> None:
        """Make an empty table."""
        create_table(self._catalog, layout, self._warehouse, self._steps)

    def reshape(self, layout: TableLayout) -> None:
        """Give a table a layout's columns, with its field ids, and properties. Raises `CommitConflict`."""
        table = self._catalog.load_table(layout.full_name)
        schema = schema_of(layout, max(known.schema_id for known in table.metadata.schemas) + 1)
        updates: list[TableUpdate] = [SetPropertiesUpdate(updates=properties_of(layout))]
        if stale := sorted(_ours(table) - properties_of(layout).keys()):
            updates.append(RemovePropertiesUpdate(removals=stale))
        if schema.as_struct() != table.schema().as_struct():
            updates += [AddSchemaUpdate(schema=schema), SetCurrentSchemaUpdate()]
        current = AssertCurrentSchemaId.model_validate({"current-schema-id": table.metadata.current_schema_id})
        try:
            self._catalog.commit_table(
                table, (AssertTableUUID(uuid=table.metadata.table_uuid), current), tuple(updates)
            )
        except (CommitFailedException, CommitStateUnknownException) as error:  # the second: done again without harm
            raise CommitConflict(f"another writer changed {layout.full_name} first; run again") from error


def shape_of(table: Table) -> TableShape:
    """The shape of a table of pyiceberg."""
    columns = tuple(
        TableColumn(field.field_id, field.name, _type(field.field_type), field.doc or "")
        for field in table.schema().fields
    )
    used = {field.field_id: field.name for schema in table.metadata.schemas for field in schema.fields}
    return TableShape(columns, table.properties, used, table.metadata.last_column_id)


def layout_of(layout: TableLayout, table: Table | None) -> TableLayout:
    """A layout with the field ids of its table."""
    return numbered(layout, shape_of(table)) if table else layout


def writable_layout(layout: TableLayout, table: Table | None) -> TableLayout:
    """The same, of a table that can take its rows. Raises `SettingsError` where it was made for another model."""
    if table and (columns := unfitting(layout, shape_of(table))):
        raise SettingsError(
            f"{layout.full_name} was made for another model (columns {', '.join(columns)}); "
            "see `onecrown migrate --plan`, then run `onecrown migrate --apply`"
        )
    return layout_of(layout, table)


def _ours(table: Table) -> set[str]:
    """The table's properties that only a layout sets."""
    return {name for name in table.properties if name.startswith("write.metadata.metrics.")}


def _type(kind: object) -> str:
    """An Iceberg type as layouts write it."""
    return f"decimal({kind.precision},{kind.scale})" if isinstance(kind, DecimalType) else str(kind)
