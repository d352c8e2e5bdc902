"""Every table as the catalogue will have it: rendered from the model, known to no engine."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.contracts import Contract, RecordType
from onecrown.definitions.entities import Entity
from onecrown.definitions.model import Model
from onecrown.rendering.measure_layouts import measure_layouts
from onecrown.rendering.rule_book import every_field
from onecrown.rendering.table_columns import (
    HISTORY,
    MEASURES,
    OPS,
    UNIFIED,
    TableColumn,
    TableLayout,
    layout_of,
    sql_type,
)

__all__ = ["HISTORY", "MEASURES", "OPS", "UNIFIED", "TableColumn", "TableLayout", "sql_type", "table_layouts"]
_TYPES = {
    "text": "string",
    "date": "date",
    "instant": "timestamptz",
    "integer": "long",
    "boolean": "boolean",
    "time": "string",
}


def table_layouts(model: Model) -> dict[str, TableLayout]:
    """Every table by full name."""
    layouts = [*_unified(model), *_bodies(model), *_SHARED_HISTORY, *_OPERATIONS, *measure_layouts(model)]
    return {layout.full_name: layout for layout in layouts}


def _unified(model: Model) -> Iterator[TableLayout]:
    for entity in model.entities.values():
        yield unified_layout(entity)


def unified_layout(entity: Entity) -> TableLayout:
    """The table of an entity: its columns, and four that the renderer adds."""
    own = tuple(
        TableColumn(
            c.field_id, c.name, c.type, c.meaning, c.required, c.sensitivity in ("personal", "special_category")
        )
        for c in entity.columns
    )
    added = (
        TableColumn(901, "unit_id", "string", "The case, hearing, application or list that is recomputed together."),
        TableColumn(902, "row_hash", "string", "Digest of the row: decides whether it is written again."),
        TableColumn(903, "source_system", "string", "The system from which the row came."),
        TableColumn(904, "source_dataset", "string", "The dataset from which the row came."),
    )
    return TableLayout(UNIFIED, entity.name, own + added, ("unit_id", entity.key_column), entity.meaning)


def body_table(contract: Contract, record_type: RecordType) -> str:
    """The full name of the history table of a record type's bodies."""
    return f"{HISTORY}.{contract.source}_{contract.dataset}_{record_type.name}"


BODY_COLUMNS = ("unit_id", "scope", "key", "record_hash", "contract_version", "source_text")


def _bodies(model: Model) -> Iterator[TableLayout]:
    for contract in model.contracts.values():
        for record_type in contract.record_types.values():
            yield body_layout(contract, record_type)


def body_layout(contract: Contract, record_type: RecordType) -> TableLayout:
    """Bodies of one record type: once per scope, key and hash; source text and typed columns."""
    comments = {
        "unit_id": "Keyed id of what is recomputed together.",
        "scope": "The scope within which the key is a member; empty where the record is no member.",
        "key": "The record's key as the contract declares it.",
        "record_hash": "First 16 bytes of SHA-256 of the record as delivered, in hex.",
        "contract_version": "The greatest contract version under which it was accepted.",
        "source_text": "The record as delivered, in canonical text.",
    }
    names = [(name, "long" if name == "contract_version" else "string", comments[name]) for name in BODY_COLUMNS]
    names += [
        (f"{target}_key", "string", f"Key of the {target} that it refers to.") for target, _ in record_type.references
    ]
    names += [(f.name, _field_type(f.type), f.meaning[:250]) for f in every_field(record_type)]
    columns = tuple(
        TableColumn(index, name, kind, note, is_personal=True) for index, (name, kind, note) in enumerate(names, 1)
    )
    database, _, table = body_table(contract, record_type).partition(".")
    return TableLayout(
        database, table, columns, ("unit_id", "key"), f"Bodies of {record_type.name} of {contract.name}."
    )


def _field_type(kind: str) -> str:
    return _TYPES.get(kind, kind)


