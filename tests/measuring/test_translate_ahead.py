"""What a package brings translated is all that a refresh asks."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest
from lifecycle.telling import Life

from onecrown.measuring import translate_ahead
from onecrown.querying import translations as translating
from onecrown.querying.translations import Translations

from .cases_by_hand import CASES
from .counting import Counting, few_measures


def test_a_refresh_translates_nothing_that_was_translated_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = Translations()
    with duckdb.connect() as con:
        translate_ahead.translate_refresh(con, few_measures(), ahead)

    def refuse(*_said: object) -> None:
        raise AssertionError("a query was translated")

    monkeypatch.setattr(translating, "translate_tree", refuse)
    monkeypatch.setattr(translating, "read_statement", refuse)
    counting = Counting(model=few_measures(), translations=ahead)
    CASES["parent"](Life(counting.con))
    counting.refresh(None)
    CASES["child"](Life(counting.con))
    counting.refresh(["child"])
    assert counting.value("receipts", "2025-Q1") > 0
    counting.con.close()


def test_what_was_shipped_is_known_to_every_process_and_kept_when_it_is_shipped_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = tmp_path / "translated.json"
    monkeypatch.setattr(translating, "SHIPPED", shipped)
    schemas = {"onecrown.court": {"court_code": "varchar"}}
    first = Translations()
    references = first.references("SELECT court_code FROM onecrown.court")
    translated = first.translated("SELECT court_code FROM onecrown.court", schemas)
    first.write(shipped)
    written = json.loads(shipped.read_text(encoding="utf-8"))
    translating._shipped.cache_clear()  # as another process finds it
    monkeypatch.setattr(translating, "read_statement", None)
    second = Translations()
    assert second.references("SELECT court_code FROM onecrown.court") == references
    assert second.translated("SELECT court_code FROM onecrown.court", schemas) == translated
    second.write(shipped)
    assert json.loads(shipped.read_text(encoding="utf-8")) == written
    translating._shipped.cache_clear()
