"""Versions over time of the records of one type, as a view over history: pure SQL text from a contract.

A row is a copy of a record and the time in which it stood: `valid_from` (inclusive) to `valid_to` (exclusive, empty while it
stands). Both are derived from what the sources said at which event time; nothing of them is stored. How things stood at an
instant T is `WHERE valid_from <= T AND (valid_to IS NULL OR valid_to > T)`.

The law is that of the merge. The dialect is DuckDB's, kept to what Athena and Spark have too: windows, no QUALIFY, no lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from onecrown.definitions.contracts import Contract, Control, RecordType, Scope
from onecrown.definitions.model import Model
from onecrown.rendering.table_layouts import HISTORY, TableColumn, TableLayout, body_table
from onecrown.sql.quoting import encoded_key, name, value

Relation = Callable[[str], str]
"""Gives SQL of a FROM item that reads a table, by its full name."""

_COLUMNS = (
    ("key", "string", "The record's key as the contract declares it."),
    ("scope", "string", "The scope whose copy stands; empty where the record is no member."),
    ("record_hash", "string", "Digest of the copy that stood: with scope and key it finds the body."),
    ("valid_from", "timestamptz", "The event time from which the copy stood."),
    ("valid_to", "timestamptz", "The event time from which it stood no more; empty while it stands."),
    ("is_current", "boolean", "Whether it stands still."),
    ("is_stale", "boolean", "Whether a later copy was listed and set aside, so that this one stands in for it."),
)


def versions_view(contract: Contract, record_type: RecordType) -> str:
    """The full name of the view of a record type's versions."""
    return f"{body_table(contract, record_type)}_versions"


def versions_layout(contract: Contract, record_type: RecordType) -> TableLayout:
    """The columns of a view of versions."""
    columns = tuple(
        TableColumn(index, column, kind, note, is_personal=column in ("key", "scope"))
        for index, (column, kind, note) in enumerate(_COLUMNS, 1)
    )
    title = versions_view(contract, record_type).partition(".")[2]
    return TableLayout(
        HISTORY, title, columns, ("key",), f"Versions of {record_type.name} of {contract.name} over time."
    )


def versions_layouts(model: Model) -> dict[str, TableLayout]:
    """Every view of versions by full name."""
    return {versions_view(*said): versions_layout(*said) for said in _every_type(model)}


def versions_sql(model: Model, full_name: str, relation: Relation) -> str | None:
    """The SELECT of a view by its full name; None where there is no such view."""
    found = next((said for said in _every_type(model) if versions_view(*said) == full_name), None)
    return versions(*found, relation) if found else None


def _every_type(model: Model) -> Iterator[tuple[Contract, RecordType]]:
    for contract in model.contracts.values():
        for record_type in contract.record_types.values():
            yield contract, record_type


def versions(contract: Contract, record_type: RecordType, relation: Relation) -> str:
    """SELECT of the versions of a record type: key, scope, record_hash, valid_from, valid_to, is_current, is_stale."""
    steps = _upsert_steps if record_type.mode == "upsert" else _member_steps
    named = [*steps(contract, record_type, relation), ("joined", _JOINED), ("numbered_version", _NUMBERED_VERSION)]
    ctes = ",\n".join(f"{step} AS ({sql})" for step, sql in named)
    return f"WITH {ctes}\n{_VERSIONS}"


def as_at(contract: Contract, record_type: RecordType, relation: Relation, instant: str) -> str:
    """SELECT of the versions that stood at an instant (SQL of a constant)."""
    return f"""SELECT * FROM ({versions(contract, record_type, relation)}) AS version
    WHERE valid_from <= {instant} AND (valid_to IS NULL OR valid_to > {instant})"""


# Neighbouring spans of the same copy are one version. Works on `span` (key, scope, record_hash, is_stale, valid_from, valid_to).
_JOINED = """
  SELECT span.*,
    CASE WHEN lag(valid_to) OVER w = valid_from AND lag(record_hash) OVER w = record_hash AND lag(scope) OVER w = scope
      AND lag(is_stale) OVER w = is_stale THEN 0 ELSE 1 END AS begins
  FROM span WINDOW w AS (PARTITION BY key ORDER BY valid_from)"""
_NUMBERED_VERSION = """
  SELECT joined.*, sum(begins) OVER (
    PARTITION BY key ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS version_number
  FROM joined"""
