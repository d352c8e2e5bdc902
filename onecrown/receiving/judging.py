"""Judges staged records and writes what came of them: judged records, quarantine, flags, snapshots, drift, counts.

Two folders per receipt (one drop, or several small drops of a dataset received together), one of them for quarantine:

    <record type>.parquet   every keyed or rejected record of the type, with `_rejects` and `_flags`; the accepted ones
                            are those with an empty `_rejects`. A snapshot lists the rejected ones too.
                            `_prefix` names the folder: a drop that is judged anew has a new one
    snapshots.parquet       one row per snapshot: drop, record type, scope, time, hash of its member list, complete
    quarantine.parquet      one row per broken rule of a rejected record, with its position and its text
    flags.parquet           one row per broken flag rule, without the text
    drift.parquet           one row per name that the contract does not know
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from onecrown.definitions.contracts import Contract, RecordType, Scope
from onecrown.receiving.documents import Unreadable
from onecrown.receiving.tallies import UNREADABLE, Judgement, Tally
from onecrown.rendering.csv_rows import file_scope
from onecrown.rendering.judging_select import JudgingSelect, Staged, judging_select
from onecrown.sql.loading import insert_rows
from onecrown.sql.quoting import encoded_key, file, name, value
from onecrown.steps import UNWATCHED, Step, Steps, announced

_REJECTS_SCHEMA = "drop_id VARCHAR, record_type VARCHAR, position VARCHAR, field VARCHAR, rule VARCHAR, expected VARCHAR, text VARCHAR"
_FLAGS_SCHEMA = (
    "drop_id VARCHAR, record_type VARCHAR, position VARCHAR, key VARCHAR, rule VARCHAR, field VARCHAR, "
    "severity VARCHAR, class VARCHAR, owner VARCHAR"
)
_DRIFT_SCHEMA = "drop_id VARCHAR, record_type VARCHAR, field VARCHAR, seen_count BIGINT"
_SNAPSHOTS_SCHEMA = (
    "drop_id VARCHAR, record_type VARCHAR, scope VARCHAR, root BIGINT, event_at TIMESTAMPTZ, sequence VARCHAR, "
    "members_hash VARCHAR, complete BOOLEAN, listed BIGINT, part VARCHAR"
)
_FILES_SCHEMA = "drop_id VARCHAR, scope VARCHAR, event_at TIMESTAMPTZ, unreadable BIGINT, erased BIGINT, part VARCHAR"


class Judge:
    """Judges the records of one receipt into a folder."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        contract: Contract | None,
        folders: tuple[Path, Path],
        steps: Steps = UNWATCHED,
    ) -> None:
        self._con = con
        self._steps = steps
        self._said_contract = contract
        self._folder, self._quarantine_folder = folders
        self.judgement = Judgement()
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        con.execute("CREATE OR REPLACE TEMP TABLE set_aside (ordinal BIGINT)")
        con.execute("CREATE OR REPLACE TEMP TABLE unscoped (ordinal BIGINT)")
        con.execute(f"CREATE OR REPLACE TEMP TABLE quarantine ({_REJECTS_SCHEMA})")
        con.execute(f"CREATE OR REPLACE TEMP TABLE flags ({_FLAGS_SCHEMA})")
        con.execute(f"CREATE OR REPLACE TEMP TABLE snapshots ({_SNAPSHOTS_SCHEMA})")
        con.execute(f"CREATE OR REPLACE TEMP TABLE drift ({_DRIFT_SCHEMA})")

    @property
    def _contract(self) -> Contract:
        assert self._said_contract is not None, "only records of a dataset are judged"
        return self._said_contract

    def judge(self, record_type: RecordType, staged: Staged) -> JudgingSelect:
        """Judge every staged record of one type into its file."""
        select = judging_select(self._contract, record_type, staged)
        target = self.file_of(record_type.name)
        group = 61440 if staged.is_csv else 16384  # what fits the memory of one receipt
        with announced(self._steps, Step.JUDGE_RECORDS, record_type.name):
            self._con.execute(
                f"COPY (SELECT *, {value(self._folder.name)} AS _prefix FROM ({select.sql})) TO {file(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {group})"
            )
        self.judgement.types.append(record_type.name)
        return select

    def report(self, record_type: RecordType, select: JudgingSelect, text: str, position: str = "j._position") -> None:
        """Count the judged records of a type and set aside the rejected ones.

        `text` and `position` are SQL over the judged file as `j`.
        """
        self._count(record_type)
        self._quarantine(record_type, select, text, position)
        self._flag(record_type, select, position)
        for scope in self._contract.scopes.values():
            if scope.root == record_type.name:
                self._con.execute(
                    f"""INSERT INTO unscoped SELECT _ordinal FROM {self._judged(record_type)} AS root
                    WHERE _rejects <> '' OR {_scope_key(scope)} IS NULL"""
                )

    def file_of(self, record_type: str) -> Path:
        """Where the judged records of a type lie."""
        return self._folder / f"{record_type}.parquet"

    def set_aside_unreadable(self, drop_id: str, found: Unreadable) -> None:
        """Quarantine a line, an element or a whole file that cannot be parsed."""
        tally = self.judgement.tally(drop_id, UNREADABLE)
        tally.read += 1
        tally.quarantined += 1
        row = [drop_id, UNREADABLE, found.position, None, found.rule, found.expected, found.text]
        self._con.execute("INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def take_snapshots(self, parts: dict[str, tuple[dict[str, str], str]]) -> None:
        """Record a snapshot for every accepted root of a scope and every record type that is a member of it.

        `parts` gives, for each drop, what its landing key means and the time it carries.
        """
        for scope in self._contract.scopes.values():
            members = [kind for kind in self._contract.record_types.values() if self._contract.scope_of(kind) == scope]
            for member in members:
                if scope.root == "file":
                    self._file_snapshots(scope, member, parts)
                elif scope.root in self.judgement.types:
                    self._rooted_snapshots(scope, member)

    def finish(self) -> Judgement:
        """Write quarantine, flags and snapshots, and give the counts."""
        for table in ("quarantine", "flags", "snapshots", "drift"):
            self.keep(table)
        return self.judgement

    def note_drift(self, drop_id: str, record_type: str, field: str, count: int) -> None:
        """Note a name that the contract does not know."""
        self._con.execute("INSERT INTO drift VALUES (?, ?, ?, ?)", [drop_id, record_type, field, count])

    def keep(self, table: str) -> None:
        """Write one of the receipt's tables into its folder."""
        folder = self._quarantine_folder if table == "quarantine" else self._folder
        found = f"(SELECT *, {value(self._folder.name)} AS _prefix FROM snapshots)" if table == "snapshots" else table
        with announced(self._steps, Step.KEEP_FINDINGS, table):
            self._con.execute(f"COPY {found} TO {file(folder / f'{table}.parquet')} (FORMAT parquet, COMPRESSION zstd)")

    def _count(self, record_type: RecordType) -> None:
        counted = self._con.execute(
            f"SELECT _drop, count(*), count(*) FILTER (_rejects <> '') FROM {self._judged(record_type)} GROUP BY _drop"
        ).fetchall()
        for drop_id, read, quarantined in counted:
            tally = self.judgement.tally(drop_id, record_type.name)
            tally.read += read
            tally.quarantined += quarantined

    def _judged(self, record_type: RecordType) -> str:
        return f"read_parquet({file(self.file_of(record_type.name))})"

    def _quarantine(self, record_type: RecordType, select: JudgingSelect, text: str, position: str) -> None:
        broken = [tally for (_, kind), tally in self.judgement.tallies.items() if kind == record_type.name]
        if not any(tally.quarantined for tally in broken):
            return
        self._con.execute(
            f"INSERT INTO set_aside SELECT _ordinal FROM {self._judged(record_type)} WHERE _rejects <> ''"
        )
        self._con.execute(
            f"""INSERT INTO quarantine
            SELECT j._drop, {value(record_type.name)}, {position}, nullif(rule.field, ''), rule.rule_id, rule.expected, {text}
            FROM {self._judged(record_type)} AS j, unnest(string_split(j._rejects, ',')) AS broken (number)
            JOIN {_rules_relation(select)} AS rule ON rule.number = broken.number
            WHERE j._rejects <> ''
            ORDER BY j._drop, j._ordinal, CAST(rule.number AS INTEGER)"""
        )

    def _flag(self, record_type: RecordType, select: JudgingSelect, position: str) -> None:
        if not any(rule.severity != "reject" for rule in select.rules):
            return
        self._con.execute(
            f"""INSERT INTO flags
            SELECT j._drop, {value(record_type.name)}, {position}, j._key, rule.rule_id, nullif(rule.field, ''),
              rule.severity, rule.class, rule.owner
            FROM {self._judged(record_type)} AS j, unnest(string_split(j._flags, ',')) AS broken (number)
            JOIN {_rules_relation(select)} AS rule ON rule.number = broken.number
            WHERE j._flags <> '' AND j._rejects = ''
            ORDER BY j._drop, j._ordinal, CAST(rule.number AS INTEGER)"""
        )
        counted = self._con.execute(
            "SELECT drop_id, count(*) FROM flags WHERE record_type = ? AND severity = 'flag' GROUP BY drop_id",
            [record_type.name],
        ).fetchall()
        for drop_id, count in counted:
            self.judgement.tally(drop_id, record_type.name).flagged = count

    def _rooted_snapshots(self, scope: Scope, member: RecordType) -> None:
        """A snapshot per root; roots of one drop, scope and time share one list, that of all of them."""
        root = self._contract.record_types[scope.root]
        key = _scope_key(scope)
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE roots AS
            SELECT root._drop, {key} AS scope, root._ordinal AS root, root._event_at, root._sequence,
              min(root._ordinal) OVER (PARTITION BY root._drop, {key}, root._event_at, root._sequence) AS united
            FROM {self._judged(root)} AS root WHERE root._rejects = '' AND {key} IS NOT NULL"""
        )
        self._con.execute(
            f"""INSERT INTO snapshots
            SELECT r._drop, {value(member.name)}, r.scope, r.root, r._event_at, r._sequence,
              coalesce(listed.members_hash, {_EMPTY_LIST}), coalesce(listed.complete, true), coalesce(listed.listed, 0), NULL
            FROM roots AS r
            LEFT JOIN ({self._listed(member, "united")}) AS listed ON listed.within = r.united"""
        )

    def _file_snapshots(self, scope: Scope, member: RecordType, parts: dict[str, tuple[dict[str, str], str]]) -> None:
        rows = [
            (
                drop_id,
                file_scope(scope.key, meaning),
                event_at,
                *self._set_aside_of(drop_id, member),
                meaning.get("part"),
            )
            for drop_id, (meaning, event_at) in parts.items()
            if not member.table or meaning.get("table") == member.table
        ]
        if not rows:
            return
        self._con.execute(f"CREATE OR REPLACE TEMP TABLE files ({_FILES_SCHEMA})")
        insert_rows(self._con, "files", ("drop_id", "scope", "event_at", "unreadable", "erased", "part"), rows)
        listed = self._listed(member, "_drop") if member.name in self.judgement.types else _NOTHING_LISTED
        self._con.execute(
            f"""INSERT INTO snapshots
            SELECT f.drop_id, {value(member.name)}, f.scope, 0, f.event_at, '', coalesce(l.members_hash, {_EMPTY_LIST}),
              coalesce(l.complete, true) AND f.unreadable = 0, coalesce(l.listed, 0) + f.erased, f.part
            FROM files AS f LEFT JOIN ({listed}) AS l ON l.within = f.drop_id"""
        )

    def _set_aside_of(self, drop_id: str, member: RecordType) -> tuple[int, int]:
        """How much of a drop's file could not be read, and how many of its records were erased."""
        unreadable = self.judgement.tallies.get((drop_id, UNREADABLE), Tally())
        return unreadable.quarantined, self.judgement.tallies.get((drop_id, member.name), Tally()).erased

    def _listed(self, member: RecordType, within: str) -> str:
        """SQL: per root, the hash of the sorted list of (key, hash), its length, and whether every record was keyed."""
        if member.name not in self.judgement.types:
            return (
                _NOTHING_LISTED
                if within == "_drop"
                else _NOTHING_LISTED.replace("VARCHAR) AS within", "BIGINT) AS within")
            )
        breaking = self._breaking(member)
        read = self._judged(member)
        if within == "united":
            read = f"(SELECT j.*, r.united FROM {read} AS j JOIN roots AS r ON r.root = j._root)"
        return f"""
          SELECT within, {_list_hash()} AS members_hash, bool_and(whole) AS complete, sum(listed)::BIGINT AS listed
          FROM (
            SELECT {within} AS within, left(_hash, 2) AS bucket,
              sha256(array_to_string(list_sort(list(_key || chr(31) || _hash)), chr(30))) AS bucket_hash,
              bool_and(_key IS NOT NULL AND NOT ({breaking})) AS whole, count(_key) AS listed
            FROM {read} GROUP BY ALL
          ) GROUP BY within"""

    def _breaking(self, member: RecordType) -> str:
        rules = judging_select(self._contract, member, Staged("staged")).rules
        numbers = [str(number) for number, rule in enumerate(rules) if rule.breaks_snapshot]
        return " OR ".join(f"list_contains(string_split(_rejects, ','), '{number}')" for number in numbers) or "false"


_EMPTY_LIST = "left(sha256(''), 32)"
_NOTHING_LISTED = "SELECT CAST(NULL AS VARCHAR) AS within, CAST(NULL AS VARCHAR) AS members_hash, true AS complete, 0 AS listed WHERE false"


def _scope_key(scope: Scope) -> str:
    """SQL for the text of a scope's key, of its root."""
    return encoded_key(f"CAST(root.{name(part)} AS VARCHAR)" for part in scope.key)


def _list_hash() -> str:
    return "left(sha256(string_agg(bucket || bucket_hash, chr(30) ORDER BY bucket)), 32)"


def _rules_relation(select: JudgingSelect) -> str:
    rows = ", ".join(
        f"('{number}', {value(rule.rule_id)}, {value(rule.field)}, {value(rule.expected)}, {value(rule.severity)}, "
        f"{value(rule.error_class)}, {value(rule.owner)})"
        for number, rule in enumerate(select.rules)
    )
    return f"(SELECT * FROM (VALUES {rows}) AS v (number, rule_id, field, expected, severity, class, owner))"
