"""Publication: gates, tags, files, views, and last the manifest, which is the moment at which a release is there.

It holds the merge's lease, between batches, and reads the tables as the last complete batch left them. A run that stops
leaves tags that name no release and files that nobody sees; the next run of the same name puts its own in their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from onecrown import __version__
from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model, model_folder
from onecrown.definitions.model_digest import model_digest, versions_of
from onecrown.definitions.periods import Period
from onecrown.errors import CommitConflict, UsageError
from onecrown.flows.export_release import Exporting, Product, export_release
from onecrown.flows.known_releases import manifests
from onecrown.flows.last_batch import open_batch_of
from onecrown.flows.merge_lease import MergeLease
from onecrown.flows.pinned_tables import pinned_tables, tag_tables
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.release_databases import MEASURE_VALUE, VALUES_FILE
from onecrown.flows.release_gates import Checking, judged_gates
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.exports import drops_of, newest_period, value_count
from onecrown.publishing.manifest import MANIFEST, Manifest, Override, manifest_text
from onecrown.publishing.release_names import ReleaseName
from onecrown.publishing.revisions import next_name
from onecrown.rendering.table_layouts import OPS
from onecrown.sql.quoting import file, value

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to have published, and who. `correction` is why a release of the same standing is revised, else ''."""

    period: Period
    standing: str
    by: str
    overrides: Sequence[Override] = ()
    correction: str = ""


def publish_release(
    home: Surroundings, wanted: Wanted, check: Checking, products: Mapping[str, Product] | None = None
) -> Manifest:
    """Publish; give the manifest.

    Raises `UsageError` where the period is not over, has no data or is published already, `GateFailed` where a gate stops it,
    and `CommitConflict` where a batch is open or another writer holds the lease for too long.
    """
    _require_over(wanted.period, home.now().astimezone(_LONDON).date())
    lease = MergeLease(home)
    lease.take()
    try:
        if unfinished := open_batch_of(home):
            raise CommitConflict(f"batch {unfinished.batch_id} is not finished; onecrown run finishes it, then publish")
        home.tables.refresh()
        return _published(home, wanted, check, products or {}, lease)
    finally:
        lease.give_back()


def _require_over(period: Period, today: date) -> None:
    if period.ended_on >= today:
        raise UsageError(
            f"{period.name} is not over: it ends on {period.ended_on.isoformat()}; publish it after that day"
        )


def _published(
    home: Surroundings, wanted: Wanted, check: Checking, products: Mapping[str, Product], lease: MergeLease
) -> Manifest:
    earlier = manifests(home)
    name = next_name(wanted.period, wanted.standing, wanted.correction, earlier)
    with home.engine() as con:
        tables = PublishedTables(home, con)
        _require_values(con, tables, wanted.period)
        draft = _draft(home, con, tables, name, wanted)
        with lease.kept():
            found = check(home, tables, last_values(home, earlier), wanted.period.ended_on)
        draft = replace(draft, gates=judged_gates(name, found, wanted.overrides))
        lease.keep()
        tag_tables(home, draft, draft.tables)
        with lease.kept():
            folder = home.releases.begin(name.text)
            files = export_release(Exporting(home, con, tables, draft), folder, products)
    release = replace(draft, files=files)
    (folder / MANIFEST).write_text(manifest_text(release), encoding="utf-8")
    lease.keep()
    home.views.put(release)
    home.releases.keep(name.text)
    return release


def _require_values(con: Connection, tables: PublishedTables, period: Period) -> None:
    if MEASURE_VALUE not in tables.layouts():
        raise UsageError("the model has no measures, so there is nothing to publish; write model/measures/")
    values = tables.read(MEASURE_VALUE)
    if _one(con, value_count(values, period.kind, period.begun_on.isoformat())):
        return
    newest = _one(con, newest_period(values, period.kind))
    said = f"the newest {period.kind} with values begins on {newest}" if newest else f"no {period.kind} has any yet"
    raise UsageError(f"no measure has a value for {period.name}: {said}; onecrown run, then publish")


def _one(con: Connection, sql: str) -> object:
    row = con.execute(sql).fetchone()
    return row[0] if row else None


def last_values(home: Surroundings, earlier: Sequence[Manifest]) -> str | None:
    """What the last release published of its own period and those before, as a FROM item; None before the first."""
    if not earlier:
        return None
    name = earlier[-1].name
    said = f"read_parquet({file(home.releases.file(name.text, VALUES_FILE))})"
    return f"(SELECT * FROM {said} WHERE period_ended_on <= DATE {value(name.period.ended_on.isoformat())})"


def _draft(home: Surroundings, con: Connection, tables: PublishedTables, name: ReleaseName, wanted: Wanted) -> Manifest:
    """The release as far as it is known before its files are written."""
    batch_id, pinned = pinned_tables(home, con)
    counted = con.execute(
        f"SELECT dataset, count(*) FROM ({drops_of(tables.read(f'{OPS}.drop'))}) GROUP BY 1"
    ).fetchall()
    return Manifest(
        name=name,
        standing=wanted.standing,
        correction=wanted.correction,
        made_at=home.now(),
        made_by=wanted.by,
        batch_id=batch_id,
        drops=dict(counted),
        model_digest=model_digest(model_folder()),
        versions=versions_of(load_lifecycle(load_model()), home.model.measures),
        package_version=__version__,
        tables=pinned,
        gates=(),
        overrides=tuple(wanted.overrides),
        files=(),
    )
