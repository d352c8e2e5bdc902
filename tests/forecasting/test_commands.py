"""`onecrown project` and `onecrown backtest` as somebody types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from typer.testing import CliRunner, Result

from onecrown.cli.app import app


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "100"}).invoke(app, list(words))


def test_a_projection_names_its_start_its_interval_and_each_month() -> None:
    done = run("project", "--months", "2")
    assert done.exit_code == 0
    assert "2026-01" in done.stdout and "2026-02" in done.stdout
    assert "From 80,203 cases open on 2025-12-31" in done.stderr


def test_more_receipts_leave_more_cases_open_and_more_days_fewer() -> None:
    def last(*words: str) -> int:
        return int(json.loads(run("project", *words, "--format", "json").stdout)[-1]["open_cases"])

    assert last("--receipts", "+5%") > last() > last("--sitting-days", "+5%")


def test_a_scenario_with_several_kinds_of_work_shows_each(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    work = "  - {{work: {}, open_cases: 10, receipts: 5, minutes_per_disposal: 60}}\n"
    head = "scenario: mine\nafter_on: 2001-12-31\nmonths: 1\nsitting_days: 2\nminutes_per_sitting_day: 300\nwork:\n"
    path.write_text(head + work.format("trial") + work.format("appeal"), encoding="utf-8")
    done = run("project", "--scenario", str(path), "--format", "csv")
    assert [row["work"] for row in csv.DictReader(done.stdout.splitlines())] == ["all", "trial", "appeal"]


def test_a_scenario_that_is_wrong_ends_with_its_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("scenario: mine\n", encoding="utf-8")
    done = run("project", "--scenario", str(path))
    assert done.exit_code == 2
    assert "mistakes in the scenario" in done.stderr


def test_a_back_test_gives_each_method_and_horizon_once() -> None:
    rows = json.loads(run("backtest", "--format", "json").stdout)
    keys = [(row["method"], row["quarters_ahead"]) for row in rows]
    assert len(keys) == len(set(keys)) == 6 * 8


def test_a_back_test_in_a_terminal_says_what_its_measures_and_methods_are() -> None:
    done = run("backtest", "--of", "receipts", "--first-origin", "2022-03-31")
    assert all(heading in done.stdout for heading in ("MAE, cases", "MAPE, %", "MASE"))
    assert "year_goes_on: Every quarter as the mean of the last four." in done.stderr


def test_an_origin_that_is_no_day_is_refused() -> None:
    assert run("backtest", "--first-origin", "2022").exit_code == 2
