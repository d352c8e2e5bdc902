"""The views of measures in Glue's catalogue, so that Athena has them as the embedded engine does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

from onecrown.adapters.aws.athena_view import view_input
from onecrown.adapters.aws.refusals import code_of, refusals
from onecrown.rendering.measure_views import MeasureView

_MISSING = "EntityNotFoundException"
_ATHENA = {"string": "varchar", "long": "bigint", "int": "integer"}
_COMPARED = ("TableType", "ViewOriginalText")


class MeasureViews:
    """Views beside the tables of measures, in the database that the deployment made."""

    def __init__(self, glue: Any) -> None:
        self._glue = glue

    def put(self, views: Iterable[MeasureView]) -> int:
        """Put every view that is not there as it should be; give how many. Raises `StorageError` where the catalogue refuses."""
        with refusals("the catalogue of views"):
            return sum(self._put(view) for view in views)

    def _put(self, view: MeasureView) -> bool:
        database = view.layout.database
        columns = {column.name: _ATHENA.get(column.type, column.type) for column in view.layout.columns}
        wanted = view_input(database, view.layout.name, columns, view.sql)
        stands = self._standing(database, view.layout.name)
        if stands is None:
            self._glue.create_table(DatabaseName=database, TableInput=wanted)
        elif any(stands.get(key) != wanted[key] for key in _COMPARED):
            self._glue.update_table(DatabaseName=database, TableInput=wanted)
        else:
            return False
        return True

    def _standing(self, database: str, name: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if code_of(error) == _MISSING:
                return None
            raise
        return found
