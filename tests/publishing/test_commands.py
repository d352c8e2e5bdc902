"""`onecrown publish`, `onecrown releases` and `onecrown compare` from the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import pytest
from merging.kept_homes import KeptHome
from typer.testing import CliRunner

from onecrown.cli.app import app

from .homes import publish


def onecrown(kept: KeptHome, *words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["--home", str(kept.folder), *words])
    return result.exit_code, result.output


def rows(kept: KeptHome, *words: str) -> list[dict[str, Any]]:
    code, said = onecrown(kept, *words, "--format", "json")
    assert code == 0, said
    found: list[dict[str, Any]] = json.loads(said)
    return found


@pytest.fixture(scope="module")
def published(kept: KeptHome) -> KeptHome:
    """A home with a quarter and a month published, closed."""
    with kept.at("published") as home:
        publish(home, "2025-12")
    return kept


def test_releases_are_listed_with_what_people_ask_of_them(published: KeptHome) -> None:
    month, quarter = rows(published, "releases")
    assert (month["name"], quarter["name"]) == ("2025-12", "2025-Q4")
    assert (quarter["standing"], quarter["revision"], quarter["batch_id"]) == ("provisional", 1, "a-batch")
    assert (quarter["gates"], quarter["overridden"], quarter["rows"]) == ("1 of 1", "", "tables")
    assert quarter["bytes"] > 1000 and quarter["files"] > 5


def test_every_file_is_compared_with_its_manifest_and_a_fault_ends_with_1(published: KeptHome) -> None:
    assert onecrown(published, "releases", "--check")[0] == 0
    gone = published.folder / "releases" / "2025-12" / "data" / "drops.csv"
    kept = gone.read_bytes()
    gone.unlink()
    code, said = onecrown(published, "releases", "--check", "--format", "csv")
    assert (code, "2025-12,data/drops.csv,is gone" in said) == (1, True)
    gone.write_bytes(kept)


def test_a_release_is_asked_like_any_other_database(published: KeptHome) -> None:
    sql = "SELECT value FROM onecrown_release_2025_12.measure_value WHERE period_kind = 'month'"
    assert rows(published, "query", sql) == [{"value": 9.0}]


def test_two_releases_without_a_difference_are_told_in_a_line(published: KeptHome) -> None:
    assert rows(published, "compare", "2025-Q4", "2025-12", "--measure", "receipts") == []
    told = rows(published, "compare", "2025-Q4", "2025-12", "--measure", "receipts", "--unchanged")
    assert [(row["period"], row["what"], row["was"], row["now"], row["net"]) for row in told] == [
        ("2025-Q3", "count", 30.0, 30.0, 0.0),
        ("2025-Q4", "count", 27.0, 27.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publish", "2025-12-31"), "is a day"),
        (("publish", "soon"), "this is no period"),
        (("publish", "2099-Q1"), "is not over"),
        (("publish", "2025-Q4", "--override", "stock_and_flow"), "--reason"),
        (("publish", "2025-Q4", "--reason", "why"), "say which gate"),
        (("compare", "2025-Q4", "2025-Q3"), "no release 2025-Q3"),
    ],
)
def test_what_is_asked_wrongly_ends_with_2_and_says_what_to_write(
    published: KeptHome, words: Sequence[str], said: str
) -> None:
    code, told = onecrown(published, *words)
    assert code == 2 and said in told


@pytest.mark.long  # every gate of the model, every product
def test_gates_that_fail_end_with_7_and_once_they_are_overridden_the_period_is_published(kept: KeptHome) -> None:
    with kept.at("told"):
        pass
    code, said = onecrown(kept, "publish", "2025-Q4")
    assert code == 7 and "onecrown query" in said
    gates = sorted(set(re.findall(r"--override (\w+)", said)))
    code, said = onecrown(
        kept, "publish", "2025-Q4", *(word for gate in gates for word in ("--override", gate)), "--reason", "invented"
    )
    assert code == 0, said
    [made] = rows(kept, "releases")
    assert made["overridden"].split(", ") == gates
    assert onecrown(kept, "releases", "--check")[0] == 0
