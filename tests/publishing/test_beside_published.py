"""`onecrown published`: the measures of a home beside tables that somebody published."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from merging.kept_homes import KeptHome

from onecrown.definitions.model import load_model
from onecrown.definitions.published_columns import FILE, load_published_columns
from onecrown.errors import DefinitionError
from onecrown.publishing.beside_published import Beside, closeness

from .test_commands import onecrown


def beside(kept: KeptHome, folder: Path, *words: str) -> list[dict[str, Any]]:
    code, said = onecrown(kept, "published", str(folder), *words, "--format", "json")
    assert code == 0, said
    found: list[dict[str, Any]] = json.loads(said)
    return found


def write(folder: Path, file: str, *lines: str) -> Path:
    (folder / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def told(kept: KeptHome) -> KeptHome:
    with kept.at("told"):
        return kept


def test_each_published_figure_stands_beside_ours_with_the_difference(told: KeptHome, tmp_path: Path) -> None:
    head = "quarter_end,receipts,disposals,open_cases"
    write(tmp_path, "crown_caseload.csv", head, "2025-09-30,40,,", "2025-12-31,25,24,120")
    assert [tuple(row.values()) for row in beside(told, tmp_path)] == [
        ("receipts", "count", "cases", "2025-Q3", "total", "", 40, 30, -10, -25),
        ("receipts", "count", "cases", "2025-Q4", "total", "", 25, 27, 2, 8),
        ("disposals", "count", "cases", "2025-Q4", "total", "", 24, None, None, None),
        ("open_cases", "count", "cases", "2025-Q4", "total", "", 120, 120, 0, 0),
    ]


def test_counts_are_compared_at_the_scale_of_the_home(told: KeptHome, tmp_path: Path) -> None:
    write(tmp_path, "crown_caseload.csv", "quarter_end,receipts,disposals,open_cases", "2025-12-31,540,,2400")
    rows = beside(told, tmp_path, "--scale", "0.05")
    assert [(row["measure"], row["published"], row["ours"]) for row in rows] == [
        ("receipts", 27, 27),
        ("open_cases", 120, 120),
    ]


def test_the_table_shows_one_quarter_how_close_all_are_and_what_is_no_measure(told: KeptHome, tmp_path: Path) -> None:
    write(
        tmp_path,
        "crown_caseload.csv",
        "quarter_end,receipts,disposals,open_cases",
        "2025-09-30,40,,",
        "2025-12-31,25,,",
    )
    write(tmp_path, "crown_waiting_hearing.csv", _WAITING, "2025-12-31,4,3,1,20,10")
    write(tmp_path, "of_somebody.csv", "x", "1")
    code, said = onecrown(told, "published", str(tmp_path), "--quarter", "2025-Q3")
    assert code == 0
    assert "2025-Q3" in said and "2025-Q4" not in said
    assert "-25" in said and "no measure is said for it" in said and "no source here tells" in said


_WAITING = (
    "quarter_end,hearings_per_case_mean,hearing_hours_mean,hearing_hours_median,waiting_weeks_mean,waiting_weeks_median"
)


@pytest.mark.parametrize(
    ("lines", "words", "says"),
    [
        (("quarter_end,receipts",), (), "disposals, open_cases"),
        (("quarter_end,receipts,disposals,open_cases", "2025-12-31,many,1,1", "soon,1,,"), (), "line 2, 3"),
        (("quarter_end,receipts,disposals,open_cases", "2025-12-31,1,1,1"), ("--scale", "0"), "above 0"),
        (("quarter_end,receipts,disposals,open_cases", "2025-12-31,1,1,1"), ("--by", "region"), "one of: total"),
        (("quarter_end,receipts,disposals,open_cases", "2025-12-31,1,1,1"), ("--quarter", "2025-12"), "no quarter"),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_write(
    told: KeptHome, tmp_path: Path, lines: tuple[str, ...], words: tuple[str, ...], says: str
) -> None:
    code, said = onecrown(told, "published", str(write(tmp_path, "crown_caseload.csv", *lines)), *words)
    assert code == 2 and says in " ".join(said.split())


def test_a_folder_without_tables_is_refused(told: KeptHome, tmp_path: Path) -> None:
    code, said = onecrown(told, "published", str(tmp_path))
    assert code == 2 and "holds no CSV files" in said


# --- how a table is read


def test_words_are_codes_and_a_unit_becomes_that_of_the_measure() -> None:
    measures = load_model().measures
    assert measures
    said = load_published_columns(measures)
    reading = Beside(measures, said.codes, 0.5, {}, {"C01SN00"})
    files = {
        "crown_open_remand_age.csv": {
            "remand_status": "Unknown",
            "age_band": "Under 4 weeks",
            "open_trial_cases": "30",
        },
        "crown_timeliness_by_region.csv": {"region": "North East", "offence_to_completion_median_days": "200"},
        "crown_courts.csv": {"court_code": "C01SN00", "open_cases_2025_q4": "40"},
        "crown_waiting_hearing.csv": {"waiting_weeks_median": "10"},
    }
    found = {}
    for file, cells in files.items():
        empty = dict.fromkeys(said.tables[file].named, "")
        (laid,) = reading.laid(said.tables[file], empty | {"quarter_end": "2025-12-31"} | cells)
        found[laid.breakdown] = (laid.category, laid.published)
    assert found == {
        "remand+open_age": ("not_known under_4_weeks", 15),
        "region": ("north_east", 200),
        "court": ("C01SN00", 20),
        "total": ("", 70),
    }


def test_a_category_without_cases_has_none_in_a_quarter_that_was_counted() -> None:
    measures = load_model().measures
    assert measures
    said = load_published_columns(measures)
    ours = {("open_cases_by_age", "count", date(2025, 12, 31), "total", "", ""): 20.0}
    reading = Beside(measures, said.codes, 1, ours, ())
    rows = [
        {"quarter_end": day, "age_band": "6 months to under 1 year", "open_cases": "30"}
        for day in ("2025-12-31", "2025-09-30")
    ]
    laid = [one for row in rows for one in reading.laid(said.tables["crown_open_age.csv"], row)]
    assert [(one.category, one.ours) for one in laid] == [("6_months_to_1_year", 0), ("6_months_to_1_year", None)]


def test_few_cases_say_nothing_of_how_close_a_measure_comes() -> None:
    measures = load_model().measures
    assert measures
    table = load_published_columns(measures).tables["crown_caseload.csv"]
    row = {"quarter_end": "2025-12-31", "receipts": "9", "disposals": "10", "open_cases": ""}
    ours = {(name, "count", date(2025, 12, 31), "total", "", ""): 20.0 for name in ("receipts", "disposals")}
    few, enough = closeness(Beside(measures, {}, 1, ours, ()).laid(table, row))
    assert (few.measure_id, few.figures, few.middle_percent, few.largest) == ("receipts", 1, None, None)
    assert (enough.measure_id, enough.middle_percent) == ("disposals", 100)


def test_a_column_that_is_no_measure_or_no_breakdown_of_it_fails_the_build(tmp_path: Path) -> None:
    measures = load_model().measures
    assert measures
    (tmp_path / FILE).parent.mkdir()
    (tmp_path / FILE).write_text(
        "tables:\n  a.csv:\n    by: {place: region}\n    columns:\n"
        "      one: {measure: receipt, statistic: count}\n"
        "      two: {measure: receipts, statistic: mean}\n"
        "      three: {measure: receipts, statistic: count, of: {sex: female}}\n"
        "      four: {measure: receipts, statistic: count, quarter_end: soon}\n"
    )
    with pytest.raises(DefinitionError) as wrong:
        load_published_columns(measures, tmp_path)
    said = str(wrong.value)
    assert all(f"tables.yaml:{line}" in said for line in (5, 6, 7, 8))
    assert "did you mean `receipts`?" in said and "has no mean" in said and "sex+region" in said
