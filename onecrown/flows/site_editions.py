"""Read what a site shows: a release from its files, or the tables as the last complete batch left them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from onecrown import __version__
from onecrown.definitions.measures import QUARTER, Measures
from onecrown.definitions.model import model_folder
from onecrown.definitions.model_digest import model_digest
from onecrown.errors import StorageError, UsageError
from onecrown.flows.check_gates import check_gates
from onecrown.flows.known_releases import find_release, manifests
from onecrown.flows.publish_release import last_values
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.quality_tables import quality_tables
from onecrown.flows.release_databases import MEASURE_VALUE, VALUES_FILE
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Connection
from onecrown.publishing.exports import drops_of
from onecrown.publishing.gates import GateOutcome
from onecrown.publishing.manifest import FINAL, GateRecord, Manifest
from onecrown.publishing.quality import TITLES, QualityTable, read_quality
from onecrown.publishing.site.edition import Edition, Source, Standing
from onecrown.publishing.site.names import names_of
from onecrown.publishing.site.values import SHOWN, Value, Values, gather
from onecrown.rendering.table_layouts import OPS
from onecrown.sql.quoting import file, value


def edition_of_release(home: Surroundings, name: str) -> Edition:
    """A release, from its own files alone. Raises `UsageError` where there is none of that name."""
    release = find_release(home, name)
    with home.engine() as con:
        read = f"read_parquet({file(home.releases.file(release.name.text, VALUES_FILE))})"
        values = _values(con, read, release.name.period.kind, release.name.period.ended_on)
    source = Source(
        name=release.name.text,
        standing=Standing.FINAL if release.standing == FINAL else Standing.PROVISIONAL,
        made_at=release.made_at.astimezone(UTC),
        batch_id=release.batch_id,
        drop_count=sum(release.drops.values()),
        model_digest=release.model_digest,
        package_version=release.package_version,
        files=release.files,
    )
    return _edition(home, source, values, release.gates, _quality_files(home, release))


def edition_of_batch(home: Surroundings) -> Edition:
    """The tables at the last complete batch, over all quarters that were over by then. Raises `UsageError` before the first batch."""
    with home.engine() as con:
        tables = PublishedTables(home, con)
        batch_id, finished_at = _last_batch(con, tables)
        values = _values(con, tables.read(MEASURE_VALUE), QUARTER, finished_at.date())
        counted = con.execute(f"SELECT count(*) FROM ({drops_of(tables.read(f'{OPS}.drop'))})").fetchone()
        quality = quality_tables(home, con, tables)
        gates = _gates(home, tables)
    source = Source(
        name="",
        standing=Standing.NOT_A_RELEASE,
        made_at=finished_at,
        batch_id=batch_id,
        drop_count=int(counted[0]) if counted else 0,
        model_digest=model_digest(model_folder()),
        package_version=__version__,
    )
    return _edition(home, source, values, gates, quality)


def _edition(
    home: Surroundings,
    source: Source,
    values: Values,
    gates: tuple[GateRecord, ...],
    quality: Iterable[QualityTable],
) -> Edition:
    measures = _measures(home)
    return Edition(
        source=source,
        values=values,
        model=home.model,
        measures=measures,
        gates=gates,
        quality={table.name: table for table in quality},
        names=names_of(home.model, measures),
        model_digest=model_digest(model_folder()),
    )


def _gates(home: Surroundings, tables: PublishedTables) -> tuple[GateRecord, ...]:
    """What each gate would say now, beside the last release where there is one."""
    return tuple(map(_record, check_gates(home, tables, last_values(home, manifests(home)))))


def _record(found: GateOutcome) -> GateRecord:
    said = (found.gate_id, found.title, found.value, found.threshold, found.passed, found.is_stopping, found.says)
    return GateRecord(*said)


def _measures(home: Surroundings) -> Measures:
    if home.model.measures is None:
        raise UsageError("the model has no measures, so there is nothing to show; write model/measures/")
    return home.model.measures


def _last_batch(con: Connection, tables: PublishedTables) -> tuple[str, datetime]:
    row = con.execute(
        f"""SELECT batch_id, finished_at FROM {tables.read(f"{OPS}.batch")}
        ORDER BY finished_at DESC, batch_id DESC LIMIT 1"""
    ).fetchone()
    if row is None:
        raise UsageError("no batch is complete yet, so there is nothing to show; onecrown run makes one")
    return row[0], row[1].astimezone(UTC)


def _values(con: Connection, relation: str, period_kind: str, until: date) -> Values:
    """The values of one kind of period that were over by a day, of the breakdowns that pages show."""
    shown = ", ".join(map(value, SHOWN))
    rows = con.execute(
        f"""SELECT measure_id, measure_version, statistic, period_kind, period_begun_on, period_ended_on, breakdown,
          category_1, category_2, value, counted_count, base_count, unit
        FROM {relation} WHERE period_kind = {value(period_kind)} AND period_ended_on <= ? AND breakdown IN ({shown})""",
        [until],
    ).fetchall()
    return gather(Value(*row) for row in rows)


def _quality_files(home: Surroundings, release: Manifest) -> Iterable[QualityTable]:
    """The quality tables of a release; one that an older release lacks is left out."""
    for name in TITLES:
        try:
            path = home.releases.file(release.name.text, f"data/quality_{name}.csv")
        except StorageError:
            continue
        yield read_quality(name, path.read_text(encoding="utf-8"))
