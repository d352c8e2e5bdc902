"""What a landing key says: `SOURCE/DATASET/[extract_date=…/][court=…/]NAME`, and the identity of a drop."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from onecrown.definitions.contract_checks import KEY_PARTS
from onecrown.definitions.contracts import Contract
from onecrown.errors import UnreadableDrop

LONDON = ZoneInfo("Europe/London")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")


@dataclass(frozen=True, slots=True)
class LandingKey:
    """A landing key taken apart. `parts` holds extract_date, court, table and part where the key says them."""

    text: str
    source: str
    dataset: str
    parts: dict[str, str]
    name: str

    @property
    def dataset_name(self) -> str:
        """`source/dataset`."""
        return f"{self.source}/{self.dataset}"


def parse_landing_key(text: str) -> LandingKey:
    """Take a key apart; what is no known part belongs to the name."""
    segments = text.split("/")
    source, dataset = segments[0], segments[1] if len(segments) > 2 else ""
    rest = segments[2:] if len(segments) > 2 else segments[1:]
    parts: dict[str, str] = {}
    while len(rest) > 1:
        name, equals, said = rest[0].partition("=")
        if not equals or name not in KEY_PARTS or name in parts:
            break
        parts[name] = said
        rest = rest[1:]
    return LandingKey(text, source, dataset, parts, "/".join(rest))


def extract_instant(text: str) -> datetime:
    """The instant that an `extract_date=` names, in UTC.

    A date is its London midnight; a date-time without a zone is London time (the first of a repeated hour).
    Raises `ValueError` where it is neither.
    """
    moment = datetime.fromisoformat(text)
    if _DATE.fullmatch(text) or moment.tzinfo is None:
        moment = moment.replace(tzinfo=LONDON)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is beyond the calendar") from error


def meaning_of(key: LandingKey, contract: Contract) -> dict[str, str]:
    """The parts of the key that the contract declares as meaning, in canonical form.

    Raises `UnreadableDrop` where a required part is missing or cannot be read.
    """
    parts = {**_named_parts(key, contract), **key.parts}
    for part in contract.required_parts:
        if not parts.get(part):
            raise UnreadableDrop(
                f"missing_{part}",
                f"a landing key with {part}=…: deliver it again as {contract.name}/{part}=…/{'NAME'}",
            )
    if parts.get("extract_date"):
        try:
            parts["extract_date"] = extract_instant(parts["extract_date"]).isoformat()
        except ValueError as error:
            if "extract_date" not in {*contract.meaning_parts, *contract.required_parts}:
                return {part: said for part, said in parts.items() if part != "extract_date"}
            raise UnreadableDrop(
                "bad_extract_date", "extract_date as an ISO date or date-time, for example 2026-01-31"
            ) from error
    return parts


def _named_parts(key: LandingKey, contract: Contract) -> dict[str, str]:
    if not contract.name_pattern:
        return {}
    file_name = key.name.rsplit("/", 1)[-1]
    match = re.search(contract.name_pattern, file_name)
    if match is None:
        raise UnreadableDrop("bad_name", f"a file name of the form {contract.name_pattern}")
    return {name: said for name, said in match.groupdict().items() if said and name in KEY_PARTS}


def drop_hash(dataset: str, meaning: dict[str, str], meaning_parts: tuple[str, ...]) -> hashlib._Hash:
    """A SHA-256 that has taken in a drop's meaning and waits for its bytes."""
    said = {part: meaning[part] for part in sorted(meaning_parts) if part in meaning}
    head = json.dumps([dataset, said], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(head.encode() + b"\n")