_SHARED_HISTORY = (
    layout_of(
        HISTORY,
        "sighting",
        "Every time that a record of an upsert type was seen.",
        ("dataset", "record_type", "key"),
        """dataset string Source and dataset.
        record_type string Record type of the contract.
        key string The record's key.
        record_hash string Digest of the record as delivered.
        event_at timestamptz When the source says that it happened or was sent.
        sequence string The second key of order; empty where there is none.
        drop_id string The drop that held it.
        position string Line and path within the file.""",
    ),
    layout_of(
        HISTORY,
        "snapshot",
        "Every delivery of a scope: a list of members at a time.",
        ("dataset", "record_type", "scope"),
        """dataset string Source and dataset.
        record_type string Record type of the contract.
        scope string Key of the scope.
        event_at timestamptz When the source says that it was so.
        sequence string The second key of order; empty where there is none.
        members_hash string Digest of the list of members.
        drop_id string The drop that held it.
        complete boolean Whether absence from the list means removed.
        listed long How many members it lists.
        part string Number of the part of a split extract; empty where it is whole.""",
    ),
    layout_of(
        HISTORY,
        "member",
        "Lists of members, each written once however often it is delivered.",
        ("members_hash", "key"),
        """members_hash string Digest of the list.
        key string Key of a member.
        record_hash string Digest of the member as delivered.""",
    ),
)

_OPERATIONS = (
    layout_of(
        OPS,
        "delivery",
        "Every arrival of a file, duplicates too.",
        ("arrived_at",),
        """delivery_id string Landing key and version.
        drop_id string The drop that the file is.
        landing_key string Where it was put.
        outcome string New, or a duplicate of a known drop.
        byte_count long Size as delivered.
        arrived_at timestamptz When it arrived.
        batch_id string The batch with which it was written here.""",
    ),
    layout_of(
        OPS,
        "drop",
        "Every drop by record type, with its books, as it was when its state last changed.",
        ("received_at",),
        """drop_id string Digest of the dataset, the meaning of its key and its bytes.
        source string The system that sent it.
        dataset string The dataset.
        name string Name of the file.
        record_type string Record type of the contract; empty for the whole drop.
        state string State of the drop.
        reason string Why it is in that state.
        attempts long How often it was tried.
        contract_version long Version of the contract that judged it.
        read_count long Records read.
        accepted_count long Records accepted.
        quarantined_count long Records set aside.
        flagged_count long Flags of the contract.
        new_count long Accepted records whose key was not seen before.
        changed_count long Accepted records that changed what stood.
        unchanged_count long Accepted records that said what stood.
        superseded_count long Accepted records older than what stood.
        duplicate_count long Accepted records known already.
        removed_count long Records removed by absence.
        received_at timestamptz When it arrived.
        validated_at timestamptz When it was judged.
        merged_at timestamptz When it was merged.
        delay_seconds long From arrival to merge, in seconds.
        batch_id string The batch that merged it.""",
    ),
    layout_of(
        OPS,
        "reject",
        "Every broken rule of every record set aside; the text stays in quarantine.",
        ("drop_id",),
        """drop_id string The drop.
        record_type string Record type of the contract.
        position string Line and path within the file.
        field string The field that broke the rule.
        rule string The rule.
        expected string What would have been right.
        batch_id string The batch with which it was written here.""",
    ),
    layout_of(
        OPS,
        "flag",
        "Every flag of every accepted record.",
        ("drop_id",),
        """drop_id string The drop.
        dataset string Source and dataset.
        record_type string Record type of the contract.
        record_id string Keyed id of the record.
        position string Line and path within the file.
        rule string The rule.
        field string The field that broke the rule.
        class string Human, technical or coding.
        owner string Who can mend it.
        severity string A flag of the contract, or a note of the platform.
        batch_id string The batch with which it was written here.""",
    ),
    layout_of(
        OPS,
        "drift",
        "Names that a file had and the contract does not know.",
        ("drop_id",),
        """drop_id string The drop.
        dataset string Source and dataset.
        record_type string Record type of the contract.
        field string The unknown name.
        seen_count long How many records had it.
        batch_id string The batch with which it was written here.""",
    ),
    layout_of(
        OPS,
        "batch",
        "Drops merged together: a row here is the moment of publication.",
        ("finished_at",),
        """batch_id string The batch.
        drop_count long How many drops.
        executor string Which executor merged them.
        reason string Why that one.
        started_at timestamptz When it began.
        finished_at timestamptz When it was published.
        snapshots string JSON: the snapshot of every table.
        tables_committed long How many tables were committed.
        rows_added long Rows added to unified tables.
        rows_deleted long Rows taken from unified tables.
        delay_seconds double The longest that a drop waited from arrival to rows; the next four are that drop's.
        receive_seconds double From its arrival until it was judged.
        window_seconds double From then until the merge was asked for.
        start_seconds double From then until the batch began.
        work_seconds double From then until it was published.
        gigabyte_seconds double Lambda's memory by time that receiving took.
        dpu_seconds double Glue's units by time that receiving and merging took.
        cost_usd double What both cost by list prices, in US dollars; empty where nobody sends a bill.
        priced_on date The day of those prices.""",
    ),
)
