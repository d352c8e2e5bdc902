"""In what order the records of a batch's drops are counted: by their first event time, then drop id."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from onecrown.flows.surroundings import Surroundings
from onecrown.ports import Drop


def in_counting_order(home: Surroundings, drops: Sequence[Drop]) -> list[Drop]:
    """Drops in the order in which their records are counted: by their first event time, then drop id."""
    first = _first_events(home, drops)
    return sorted(drops, key=lambda drop: (first.get(drop.drop_id, ""), drop.drop_id))


def _first_events(home: Surroundings, drops: Sequence[Drop]) -> dict[str, str]:
    """The first event time of each drop; the landing key's where it says one."""
    said = {drop.drop_id: drop.meaning["extract_date"] for drop in drops if "extract_date" in drop.meaning}
    timed = [drop for drop in drops if not _time_in_key(home, drop)]
    home.validated.fetch({drop.prefix for drop in timed})
    paths = sorted({str(path) for drop in timed for path in home.validated.folder(drop.prefix).glob("*.parquet")})
    records = [path for path in paths if Path(path).stem not in ("snapshots", "flags", "drift", "shifts")]
    if not records:
        return said
    with home.engine() as con:
        files = "[" + ", ".join("'" + path.replace("'", "''") + "'" for path in records) + "]"
        found = con.execute(
            f"SELECT _drop, strftime(min(_event_at) AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f') "
            f"FROM read_parquet({files}, union_by_name = true) GROUP BY _drop"
        ).fetchall()
    return {**said, **{drop_id: event_at or "" for drop_id, event_at in found}}


def _time_in_key(home: Surroundings, drop: Drop) -> bool:
    contract = home.model.contracts.get(drop.dataset_name)
    return contract is not None and contract.event_at_in_key
