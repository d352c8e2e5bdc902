"""The files are as the systems send them: the same seed writes the same bytes, and receiving sees what was planted."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.errors import UsageError
from onecrown.ports import VALIDATED
from onecrown.synthesis.synthesise import Wanted, synthesise

from .conftest import HALF_A_YEAR, Received, Synthetic

FLAGGED_BESIDE = {"CP-PLEA-GUILTY-NO-CONVICTION-DATE", "CP-VERDICT-GUILTY-NO-CONVICTION-DATE"}
SET_ASIDE_BESIDE = {"parent_set_aside"}


def test_the_same_seed_writes_the_same_bytes(half_a_year: Synthetic, tmp_path: Path) -> None:
    again = Synthetic(tmp_path / "again", synthesise(tmp_path / "again", HALF_A_YEAR))
    assert again.files() == half_a_year.files()


def test_another_seed_writes_others(half_a_year: Synthetic, tmp_path: Path) -> None:
    wanted = Wanted(0.0005, 8, HALF_A_YEAR.first_on, HALF_A_YEAR.last_on, extracts=1)
    made = Synthetic(tmp_path / "other", synthesise(tmp_path / "other", wanted))
    first, other = half_a_year.files(), made.files()
    same = [name for name in first.keys() & other.keys() if name.endswith(".jsonl.gz") and first[name] == other[name]]
    assert not same


def test_every_file_is_accepted(received: Received) -> None:
    assert Counter(drop.state for drop in received.drops) == {VALIDATED: len(received.drops)}


def test_records_are_set_aside_only_where_it_was_planted(half_a_year: Synthetic, received: Received) -> None:
    planted = half_a_year.planted("quarantined")
    assert planted.keys() <= received.set_aside.keys()
    assert received.set_aside.keys() - SET_ASIDE_BESIDE <= planted.keys()


def test_records_are_flagged_only_where_it_was_planted(half_a_year: Synthetic, received: Received) -> None:
    flagged = half_a_year.planted("flagged") + half_a_year.planted("separate")
    assert {rule for rule in flagged if rule} <= received.flagged.keys()
    assert received.flagged.keys() - FLAGGED_BESIDE <= flagged.keys()


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        synthesise(tmp_path, HALF_A_YEAR)


def test_a_tree_of_landing_keys_is_delivered_under_its_keys(tmp_path: Path) -> None:
    synthesise(tmp_path / "out", Wanted(0.0001, 1, date(2025, 10, 1), extracts=1))
    answer = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "drop", str(tmp_path / "out" / "drops")])
    assert answer.exit_code == 0, answer.output
    landed = {path.parent.parent.name for path in (tmp_path / "home").rglob("court_*_case.csv.gz")}
    assert landed == {"extract_date=2026-01-01T02:00:00"}


def test_a_folder_that_names_no_dataset_is_not_delivered(tmp_path: Path) -> None:
    (tmp_path / "drops" / "nowhere" / "nothing").mkdir(parents=True)
    (tmp_path / "drops" / "nowhere" / "nothing" / "a.csv").write_text("a")
    answer = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "drop", str(tmp_path / "drops")])
    assert answer.exit_code == 2
