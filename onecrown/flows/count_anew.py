"""Every measure counted again from the unified tables, whatever stood: the tables are those that refreshes would have left."""

from __future__ import annotations

import uuid
from dataclasses import replace

from onecrown.errors import CommitConflict, SettingsError
from onecrown.flows.executors import EMBEDDED
from onecrown.flows.last_batch import OPEN, last_batch_of
from onecrown.flows.merge_drops import COUNTED_ANEW, commit_batch
from onecrown.flows.merge_lease import MergeLease, leased
from onecrown.flows.surroundings import Surroundings
from onecrown.merging.batch_merge import MergePlan
from onecrown.ports import Batch
from onecrown.rendering.table_layouts import table_layouts
from onecrown.rendering.table_shapes import unfitting


def count_anew(home: Surroundings) -> None:
    """Count everything.

    Raises `SettingsError` where a table was made for another model, before a batch is opened, and `CommitConflict` where a batch is
    open or another writer is at it.
    """
    if home.model.measures is None:
        raise SettingsError("the model has no measures; write model/measures/counting.yaml")
    lease = MergeLease(home)
    home = replace(home, tables=leased(home.tables, lease))
    lease.take()
    try:
        home.tables.refresh()
        last = last_batch_of(home)
        if last is not None and last.state == OPEN:
            raise CommitConflict("a batch is not finished; run `onecrown run` first, then `onecrown measure`")
        _require_fitting(home)
        batch = Batch(
            f"{home.now():%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:12]}", OPEN, (), home.now(), EMBEDDED, COUNTED_ANEW
        )
        home.ledger.open_batch(batch, (), last.batch_id if last else "")
        commit_batch(home, batch, (), MergePlan())
    finally:
        lease.give_back()


def _require_fitting(home: Surroundings) -> None:
    """A batch whose counting fails would stay open, and every run after it would fail as well."""
    shapes = home.tables.shapes()
    layouts = sorted(table_layouts(home.model).items())
    unfit = [table for table, layout in layouts if unfitting(layout, shapes.shape(table))]
    if unfit:
        raise SettingsError(
            f"made for another model: {', '.join(unfit)}; see `onecrown migrate --plan`, run `onecrown migrate --apply`, "
            "then `onecrown measure`"
        )
