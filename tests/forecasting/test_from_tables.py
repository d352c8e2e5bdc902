"""What a forecast starts from, out of the tables of measures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from measuring.counting import counted_model
from measuring.monthly import Month

from onecrown.errors import UsageError
from onecrown.flows.forecast_caseload import quarters_told, scenario_told
from onecrown.forecasting.assumptions import load_assumptions
from onecrown.forecasting.projection import lines_of
from onecrown.forecasting.series import Caseload


@pytest.fixture
def month() -> Iterator[Month]:
    made = Month()
    for number in (11, 12):
        made.tell("period", period_kind="month", begun_on=date(2025, number, 1), ended_on=date(2025, number, 30))
    yield made
    made.con.close()


def test_quarters_are_those_of_the_measures_as_totals(month: Month) -> None:
    for measure_id, value in (("receipts", 7), ("disposals", 5), ("open_cases", 20)):
        said = {"measure_id": measure_id, "statistic": "count", "period_kind": "quarter", "value": value}
        month.tell("measure_value", **said, period_ended_on=date(2025, 12, 31), breakdown="total")
        month.tell("measure_value", **said, period_ended_on=date(2025, 12, 31), breakdown="court", category_1="C01SN00")
    assert quarters_told(month.asking()) == (Caseload(date(2025, 12, 31), 7, 5, 20),)


def test_each_receipt_type_is_work_of_its_own_and_what_is_not_for_trial_is_ringfenced(month: Month) -> None:
    for number, (kind, minutes) in enumerate((("either_way", 240), ("either_way", None), ("appeal", None))):
        said = {"receipt_type_code": kind, "planned_minutes": minutes, "receipt_on": date(2025, 11, 3)}
        month.case(f"done {number}", **said, current_final_on=date(2025, 12, 4))
        month.case(f"open {number}", **said)
        month.tell(
            "case_spell", case_id=f"open {number}", begun_on=date(2025, 11, 3), status_code="open", remand_code="bail"
        )
    said = scenario_told(month.asking(), counted_model(), load_assumptions())
    told = [(k.name, k.open_cases, k.receipts, k.minutes_per_disposal, k.is_ringfenced) for k in said.work]
    assert told == [("appeal", 1, (2 / 12,), 240, True), ("either_way", 2, (4 / 12,), 240, False)]
    assert said.after_on == date(2025, 12, 31)
    first = lines_of(said, {})[0]
    assert (first.disposals, first.sitting_days) == (pytest.approx(3 / 12), pytest.approx(said.sitting_days[0]))


def test_where_nothing_is_measured_it_says_what_to_do(month: Month) -> None:
    with pytest.raises(UsageError, match="onecrown measure"):
        scenario_told(month.asking(), counted_model(), load_assumptions())
