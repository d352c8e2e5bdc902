"""The command line: one command a line of this page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onecrown import __version__
from onecrown.cli import (
    acting,
    delivering,
    erasing,
    forecasting,
    gating,
    listing,
    living,
    looking,
    maintaining,
    matching,
    measuring,
    modelling,
    publishing,
    reading,
    resolving,
    synthesising,
)
from onecrown.cli.options import DEFAULT_HOME, Chosen, EnvironmentOption, Where

app = typer.Typer(
    name="onecrown",
    help="The criminal courts' data of England and Wales as one trusted dataset.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
model = typer.Typer(help="The definitions.", no_args_is_help=True)

for command in (
    *(delivering.drop, delivering.run),
    *(listing.drops, listing.deliveries, listing.rejects, listing.flags, listing.drift, listing.unmapped),
    *(acting.release, acting.refuse, acting.withdraw, acting.replay, acting.rejudge, acting.backfill),
    *(maintaining.maintain, maintaining.migrate, maintaining.rebuild, erasing.erase),
    *(reading.tables, reading.describe, reading.check, reading.explain, living.lifecycle),
    *(measuring.measure, measuring.measures, matching.published),
    *(forecasting.project, forecasting.backtest),
    *(gating.gates, publishing.publish, publishing.releases, publishing.compare, looking.site),
):
    app.command()(command)
app.command("synthesise")(synthesising.make_synthetic)
app.command("score")(synthesising.score)
app.command(context_settings={"ignore_unknown_options": True})(reading.query)  # SQL may begin with a -- comment
model.command("check")(acting.model_check)
model.command("diff")(modelling.model_diff)
app.add_typer(model, name="model")
app.add_typer(resolving.persons, name="persons")


@app.callback()
def choose(
    home: Annotated[Path, typer.Option("--home", help="The embedded home.")] = DEFAULT_HOME,
    on: Annotated[Where, typer.Option("--on", help="Work here, or on an environment's drops and tables.")] = Where.here,
    environment: EnvironmentOption = None,
    version: Annotated[bool, typer.Option("--version", help="Say the version.", is_eager=True)] = False,
) -> None:
    """What holds for every command."""
    if version:
        typer.echo(__version__)
        raise typer.Exit
    Chosen.home, Chosen.where, Chosen.environment = home, on, environment


def main() -> None:
    """The entry point."""
    app()
