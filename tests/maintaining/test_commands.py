"""`onecrown maintain` and `onecrown migrate` as people and jobs call them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from merging.homes import home_of_cases
from typer.testing import CliRunner

from onecrown.cli.app import app

from .tables import leave_open, weeks


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a few weeks of cases."""
    made = tmp_path_factory.mktemp("home")
    with home_of_cases(made) as home:
        weeks(home, "A B", "A/G C")
    return made


def run(folder: Path, *said: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["--home", str(folder), *said])
    return done.exit_code, done.stdout, done.stderr


def test_the_plan_says_what_stands_and_changes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (folder / "warehouse").rglob("*.json")}
    code, said, beside = run(folder, "maintain", "--plan", "--format", "json")
    rows = {row["table"]: row for row in json.loads(said)}
    cases = rows["onecrown.court_case"]
    assert code == 0
    assert (cases["rows"], cases["files"], cases["delete_files"], cases["todo"]) == (2, 2, 1, "")
    assert cases["deleted_share"] == 0.5
    assert "0 files or folders" in beside
    assert {path: path.stat().st_mtime_ns for path in (folder / "warehouse").rglob("*.json")} == before


def test_maintain_says_that_all_is_in_order(folder: Path) -> None:
    code, said, beside = run(folder, "maintain")
    assert (code, said) == (0, "")
    assert "in order" in beside


def test_maintain_says_when_a_batch_is_unfinished(tmp_path: Path) -> None:
    with home_of_cases(tmp_path) as home:
        leave_open(home)
    code, _, beside = run(tmp_path, "maintain")
    assert code == 0
    assert "onecrown run" in beside


def test_the_plan_of_a_migration_ends_with_one_only_where_it_is_asked_to(folder: Path) -> None:
    code, said, _ = run(folder, "migrate", "--format", "csv")
    assert code == 0
    assert "onecrown.offence,,new table" in said
    assert run(folder, "migrate", "--plan", "--strict")[0] == 1


def test_a_migration_that_was_applied_leaves_nothing_to_do(tmp_path: Path) -> None:
    assert run(tmp_path, "migrate", "--apply")[0] == 0
    code, said, beside = run(tmp_path, "migrate", "--plan", "--strict")
    assert (code, said) == (0, "")
    assert "as the model says" in beside
