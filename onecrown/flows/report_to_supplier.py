"""Collect what a supplier is told of one drop, from the ledger and from what the judge wrote."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from pathlib import Path
from typing import Any

from onecrown.definitions.contracts import Contract
from onecrown.flows.advice_to_supplier import next_steps, state_in_words
from onecrown.flows.surroundings import Surroundings
from onecrown.ports import JUDGED, Connection, Drop
from onecrown.rendering.rule_book import JudgingRule, rule_book
from onecrown.rendering.rule_words import in_plain_words
from onecrown.rendering.supplier_report import Books, Delivered, Finding, Place, Spot, SupplierReport, UnknownName
from onecrown.sql.quoting import file

MOST_SPOTS = 20  # of each rule and field; more are counted
_FOLLOWING = ("parent_set_aside", "no_scope")  # mended with what they hang on: told last

Rules = dict[tuple[str, str], JudgingRule]
"""The rules of a contract by record type and rule."""


class Telling(Enum):
    """What is told of a record that was set aside: where it stood, or its text too, which is personal data."""

    POSITION = "position"
    POSITION_AND_TEXT = "position and text"


def report_to_supplier(home: Surroundings, drop: Drop, telling: Telling = Telling.POSITION) -> SupplierReport:
    """Everything that the supplier of a drop is told."""
    contract = home.model.contracts.get(drop.dataset_name)
    rules = _rules(contract)
    with home.engine() as con:
        rejects = _findings(con, home.quarantine.folder(drop.prefix) / "quarantine.parquet", drop, _rejected(telling))
        flags = _findings(con, home.validated.folder(drop.prefix) / "flags.parquet", drop, _FLAGGED)
        unknown = _unknown_names(con, home.validated.folder(drop.prefix) / "drift.parquet", drop)
    return SupplierReport(
        delivered=_delivered(drop, contract),
        books=tuple(
            Books(kind, *(said.get(count, 0) for count in JUDGED)) for kind, said in sorted(drop.counts.items())
        ),
        rejects=_by_rule(rejects, rules, contract),
        flags=_by_rule(flags, rules, contract),
        unknown_names=unknown,
        next_steps=next_steps(drop, contract, bool(unknown)),
    )


def _delivered(drop: Drop, contract: Contract | None) -> Delivered:
    return Delivered(
        drop_id=drop.drop_id,
        name=drop.name,
        dataset=drop.dataset_name,
        dataset_meaning=contract.meaning if contract else "",
        meaning=tuple(sorted(drop.meaning.items())),
        contract_version=drop.contract_version,
        arrived_at=drop.received_at,
        bytes=drop.bytes,
        state=drop.state,
        state_in_words=state_in_words(drop),
        reason=drop.reason.removesuffix(": see `onecrown rejects`"),  # the supplier has no such command
    )


def _rules(contract: Contract | None) -> Rules:
    if contract is None:
        return {}
    kinds = contract.record_types.values()
    return {(kind.name, rule.rule_id): rule for kind in kinds for rule in rule_book(contract, kind)}


_FLAGGED = "severity, class, owner, CAST(NULL AS VARCHAR) AS expected, CAST(NULL AS VARCHAR) AS text"


def _rejected(telling: Telling) -> str:
    text = "text" if telling is Telling.POSITION_AND_TEXT else "CAST(NULL AS VARCHAR) AS text"
    return f"'reject' AS severity, CAST(NULL AS VARCHAR) AS class, CAST(NULL AS VARCHAR) AS owner, expected, {text}"


def _findings(con: Connection, path: Path, drop: Drop, told: str) -> list[dict[str, Any]]:
    """Broken rules by rule, record type and field: how many, and the first of them in the order of the file."""
    if not drop.prefix or not path.exists():
        return []
    answer = con.execute(
        f"""WITH told AS (
          SELECT rule, record_type, coalesce(field, '') AS field, coalesce(position, '') AS position, {told}, file_row_number
          FROM read_parquet({file(path)}, file_row_number = true) WHERE drop_id = ?
        ),
        in_order AS (
          SELECT *, row_number() OVER (
            PARTITION BY rule, record_type, field, severity, class, owner ORDER BY file_row_number
          ) AS place
          FROM told
        )
        SELECT rule, severity, class, owner, record_type, field, count(*) AS count,
          list({{'position': position, 'expected': expected, 'text': text}} ORDER BY place)
            FILTER (place <= {MOST_SPOTS}) AS spots
        FROM in_order GROUP BY ALL ORDER BY rule, severity, class, owner, count DESC, record_type, field""",
        [drop.drop_id],
    )
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _by_rule(found: list[dict[str, Any]], rules: Rules, contract: Contract | None) -> tuple[Finding, ...]:
    """Rules with their places: causes before what hangs on them, and the most broken first."""
    findings = [
        _finding(list(rows), rules, contract) for _, rows in groupby(found, lambda row: _said_of(row, rules, contract))
    ]
    return tuple(sorted(findings, key=lambda one: (one.rule in _FOLLOWING, -one.count, one.rule)))


def _said_of(row: dict[str, Any], rules: Rules, contract: Contract | None) -> tuple[str, ...]:
    """Rule, meaning, severity, class and owner: what the places of one finding share."""
    rule = rules.get((row["record_type"], row["rule"]))
    of_contract = contract is not None and any(said.rule_id == row["rule"] for said in contract.rules)
    meaning = rule.meaning if rule is not None and of_contract else in_plain_words(row["rule"])
    error_class = row["class"] or (rule.error_class if rule else "technical")
    owner = row["owner"] or (rule.owner if rule else contract.owner if contract else "")
    return row["rule"], meaning, row["severity"], error_class, owner


def _finding(rows: list[dict[str, Any]], rules: Rules, contract: Contract | None) -> Finding:
    rule, meaning, severity, error_class, owner = _said_of(rows[0], rules, contract)
    places = tuple(_place(row, rules, contract) for row in rows)
    return Finding(rule, meaning, severity, error_class, owner, places)


def _place(row: dict[str, Any], rules: Rules, contract: Contract | None) -> Place:
    expected = tuple(dict.fromkeys(spot["expected"] for spot in row["spots"] if spot["expected"]))
    rule = rules.get((row["record_type"], row["rule"]))
    if not expected and rule is not None and rule.expected:
        expected = (rule.expected,)
    spots = tuple(Spot(spot["position"], spot["text"]) for spot in row["spots"])
    kind, field = row["record_type"], row["field"]
    return Place(kind, field, _delivered_as(contract, kind, field), expected, row["count"], spots)


def _delivered_as(contract: Contract | None, kind: str, field: str) -> str:
    record_type = contract.record_types.get(kind) if contract else None
    found = record_type.named(field) if record_type else None
    return found.path if found and not found.from_elsewhere else ""


def _unknown_names(con: Connection, path: Path, drop: Drop) -> tuple[UnknownName, ...]:
    return tuple(_names(con, path, drop)) if drop.prefix and path.exists() else ()


def _names(con: Connection, path: Path, drop: Drop) -> Iterator[UnknownName]:
    rows = con.execute(
        f"""SELECT record_type, field, seen_count FROM read_parquet({file(path)})
        WHERE drop_id = ? ORDER BY record_type, field""",
        [drop.drop_id],
    ).fetchall()
    yield from (UnknownName(*row) for row in rows)
