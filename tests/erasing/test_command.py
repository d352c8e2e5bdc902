"""`onecrown erase` from the command line, on the whole model: attendance, results, every table of the dataset."""

from __future__ import annotations

from pathlib import Path

import pytest
from merging.builders import uuid_of
from typer.testing import CliRunner

from onecrown.cli.app import app

from .searching import places_of
from .shares import FIRST, GONE, WORDS

EVENTS = "common_platform/hearing_resulted"


@pytest.mark.long
def test_the_command_says_whom_it_found_by_counts_alone_and_erases_them(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "events.jsonl"
    file.write_bytes(FIRST.data)
    said = []

    def onecrown(*words: str) -> int:
        result = CliRunner().invoke(app, ["--home", str(home), *words])
        said.append(result.output)
        return result.exit_code

    assert onecrown("drop", EVENTS, str(file)) == 0
    assert onecrown("run") == 0
    assert onecrown("erase", "--reason", "asked to") == 2
    whom = ("erase", "--defendant", uuid_of("dd", GONE), "--reason", "asked to")
    assert onecrown(*whom, "--plan", "--format", "json") == 0
    assert places_of(home, WORDS) != []
    assert onecrown(*whom) == 0
    assert places_of(home, WORDS) == []
    assert onecrown("check") == 0
    assert onecrown(*whom) == 2
    assert not any(word.lower() in "".join(said).lower() for word in WORDS)
