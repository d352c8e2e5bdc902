"""The tables are brought to the model; what could lose values is done with consent alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from merging.builders import cases, extract
from merging.homes import Home, home_of_cases
from merging.slices import cases_of_extracts

from onecrown.adapters.iceberg_tables import IcebergTables
from onecrown.adapters.local_tables import open_local_tables
from onecrown.definitions.entities import Column
from onecrown.definitions.model import Model, load_model
from onecrown.errors import SettingsError, UsageError
from onecrown.flows.count_anew import count_anew
from onecrown.flows.last_batch import last_batch_of
from onecrown.flows.migrate_tables import Migrated, migrate_tables, plan_migration
from onecrown.rendering.table_layouts import TableColumn, TableLayout, table_layouts
from onecrown.rendering.table_shapes import (
    COMMENT,
    GONE,
    NEW_COLUMN,
    NEW_TABLE,
    PROPERTY,
    RENAMED,
    RENUMBERED,
    RETYPED,
    REUSED,
    WIDER,
    TableShape,
    differences,
    migrated,
    numbered,
)

from .tables import CASES, change_of, iceberg, maintain, plan, standing, weeks

BODIES = "onecrown_history.xhibit_extract_case"


@contextmanager
def under(folder: Path, model: Model) -> Iterator[Home]:
    """The home in a folder under another model, its tables too."""
    with home_of_cases(folder) as home:
        tables = open_local_tables(folder / "catalog.db", folder / "warehouse", table_layouts(model))
        yield Home(replace(home.around, model=model, tables=tables))
        tables.close()


def with_case_columns(*columns: Column, without: str = "") -> Model:
    """The slice with columns added to `court_case`, or put in the place of those with their name."""
    model = cases_of_extracts()
    entity = model.entities["court_case"]
    named = {column.name: column for column in (*entity.columns, *columns) if column.name != without}
    return replace(model, entities={"court_case": replace(entity, columns=tuple(named.values()))})


def column(name: str, field_id: int = 800, kind: str = "string", meaning: str = "An invented column.") -> Column:
    like = cases_of_extracts().entities["court_case"].columns[-1]
    return replace(like, name=name, field_id=field_id, type=kind, meaning=meaning, code_list="", references="")


def migrate(home: Home, **said: bool) -> Migrated:
    return migrate_tables(home.around, **said)


def kinds(home: Home, table: str = CASES) -> dict[str, str]:
    return {one.column: one.kind for one in plan_migration(home.around) if one.table == table}


def test_a_home_of_the_same_model_differs_in_tables_that_are_not_made_yet_alone(tmp_path: Path) -> None:
    with under(tmp_path, with_case_columns()) as home:
        weeks(home, "A B")
        assert {one.kind for one in plan_migration(home.around)} == {NEW_TABLE}
        migrate(home)
        assert plan_migration(home.around) == []
        assert standing(home) == "A B"


def test_old_rows_and_new_are_read_after_columns_were_added_and_widened(tmp_path: Path) -> None:
    before = with_case_columns(column("invented_count", 801, "int"))
    after = with_case_columns(column("invented_count", 801, "long"), column("invented_name", 800))
    with under(tmp_path, before) as home:
        weeks(home, "A B")
    with under(tmp_path, after) as home:
        assert standing(home) == "A B"
        assert kinds(home) == {"invented_count": WIDER, "invented_name": NEW_COLUMN}
        with pytest.raises(SettingsError, match="onecrown migrate"):
            change_of(home, "A C")
        migrate(home)
        assert kinds(home) == {}
        weeks(home, "A C")
        assert standing(home) == "A C"
    fields = {field.name: (field.field_id, str(field.field_type)) for field in iceberg(tmp_path).schema().fields}
    assert (fields["invented_count"], fields["invented_name"]) == ((801, "long"), (800, "string"))
    rows = iceberg(tmp_path).scan().to_arrow().to_pylist()
    assert {row["invented_name"] for row in rows} == {None}
    assert {row["source_case_id"] for row in rows} == {"A", "C"}


def test_nothing_is_counted_and_no_batch_opened_before_a_migration(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        weeks(home, "A")
    changed = replace(with_case_columns(column("invented_name")), measures=load_model().measures)
    with under(tmp_path, changed) as home:
        with pytest.raises(SettingsError, match=r"onecrown\.court_case; .*onecrown migrate --apply.*onecrown measure"):
            count_anew(home.around)
        assert last_batch_of(home.around) is None


def test_a_merge_goes_on_after_a_migration(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A B"), "2026-01-01"))
    with under(tmp_path, with_case_columns(column("invented_name"))) as home:
        done = migrate(home)
        assert "onecrown backfill xhibit" in done.then
        weeks(home, "A B/G C")
        assert standing(home) == "A B/G C"


def test_maintenance_leaves_a_table_of_another_model_alone_and_says_why(tmp_path: Path) -> None:
    with under(tmp_path, with_case_columns()) as home:
        weeks(home, "A B", "A/G B", "A B")
    with under(tmp_path, with_case_columns(column("invented_name"))) as home:
        notes = {one.before.table: one.note for one in maintain(home).tables}
        assert "onecrown migrate" in notes[CASES]
        migrate(home)
        maintain(home)
        assert (len(plan(home).state.data), standing(home)) == (1, "A B")


def test_comments_and_properties_follow_the_model(tmp_path: Path) -> None:
    with under(tmp_path, with_case_columns(column("invented_name"))) as home:
        weeks(home, "A")
    said = with_case_columns(column("invented_name", meaning="Another invented meaning."))
    personal = with_case_columns(replace(column("invented_name"), sensitivity="personal"))
    with under(tmp_path, said) as home:
        assert kinds(home) == {"invented_name": COMMENT}
        migrate(home)
        assert iceberg(tmp_path).schema().find_field("invented_name").doc == "Another invented meaning."
    with under(tmp_path, personal) as home:
        assert PROPERTY in kinds(home).values()
        migrate(home)
        assert iceberg(tmp_path).properties["write.metadata.metrics.column.invented_name"] == "none"


def test_a_column_that_the_model_no_longer_has_goes_with_consent_alone(tmp_path: Path) -> None:
    with under(tmp_path, with_case_columns(column("invented_name"))) as home:
        weeks(home, "A")
    with under(tmp_path, with_case_columns()) as home:
        assert kinds(home) == {"invented_name": GONE}
        before = iceberg(tmp_path).metadata_location
        with pytest.raises(UsageError, match="--allow-destructive"):
            migrate(home)
        assert iceberg(tmp_path).metadata_location == before
        migrate(home, allow_destructive=True)
        assert "invented_name" not in iceberg(tmp_path).schema().column_names
        weeks(home, "A B")
        assert standing(home) == "A B"


def test_another_type_under_the_same_field_id_is_mended_in_the_model(tmp_path: Path) -> None:
    with under(tmp_path, with_case_columns(column("invented_count", 801, "long"))) as home:
        weeks(home, "A")
    with under(tmp_path, with_case_columns(column("invented_count", 801, "int"))) as home:
        assert kinds(home) == {"invented_count": RETYPED}
        with pytest.raises(SettingsError, match="field_id"):
            migrate(home, allow_destructive=True)
    with under(tmp_path, with_case_columns(column("invented_count", 802, "int"))) as home:
        assert RENUMBERED in kinds(home).values()
        migrate(home, allow_destructive=True)
        weeks(home, "A B")
        assert standing(home) == "A B"


def test_a_field_put_between_others_of_a_contract_does_not_move_what_is_stored(tmp_path: Path) -> None:
    model = cases_of_extracts()
    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A B"), "2026-01-01"))
        before = home.ask(f"SELECT * EXCLUDE (_file, _pos) FROM {{{BODIES}}} ORDER BY ALL")
    layouts = table_layouts(model)
    layouts[BODIES] = _with_first(layouts[BODIES], TableColumn(0, "invented_first", "string"))
    tables = open_local_tables(tmp_path / "catalog.db", tmp_path / "warehouse", layouts)
    with home_of_cases(tmp_path) as home:
        moved = Home(replace(home.around, tables=tables))
        names = f"SELECT * EXCLUDE (_file, _pos, invented_first) FROM {{{BODIES}}} ORDER BY ALL"
        assert moved.ask(names) == before
        tables.shapes().reshape(migrated(layouts[BODIES], _shape(tables, BODIES)))
        assert moved.ask(names) == before
        assert _shape(tables, BODIES).columns[0].field_id == _shape(tables, BODIES).last_id
    tables.close()


def _with_first(layout: TableLayout, first: TableColumn) -> TableLayout:
    columns = tuple(replace(one, field_id=place) for place, one in enumerate((first, *layout.columns), 1))
    return replace(layout, columns=columns)


def _shape(tables: IcebergTables, table: str) -> TableShape:
    tables.refresh()
    shape = tables.shapes().shape(table)
    assert shape is not None
    return shape


def _layout(database: str, *columns: TableColumn) -> TableLayout:
    return TableLayout(database, "invented", columns, ("a",))


STANDING = TableShape(
    (TableColumn(1, "a", "int"), TableColumn(2, "b", "decimal(6,2)")), {}, {1: "a", 2: "b", 3: "c"}, 3
)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (TableColumn(1, "a", "long"), WIDER),
        (TableColumn(1, "a", "string"), RETYPED),
        (TableColumn(1, "z", "int"), RENAMED),
        (TableColumn(7, "a", "int"), RENUMBERED),
        (TableColumn(3, "z", "int"), REUSED),
        (TableColumn(4, "z", "int"), NEW_COLUMN),
        (TableColumn(2, "b", "decimal(8,2)"), WIDER),
        (TableColumn(2, "b", "decimal(8,3)"), RETYPED),
        (TableColumn(2, "b", "decimal(5,2)"), RETYPED),
    ],
)
def test_what_sets_a_column_of_a_unified_table_apart(column: TableColumn, kind: str) -> None:
    found = differences(_layout("onecrown", column), STANDING, {})
    assert kind in [one.kind for one in found if one.column == column.name]


def test_a_history_column_of_another_type_becomes_a_new_column_of_the_same_name() -> None:
    layout = _layout("onecrown_history", TableColumn(1, "a", "string"), TableColumn(2, "b", "decimal(6,2)"))
    assert [c.field_id for c in migrated(layout, STANDING).columns] == [4, 2]


def test_columns_of_history_have_the_numbers_of_their_table() -> None:
    layout = _layout("onecrown_history", *(TableColumn(n, name, "int") for n, name in enumerate("zba", 1)))
    assert [c.field_id for c in numbered(layout, STANDING).columns] == [4, 2, 1]
