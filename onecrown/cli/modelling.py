"""`onecrown model diff`: two versions of the definitions compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from onecrown.adapters.model_versions import model_folder_of
from onecrown.cli.options import FormOption, ending
from onecrown.cli.showing import Form, errors, show
from onecrown.definitions.lifecycle import FOLDER as LIFECYCLE
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model, model_folder
from onecrown.errors import DefinitionError, UsageError
from onecrown.rendering.model_changes.laws import ChangeClass
from onecrown.rendering.model_changes.versions import ModelChange, ModelVersion, model_changes

_COLUMNS = ("change", "kind", "name", "facet", "before", "after", "owners", "readers", "must_act")
_SHORT_COLUMNS = ("change", "definition", "says", "before", "after", "read by", "must act")
_SHORT = 60
_READERS_SHOWN = 2


def model_diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="A folder, a wheel, or a revision such as v1.2 or HEAD~3.")
    ],
    after: Annotated[
        str | None, typer.Argument(metavar="B", help="The same.", show_default="the definitions in use")
    ] = None,
    allow_broken: Annotated[
        bool, typer.Option("--allow-broken", help="End with 0 where something is broken too.")
    ] = False,
    form: FormOption = Form.table,
) -> None:
    """What changed from one version of the model to another: broken, deprecated, widened, added, restated; who must act."""
    with ending():
        found = model_changes(_version(before), _version(after or str(model_folder())))
    _show(found, form)
    if not allow_broken and any(said.change is ChangeClass.broken for said in found):
        raise typer.Exit(1)


def _version(said: str) -> ModelVersion:
    with model_folder_of(said) as folder:
        try:
            model = load_model(folder)
            rules = folder / LIFECYCLE
            return ModelVersion(model, load_lifecycle(model, rules) if rules.exists() else None)
        except DefinitionError as error:
            raise UsageError(f"the model of `{said}` does not hold: {error}") from error


def _show(found: list[ModelChange], form: Form) -> None:
    if form is Form.table:
        show(_SHORT_COLUMNS, map(_short_row, found), form, "nothing changed")
        counts = Counter(said.change for said in found)
        told = ", ".join(f"{counts[change]} {change}" for change in ChangeClass if counts[change])
        errors.print(f"\n{told}. Everything in full: --format json" if told else "", soft_wrap=True)
        return
    rows = [
        [str(said.change), said.kind, said.name, said.facet, said.before, said.after, *_lists(said, form)]
        for said in found
    ]
    show(_COLUMNS, rows, form)


def _lists(said: ModelChange, form: Form) -> list[object]:
    lists = (said.owners, [" ".join(reader) for reader in said.readers], said.must_act)
    return [list(one) if form is Form.json else "; ".join(one) for one in lists]


def _short_row(said: ModelChange) -> list[str]:
    before, after = _shortened(said.before), _shortened(said.after)
    readers = "; ".join(_readers(said))
    return [str(said.change), f"{said.kind} {said.name}", said.facet, before, after, readers, "; ".join(said.must_act)]


def _readers(said: ModelChange) -> Iterator[str]:
    """A few readers of a kind by name, many as a number."""
    for kind, group in groupby(said.readers, key=lambda reader: reader[0]):
        names = [name for _, name in group]
        yield f"{kind} {', '.join(names)}" if len(names) <= _READERS_SHOWN else f"{len(names)} {kind}s"


def _shortened(text: str) -> str:
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"
