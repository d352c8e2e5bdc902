"""What the real files showed, held by invented files, so that it is proved where the real ones are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from onecrown.flows.surroundings import Surroundings

from .sample_files import loaded_home, queried

ROOT = Path(__file__).parents[2]
EVENT = ROOT / "examples/data/common_platform/hearing_resulted/first/theft-first-share.json"
MIGRATED = ROOT / "tests/fixtures/common_platform/migrated_case/xhibit-case.json"
CODE_LIST = ROOT / "tests/fixtures/reference/standing_data/plea-status.json"
EXTRACTED = "extract_date=2026-01-15T10:00:00Z"


def _event() -> dict[str, Any]:
    """An event whose attendance names a defendant by the id of the person, and whose case has two markers."""
    event = json.loads(EVENT.read_text(encoding="utf-8"))
    case = event["hearing"]["prosecutionCases"][0]
    case["caseMarkers"] = [{"markerTypeCode": "INVENTED-1"}, {"markerTypeCode": "INVENTED-2"}]
    event["hearing"]["defendantAttendance"][0]["defendantId"] = case["defendants"][0]["masterDefendantId"].upper()
    return event


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Surroundings]:
    event = tmp_path_factory.mktemp("files") / "event.json"
    event.write_text(json.dumps(_event()), encoding="utf-8")
    deliveries = [
        ("common_platform/hearing_resulted/event.json", event),
        (f"common_platform/migrated_case/{EXTRACTED}/{MIGRATED.name}", MIGRATED),
        (f"reference/standing_data/{EXTRACTED}/{CODE_LIST.name}", CODE_LIST),
    ]
    with loaded_home(tmp_path_factory.mktemp("invented") / "home", deliveries, in_memory=True) as home:
        yield home


def test_members_with_an_ordinal_of_their_own_reach_the_unified_tables(home: Surroundings) -> None:
    hearings = len(json.loads(MIGRATED.read_text(encoding="utf-8"))["migratedCaseDetails"]["hearings"])
    entries = len(json.loads(CODE_LIST.read_text(encoding="utf-8")))
    migrated = "SELECT count(*) FROM {hearing} WHERE source_dataset = 'common_platform/migrated_case'"
    assert queried(home, migrated) == [(hearings,)]
    assert queried(home, "SELECT count(*) FROM {reference_code}") == [(entries,)]
    assert hearings > 1 and entries > 1


def test_a_result_of_a_person_at_a_hearing_names_the_defendant_on_the_case(home: Surroundings) -> None:
    results = _event()["hearing"]["defendantJudicialResults"]
    assert not any("defendantId" in result for result in results)
    found = queried(
        home,
        "SELECT count(*), count(d.defendant_id) FROM {result} AS r LEFT JOIN {defendant} AS d USING (defendant_id) "
        "WHERE r.owner_kind_code = 'hearing_defendant'",
    )
    assert found == [(len(results), len(results))]
    assert results


def test_attendance_told_of_a_person_is_that_of_the_defendant_on_the_case(home: Surroundings) -> None:
    told = _event()["hearing"]["defendantAttendance"]
    known = "SELECT count(DISTINCT d.defendant_id) FROM {attendance} AS a JOIN {defendant} AS d USING (defendant_id)"
    assert queried(home, known) == [(len(told),)]
    assert len(told) > 1


def test_case_markers_are_counted_and_their_absence_is_no_zero(home: Surroundings) -> None:
    counted = "SELECT case_marker_count FROM {court_case} WHERE source_dataset = 'common_platform/%s'"
    assert queried(home, counted % "hearing_resulted") == [(2,)]
    assert queried(home, counted % "migrated_case") == [(None,)]
