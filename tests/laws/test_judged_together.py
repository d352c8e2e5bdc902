"""Drops that were received together share their files: each is read from its own judgement, never from an older one."""

from __future__ import annotations

from pathlib import Path

import duckdb

from onecrown.rendering.table_layouts import HISTORY, UNIFIED

from .drawing import judged_anew
from .judged_drops import FINE, JudgedDrop, Listing, Record, at
from .memory_home import MemoryHome, Received, laws_model

CONTRACT = laws_model().contracts["registry/extract"]


def list_of_one(day: int, title: str) -> JudgedDrop:
    """An extract of one matter."""
    record = Record("matter", 1, 0, 0, "1|a", f"hash of {title}", "case|1|a", at(day), "", FINE, {"title": title}, {})
    listing = Listing("matter", "1|matter", 0, at(day), "", frozenset({("1|a", f"hash of {title}")}), True)
    meaning = {"extract_date": f"2026-01-0{day}", "court": "1", "table": "matter"}
    return JudgedDrop(CONTRACT.name, meaning, (record,), (listing,))


def test_a_drop_judged_anew_is_read_from_its_new_judgement_beside_one_that_it_was_received_with(
    database: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    first, second = list_of_one(1, "plain"), list_of_one(2, "other")
    again = judged_anew(CONTRACT, first)
    home = MemoryHome(Received.write(tmp_path, laws_model(), [first, second, again]), database)
    home.take([first, second])
    home.rejudge(again)
    home.merge()
    assert home.unbalanced() == []
    assert sorted(home.rows(f"{HISTORY}.registry_extract_matter", "title, contract_version")) == [
        ("PLAIN", 2),
        ("other", 1),
    ]
    assert home.rows(f"{UNIFIED}.matter", "source_key") == [("1|a",)]
