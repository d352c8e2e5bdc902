"""What a commit costs does not grow with the snapshots that its table keeps."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pyiceberg.table
import pytest

from .builders import cases, extract
from .homes import home_of_cases

MOST_COPIES = 2  # with its snapshot, and with the ref that names it


def test_a_commit_copies_the_metadata_of_its_table_no_oftener_than_it_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pyiceberg copies every snapshot for each look at a transaction, and a commit looks fifteen times."""
    copies: Counter[str] = Counter()
    copied = pyiceberg.table.update_table_metadata

    def counting(base: Any, *said: Any, **named: Any) -> Any:
        copies[base.location.rpartition("/")[2]] += 1
        return copied(base, *said, **named)

    with home_of_cases(tmp_path) as home:
        home.run(extract("case", cases("A B"), "2026-01-05"))
        monkeypatch.setattr(pyiceberg.table, "update_table_metadata", counting)
        home.run(extract("case", cases("A B/G C"), "2026-01-12"))
    assert copies["xhibit_extract_case"] > 0
    assert {table: count for table, count in copies.items() if count > MOST_COPIES} == {}
