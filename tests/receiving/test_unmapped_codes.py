"""Codes that no list has pass, are kept as they came, and are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from onecrown.flows.check_home import unmapped_codes
from onecrown.flows.published_tables import PublishedTables
from onecrown.ports import MERGED, Drop

from .homes import Home, made
from .invented import EVENTS, case, event_tree


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Drop]]:
    tree = event_tree(1, prosecutionCases=[case(1, plea="INVENTED_PLEA", result_code="9876")])
    tree["hearing"]["courtCentre"]["code"] = "Z99ZZ00"
    with made(tmp_path_factory.mktemp("unmapped") / "home") as home:
        drop = home.received(f"{EVENTS}/codes.json", json.dumps(tree).encode())
        home.merge()
        now = home.surroundings.ledger.drop(drop.drop_id)
        assert now is not None
        yield home, now


def test_a_code_that_no_list_has_rejects_nothing(merged: tuple[Home, Drop]) -> None:
    home, drop = merged
    assert (drop.state, drop.total("quarantined"), home.rejects(drop)) == (MERGED, 0, [])


def test_a_code_that_no_list_has_stands_beside_an_empty_standard_code(merged: tuple[Home, Drop]) -> None:
    home, _ = merged
    assert home.ask("SELECT plea_code, plea_source_code FROM [onecrown.plea]") == [(None, "INVENTED_PLEA")]


def test_a_code_that_no_list_has_is_listed_as_unmapped(merged: tuple[Home, Drop]) -> None:
    home, _ = merged
    with home.surroundings.engine() as con:
        rows = unmapped_codes(con, home.surroundings, PublishedTables(home.surroundings, con))
    assert {"INVENTED_PLEA", "9876"} <= {str(row[3]) for row in rows}
