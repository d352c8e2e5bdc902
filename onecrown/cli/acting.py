"""Commands by which people act: release, refuse; and `model check`."""

from __future__ import annotations

from onecrown.cli.options import DropArgument, HomeOption, ReasonOption, ending, home_for
from onecrown.cli.showing import errors
from onecrown.definitions.model import load_model
from onecrown.flows.act_on_drops import refuse_drop, release_drop


def release(drop: DropArgument, reason: ReasonOption, home: HomeOption = None) -> None:
    """Let a held drop go on; the next run merges it."""
    with home_for(home) as surroundings:
        done = release_drop(surroundings, drop, reason)
        errors.print(f"{done.drop_id[:12]} is {done.state}. Next: onecrown run")


def refuse(drop: DropArgument, reason: ReasonOption, home: HomeOption = None) -> None:
    """Leave a held drop out for good. The file stays in landing."""
    with home_for(home) as surroundings:
        done = refuse_drop(surroundings, drop, reason)
        errors.print(f"{done.drop_id[:12]} is {done.state}.")


def model_check() -> None:
    """Read the whole model and report every mistake in it."""
    with ending():
        model = load_model()
        errors.print(
            f"{len(model.entities)} entities, {len(model.code_lists)} code lists and {len(model.contracts)} contracts hold."
        )
