"""Commands by which people act: release, refuse, withdraw, replay, rejudge; and `model check`."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from onecrown.cli.options import DropArgument, Executor, ExecutorOption, HomeOption, ReasonOption, ending, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import errors
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model
from onecrown.definitions.published_columns import load_published_columns
from onecrown.errors import DefinitionError
from onecrown.flows.act_on_drops import refuse_drop, release_drop, withdraw_drop
from onecrown.flows.backfill_tables import backfill_source
from onecrown.flows.rejudge_drops import rejudge_dataset, replay_drop
from onecrown.forecasting.assumptions import load_assumptions
from onecrown.linkage.condition_checks import condition_problems
from onecrown.ports import VALIDATED


def release(drop: DropArgument, reason: ReasonOption, home: HomeOption = None) -> None:
    """Let a held drop go on, or a withdrawn one come back; the next run merges it."""
    with home_for(home) as surroundings:
        done = release_drop(surroundings, drop, reason)
        errors.print(f"{done.drop_id[:12]} is {done.state}. Next: onecrown run")


def refuse(drop: DropArgument, reason: ReasonOption, home: HomeOption = None) -> None:
    """Leave a held drop out for good. The file stays in landing."""
    with home_for(home) as surroundings:
        done = refuse_drop(surroundings, drop, reason)
        errors.print(f"{done.drop_id[:12]} is {done.state}.")


def withdraw(drop: DropArgument, reason: ReasonOption, home: HomeOption = None) -> None:
    """Take a wrong drop out of the set; the next run takes out its records and works out again what they touched."""
    with home_for(home) as surroundings:
        done = withdraw_drop(surroundings, drop, reason)
        errors.print(f"{done.drop_id[:12]} is {done.state}.{' Next: onecrown run' if done.standing else ''}")


def replay(drop: DropArgument, home: HomeOption = None) -> None:
    """Judge a drop anew under the newest contract, so that its quarantined records go on. Nothing accepted is lost."""
    with home_for(home) as surroundings:
        done = replay_drop(surroundings, drop)
        quarantined = done.total("quarantined")
        errors.print(
            f"{done.drop_id[:12]} is {done.state}; {quarantined} of its {done.total('read')} records are in quarantine."
        )
        errors.print(f"Next: onecrown {'run' if done.state == VALIDATED else f'rejects {done.drop_id[:12]}'}")


def rejudge(
    dataset: Annotated[str, typer.Argument(metavar="SOURCE/DATASET", help="For example xhibit/extract.")],
    home: HomeOption = None,
) -> None:
    """Judge every drop of a dataset that an older contract judged. What the newest contract rejects leaves the set."""
    with progress() as tell, home_for(home, tell) as surroundings:
        done = rejudge_dataset(surroundings, dataset)
        for drop, reason in done.left:
            errors.print(f"{drop.drop_id[:12]} stays as it was: {reason}")
        if done.left:
            errors.print(f"{len(done.left)} stay as they were: withdraw them, or mend the contract.")
        elif not done.drops:
            errors.print(f"Every drop of {dataset} was judged by the newest contract; nothing to do.")
        if done.drops:
            waits = any(drop.state == VALIDATED for drop in done.drops)
            errors.print(f"Judged anew: {len(done.drops)} of {dataset}. Next: onecrown {'run' if waits else 'drops'}")


def backfill(
    source: Annotated[str, typer.Argument(metavar="SOURCE[/DATASET]", help="For example xhibit or xhibit/extract.")],
    executor: ExecutorOption = Executor.embedded,
    home: HomeOption = None,
) -> None:
    """Work the unified tables of a source out anew from its history; only what differs is written."""
    with home_for(home) as opened:
        done = backfill_source(replace(opened, executor=executor.value), source)
        errors.print(f"{done.tables} tables changed: {done.added} rows written, {done.deleted} taken away.")


def model_check() -> None:
    """Read the whole model and report every mistake in it."""
    from onecrown.rendering.vetted_sql import mapping_problems  # sqlglot takes a while to load: this command needs it

    with ending():
        model = load_model()
        if problems := [*mapping_problems(model), *condition_problems(model.person_linkage)]:
            raise DefinitionError(problems)
        load_lifecycle(model)
        load_assumptions()
        if model.measures:
            load_published_columns(model.measures)
        errors.print(
            f"{len(model.entities)} entities, {len(model.code_lists)} code lists and {len(model.contracts)} contracts hold."
        )
