"""`onecrown persons` as people use it: a plan, a run, the queue, a decision."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from onecrown.cli.app import app

from .homes import kept_home
from .people import Defendant

TWIN = Defendant("one", last_name="Thornaldwick", first_name="Quillon", birth_on=date(1988, 3, 11), postcode="ZX4 2EH")
OTHER = Defendant(
    "other", last_name="Thornaldwick", first_name="Ebrulf", birth_on=date(1988, 3, 11), postcode="ZX4 2EH"
)


def said(home: Path, *words: str) -> tuple[list[dict[str, str]], str]:
    """The rows and the remarks of a command."""
    done = CliRunner().invoke(app, ["--home", str(home), "persons", *words, "--format", "csv"])
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout))), " ".join(done.stderr.split())


def test_a_pair_that_waits_is_shown_without_values_until_somebody_decides_it(tmp_path: Path) -> None:
    with kept_home(tmp_path) as home:
        home.put(TWIN, OTHER)
    planned, told = said(tmp_path, "--plan")
    assert "2 exact persons are 2 persons" in told and "1 wait for review" in told
    assert said(tmp_path)[0] == planned
    ((pair,), _) = said(tmp_path, "review")
    assert pair["reason"] == "grey_zone" and "forename different" in pair["explanation"]
    assert not [value for value in pair.values() if "thorn" in value.lower() or "1988" in value]
    ((clear,), _) = said(tmp_path, "review", "--show")
    assert (clear["left_first_name"], clear["right_first_name"]) == ("Quillon", "Ebrulf")

    accepted = CliRunner().invoke(app, ["--home", str(tmp_path), "persons", "accept", pair["person_link_id"][:12]])
    assert accepted.exit_code == 0 and "Next: onecrown persons" in accepted.stderr
    assert said(tmp_path, "review")[0] == []


def test_a_pair_that_nobody_knows_and_a_rejection_without_a_reason_are_refused(tmp_path: Path) -> None:
    run = CliRunner()
    unknown = run.invoke(app, ["--home", str(tmp_path), "persons", "accept", "feed"])
    assert unknown.exit_code == 2 and "onecrown persons review" in unknown.stderr
    silent = run.invoke(app, ["--home", str(tmp_path), "persons", "reject", "feed"])
    assert silent.exit_code == 2 and "--reason" in silent.stderr


def test_without_splink_the_command_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "persons"])
    assert done.exit_code == 4 and "linkage" in done.stderr