_VERSIONS = """SELECT key, scope, record_hash, min(valid_from) AS valid_from,
  CASE WHEN max(CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END) = 1 THEN NULL ELSE max(valid_to) END AS valid_to,
  max(CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END) = 1 AS is_current, is_stale
FROM numbered_version GROUP BY key, scope, record_hash, is_stale, version_number"""


def _upsert_steps(contract: Contract, record_type: RecordType, relation: Relation) -> Iterator[tuple[str, str]]:
    """Of one instant the greatest sequence counts, then the greatest hash."""
    yield (
        "sighted",
        f"""
  SELECT key, record_hash, event_at, row_number() OVER (
    PARTITION BY key, event_at ORDER BY sequence DESC, record_hash DESC) AS place
  FROM {relation(f"{HISTORY}.sighting")} AS s WHERE {_of_type(contract.name, record_type.name)}""",
    )
    yield (
        "span",
        """
  SELECT key, '' AS scope, record_hash, false AS is_stale, event_at AS valid_from,
    lead(event_at) OVER (PARTITION BY key ORDER BY event_at) AS valid_to
  FROM sighted WHERE place = 1""",
    )


def _member_steps(contract: Contract, record_type: RecordType, relation: Relation) -> Iterator[tuple[str, str]]:
    scope = contract.scope_of(record_type)
    assert scope is not None, "a member has a scope"
    yield from _snapshot_steps(contract, record_type, scope, relation)
    yield "copy", _copies(relation(f"{HISTORY}.member"), relation(body_table(contract, record_type)))
    yield "standing", _STANDING
    yield "scope_span", _SCOPE_SPANS
    yield "instant", _INSTANTS
    yield "winner", _WINNERS
    yield "span", _SPANS


def _snapshot_steps(
    contract: Contract, record_type: RecordType, scope: Scope, relation: Relation
) -> Iterator[tuple[str, str]]:
    """`list`: the delivered lists; `snapshot`: as they count, with place and the next complete one of their scope."""
    yield (
        "list",
        f"""
  SELECT DISTINCT scope, event_at, sequence, members_hash, complete, listed, coalesce(part, '') AS part,
    CASE WHEN coalesce(part, '') = '' THEN members_hash ELSE '' END AS own
  FROM {relation(f"{HISTORY}.snapshot")} AS s WHERE {_of_type(contract.name, record_type.name)}""",
    )
    yield "promise", _promises(contract, scope.control, relation)
    yield "united", _UNITED
    yield "counted", _COUNTED
    yield "snapshot", _SNAPSHOTS


def _of_type(dataset: str, record_type: str) -> str:
    return f"s.dataset = {value(dataset)} AND s.record_type = {value(record_type)}"


def _promises(contract: Contract, control: Control | None, relation: Relation) -> str:
    """How many rows the control files promise of a scope at a time."""
    if control is None:
        return """
  SELECT CAST(NULL AS VARCHAR) AS scope, CAST(NULL AS TIMESTAMPTZ) AS event_at, CAST(NULL AS BIGINT) AS rows_promised
  WHERE 1 = 0"""
    scope = encoded_key(f"b.{name(part)}" for part in control.key)
    bodies = f"{HISTORY}.{contract.source}_{control.dataset}_{control.record_type}"
    return f"""
  SELECT {scope} AS scope, t.event_at, CAST(sum(b.{name(control.rows)}) AS BIGINT) AS rows_promised
  FROM (
    SELECT key, record_hash, event_at, row_number() OVER (
      PARTITION BY key ORDER BY event_at DESC, sequence DESC, record_hash DESC) AS place
    FROM {relation(f"{HISTORY}.sighting")} AS s
    WHERE {_of_type(f"{contract.source}/{control.dataset}", control.record_type)}
  ) AS t JOIN {relation(bodies)} AS b ON b.key = t.key AND b.record_hash = t.record_hash
  WHERE t.place = 1 GROUP BY {scope}, t.event_at"""


# Parts of one scope and time (`own` is empty) are one snapshot, whose version ends in one hash for all their lists.
_UNITED = """
  SELECT scope, event_at, sequence, own, string_agg(members_hash, '|' ORDER BY members_hash) AS hashes
  FROM (SELECT DISTINCT scope, event_at, sequence, own, members_hash FROM list) AS hash
  GROUP BY scope, event_at, sequence, own"""
_COUNTED = """
  SELECT l.scope, l.event_at, l.sequence, l.own, max(CASE WHEN l.complete THEN 1 ELSE 0 END) AS any_whole,
    min(CASE WHEN l.complete THEN 1 ELSE 0 END) AS all_whole, sum(l.listed) AS listed, max(p.rows_promised) AS rows_promised
  FROM list AS l LEFT JOIN promise AS p ON p.scope = l.scope AND p.event_at = l.event_at
  GROUP BY l.scope, l.event_at, l.sequence, l.own"""
