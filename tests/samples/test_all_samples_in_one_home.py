"""Every sample file in one home, in two orders: nothing is off, and the tables do not know the order."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.flows.check_home import OFF, Finding, check_home

from . import independent_counts as independent
from .sample_files import DATASETS, landing_key, loaded_home, needs_samples, queried, sample_files, table_rows

pytestmark = needs_samples

DAYS = 3  # few extract times for many files: many files share one, and order of arrival is not order of time
WHOLE_LISTS = "reference/standing_data"
EVENTS, MIGRATED = "common_platform/hearing_resulted", "common_platform/migrated_case"


def _deliveries(datasets: tuple[str, ...]) -> list[tuple[str, Path]]:
    return [
        (landing_key(dataset, file, f"2026-01-1{place % DAYS}T10:00:00Z"), file)
        for dataset in datasets
        for place, file in enumerate(sample_files(dataset))
    ]


_OF_NO_DEFENDANT = """SELECT count(*) FROM {table} AS told ANTI JOIN {{defendant}} AS known
  ON known.defendant_id = told.defendant_id"""
_OF_A_DEFENDANT = " WHERE told.owner_kind_code IN ('offence', 'defendant', 'hearing_defendant')"
_UNREADABLE_COURTS = """SELECT count(*) FROM {hearing}
  WHERE jurisdiction_code IS NOT NULL AND source_dataset = 'libra/resulted_case'
  AND NOT regexp_matches(court_source_code, '^[BC][0-9]{{2}}[A-Z]{{2}}')"""

_LINKED = """SELECT source_dataset, rung_code, reason_code FROM {case_source_record} WHERE NOT is_survivor"""


class Loaded:
    """What a home holds after a load."""

    def __init__(self, folder: Path, deliveries: list[tuple[str, Path]], batches: int) -> None:
        with loaded_home(folder, deliveries, batches) as home:
            self.findings: list[Finding] = check_home(home)
            self.rows = table_rows(home)
            self.states = {(drop.dataset, drop.name): drop.state for drop in home.ledger.drops()}
            self.pleas = queried(home, "SELECT source_dataset, count(*) FROM {plea} GROUP BY ALL")
            self.cases = dict(queried(home, "SELECT source_dataset, count(*) FROM {court_case} GROUP BY ALL"))
            self.records = dict(queried(home, "SELECT source_dataset, count(*) FROM {case_source_record} GROUP BY ALL"))
            self.linked = queried(home, _LINKED)
            self.attendance = queried(home, _OF_NO_DEFENDANT.format(table="{attendance}"))
            self.results = queried(home, _OF_NO_DEFENDANT.format(table="{result}") + _OF_A_DEFENDANT)
            self.unreadable_courts = queried(home, _UNREADABLE_COURTS)
            self.codes = queried(home, "SELECT count(*) FROM {reference_code}")


@pytest.fixture(scope="module")
def forwards(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return Loaded(tmp_path_factory.mktemp("forwards") / "home", _deliveries(DATASETS), 1)


@pytest.fixture(scope="module")
def backwards(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The last first, in two batches. The code lists come once, in the other home: they share no key with anything."""
    deliveries = _deliveries(tuple(dataset for dataset in DATASETS if dataset != WHOLE_LISTS))
    return Loaded(tmp_path_factory.mktemp("backwards") / "home", deliveries[::-1], 2)


def test_every_sample_file_in_one_home_leaves_nothing_off(forwards: Loaded) -> None:
    assert [finding for finding in forwards.findings if finding.state == OFF] == []
    assert len(forwards.findings) > 5


def test_every_sample_drop_ends_merged_or_set_aside_whole(forwards: Loaded) -> None:
    assert set(forwards.states.values()) == {"merged", "quarantined"}
    assert sorted(name for (_, name), state in forwards.states.items() if state == "quarantined") == [
        "exception-definitions.json",
        "expectedSPIOutPayloadWithNullOrgAndNullDataController.xml",
        "trigger-definitions.json",
    ]


def test_cases_and_pleas_of_all_samples_are_those_of_an_independent_reading(forwards: Loaded) -> None:
    """The id of the migrated case is `case_id`, a word that its supplier's templates have in the place of an id, and so has a
    case of three events: one id in one system is one case, told twice. No other two samples tell one case.
    """
    cases = {
        EVENTS: independent.hearing_resulted_keys,
        MIGRATED: independent.migrated_case_keys,
        "libra/resulted_case": independent.resulted_case_keys,
        "libra/daily_court_list": independent.daily_court_list_keys,
    }
    counted = {
        dataset: independent.united([read(file) for file in sample_files(dataset)]) for dataset, read in cases.items()
    }
    assert forwards.records == {dataset: counts["case"] for dataset, counts in counted.items()}
    of_events = {key for file in sample_files(EVENTS) for key in independent.hearing_resulted_keys(file)["case"]}
    migrated = {key for file in sample_files(MIGRATED) for key in independent.migrated_case_keys(file)["case"]}
    assert migrated & of_events == migrated == {("case_id",)}
    assert forwards.linked == [(MIGRATED, "native_id", "re_sent")]
    assert forwards.cases == {dataset: count for dataset, count in forwards.records.items() if dataset != MIGRATED}
    pleas = dict(forwards.pleas)
    assert pleas[EVENTS] == counted[EVENTS]["plea"]
    assert pleas[MIGRATED] == counted[MIGRATED]["plea"]
    assert pleas["libra/daily_court_list"] == counted["libra/daily_court_list"]["plea taken"]


def test_every_attendance_and_every_result_on_a_defendant_names_a_defendant_who_is_there(forwards: Loaded) -> None:
    assert forwards.attendance == [(0,)]
    assert forwards.results == [(0,)]


def test_a_template_in_place_of_a_court_tells_no_jurisdiction(forwards: Loaded) -> None:
    assert forwards.unreadable_courts == [(0,)]


def test_every_entry_of_every_code_list_is_in_the_reference_table(forwards: Loaded) -> None:
    documentation = {"exception-definitions.json", "trigger-definitions.json"}
    lists = [file for file in sample_files(WHOLE_LISTS) if file.name not in documentation]
    assert forwards.codes == [(independent.united([independent.standing_data_keys(file) for file in lists])["code"],)]


@pytest.mark.long
def test_samples_delivered_backwards_in_two_batches_give_the_same_rows(forwards: Loaded, backwards: Loaded) -> None:
    lists_alone = {"reference_code", "court"}
    counted = {table: len(rows) for table, rows in backwards.rows.items() if table not in lists_alone}
    assert counted == {table: len(rows) for table, rows in forwards.rows.items() if table not in lists_alone}
    assert {table: rows for table, rows in backwards.rows.items() if table not in lists_alone} == {
        table: rows for table, rows in forwards.rows.items() if table not in lists_alone
    }
    assert sum(counted.values()) > 1000


@pytest.mark.long
def test_samples_delivered_backwards_leave_nothing_off(backwards: Loaded) -> None:
    assert [finding for finding in backwards.findings if finding.state == OFF] == []
    assert backwards.states
