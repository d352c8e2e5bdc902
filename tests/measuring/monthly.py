"""Unit tables told by hand, and the monthly table for forecasts over them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from onecrown.querying.queries import AthenaQueries
from onecrown.querying.views import relation_of_view
from onecrown.rendering.measure_views import measure_views
from onecrown.rendering.table_columns import MEASURES

from .counting import Counting, Told, counted_model

VIEW = "model_month"
_ATHENA = {"string": "varchar", "long": "bigint"}


class ToldMonthly(Told):
    """The tables as they are told, and the view."""

    def columns(self, database: str, table: str) -> Mapping[str, str] | None:
        if table != VIEW:
            return super().columns(database, table)
        said = measure_views(counted_model())[f"{MEASURES}.{VIEW}"].layout.columns
        return {column.name: _ATHENA.get(column.type, column.type) for column in said}

    def relation(self, database: str, table: str, snapshot_id: int | None) -> str:
        if table != VIEW:
            return super().relation(database, table, snapshot_id)
        sql = measure_views(counted_model())[f"{MEASURES}.{VIEW}"].sql
        return relation_of_view(sql, self.columns, lambda *said: self.relation(*said, None))


class Month(Counting):
    """Unit tables told by hand, and the view over them."""

    def tell(self, table: str, **said: Any) -> None:
        """A row of a table of measures."""
        marks = ", ".join("?" for _ in said)
        self.con.execute(f"INSERT INTO stands_{table} ({', '.join(said)}) VALUES ({marks})", [*said.values()])

    def case(self, case_id: str, **said: Any) -> None:
        """A Crown Court case in Wales, received in January 2025, unless it is said otherwise."""
        usual = {
            "jurisdiction_code": "crown",
            "region_code": "wales",
            "case_type_code": "trial",
            "receipt_type_code": "either_way",
            "receipt_on": date(2025, 1, 20),
            "is_new_receipt": True,
            "latest_status_code": "open",
            "remand_most_serious_code": "custody",
        }
        self.tell("counted_case", case_id=case_id, **{**usual, **said})

    def asking(self) -> AthenaQueries:
        """Queries of the tables and of the view."""
        return AthenaQueries(self.con, ToldMonthly())

    def rows(self, *columns: str) -> list[tuple[Any, ...]]:
        """The view's rows, in order."""
        said = ", ".join(columns)
        return self.asking().run(f"SELECT {said} FROM {MEASURES}.{VIEW} ORDER BY {said}").rows