_SNAPSHOTS = """
  SELECT known.*, min(CASE WHEN complete THEN place END) OVER (
    PARTITION BY scope ORDER BY place ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS next_complete
  FROM (
    SELECT dated.*, row_number() OVER (PARTITION BY scope ORDER BY event_at, sequence, version_hash) AS place
    FROM (
      SELECT c.scope, c.event_at, c.sequence, c.own,
        CASE WHEN c.own = '' THEN substr(sha256(u.hashes), 1, 32) ELSE c.own END AS version_hash,
        CASE
          WHEN c.own = '' THEN c.all_whole = 1 AND c.rows_promised IS NOT NULL AND c.rows_promised = c.listed
          ELSE c.any_whole = 1 AND (c.rows_promised IS NULL OR c.rows_promised = c.listed)
        END AS complete
      FROM counted AS c JOIN united AS u
        ON u.scope = c.scope AND u.event_at = c.event_at AND u.sequence = c.sequence AND u.own = c.own
    ) AS dated
  ) AS known"""


def _copies(member: str, bodies: str) -> str:
    """The copy of each key that a snapshot lists (of several the greatest), and the one that was accepted."""
    return f"""
  SELECT s.scope, s.place, s.next_complete, s.event_at, s.sequence, s.version_hash, m.key, max(m.record_hash) AS listed_hash,
    max(b.record_hash) AS accepted_hash
  FROM snapshot AS s
  JOIN (SELECT DISTINCT scope, event_at, sequence, own, members_hash FROM list) AS l
    ON l.scope = s.scope AND l.event_at = s.event_at AND l.sequence = s.sequence AND l.own = s.own
  JOIN {member} AS m ON m.members_hash = l.members_hash
  LEFT JOIN (SELECT DISTINCT scope, key, record_hash FROM {bodies} AS body) AS b
    ON b.scope = s.scope AND b.key = m.key AND b.record_hash = m.record_hash
  GROUP BY s.scope, s.place, s.next_complete, s.event_at, s.sequence, s.version_hash, m.key"""


# A listed copy stands until its key is listed again or a complete snapshot follows, whichever comes first; where it was set
# aside, the last accepted one stands in for it.
_STANDING = """
  SELECT scope, key, place, event_at, sequence, version_hash, listed_hash,
    last_value(accepted_hash IGNORE NULLS) OVER (
      PARTITION BY scope, key ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS record_hash,
    least(
      coalesce(lead(place) OVER (PARTITION BY scope, key ORDER BY place), next_complete),
      coalesce(next_complete, lead(place) OVER (PARTITION BY scope, key ORDER BY place))) AS ends_at_place
  FROM copy"""
_SCOPE_SPANS = """
  SELECT t.scope, t.key, t.event_at AS valid_from, t.sequence, t.version_hash, t.record_hash,
    t.record_hash <> t.listed_hash AS is_stale, e.event_at AS valid_to
  FROM standing AS t LEFT JOIN snapshot AS e ON e.scope = t.scope AND e.place = t.ends_at_place
  WHERE t.record_hash IS NOT NULL AND (e.event_at IS NULL OR e.event_at > t.event_at)"""
# Where a key stands in several scopes, the newest one's copy wins, from instant to instant.
_INSTANTS = """
  SELECT key, at_instant, lead(at_instant) OVER (PARTITION BY key ORDER BY at_instant) AS until_instant
  FROM (
    SELECT key, valid_from AS at_instant FROM scope_span
    UNION SELECT key, valid_to FROM scope_span WHERE valid_to IS NOT NULL
  ) AS instants"""
_WINNERS = """
  SELECT i.key, i.at_instant, i.until_instant, s.scope, s.record_hash, s.is_stale,
    row_number() OVER (PARTITION BY i.key, i.at_instant
      ORDER BY s.valid_from DESC, s.sequence DESC, s.version_hash DESC, s.scope DESC) AS place
  FROM instant AS i JOIN scope_span AS s
    ON s.key = i.key AND s.valid_from <= i.at_instant AND (s.valid_to IS NULL OR s.valid_to > i.at_instant)"""
_SPANS = """
  SELECT key, scope, record_hash, is_stale, at_instant AS valid_from, until_instant AS valid_to FROM winner WHERE place = 1"""
