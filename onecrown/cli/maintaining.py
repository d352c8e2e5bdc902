"""Commands that look after the tables: maintain, migrate."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from onecrown.cli.options import FormOption, HomeOption, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.flows.erase_records import resume_erasures
from onecrown.flows.maintain_tables import Maintained, TableDone, maintain_tables, plan_tables
from onecrown.flows.migrate_tables import migrate_tables, plan_migration, then
from onecrown.flows.orphan_files import find_orphans
from onecrown.flows.rebuild_tables import rebuild_tables
from onecrown.flows.surroundings import Surroundings
from onecrown.flows.table_plans import Keeping, TablePlan
from onecrown.rendering.table_shapes import Difference

_SHOWN = ("table", "rows", "files", "bytes", "delete_files", "deleted_share", "snapshots", "todo", "why")
PLANNED = (*_SHOWN, "rewrite_files", "expire_snapshots")
DONE = (
    *("table", "commits", "expired_snapshots", "files_before", "files_after", "delete_files_before"),
    *("delete_files_after", "bytes_before", "bytes_after", "note"),
)
DIFFERENCES = ("table", "column", "difference", "said", "destructive")


def maintain(
    plan: Annotated[bool, typer.Option("--plan", help="Show what would be done, and why; change nothing.")] = False,
    minutes: Annotated[float, typer.Option("--minutes", help="Begin nothing new after so many minutes.")] = 30,
    keep_days: Annotated[int, typer.Option("--keep-days", min=1, help="How long a snapshot is kept.")] = 30,
    orphans_older_than: Annotated[
        float,
        typer.Option("--orphans-older-than", min=0, help="In hours: what is younger may belong to a run at work."),
    ] = 168,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Compact tables, forget old snapshots, remove files that nothing names. Gives way to a merge at work."""
    keeping = Keeping(timedelta(days=keep_days), timedelta(hours=orphans_older_than))
    with home_for(home, _tell) as surroundings:
        if plan:
            _show_plan(surroundings, keeping, form)
        else:
            resume_erasures(surroundings)
            _show_done(maintain_tables(surroundings, keeping, minutes), form)


def _tell(_step: str, done: int, whole: int) -> None:
    if errors.is_terminal:
        errors.print(f"[dim]table {done} of {whole}[/dim]", end="\r")


def _show_plan(home: Surroundings, keeping: Keeping, form: Form) -> None:
    plans = plan_tables(home, keeping)
    orphans = find_orphans(home, keeping.orphans_for)
    columns = _SHOWN if form is Form.table else PLANNED
    show(columns, [_planned(one)[: len(columns)] for one in plans], form, "no tables yet")
    size = sum(orphan.bytes for orphan in orphans)
    errors.print(f"{len(orphans)} files or folders that nothing names would be removed ({size} bytes).")


def _planned(plan: TablePlan) -> tuple[Any, ...]:
    state = plan.state
    todo = [*(["compact"] if plan.compacts else []), *(["expire"] if plan.expired else [])]
    measured = (len(state.data), plan.bytes, len(state.deletes), round(plan.deleted_share, 4), len(state.snapshots))
    counts = (len(plan.rewritten), len(plan.expired))
    return (plan.table, plan.rows, *measured, " and ".join(todo), ", ".join(plan.why), *counts)


def _show_done(done: Maintained, form: Form) -> None:
    if done.refused:
        errors.print(f"Nothing was done: {done.refused}", soft_wrap=True)
        return
    touched = [one for one in done.tables if one.commits or one.expired or one.note]
    show(DONE, [_done(one) for one in touched], form, "every table is in order")
    errors.print(f"{done.orphans} files or folders that nothing named were removed ({done.orphan_bytes} bytes).")


def _done(one: TableDone) -> tuple[Any, ...]:
    before, after = one.before.state, one.after.state
    return (
        *(one.before.table, one.commits, one.expired, len(before.data), len(after.data)),
        *(len(before.deletes), len(after.deletes), one.before.bytes, one.after.bytes, one.note),
    )


def migrate(
    apply: Annotated[
        bool, typer.Option("--apply/--plan", help="Bring the tables to the model, or only show the differences.")
    ] = False,
    allow_destructive: Annotated[
        bool,
        typer.Option("--allow-destructive", help="Also what could lose values: columns gone, renamed, renumbered."),
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="With --plan: end with 1 where there is a difference.")
    ] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Compare the tables with the model: columns, types, comments, properties; with --apply bring them to it."""
    with home_for(home) as surroundings:
        if apply:
            done = migrate_tables(surroundings, allow_destructive)
            _show_differences(done.applied, done.then, form)
            errors.print(f"{len(done.applied)} differences mended.")
            return
        found = plan_migration(surroundings)
        _show_differences(found, then(surroundings, found), form)
        if found:
            errors.print("Next: onecrown migrate --apply")
    if strict and found:
        raise typer.Exit(1)


def rebuild(home: HomeOption = None) -> None:
    """After a disaster: merge every drop anew into a home whose catalogue and warehouse are gone."""
    with progress() as tell, home_for(home, tell) as surroundings:
        done = rebuild_tables(surroundings)
        errors.print(f"{done.drops} drops merged anew. Next: onecrown check")


def _show_differences(found: Any, commands: Any, form: Form) -> None:
    show(DIFFERENCES, [_difference(one) for one in found], form, "the tables are as the model says")
    for command in commands:
        errors.print(f"[dim]A new column is empty for older rows until: {command}[/dim]")


def _difference(one: Difference) -> tuple[Any, ...]:
    return (one.table, one.column, one.kind, one.said, one.is_destructive)
