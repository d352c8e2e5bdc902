"""`onecrown site`: the figures as pages to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from onecrown.cli.options import HomeOption, home_for
from onecrown.cli.showing import errors


def site(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The folder for the pages: a new one, or an earlier site.")
    ],
    release: Annotated[
        str | None,
        typer.Option("--release", metavar="NAME", help="A release; the last complete batch where it is left out."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write the figures as a static site: charts with tables beside them, quality, the dictionary. Open OUT/index.html."""
    from onecrown.flows.site_editions import edition_of_batch, edition_of_release  # sqlglot takes a while to load
    from onecrown.flows.write_site import write_site

    with home_for(home) as surroundings:
        edition = edition_of_batch(surroundings) if release is None else edition_of_release(surroundings, release)
        count = write_site(edition, out)
    said = f"{count} pages written. {edition.source.said}. Open {out / 'index.html'}"
    errors.print(said, markup=False, soft_wrap=True)
