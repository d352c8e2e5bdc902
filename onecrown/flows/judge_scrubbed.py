"""Drops whose files were scrubbed are judged anew, and the files that were judged before lose their rows."""

from __future__ import annotations

import os
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from onecrown.errors import StorageError
from onecrown.file_ports import JudgedFiles
from onecrown.flows.judged_outcome import outcome
from onecrown.flows.receive_drops import found_again, judge_together
from onecrown.flows.received_together import in_groups
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import MERGED, VALIDATED, Drop
from onecrown.sql.quoting import file, values


def judge_scrubbed(home: Surroundings) -> None:
    """Judge every drop of which older judged files still hold erased records.

    A merged drop comes into the tables anew with the next merge, and keeps its published books; every other one keeps
    its state. The newest contract judges.
    """
    stale = [drop for drop in home.ledger.drops() if drop.prefix in drop.leftovers]
    found = [one for drop in stale if (one := found_again(home, drop)) is not None and one.fault is None]
    with home.engine() as con:
        for group in in_groups(home, found):
            contract, prefix = home.model.contracts[group[0].drop.dataset_name], uuid.uuid4().hex
            try:
                receipt = judge_together(con, home, contract, group, prefix)
            except (duckdb.Error, OSError) as error:
                raise StorageError(
                    f"judging {contract.name} anew failed ({type(error).__name__}); run it again"
                ) from error
            tallies = receipt.judgement.by_drop()
            for one in group:
                _, changes = outcome(home, contract, tallies.get(one.drop.drop_id, {}), "", prefix)
                _move(home, one.drop, {name: said for name, said in changes.items() if name != "reason"})


def _move(home: Surroundings, drop: Drop, changes: dict[str, object]) -> None:
    if drop.state != MERGED:
        home.ledger.move(drop, drop.state, **{**changes, "mirrored": False})
        return
    kept = {name: changes[name] for name in ("prefix", "contract_version")}
    home.ledger.move(drop, VALIDATED, **kept, keeps_books=True, released=True, mirrored=False)


def clear_leftovers(home: Surroundings) -> None:
    """Take what is left of scrubbed drops out of the folders of judged files.

    Raises `StorageError` where a drop still stands in the tables from such a folder.
    """
    drops = home.ledger.drops()
    left = [drop for drop in drops if drop.leftovers]
    if any({drop.prefix, drop.standing} & set(drop.leftovers) for drop in left):
        raise StorageError("drops that were scrubbed could not be merged; see `onecrown drops`, mend it and run again")
    named: dict[str, set[str]] = {}
    for drop in drops:
        for prefix in {drop.prefix, drop.standing} - {""}:
            named.setdefault(prefix, set()).add(drop.drop_id)
    with home.engine() as con:
        for prefix in sorted({prefix for drop in left for prefix in drop.leftovers}):
            for judged in (home.validated, home.quarantine):
                _clear(con, judged, prefix, named.get(prefix, set()))
    for drop in left:
        home.ledger.move(drop, drop.state, leftovers=[])


def _clear(con: duckdb.DuckDBPyConnection, judged: JudgedFiles, prefix: str, drop_ids: Collection[str]) -> None:
    """Leave in a folder the rows of some drops alone; without any, no folder."""
    if not drop_ids:
        judged.remove(prefix)
        return
    for path in sorted(judged.folder(prefix).glob("*.parquet")):
        _keep_rows(con, path, drop_ids)
    judged.keep(prefix)


def _keep_rows(con: duckdb.DuckDBPyConnection, path: Path, drop_ids: Iterable[str]) -> None:
    columns = [row[0] for row in con.execute(f"DESCRIBE SELECT * FROM read_parquet({file(path)})").fetchall()]
    of = next((column for column in ("_drop", "drop_id") if column in columns), None)
    if of is None:
        return  # of one drop alone, and without a value of a record
    wanted = f"list_contains({values(sorted(drop_ids))}, {of})"
    new = path.with_suffix(".new")
    con.execute(
        f"COPY (SELECT * FROM read_parquet({file(path)}) WHERE {wanted}) TO {file(new)} (FORMAT parquet, COMPRESSION zstd)"
    )
    os.replace(new, path)
