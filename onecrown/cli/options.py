"""The options that several commands share, and how errors end a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from onecrown.cli.home import open_home
from onecrown.cli.on_aws import aws_home, environment_named
from onecrown.cli.showing import Form, errors
from onecrown.errors import OneCrownError
from onecrown.flows.surroundings import Progress, Surroundings, silent

DEFAULT_HOME = Path(".onecrown")
FormOption = Annotated[Form, typer.Option("--format", help="How rows are written: table, csv or json.")]
HomeOption = Annotated[Path | None, typer.Option("--home", help="The embedded home.", show_default=".onecrown")]
DropArgument = Annotated[str, typer.Argument(help="The beginning of a drop id, long enough to be the only one.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why: it is kept with the drop.")]


class Executor(StrEnum):
    """Where a batch is worked out."""

    embedded = "embedded"
    distributed = "distributed"
    auto = "auto"


ExecutorOption = Annotated[
    Executor, typer.Option("--executor", help="Where to work: here, on Spark, or by the size of what is pending.")
]


class Where(StrEnum):
    """Where a command works."""

    here = "here"
    aws = "aws"


EnvironmentOption = Annotated[
    str | None,
    typer.Option("--environment", help="The environment on AWS.", show_default="$ONECROWN_ENVIRONMENT or dev"),
]


class Chosen:
    """What was said before the command."""

    home: Path = DEFAULT_HOME
    where: Where = Where.here
    environment: str | None = None


@contextmanager
def home_for(said: Path | None, progress: Progress = silent) -> Iterator[Surroundings]:
    """Open the home that was chosen; end with the exit code of an error's branch, and its message."""
    with ending(), _opened(said, progress) as home:
        yield home


def _opened(said: Path | None, progress: Progress) -> AbstractContextManager[Surroundings]:
    if Chosen.where is Where.aws and said is None:
        return aws_home(environment_named(Chosen.environment))
    return open_home(said or Chosen.home, progress)


@contextmanager
def ending() -> Iterator[None]:
    """Errors of ours end the command with their exit code and a message that says what to do next."""
    try:
        yield
    except OneCrownError as error:
        errors.print(f"[red]onecrown:[/red] {escape(str(error))}", markup=True, soft_wrap=True, emoji=False)
        raise typer.Exit(error.exit_code) from error
