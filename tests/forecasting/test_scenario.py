"""What is stated of the months to come, and every mistake in a file that states it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onecrown.errors import DefinitionError, UsageError
from onecrown.forecasting.assumptions import FILE, load_assumptions
from onecrown.forecasting.intervals import Interval
from onecrown.forecasting.projection import lines_of
from onecrown.forecasting.scenario import Scenario, year_goes_on
from onecrown.forecasting.scenario_file import read_scenario
from onecrown.forecasting.series import published_quarters
from onecrown.forecasting.stock_flow import Work

from .series_made import steady

SCENARIO = """\
scenario: an invented year
after_on: 2001-12-31
months: 2
sitting_days: [100, 120]
minutes_per_sitting_day: 200
work:
  - {work: trial, open_cases: 1000, receipts: 90, minutes_per_disposal: 180}
  - {work: sentence, open_cases: 60, receipts: [30, 36], minutes_per_disposal: 40, ringfenced: true}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_time_in_court_of_the_year_that_goes_on_is_its_capacity() -> None:
    """What goes into the model comes out: a year of the same days disposes of as many cases as the last."""
    said = year_goes_on(steady(20, receipts=300, disposals=270), load_assumptions())
    assert [(line.receipts, line.disposals) for line in lines_of(said, {})] == [
        (pytest.approx(100), pytest.approx(90))
    ] * said.months


def test_the_published_year_goes_on_from_its_last_day() -> None:
    said = year_goes_on(published_quarters(), load_assumptions())
    assert (said.open_cases, said.after_on) == (80203, date(2025, 12, 31))
    assert [line.month for line in lines_of(said, {})][:2] == ["2026-01", "2026-02"]


def test_a_file_states_each_kind_of_work_and_ringfenced_work_keeps_its_stock(tmp_path: Path) -> None:
    said = read_scenario(written(tmp_path, SCENARIO))
    assert said.capacity_minutes() == (20_000, 24_000)
    assert said.work[1] == Work("sentence", 60, (30, 36), 40, is_ringfenced=True, kept_open_cases=60)
    months = [(line.month, line.work, round(line.disposals)) for line in lines_of(said, {})]
    assert months[:3] == [("2002-01", "", 134), ("2002-01", "trial", 104), ("2002-01", "sentence", 30)]


def test_receipts_and_days_are_restated_by_number_or_by_change(tmp_path: Path) -> None:
    said = read_scenario(written(tmp_path, SCENARIO))
    assert [kind.receipts for kind in said.with_receipts("+50%").work] == [(135,), (45, 54)]
    assert [kind.receipts for kind in said.with_receipts("60").work] == [(45,), (15, 18)]
    assert said.with_sitting_days("-10%").sitting_days == pytest.approx((90, 108))
    assert said.with_sitting_days("1,000").sitting_days == pytest.approx((1000, 1200))


@pytest.mark.parametrize("said", ["many", "5%", "-101%", "", "-5", "1e9"])
def test_what_is_neither_a_number_nor_a_change_is_refused_with_examples(said: str) -> None:
    scenario = year_goes_on(steady(20), load_assumptions())
    with pytest.raises(UsageError, match=r"--receipts takes a number a month, for example 33, or a change"):
        scenario.with_receipts(said)


def test_none_cannot_become_some_in_proportion() -> None:
    empty = Scenario("none", date(2001, 12, 31), 1, (1,), 1, (Work("trial", 1, (0,), 1),))
    with pytest.raises(UsageError, match="nothing to change; say them in its file"):
        empty.with_receipts("5")


def test_every_mistake_of_a_scenario_is_told_in_one_pass_with_its_line(tmp_path: Path) -> None:
    text = (
        SCENARIO.replace("2001-12-31", "last year")
        .replace("sitting_days: [100, 120]", "sitting_dayz: 100")
        .replace("receipts: 90", "receipts: plenty")
        .replace("work: sentence", "work: trial")
        .replace("open_cases: 60", "open_cases: -1")
    )
    with pytest.raises(UsageError) as raised:
        read_scenario(written(tmp_path, text))
    told = str(raised.value).splitlines()
    assert told[0] == "6 mistakes in the scenario:"
    assert [line.split(": ")[0].removeprefix("scenario.yaml:") for line in told[1:]] == ["1", "2", "4", "6", "7", "8"]
    assert "did you mean `sitting_days`?" in told[3]


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_scenario(tmp_path / "none.yaml")


def test_every_mistake_of_the_assumptions_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / FILE
    path.parent.mkdir()
    path.write_text("forecasting: crown\nmeaning: m\nowner: o\nsource: s\nassumptions:\n  sitting_days: {value: 0}\n")
    with pytest.raises(DefinitionError) as raised:
        load_assumptions(tmp_path)
    told = "\n".join(map(str, raised.value.problems))
    assert "the assumption `sitting_days` must be above 0" in told
    assert "`value` of the assumption `minutes_per_disposal` must be a number" in told


def test_an_interval_belongs_to_the_quarter_of_its_month_and_ends_where_errors_do() -> None:
    said = year_goes_on(steady(20), load_assumptions())
    lines = lines_of(said, {1: Interval(-0.1, 0.1), 2: Interval(-0.2, 0.3)})
    width = [round((line.high - line.low) / said.open_cases, 6) if line.low and line.high else None for line in lines]
    assert width[:8] == [0.2, 0.2, 0.2, 0.5, 0.5, 0.5, None, None]
