"""The header of a CSV file against the columns that its contract promises."""

from __future__ import annotations

import csv
import zlib
from dataclasses import dataclass
from pathlib import Path

from onecrown.definitions.contracts import Format, RecordType
from onecrown.errors import UnreadableDrop

_START_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file in its own order; which promised ones are missing; which are not known."""

    columns: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    is_there: bool = True


def read_header(path: Path, layout: Format, record_type: RecordType) -> Header:
    """Read and compare the header.

    A file whose first line names none of the promised columns and has as many fields has no header.
    Raises `UnreadableDrop` where two columns have one name.
    """
    said = [cell.strip() for cell in _first_row(path, layout)]
    if layout.trailing_delimiter and said and not said[-1]:
        said = [*said[:-1], "_end"]
    promised = record_type.columns
    aliases = dict(record_type.aliases)
    names = [aliases.get(name, name) for name in said]
    if not set(names) & set(promised) and len([n for n in names if n != "_end"]) == len(promised):
        return Header((*promised, *(name for name in names if name == "_end")), (), (), is_there=False)
    missing = tuple(name for name in promised if name not in names)
    # first, because a line of which no name is known may be a record, whose values are nobody's to repeat
    if len(missing) == len(promised):
        raise UnreadableDrop("no_known_column", f"a header with the columns {', '.join(promised[:6])} and so on")
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise UnreadableDrop("repeated_column", f"each column once; the header repeats {', '.join(repeated)}")
    unknown = tuple(name for name in names if name not in promised and name != "_end")
    return Header(tuple(names), missing, unknown)


def _first_row(path: Path, layout: Format) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=layout.delimiter, quotechar=layout.quote)
        try:
            return next((row for row in reader if row), [])
        except csv.Error as error:
            raise UnreadableDrop("unreadable_csv", "a header with every quote closed: deliver it again") from error


def first_line(path: Path, quote: str) -> bytes:
    """The first line of a file, also of a gzip one; b'' where it is blank, long, unreadable or ends within quotes."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_START_BYTES)
        if start.startswith(b"\x1f\x8b"):
            start = zlib.decompressobj(wbits=31).decompress(start, _START_BYTES)
    except (OSError, zlib.error):
        return b""
    line, end, _ = start.partition(b"\n")
    return line.strip() if end and line.count(quote.encode()) % 2 == 0 else b""
