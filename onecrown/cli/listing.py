"""Commands that list what came of drops: drops, deliveries, rejects, flags, drift, unmapped."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from onecrown.cli.options import DropArgument, FormOption, HomeOption, home_for
from onecrown.cli.showing import Form, errors, show, terminal_width
from onecrown.definitions.contracts import Contract
from onecrown.errors import UsageError
from onecrown.flows.act_on_drops import find_drop
from onecrown.flows.check_home import unmapped_codes
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.report_to_supplier import Telling, report_to_supplier
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import COUNTS, Drop
from onecrown.rendering.rule_book import rule_book
from onecrown.rendering.supplier_page import supplier_page
from onecrown.sql.quoting import file, value

_TIMES = ("received_at", "merged_at", "delay_seconds")
DROP_COLUMNS = ("drop_id", "source", "dataset", "name", "state", *COUNTS, *_TIMES)
WIDE = 96
PAGES = (".html", ".htm")
_NARROWEST = ("drop_id", "name", "state", "read", "accepted", "quarantined", "flagged")
_NARROW = (
    "drop_id",
    "dataset",
    "name",
    "state",
    "read",
    "accepted",
    "quarantined",
    "flagged",
    "new",
    "changed",
    "removed",
)


class By(StrEnum):
    """What the counts of drops are split by."""

    record_type = "record_type"


def drops(
    by: Annotated[By | None, typer.Option("--by", help="Split the counts by record type.")] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """What came of each drop: its state and its books. The table shows the main columns; CSV and JSON show all."""
    with home_for(home) as surroundings:
        found = surroundings.ledger.drops()
        columns: tuple[str, ...] = DROP_COLUMNS if by is None else (*DROP_COLUMNS[:5], "record_type", *DROP_COLUMNS[5:])
        rows = [row for drop in found for row in _drop_rows(drop, by)]
        if form is Form.table:
            shown = _NARROW if terminal_width() >= WIDE else _NARROWEST
            wanted = [
                *shown[: shown.index("state") + 1],
                *(["record_type"] if by else []),
                *shown[shown.index("state") + 1 :],
            ]
            rows = [[row[columns.index(column)] for column in wanted] for row in rows]
            columns = tuple(wanted)
        show(columns, rows, form, "no drops yet: onecrown drop SOURCE/DATASET FILE")
        for drop in found:
            if drop.reason and form is Form.table:
                errors.print(f"[dim]{drop.drop_id[:12]} {drop.state}: {drop.reason}[/dim]", soft_wrap=True)


def _drop_rows(drop: Drop, by: By | None) -> Iterator[list[Any]]:
    delay = round((drop.merged_at - drop.received_at).total_seconds(), 3) if drop.merged_at else None
    head = [drop.drop_id, drop.source, drop.dataset, drop.name, drop.state]
    times = [drop.received_at, drop.merged_at, delay]
    if by is None:
        yield [*head, *(drop.total(count) for count in COUNTS), *times]
        return
    for kind, said in sorted(drop.counts.items()):
        yield [*head, kind, *(said.get(count, 0) for count in COUNTS), *times]


def deliveries(form: FormOption = Form.table, home: HomeOption = None) -> None:
    """Every arrival, duplicates too."""
    with home_for(home) as surroundings:
        rows = [(d.arrived_at, d.key, d.bytes, d.outcome, d.drop_id) for d in surroundings.ledger.deliveries()]
        show(("arrived_at", "landing_key", "bytes", "outcome", "drop_id"), rows, form, "nothing has arrived yet")


def rejects(
    drop: DropArgument,
    original: Annotated[bool, typer.Option("--original", help="Add the text of each record: personal data.")] = False,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Write what the supplier would be sent: FILE.html a page, anything else a CSV.",
            metavar="FILE",
        ),
    ] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """The records of a drop that were set aside: position, field, rule and what would have been right."""
    with home_for(home) as surroundings:
        found = find_drop(surroundings, drop)
        if report is not None and report.suffix.lower() in PAGES:
            _write_page(report, surroundings, found, Telling.POSITION_AND_TEXT if original else Telling.POSITION)
            return
        columns = ("position", "record_type", "field", "rule", "expected", *(["original"] if original else []))
        rows = _rejects(surroundings, found, original)
        if report is not None:
            _write_report(report, found, columns, rows)
            errors.print(f"{len(rows)} broken rules written to {report}")
            return
        show(columns, rows, form, "no record of this drop was set aside")


def _rejects(home: Surroundings, drop: Drop, original: bool) -> list[tuple[Any, ...]]:
    path = home.quarantine.folder(drop.prefix) / "quarantine.parquet"
    if not drop.prefix or not path.exists():
        return []
    text = ", text" if original else ""
    with home.engine() as con:
        return con.execute(
            f"SELECT position, record_type, field, rule, expected{text} FROM read_parquet({file(path)}) WHERE drop_id = ?",
            [drop.drop_id],
        ).fetchall()


def _write_report(target: Path, drop: Drop, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    with _writing(target) as stream:
        writer = csv.writer(stream)
        writer.writerow(("drop_id", "dataset", "file", *columns))
        writer.writerows((drop.drop_id, drop.dataset_name, drop.name, *row) for row in rows)


def _write_page(target: Path, home: Surroundings, drop: Drop, telling: Telling) -> None:
    said = report_to_supplier(home, drop, telling)
    with _writing(target) as stream:
        stream.write(supplier_page(said))
    errors.print(f"what came of {drop.drop_id[:12]} written to {target}", markup=False)


@contextmanager
def _writing(target: Path) -> Iterator[TextIO]:
    try:
        with target.open("w", encoding="utf-8", newline="") as stream:
            yield stream
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}; choose another place") from error


def flags(
    drop: Annotated[
        str | None, typer.Argument(help="The beginning of a drop id; all drops where it is left out.")
    ] = None,
    form: FormOption = Form.table,
    home: HomeOption = None,
) -> None:
    """Records that went on with a flag: rule, class (human, technical or coding), owner, and the rule in plain words."""
    with home_for(home) as surroundings:
        found = [find_drop(surroundings, drop)] if drop else surroundings.ledger.drops()
        meanings = _meanings(surroundings)
        columns = (
            "drop_id",
            "dataset",
            "record_type",
            "position",
            "field",
            "rule",
            "class",
            "owner",
            "severity",
            "meaning",
        )
        rows = [
            (*row, meanings.get((row[1], row[2], row[5]), "")) for one in found for row in _flags(surroundings, one)
        ]
        show(columns, rows, form, "no flags")


def _flags(home: Surroundings, drop: Drop) -> list[tuple[Any, ...]]:
    path = home.validated.folder(drop.prefix) / "flags.parquet"
    if not drop.prefix or not path.exists():
        return []
    with home.engine() as con:
        return con.execute(
            f"""SELECT drop_id, {value(drop.dataset_name)}, record_type, position, field, rule, class, owner, severity
            FROM read_parquet({file(path)}) WHERE drop_id = ?""",
            [drop.drop_id],
        ).fetchall()


def _meanings(home: Surroundings) -> dict[tuple[str, str, str], str]:
    return {
        (contract.name, kind.name, rule.rule_id): rule.meaning
        for contract in home.model.contracts.values()
        for kind in contract.record_types.values()
        for rule in _rules(contract, kind.name)
    }


def _rules(contract: Contract, kind: str) -> Sequence[Any]:
    return rule_book(contract, contract.record_types[kind])


def drift(form: FormOption = Form.table, home: HomeOption = None) -> None:
    """Names that files had and their contracts do not know: recorded, kept, not refused."""
    with home_for(home) as surroundings, surroundings.engine() as con:
        rows: list[tuple[Any, ...]] = []
        for one in surroundings.ledger.drops():
            path = surroundings.validated.folder(one.prefix) / "drift.parquet"
            if one.prefix and path.exists():
                rows += con.execute(
                    f"""SELECT drop_id, {value(one.dataset_name)}, record_type, field, seen_count
                    FROM read_parquet({file(path)}) WHERE drop_id = ? ORDER BY record_type, field""",
                    [one.drop_id],
                ).fetchall()
        show(
            ("drop_id", "dataset", "record_type", "field", "seen_count"),
            rows,
            form,
            "every name is known to its contract",
        )


def unmapped(form: FormOption = Form.table, home: HomeOption = None) -> None:
    """Source codes that no code list knows: they pass through, are counted, and stand here."""
    with home_for(home) as surroundings, surroundings.engine() as con:
        rows = unmapped_codes(con, surroundings, PublishedTables(surroundings, con))
        show(("code_list", "dataset", "column", "source_code", "rows"), rows, form, "every code is mapped")
