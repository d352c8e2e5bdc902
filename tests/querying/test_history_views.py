"""The versions of records are there to be asked, through `query`, as any table of history is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from onecrown.errors import UsageError
from onecrown.rendering.dictionary_databases import databases_page
from tests.merging.builders import charges, extract, parents
from tests.merging.homes import Home, home_in_memory
from tests.merging.slices import slice_of_model

WEEKS = {"2026-01-05": "A B C", "2026-01-12": "A B/G", "2026-01-19": "A B C"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Three weekly lists of charges, the last one first."""
    with home_in_memory(tmp_path_factory.mktemp("versions")) as opened:
        lists = [extract("charge", charges(WEEKS[week]), week) for week in sorted(WEEKS, reverse=True)]
        opened.run(*parents(min(WEEKS)), *lists)
        yield opened


def stood(home: Home, instant: str) -> list[tuple[object, ...]]:
    """The charges and pleas that stood at an instant, by the query that the dictionary shows."""
    shown = re.search(r"```sql\n(.*?)```", databases_page(slice_of_model()), re.DOTALL)
    assert shown
    asked = shown[1].replace("body.*", "body.chg_id, body.plea").replace("2026-01-12 00:00:00", instant)
    return sorted(home.query(asked))


def test_the_query_that_the_dictionary_shows_tells_how_things_stood_at_an_instant(home: Home) -> None:
    assert stood(home, "2026-01-04 00:00:00") == []
    assert stood(home, "2026-01-05 00:00:00") == [("A", "NG"), ("B", "NG"), ("C", "NG")]
    assert stood(home, "2026-01-12 00:00:00") == [("A", "NG"), ("B", "G")]
    assert stood(home, "2026-02-01 00:00:00") == [("A", "NG"), ("B", "NG"), ("C", "NG")]


def test_a_record_that_goes_and_returns_has_two_versions_and_the_last_is_current(home: Home) -> None:
    said = home.query(
        """SELECT date_format(valid_from, '%m-%d'), date_format(valid_to, '%m-%d'), is_current
        FROM onecrown_history.xhibit_extract_charge_versions WHERE key LIKE '%C' ORDER BY valid_from"""
    )
    assert said == [("01-05", "01-12", False), ("01-19", None, True)]


def test_a_view_has_no_snapshots_to_ask_for(home: Home) -> None:
    for asked in (
        "SELECT 1 FROM onecrown_history.xhibit_extract_charge_versions FOR VERSION AS OF 7",
        'SELECT 1 FROM onecrown_history."xhibit_extract_charge_versions$snapshots"',
    ):
        with pytest.raises(UsageError, match="is a view"):
            home.query(asked)


def test_views_are_listed_and_described_as_tables_are(home: Home) -> None:
    names = {name for (name,) in home.query("SHOW TABLES IN onecrown_history '*_versions'")}
    assert "xhibit_extract_charge_versions" in names
    described = dict(home.query("DESCRIBE onecrown_history.xhibit_extract_charge_versions"))
    assert list(described)[:5] == ["key", "scope", "record_hash", "valid_from", "valid_to"]
