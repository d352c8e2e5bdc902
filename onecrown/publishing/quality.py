"""What is known of the quality of the data, as tables of counts that go with a release."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

Cell = str | int | float


@dataclass(frozen=True, slots=True)
class QualityTable:
    """Counts by rule, column or dataset; never a value of a row. The title and meaning of each are in `TITLES`."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


TITLES: Mapping[str, tuple[str, str]] = {
    "drops": (
        "What was delivered",
        "Files by dataset, and how many of their records were read, accepted and set aside.",
    ),
    "rejects": (
        "Records set aside",
        "Records in quarantine by the rule that they break. A record that breaks several rules stands under each.",
    ),
    "flags": ("Flags", "Records that went on although something looked wrong, by rule and by who can mend it."),
    "unmapped": (
        "Codes that no code list knows",
        "Rows whose source code has no standard code yet. They are counted as not known in every breakdown.",
    ),
    "drift": ("Unknown names", "Names in files that their contract does not know: recorded and kept, in no table yet."),
    "disagreement": (
        "Systems that disagree",
        "Values that several systems tell of one case, defendant or offence, and how often they differ from the value that stands.",
    ),
}
"""Every quality table, in the order in which it is shown: title and meaning."""

COUNTED = (
    "files",
    "read",
    "accepted",
    "set_aside",
    "flags",
    "rules_broken",
    "records",
    "codes",
    "rows",
    "names",
    "seen",
    "told",
    "differ",
)
"""Columns that hold whole numbers; all others hold words."""


def quality_csv(table: QualityTable) -> str:
    """The table as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return out.getvalue()


def read_quality(name: str, text: str) -> QualityTable:
    """A table from its CSV."""
    lines = list(csv.reader(io.StringIO(text)))
    columns = tuple(lines[0]) if lines else ()
    rows = tuple(tuple(map(_cell, columns, line)) for line in lines[1:])
    return QualityTable(name, columns, rows)


def _cell(column: str, text: str) -> Cell:
    return int(text) if column in COUNTED else text
