"""`onecrown erase`: a case or a defendant leaves every store."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from onecrown.cli.options import FormOption, HomeOption, ReasonOption, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.errors import UsageError
from onecrown.flows.erase_records import Concerned, erase_subject, plan_erasure
from onecrown.flows.find_subject import Kind, Subject, find_subject

PLANNED = ("store", "kind", "holds_records", "files", "records", "how")


def erase(
    reason: ReasonOption,
    case: Annotated[
        str | None, typer.Option("--case", help="A case with everybody on it: our id, or the source's.")
    ] = None,
    defendant: Annotated[
        str | None, typer.Option("--defendant", help="One defendant on a case, or a person: our id, or the source's.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option("--dataset", help="SOURCE/DATASET, where a key names more than one.")
    ] = None,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show every store and what would be done; change nothing.")
    ] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Erase a case or a defendant from every store of the home, for good. Published counts stand."""
    with progress() as tell, home_for(home, tell) as surroundings:
        kind, key = _asked(case, defendant)
        subject = find_subject(surroundings, kind, key, dataset)
        _tell_subject(subject)
        if plan:
            show(PLANNED, [_planned(one, subject) for one in plan_erasure(surroundings, subject)], form)
            return
        done = erase_subject(surroundings, subject, reason)
        errors.print(f"Erasure {done.number} of {done.dataset} is {done.state}.")


def _asked(case: str | None, defendant: str | None) -> tuple[Kind, str]:
    said = [(Kind.case, case), (Kind.defendant, defendant)]
    given = [(kind, key) for kind, key in said if key]
    if len(given) != 1:
        raise UsageError("say whom: --case KEY or --defendant KEY")
    return given[0]


def _tell_subject(subject: Subject) -> None:
    kinds = ", ".join(f"{len(keys)} {kind}" for kind, keys in subject.keys.items())
    errors.print(f"One {subject.kind} of {subject.dataset}: {kinds}, and every record that says it is theirs.")
    if subject.people_staying:
        errors.print(
            f"{subject.people_staying} records of the person stay, as other cases have them; erase those too, or the person."
        )


def _planned(one: Concerned, subject: Subject) -> tuple[Any, ...]:
    return (one.store.name, one.store.kind, one.store.holds(subject.dataset), one.files, one.records, one.store.how)
