"""A full extract that would remove more than its contract's share waits for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import MERGED, MERGING, VALIDATED, Drop
from onecrown.rendering.table_layouts import HISTORY
from onecrown.sql.quoting import file, value

_TIME = "%Y-%m-%dT%H:%M:%S.%f"


@dataclass(frozen=True, slots=True)
class _Listing:
    """What one scope lists at one time, by one drop or by the parts of a split extract."""

    contract: Contract
    kind: RecordType
    scope: str
    event_at: str
    drops: tuple[Drop, ...]
    keys: str

    @property
    def where(self) -> tuple[str, str, str]:
        """The scope of which it is a list."""
        return (self.contract.name, self.kind.name, self.scope)


def hold_removals(
    con: duckdb.DuckDBPyConnection, home: Surroundings, pending: Sequence[Drop]
) -> list[tuple[Drop, str]]:
    """Drops of full extracts that would remove too much, each with the reason; released drops are let through.

    A list is compared with the greatest complete one before it: known, or of an earlier drop that goes on.
    """
    held: dict[str, tuple[Drop, str]] = {}
    standing: dict[tuple[str, str, str], tuple[str, str]] = {}
    for listing in sorted(_listings(con, home, pending), key=lambda said: (said.event_at, said.drops[0].drop_id)):
        before = standing.get(listing.where) or _known(con, home, listing)
        if before and before[0] >= listing.event_at:
            continue
        reason = _excess(con, listing, before) if before else ""
        if reason and not all(drop.released for drop in listing.drops):
            held.update({drop.drop_id: (drop, reason) for drop in listing.drops})
        else:
            standing[listing.where] = (listing.event_at, listing.keys)
    return list(held.values())


def _excess(con: duckdb.DuckDBPyConnection, listing: _Listing, before: tuple[str, str]) -> str:
    whole, gone = _compared(con, before[1], listing.keys)
    if not listing.contract.removal.passed_by(gone, whole):
        return ""
    return f"removes_too_much: {gone} of {whole} {listing.kind.name} records of its scope; release or refuse it"


def _listings(con: duckdb.DuckDBPyConnection, home: Surroundings, pending: Sequence[Drop]) -> Iterator[_Listing]:
    """Complete lists of full extracts: whole ones one by one, the parts of a split extract together."""
    parts: dict[tuple[str, str, str, str], list[Drop]] = {}
    for drop in pending:
        contract = home.model.contracts[drop.dataset_name]
        if contract.delivery != "full":
            continue
        path = home.validated / drop.prefix / "snapshots.parquet"
        taken = con.execute(
            f"""SELECT record_type, scope, strftime(event_at AT TIME ZONE 'UTC', '{_TIME}'), part IS NOT NULL
            FROM read_parquet({file(path)}) WHERE drop_id = ? AND complete""",
            [drop.drop_id],
        ).fetchall()
        for kind_name, scope, event_at, is_part in taken:
            kind = contract.record_types[kind_name]
            if is_part:
                parts.setdefault((contract.name, kind_name, scope, event_at), []).append(drop)
            else:
                yield _Listing(contract, kind, scope, event_at, (drop,), _listed_now(home, drop, kind))
    yield from _united(home, parts)


def _united(home: Surroundings, parts: dict[tuple[str, str, str, str], list[Drop]]) -> Iterator[_Listing]:
    """The parts of split extracts that a control file can make complete; without one they remove nothing."""
    for (dataset, kind_name, scope, event_at), drops in parts.items():
        contract = home.model.contracts[dataset]
        kind = contract.record_types[kind_name]
        if not _has_control(home, contract, kind, drops[0]):
            continue
        now = [_listed_now(home, drop, kind) for drop in drops]
        snapshots, members = (home.tables.relation(f"{HISTORY}.{name}") for name in ("snapshot", "member"))
        earlier = f"""(SELECT m.key FROM {snapshots} AS s JOIN {members} AS m ON m.members_hash = s.members_hash
            WHERE s.dataset = {value(dataset)} AND s.record_type = {value(kind_name)} AND s.scope = {value(scope)}
            AND s.part IS NOT NULL AND strftime(s.event_at AT TIME ZONE 'UTC', '{_TIME}') = {value(event_at)})"""
        keys = " UNION ".join(f"SELECT key FROM {relation}" for relation in [*now, earlier])
        yield _Listing(contract, kind, scope, event_at, tuple(drops), f"({keys})")


def _has_control(home: Surroundings, contract: Contract, kind: RecordType, drop: Drop) -> bool:
    scope = contract.scope_of(kind)
    if scope is None or scope.control is None:
        return False
    return any(
        other.dataset == scope.control.dataset
        and other.source == contract.source
        and other.meaning.get("extract_date") == drop.meaning.get("extract_date")
        for other in home.ledger.drops([VALIDATED, MERGING, MERGED])
    )


def _listed_now(home: Surroundings, drop: Drop, kind: RecordType) -> str:
    path = home.validated / drop.prefix / f"{kind.name}.parquet"
    if not path.exists():
        return "(SELECT CAST(NULL AS VARCHAR) AS key WHERE false)"
    return f"(SELECT DISTINCT _key AS key FROM read_parquet({file(path)}) WHERE _drop = {value(drop.drop_id)} AND _key IS NOT NULL)"


def _known(con: duckdb.DuckDBPyConnection, home: Surroundings, listing: _Listing) -> tuple[str, str] | None:
    found = con.execute(
        f"""SELECT strftime(event_at AT TIME ZONE 'UTC', '{_TIME}'), members_hash
        FROM {home.tables.relation(f"{HISTORY}.snapshot")}
        WHERE dataset = ? AND record_type = ? AND scope = ? AND complete AND part IS NULL
        ORDER BY event_at DESC, sequence DESC, members_hash DESC LIMIT 1""",
        listing.where,
    ).fetchone()
    if found is None:
        return None
    members = home.tables.relation(f"{HISTORY}.member")
    return found[0], f"(SELECT DISTINCT key FROM {members} WHERE members_hash = {value(found[1])})"


def _compared(con: duckdb.DuckDBPyConnection, before: str, after: str) -> tuple[int, int]:
    found = con.execute(
        f"SELECT count(*), count(*) FILTER (a.key IS NULL) FROM {before} AS b LEFT JOIN {after} AS a ON a.key = b.key"
    ).fetchone()
    return (int(found[0]), int(found[1])) if found else (0, 0)
