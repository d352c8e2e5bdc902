"""Which cases a batch touches: by the rows that go from the unified tables, and by those that come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from onecrown.definitions.entities import Entity
from onecrown.sql.engine import Engine

_LEADING = ("case_id", "from_case_id", "to_case_id", "hearing_id", "application_id")


@dataclass(slots=True)
class Touched:
    """Ids of cases, and of hearings and applications whose cases are to be looked up, in the columns that lead to a case."""

    ids: dict[str, set[str]] = field(default_factory=lambda: {column: set() for column in _LEADING})

    def take(self, column: str, found: Iterable[tuple[str | None]]) -> None:
        """Add ids of a column."""
        self.ids[column].update(said for (said,) in found if said is not None)

    def case_ids(self) -> set[str]:
        """The cases that were named outright."""
        return self.ids["case_id"] | self.ids["from_case_id"] | self.ids["to_case_id"]


def leading_columns(entity: Entity) -> tuple[str, ...]:
    """The columns of an entity that lead to a case: its own, or those of its hearing or application."""
    found = tuple(column for column in _LEADING[:3] if entity.column(column))
    also = tuple(column for column in _LEADING[3:] if entity.column(column))
    return found + also


def take_gone(con: Engine, entity: Entity, wanted: str, touched: Touched) -> None:
    """Note the cases of standing rows of the touched units that are no longer wanted; `w_standing_row` holds them."""
    for column in leading_columns(entity):
        found = con.execute(
            f"SELECT DISTINCT s.{column} FROM w_standing_row AS s ANTI JOIN {wanted} AS d "
            "ON s.unit_id = d.unit_id AND s.row_hash = d.row_hash"
        ).fetchall()
        touched.take(column, found)
