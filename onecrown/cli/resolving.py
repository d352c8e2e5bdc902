"""`onecrown persons`: defendants resolved to persons, and the pairs that wait for somebody."""

from __future__ import annotations

from typing import Annotated

import typer

from onecrown.cli.options import Chosen, FormOption, HomeOption, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.flows.resolve_persons import Resolved, plan_persons, resolve_persons
from onecrown.flows.review_persons import SHOWN, WAITING, decide_pair, waiting_pairs, waiting_pairs_in_clear

persons = typer.Typer(help="Resolve defendants to persons; decide the pairs that wait.", invoke_without_command=True)

_CHANGES = ("table", "added", "deleted")
_PairArgument = Annotated[str, typer.Argument(help="The beginning of a pair's id, long enough to be the only one.")]
_WhyOption = Annotated[str, typer.Option("--reason", help="Why, without any name: it is kept with the decision.")]


@persons.callback()
def resolve(
    context: typer.Context,
    plan: Annotated[bool, typer.Option("--plan", help="Show what would change; change nothing.")] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Resolve defendants to persons over all cases and systems; only what differs is written."""
    if context.invoked_subcommand is not None:
        Chosen.home = home or Chosen.home
        return
    with progress() as tell, home_for(home, tell) as surroundings:
        done = plan_persons(surroundings) if plan else resolve_persons(surroundings)
        _tell(done)
        rows = [(one.table, one.added, one.deleted) for one in done.changes if one.added or one.deleted]
        show(_CHANGES, rows, form, "the tables of persons are as they should be")


def _tell(done: Resolved) -> None:
    errors.print(
        f"{done.exact_persons} exact persons are {done.persons} persons: {done.accepted} pairs accepted, "
        f"{done.review} wait for review, {done.rejected} rejected; {done.merged} ids merged, {done.split} split off.",
        soft_wrap=True,
    )
    if done.common_blocks:
        errors.print(f"{done.common_blocks} values are too common to compare within (most_in_block).", soft_wrap=True)
    if done.review:
        errors.print("Next: onecrown persons review")


@persons.command()
def review(
    in_clear: Annotated[bool, typer.Option("--show", help="Add what the records of both say: personal data.")] = False,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The pairs that wait for somebody, the strongest first: weight, why they wait, which comparisons agreed."""
    with home_for(home) as surroundings:
        if in_clear:
            show(SHOWN, waiting_pairs_in_clear(surroundings), form, "no pair waits")
        else:
            show(WAITING, waiting_pairs(surroundings), form, "no pair waits")


@persons.command()
def accept(pair: _PairArgument, reason: _WhyOption = "", home: HomeOption = None) -> None:
    """Say that the two of a pair are one person; the next `onecrown persons` obeys."""
    _decide(pair, True, reason, home)


@persons.command()
def reject(pair: _PairArgument, reason: _WhyOption, home: HomeOption = None) -> None:
    """Say that the two of a pair are not one person; the next `onecrown persons` keeps them apart."""
    _decide(pair, False, reason, home)


def _decide(pair: str, accepted: bool, reason: str, home: HomeOption) -> None:
    with home_for(home) as surroundings:
        done = decide_pair(surroundings, pair, accepted, reason)
        errors.print(f"{done.link_id[:12]} is {'accepted' if accepted else 'rejected'}. Next: onecrown persons")
