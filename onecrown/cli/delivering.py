"""`onecrown drop` and `onecrown run`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.crews import crew_of
from onecrown.cli.on_aws import aws_landing, environment_named
from onecrown.cli.options import (
    Chosen,
    EnvironmentOption,
    Executor,
    ExecutorOption,
    FormOption,
    HomeOption,
    Where,
    ending,
    home_for,
)
from onecrown.cli.progress import progress
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.contracts import Contract
from onecrown.definitions.model import Model, load_model
from onecrown.definitions.reading import nearest
from onecrown.errors import UsageError
from onecrown.flows.erase_records import resume_erasures
from onecrown.flows.merge_drops import merge_pending
from onecrown.flows.pending_drops import pending_drops
from onecrown.flows.receive_drops import receive_arrivals
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import FAILED, HELD, QUARANTINED, Arrival, Drop, Landing
from onecrown.receiving.landing_key import extract_instant

WATCH_SECONDS = 1.0


def drop(
    dataset: Annotated[
        str, typer.Argument(metavar="SOURCE/DATASET", help="For example common_platform/hearing_resulted.")
    ],
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE…",
            help="Files to deliver; - is standard input. None where the first is a folder of landing keys.",
        ),
    ] = None,
    extract_date: Annotated[
        str | None, typer.Option("--extract-date", help="When the source extracted or sent them: a date or date-time.")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="The name to deliver under; needed with -.")] = None,
    to: Annotated[
        Where, typer.Option("--to", help="The home's landing zone, or an environment's on AWS.")
    ] = Where.here,
    environment: EnvironmentOption = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Deliver copies of files to the landing zone. Nothing is overwritten; `run` handles what has arrived."""
    if Where.aws in (to, Chosen.where):
        with ending(), aws_landing(environment_named(environment or Chosen.environment)) as landing:
            _deliver_said(landing, load_model(), dataset, extract_date, files or [], name, form)
            errors.print("[dim]It is handled there by itself. Later: onecrown --on aws drops[/dim]")
        return
    with home_for(home) as surroundings:
        count = _deliver_said(surroundings.landing, surroundings.model, dataset, extract_date, files or [], name, form)
        errors.print(f"[dim]{count} delivered. Next: onecrown run[/dim]")


def _deliver_said(
    landing: Landing,
    model: Model,
    dataset: str,
    extract_date: str | None,
    files: list[str],
    name: str | None,
    form: Form,
) -> int:
    if files:
        return _deliver_all(landing, model, dataset, extract_date, files, name, form)
    folder = Path(dataset)
    if not folder.is_dir():
        raise UsageError("name the files to deliver, or a folder that holds SOURCE/DATASET/…/FILE")
    return _deliver_tree(landing, model, folder)


def _deliver_tree(landing: Landing, model: Model, folder: Path) -> int:
    """Every file below the folder under the landing key that its place there is."""
    keys = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for dataset in sorted({"/".join(key.split("/")[:2]) for key in keys}):
        _contract(model, dataset)
    with progress() as tell:
        for done, (key, path) in enumerate(keys.items(), 1):
            landing.deliver(key, path, None)
            tell("deliver", done, len(keys))
    return len(keys)


def _deliver_all(
    landing: Landing,
    model: Model,
    dataset: str,
    extract_date: str | None,
    files: list[str],
    name: str | None,
    form: Form,
) -> int:
    prefix = _prefix(_contract(model, dataset), extract_date)
    _check_files(files, name)
    arrivals = [_deliver(landing, prefix, file, name) for file in files]
    show(("landing_key", "bytes", "arrived_at"), [(a.key, size, a.arrived_at) for a, size in arrivals], form)
    return len(arrivals)


def _contract(model: Model, dataset: str) -> Contract:
    contract = model.contracts.get(dataset)
    if contract is None:
        raise UsageError(f"there is no dataset `{dataset}`{nearest(dataset, model.contracts)}")
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


def _deliver(landing: Landing, prefix: str, file: str, name: str | None) -> tuple[Arrival, int]:
    """The arrival and its bytes."""
    if file == "-":
        sizes: list[int] = []
        return landing.deliver(f"{prefix}{name}", None, _measured(sizes)), sum(sizes)
    path = Path(file)
    return landing.deliver(f"{prefix}{name or path.name}", path, None), path.stat().st_size


def _measured(sizes: list[int]) -> Iterator[bytes]:
    """Standard input in chunks, whose sizes are noted."""
    for chunk in iter(lambda: sys.stdin.buffer.read(1 << 20), b""):
        sizes.append(len(chunk))
        yield chunk


def run(
    watch: Annotated[bool, typer.Option("--watch", help="Go on as files arrive, until interrupted.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 where a drop was quarantined, held or failed.")
    ] = False,
    executor: ExecutorOption = Executor.embedded,
    home: HomeOption = None,
) -> None:
    """Handle everything that has arrived, to the end."""
    if Chosen.where is Where.aws and home is None:
        with ending():
            raise UsageError("on AWS what arrives is handled by itself; see onecrown --on aws drops")
    with progress() as tell, home_for(home, tell) as opened:
        crew = crew_of(home or Chosen.home, opened.resources)
        surroundings = replace(opened, executor=executor.value, crew=crew)
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
    handled = {drop.drop_id: drop for drop in pending_drops(home)}
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
