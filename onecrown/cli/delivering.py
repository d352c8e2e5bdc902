"""`onecrown drop` and `onecrown run`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.options import Executor, ExecutorOption, FormOption, HomeOption, home_for
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.contracts import Contract
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.erase_records import resume_erasures
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, HELD, MERGING, QUARANTINED, VALIDATED, WITHDRAWN, Arrival, Drop
from onecrown.receiving.landing_key import extract_instant

WATCH_SECONDS = 1.0


def drop(
    dataset: Annotated[
        str, typer.Argument(metavar="SOURCE/DATASET", help="For example common_platform/hearing_resulted.")
    ],
    files: Annotated[list[str], typer.Argument(metavar="FILE…", help="Files to deliver; - is standard input.")],
    extract_date: Annotated[
        str | None, typer.Option("--extract-date", help="When the source extracted or sent them: a date or date-time.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="The name to deliver under; needed with -.")] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Deliver copies of files to the landing zone. Nothing is overwritten; `run` handles what has arrived."""
    with home_for(home) as surroundings:
        contract = _contract(surroundings, dataset)
        prefix = _prefix(contract, extract_date)
        _check_files(files, name)
        arrivals = [_deliver(surroundings, prefix, file, name) for file in files]
        rows = [(arrival.key, arrival.path.stat().st_size, arrival.arrived_at) for arrival in arrivals]
        show(("landing_key", "bytes", "arrived_at"), rows, form)
        errors.print(f"[dim]{len(arrivals)} delivered. Next: onecrown run[/dim]")


def _contract(home: Surroundings, dataset: str) -> Contract:
    contract = home.model.contracts.get(dataset)
    if contract is None:
        raise UsageError(f"there is no dataset `{dataset}`{nearest(dataset, home.model.contracts)}")
    return contract


def _prefix(contract: Contract, extract_date: str | None) -> str:
    if extract_date is None:
        return f"{contract.name}/"
    try:
        extract_instant(extract_date)
    except ValueError as error:
        raise UsageError(
            "--extract-date must be an ISO date or date-time, for example 2026-01-31 or 2026-01-31T02:00:00Z"
        ) from error
    return f"{contract.name}/extract_date={extract_date}/"


def _check_files(files: list[str], name: str | None) -> None:
    if "-" in files and name is None:
        raise UsageError("standard input has no name; give one with --name")
    if name is not None and len(files) > 1:
        raise UsageError("--name goes with one file")
    missing = [file for file in files if file != "-" and not Path(file).is_file()]
    if missing:
        raise UsageError(f"there is no file {', '.join(missing)}")


def _deliver(home: Surroundings, prefix: str, file: str, name: str | None) -> Arrival:
    if file == "-":
        return home.landing.deliver(f"{prefix}{name}", None, iter(lambda: sys.stdin.buffer.read(1 << 20), b""))
    return home.landing.deliver(f"{prefix}{name or Path(file).name}", Path(file), None)


def run(
    watch: Annotated[bool, typer.Option("--watch", help="Go on as files arrive, until interrupted.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 where a drop was quarantined, held or failed.")
    ] = False,
    executor: ExecutorOption = Executor.embedded,
    home: HomeOption = None,
) -> None:
    """Handle everything that has arrived, to the end."""
    with progress() as tell, home_for(home, tell) as opened:
        surroundings = replace(opened, executor=executor.value)
        handled, redone = _handle(surroundings)
        _summarise(surroundings, handled, redone)
        while watch:
            time.sleep(WATCH_SECONDS)
            more, redone = _handle(surroundings)
            if more:
                _summarise(surroundings, more, redone)
        trouble = any(drop.state in (QUARANTINED, HELD, FAILED) for drop in _now(surroundings, handled))
    if strict and trouble:
        raise typer.Exit(1)
    if any(drop.state == FAILED for drop in handled):
        raise typer.Exit(6)


def _handle(home: Surroundings) -> tuple[list[Drop], int]:
    """Receive and merge until there is nothing new; give the drops that were touched, and how often a merge was redone."""
    redone = 0
    resume_erasures(home)
    leaving = [drop for drop in home.ledger.drops([WITHDRAWN]) if drop.standing]
    handled = {drop.drop_id: drop for drop in (*home.ledger.drops([VALIDATED, MERGING]), *leaving)}
    while True:
        received = receive_arrivals(home, home.landing.arrivals())
        handled.update({drop.drop_id: drop for drop in received})
        merged = merge_pending(home)
        redone += merged.redone
        if not received and not merged.drops:
            return list(handled.values()), redone
        if all(drop.state == FAILED for drop in received):
            return list(handled.values()), redone


def _now(home: Surroundings, drops: list[Drop]) -> list[Drop]:
    return [now for drop in drops if (now := home.ledger.drop(drop.drop_id)) is not None]


def _summarise(home: Surroundings, handled: list[Drop], redone: int) -> None:
    now = _now(home, handled)
    if not now:
        errors.print("[dim]Nothing new has arrived. Deliver with: onecrown drop SOURCE/DATASET FILE[/dim]")
        return
    states = Counter(drop.state for drop in now)
    said = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    rejects = sum(drop.total("quarantined") for drop in now)
    errors.print(f"{len(now)} drop{'s' if len(now) != 1 else ''} handled: {said}; {rejects} records in quarantine.")
    if redone:
        errors.print(f"[dim]Merged anew {redone} time{'s' if redone != 1 else ''}: another process was first.[/dim]")
    hints = ["onecrown drops"]
    hints += ["onecrown rejects DROP"] if rejects else []
    hints += ["onecrown release DROP --reason …"] if states[HELD] else []
    errors.print(f"[dim]Next: {' · '.join(hints)}[/dim]")
