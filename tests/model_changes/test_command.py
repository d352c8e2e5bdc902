"""`onecrown model diff` between folders, wheels and revisions."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from onecrown.cli.app import app
from tests.definitions.small_model import FILES, write_model

ENTITY = "entities/charge.yaml"
WORDS = FILES[ENTITY].replace("meaning: A charge on a defendant.", "meaning: A charge, said better.")
LESS = FILES[ENTITY].replace("id: 3", "id: 9")


def diff(*words: object) -> Result:
    return CliRunner().invoke(app, ["model", "diff", *map(str, words)])


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return write_model(tmp_path / "before", FILES)


def after(tmp_path: Path, entity: str) -> Path:
    return write_model(tmp_path / "after", {**FILES, ENTITY: entity})


def test_nothing_changed_ends_well_and_says_so(before: Path) -> None:
    done = diff(before, before)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing changed" in done.stderr


def test_what_is_broken_ends_with_1_unless_it_is_allowed(before: Path, tmp_path: Path) -> None:
    broken = after(tmp_path, LESS)
    assert diff(before, broken).exit_code == 1
    assert diff(before, broken, "--allow-broken").exit_code == 0
    assert "1 broken" in diff(before, broken).stderr


def test_words_said_better_end_well(before: Path, tmp_path: Path) -> None:
    done = diff(before, after(tmp_path, WORDS))
    assert done.exit_code == 0
    assert "1 restated" in done.stderr


def test_rows_say_what_changed_from_what_to_what_and_who_answers(before: Path, tmp_path: Path) -> None:
    (said,) = json.loads(diff(before, after(tmp_path, LESS), "--format", "json").stdout)
    assert said == {
        "change": "broken",
        "kind": "column",
        "name": "charge.plea_source_code",
        "facet": "id",
        "before": "3",
        "after": "9",
        "owners": ["The invented office"],
        "readers": [],
        "must_act": ["The invented office"],
    }
    (row,) = csv.DictReader(diff(before, after(tmp_path, LESS), "--format", "csv").stdout.splitlines())
    assert row["name"] == "charge.plea_source_code"


def test_a_wheel_is_a_version(before: Path, tmp_path: Path) -> None:
    wheel = tmp_path / "onecrown-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path in (path for path in before.rglob("*") if path.is_file()):
            packed.write(path, f"onecrown/_model/{path.relative_to(before).as_posix()}")
    assert diff(before, wheel).exit_code == 0
    assert diff(wheel, after(tmp_path, LESS)).exit_code == 1


@pytest.mark.skipif(shutil.which("git") is None, reason="revisions are read with git")
def test_a_revision_is_a_version_of_the_repository_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "repository"
    write_model(repository / "model", FILES)
    monkeypatch.chdir(repository)
    for words in ("init -q", "add .", "-c user.name=n -c user.email=n@example.invalid commit -q -m first"):
        subprocess.run(["git", *words.split()], check=True)
    write_model(repository / "model", {ENTITY: LESS})
    assert diff("HEAD", repository).exit_code == 1
    assert diff("HEAD", "HEAD").exit_code == 0


@pytest.mark.parametrize("said", ["no-such-revision", "--output=x", "none.whl"])
def test_what_is_no_version_is_refused(
    said: str, before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = diff(before, "--", said) if said.startswith("-") else diff(before, said)
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == [before]


def test_a_folder_without_a_model_is_refused_with_what_it_needs(before: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = diff(before, tmp_path / "empty")
    assert done.exit_code == 2
    assert "needs a folder `entities`" in " ".join(done.stderr.split())


def test_a_version_that_does_not_hold_is_refused_with_its_mistakes(before: Path, tmp_path: Path) -> None:
    done = diff(before, after(tmp_path, LESS.replace("grain:", "grainz:")))
    assert done.exit_code == 2
    assert "did you mean `grain`?" in " ".join(done.stderr.split())


def test_a_mistake_on_line_100_keeps_its_number(before: Path, tmp_path: Path) -> None:
    """A terminal's library makes a picture of `:100:` unless it is told not to."""
    late = LESS + "#\n" * (99 - LESS.count("\n")) + "wrong: x\n"
    assert "charge.yaml:100:" in diff(before, after(tmp_path, late)).stderr
