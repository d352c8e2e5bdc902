"""One receipt: drops of one dataset parsed, staged and judged together into one folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.errors import UnreadableDrop
from onecrown.receiving.canonical import canonical_json
from onecrown.receiving.csv_drops import receive_csv
from onecrown.receiving.documents import Document, Pruning, Unreadable, same_line
from onecrown.receiving.expansion import expanded
from onecrown.receiving.json_documents import json_documents, own_text
from onecrown.receiving.judging import Judge
from onecrown.receiving.records import Drift, Origin, RecordWalker
from onecrown.receiving.sent import Sent
from onecrown.receiving.staging import TECHNICAL, StagedType, Staging
from onecrown.receiving.tallies import UNREADABLE, Judgement
from onecrown.receiving.xml_documents import xml_documents
from onecrown.rendering.judging_select import Staged
from onecrown.rendering.rule_book import every_field
from onecrown.sql.quoting import file, name, value
from onecrown.steps import UNWATCHED, Steps

ERASED = "erased"


@dataclass(slots=True)
class Receipt:
    """What came of it: counts, and drops that break a promise of the whole file."""

    judgement: Judgement
    broken_promises: dict[str, str] = field(default_factory=dict)


def receive(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    sent: Sequence[Sent],
    folders: tuple[Path, Path],
    scratch: Path,
    pseudonym_key: bytes,
    steps: Steps = UNWATCHED,
) -> Receipt:
    """Parse and judge drops of one dataset into two folders: judged records and quarantine. CSVs are of one table and header."""
    judge = Judge(con, contract, folders, steps)
    receipt = Receipt(judge.judgement)
    for drop in sent:
        _set_aside_erased(con, judge.judgement, drop)
    sent = [drop for drop in sent if not (drop.erased and drop.path.stat().st_size == 0)]
    if contract.format.kind == "csv":
        receive_csv(con, contract, sent, judge, receipt.broken_promises, scratch)
    else:
        _receive_documents(contract, sent, judge, scratch, pseudonym_key)
    judge.take_snapshots(
        {drop.drop_id: (drop.meaning, drop.meaning.get("extract_date", "")) for drop in _whole(sent, judge)}
    )
    judge.finish()
    return receipt


def _set_aside_erased(con: duckdb.DuckDBPyConnection, judgement: Judgement, drop: Sent) -> None:
    """Count records that were delivered and erased since: nothing of them is kept."""
    said = f"INSERT INTO quarantine SELECT ?, ?, '', NULL, {value(ERASED)}, 'no record of somebody who was erased', '' FROM range(?)"
    for record_type, count in drop.erased.items():
        tally = judgement.tally(drop.drop_id, record_type)
        tally.read, tally.quarantined, tally.erased = tally.read + count, tally.quarantined + count, count
        con.execute(said, [drop.drop_id, record_type, count])


def _whole(sent: Sequence[Sent], judge: Judge) -> Iterator[Sent]:
    """Drops of which something could be read: only those are snapshots of their file."""
    by_drop = judge.judgement.by_drop()
    for drop in sent:
        kinds = by_drop.get(drop.drop_id, {})
        if UNREADABLE not in kinds or len(kinds) > 1:
            yield drop


def _receive_documents(
    contract: Contract, sent: Sequence[Sent], judge: Judge, scratch: Path, pseudonym_key: bytes
) -> None:
    walker = RecordWalker(contract)
    with Staging(scratch / "staged") as staging:
        for drop in sent:
            walker.drift = Drift()
            _stage_drop(contract, drop, walker, staging, scratch, pseudonym_key)
            for (kind, unknown), count in walker.drift.names.items():
                judge.note_drift(drop.drop_id, kind, unknown, count)
    for drop_id, unreadable in staging.unreadable:
        judge.set_aside_unreadable(drop_id, unreadable)
    for record_type in contract.in_order():
        staged = staging.types.get(record_type.name)
        if staged is not None:
            select = judge.judge(record_type, Staged(_staged_relation(record_type, staged)))
            judge.report(record_type, select, "j._text")


def _stage_drop(
    contract: Contract, drop: Sent, walker: RecordWalker, staging: Staging, scratch: Path, pseudonym_key: bytes
) -> None:
    origin = Origin(drop.key, drop.meaning, pseudonym_key)
    try:
        for found in _documents(contract, drop, scratch):
            if isinstance(found, Unreadable):
                staging.add_unreadable(drop.drop_id, found)
                continue
            is_empty = True
            for record in walker.records(found, origin):
                is_empty = False
                staging.add(drop.drop_id, record, drop.meaning.get("extract_date"))
            if is_empty and not contract.format.whole_list:
                staging.add_unreadable(drop.drop_id, _without_records(found))
    except UnreadableDrop as error:
        staging.add_unreadable(drop.drop_id, Unreadable("", "", error.rule, error.expected))


def _without_records(document: Document) -> Unreadable:
    text = document.own_text(document.tree, Pruning())
    return Unreadable(str(document.line), text, "no_record", "a document with a record that the contract names")


def _documents(contract: Contract, drop: Sent, scratch: Path) -> Iterator[Document | Unreadable]:
    path = expanded(drop.path, scratch, contract.format.max_bytes)
    if contract.format.kind == "xml":
        yield from xml_documents(path, contract.format)
        return
    found = 0
    for document in json_documents(path):
        found += 1
        yield from _entries(contract, drop, document) if contract.format.whole_list else _apart(document)
    if not found:
        raise UnreadableDrop("empty_file", "a file with content: deliver it again")


def _apart(document: Document | Unreadable) -> Iterator[Document | Unreadable]:
    """A JSON list of documents as the documents that it holds."""
    if isinstance(document, Unreadable) or not isinstance(document.tree, list) or not document.tree:
        yield document
        return
    for index, tree in enumerate(document.tree):
        if isinstance(tree, dict):
            yield Document(tree, document.line, own_text, same_line, document.envelope, f"/{index}")
        else:
            yield Unreadable(f"{document.line}:/{index}", canonical_json(tree), "unreadable_json", "one JSON object")


def _entries(contract: Contract, drop: Sent, document: Document | Unreadable) -> Iterator[Document | Unreadable]:
    """A list of standing data as one document of entries; a file that is one object is a list of its members."""
    lists = next(iter(contract.record_types.values())).lists
    table = lists.get(drop.meaning["table"])
    if table is None:
        raise UnreadableDrop("unknown_list", f"one of the lists {', '.join(sorted(lists))}")
    if isinstance(document, Unreadable):
        yield document
        return
    tree = document.tree
    if table.form == "object" and isinstance(tree, dict):
        tree = [{"@name": name, "value": value} for name, value in tree.items()]
    if not isinstance(tree, list):
        raise UnreadableDrop("not_a_list", f"a JSON {table.form} of entries")
    for index, entry in enumerate(tree):
        if not isinstance(entry, dict):
            yield Unreadable(f"{document.line}:/{index}", str(entry), "not_an_entry", "a JSON object")
    yield Document([entry for entry in tree if isinstance(entry, dict)], document.line, own_text, same_line)


def _staged_relation(record_type: RecordType, staged: StagedType) -> str:
    columns = {**TECHNICAL, **{field.name: "VARCHAR" for field in every_field(record_type)}}
    said = ", ".join(f"{name(column)}: '{kind}'" for column, kind in columns.items())
    size = max(staged.longest + 4096, 1 << 20)
    return (
        f"(SELECT * FROM read_ndjson({file(staged.path)}, columns = {{{said}}}, "
        f"maximum_object_size = {size}, auto_detect = false))"
    )
