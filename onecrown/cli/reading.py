"""Commands that read the tables: tables, describe, check, explain, query."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from onecrown.cli.measuring import tell_measure
from onecrown.cli.on_aws import ask_athena, environment_named
from onecrown.cli.options import Chosen, EnvironmentOption, FormOption, HomeOption, Where, ending, home_for
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.check_home import NOTE, OFF, check_home
from onecrown.flows.explain_value import Explanation, Origin, explain_value
from onecrown.flows.published_tables import PublishedTables
from onecrown.rendering.table_layouts import UNIFIED


def tables(form: FormOption = Form.table, home: HomeOption = None) -> None:
    """Every table with its rows at the last complete batch."""
    with home_for(home) as surroundings, surroundings.engine() as con:
        published = PublishedTables(surroundings, con)
        rows: list[tuple[Any, ...]] = []
        for full_name, layout in sorted(published.layouts().items()):
            counted = con.execute(f"SELECT count(*) FROM {published.read(full_name)}").fetchone()
            count = counted[0] if counted else 0
            if count or layout.database == UNIFIED or form is not Form.table:
                rows.append((layout.database, layout.name, count, len(layout.columns), layout.comment))
        show(("database", "table", "rows", "columns", "meaning"), rows, form)


def describe(
    table: Annotated[str, typer.Argument(help="A table: offence, or onecrown_ops.drop.")],
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The columns of a table: type, meaning, code list, sensitivity."""
    with home_for(home) as surroundings, surroundings.engine() as con:
        published = PublishedTables(surroundings, con)
        full_name = table if "." in table else f"{UNIFIED}.{table}"
        layout = published.layouts().get(full_name)
        if layout is None:
            raise UsageError(f"there is no table `{table}`{nearest(full_name, published.layouts())}")
        entity = surroundings.model.entities.get(layout.name) if layout.database == UNIFIED else None
        said = {column.name: column for column in entity.columns} if entity else {}
        rows = [
            (
                c.name,
                c.type,
                said[c.name].code_list if c.name in said else "",
                said[c.name].sensitivity if c.name in said else "",
                c.comment,
            )
            for c in layout.columns
        ]
        if entity:
            errors.print(f"{entity.name}: {entity.meaning} ({entity.grain})", soft_wrap=True)
        show(("column", "type", "code_list", "sensitivity", "meaning"), rows, form)


def check(form: FormOption = Form.table, home: HomeOption = None) -> None:
    """Do the books balance, do references hold, are keys unique; ties, waiting children, unmapped codes. Ends with 1 if off."""
    with home_for(home) as surroundings:
        findings = check_home(surroundings)
        show(
            ("check", "of", "state", "count", "meaning"),
            [(f.check, f.of, f.state, f.count, f.meaning) for f in findings],
            form,
        )
        off = sum(finding.state == OFF for finding in findings)
        notes = sum(finding.state == NOTE for finding in findings)
        errors.print(f"{off} off, {notes} to know of." if off or notes else "Everything adds up.")
    if off:
        raise typer.Exit(1)


def explain(
    what: Annotated[
        str, typer.Argument(help="A unified table, for example offence; or a measure, for example receipts.")
    ],
    key: Annotated[str, typer.Argument(help="The id of a row; or a period: 2025-Q4, 2025-12, 2025-12-31.")],
    more: Annotated[
        list[str] | None, typer.Argument(help="One column of the row; or DIMENSION=CODE, for example region=london.")
    ] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Where a value comes from: mapping, rule or crosswalk, drop and position; or which cases a measure counts, and why not others."""
    with home_for(home) as surroundings:
        if what not in surroundings.model.entities:
            tell_measure(surroundings, what, key, more or [], form)
            return
        found = explain_value(surroundings, what, key, more[0] if more else None)
        if form is Form.table:
            _show_explanation(found)
        else:
            show(_EXPLAINED, [_explained(value, origin) for value in found.values for origin in found.origins], form)


_EXPLAINED = (
    *("column", "value", "reason", "mapping", "dataset", "record_type", "record_hash", "event_at", "is_current"),
    *("drop_id", "file", "landing_key", "position"),
)


def _explained(value: dict[str, Any], origin: Origin) -> tuple[Any, ...]:
    return (
        *(value[name] for name in _EXPLAINED[:4]),
        *(origin.dataset, origin.record_type, origin.record_hash, origin.event_at, origin.is_current),
        *(origin.drop_id, origin.file_name, origin.landing_key, origin.position),
    )


def _show_explanation(found: Explanation) -> None:
    """For a terminal: the values with their reasons, then where the record was delivered."""
    said = [(value["column"], value["value"], value["reason"]) for value in found.values]
    show(("column", "value", "reason"), said, Form.table)
    errors.print(f"\nfrom {found.values[0]['mapping']}; delivered by:")
    rows = [(o.drop_id, o.file_name, o.position, o.event_at, "current" if o.is_current else "") for o in found.origins]
    show(("drop_id", "file", "position", "event_at", "stands"), rows, Form.table)


def query(
    sql: Annotated[str, typer.Argument(help="Athena's SQL over onecrown, onecrown_history and onecrown_ops.")],
    latest: Annotated[
        bool, typer.Option("--latest", help="Read every table at its newest, complete batch or not.")
    ] = False,
    on: Annotated[Where, typer.Option("--on", help="Ask here, or Athena itself.")] = Where.here,
    audience: Annotated[str, typer.Option("--audience", help="Whose workgroup to ask in, on AWS.")] = "analyst",
    environment: EnvironmentOption = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Ask in Athena's SQL, at the last complete batch."""
    if Where.aws in (on, Chosen.where):
        with ending():
            named = environment_named(environment or Chosen.environment)
            show(*ask_athena(named, audience, sql), form, "no rows")
        return
    from onecrown.flows.release_databases import (
        TablesAndReleases,
    )  # sqlglot takes a while to load: this command needs it
    from onecrown.querying.queries import AthenaQueries

    with home_for(home) as surroundings, surroundings.engine() as con:
        tables = TablesAndReleases(surroundings, PublishedTables(surroundings, con, latest))
        answer = AthenaQueries(con, tables).run(sql)
        show(answer.columns, answer.rows, form, "no rows")
