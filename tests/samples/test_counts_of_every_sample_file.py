"""Every sample file parsed and judged: what is accepted is what an independent reading of the file counts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from onecrown.receiving.tallies import UNREADABLE

from . import independent_counts as independent
from .sample_files import DATASETS, Judged, judge, needs_samples, sample_files

pytestmark = needs_samples

READ = {
    "common_platform/hearing_resulted": independent.hearing_resulted_keys,
    "common_platform/migrated_case": independent.migrated_case_keys,
    "libra/resulted_case": independent.resulted_case_keys,
    "libra/daily_court_list": independent.daily_court_list_keys,
    "reference/standing_data": independent.standing_data_keys,
}
FILES = {
    "common_platform/hearing_resulted": 25,
    "common_platform/migrated_case": 16,
    "libra/resulted_case": 199,
    "libra/daily_court_list": 2,
    "reference/standing_data": 37,
}
# Accepted records by dataset and record type, over all files, each file counted by itself.
ACCEPTED = {
    "common_platform/hearing_resulted": {
        "hearing": 25,
        "hearing_day": 26,
        "hearing_case": 24,
        "attendance": 21,
        "case": 24,
        "defendant": 29,
        "offence": 43,
        "allocation": 20,
        "plea": 32,
        "verdict": 11,
        "result": 130,
        "application": 8,
        "application_case": 4,
        "application_respondent": 7,
        "application_offence": 6,
    },
    "common_platform/migrated_case": {
        "case": 16,
        "defendant": 16,
        "offence": 23,
        "plea": 18,
        "verdict": 9,
        "allocation": 4,
        "hearing": 6,
    },
    "libra/resulted_case": {
        "hearing": 198,
        "case": 198,
        "hearing_case": 198,
        "defendant": 198,
        "attendance": 198,
        "offence": 516,
        "plea": 516,
        "verdict": 389,
        "allocation": 493,
        "result": 714,
    },
    "libra/daily_court_list": {
        "list": 3,
        "session": 2,
        "block": 6,
        "case": 23,
        "defendant": 23,
        "entry": 23,
        "offence": 35,
        "list_offence": 35,
        "plea": 35,
    },
    "reference/standing_data": {"code": 55980},
}
# What is set aside: dataset → (record type, rule) → records. Everything else goes on, flagged where something is odd.
#   a migrated hearing is set aside alone where a template word stands for its date;
#   one message from Common Platform holds a sentence where the message should be;
#   two files beside the code lists are documentation, not lists.
SET_ASIDE = {
    "common_platform/hearing_resulted": {},
    "common_platform/migrated_case": {("hearing", "not_a_date"): 15},
    "libra/resulted_case": {(UNREADABLE, "unreadable_xml"): 1},
    "libra/daily_court_list": {},
    "reference/standing_data": {(UNREADABLE, "unknown_list"): 2},
}
SET_ASIDE_WHOLE = {
    "libra/resulted_case": {"expectedSPIOutPayloadWithNullOrgAndNullDataController.xml"},
    "reference/standing_data": {"exception-definitions.json", "trigger-definitions.json"},
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Judged]:
    """Every sample file, judged beside the others of its dataset, each as a drop of its own."""
    return {
        dataset: judge(dataset, sample_files(dataset), tmp_path_factory.mktemp("judged") / "files")
        for dataset in DATASETS
    }


def _read(dataset: str, file: Path) -> dict[str, int]:
    if file.name in SET_ASIDE_WHOLE.get(dataset, ()):
        return {}
    found = independent.counts(READ[dataset](file))
    found.pop("plea taken", None)
    return found


def _summed(by_file: dict[str, dict]) -> dict:
    total: Counter = Counter()
    for counts in by_file.values():
        total.update(counts)
    return {name: count for name, count in total.items() if count}


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_sample_file_has_the_distinct_keys_that_an_independent_reading_counts(
    dataset: str, judged: dict[str, Judged]
) -> None:
    accepted = judged[dataset].accepted
    files = sample_files(dataset)
    assert len(files) == FILES[dataset]
    different = {
        file.name: {"judged": counts, "read": read}
        for file in files
        if (counts := {name: count for name, count in accepted[file.name].items() if count})
        != (read := _read(dataset, file))
    }
    assert not different


@pytest.mark.parametrize("dataset", DATASETS)
def test_accepted_records_of_the_samples_are_those_of_the_table(dataset: str, judged: dict[str, Judged]) -> None:
    tallies: dict[str, int] = {}
    for (_, record_type), tally in judged[dataset].receipt.judgement.tallies.items():
        tallies[record_type] = tallies.get(record_type, 0) + tally.accepted
    expected = ACCEPTED[dataset]
    assert {name: count for name, count in tallies.items() if count} == expected


@pytest.mark.parametrize("dataset", DATASETS)
def test_only_the_records_of_the_table_are_set_aside_and_for_its_reasons(
    dataset: str, judged: dict[str, Judged]
) -> None:
    assert _summed(judged[dataset].quarantined) == SET_ASIDE[dataset]
    assert judged[dataset].receipt.broken_promises == {}


@pytest.mark.parametrize("dataset", DATASETS)
def test_only_the_files_of_the_table_are_set_aside_whole(dataset: str, judged: dict[str, Judged]) -> None:
    empty = {name for name, counts in judged[dataset].accepted.items() if not any(counts.values())}
    assert empty == SET_ASIDE_WHOLE.get(dataset, set())


def test_each_migrated_hearing_without_a_date_is_set_aside_and_no_other_record(judged: dict[str, Judged]) -> None:
    dataset = "common_platform/migrated_case"
    expected = {
        file.name: {("hearing", "not_a_date"): bad}
        for file in sample_files(dataset)
        if (bad := independent.bad_hearing_dates(file))
    }
    assert judged[dataset].quarantined == expected
    assert expected


@pytest.mark.parametrize("dataset", DATASETS)
def test_records_read_are_the_accepted_and_the_quarantined(dataset: str, judged: dict[str, Judged]) -> None:
    set_aside: dict[tuple[str, str], int] = {}
    for file, reasons in judged[dataset].quarantined.items():
        for (record_type, _), count in reasons.items():
            set_aside[file, record_type] = set_aside.get((file, record_type), 0) + count
    tallies = judged[dataset].receipt.judgement.tallies
    assert {place: tally.quarantined for place, tally in tallies.items() if tally.quarantined} == set_aside
    assert all(tally.read == tally.accepted + tally.quarantined for tally in tallies.values())


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_file_judged_alone_is_judged_as_in_company(dataset: str, judged: dict[str, Judged], tmp_path: Path) -> None:
    largest = max(
        (file for file in sample_files(dataset) if file.stat().st_size < 1_000_000),
        key=lambda file: file.stat().st_size,
    )
    _same_alone(dataset, largest, judged[dataset], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("dataset", DATASETS)
def test_every_file_judged_alone_is_judged_as_in_company(
    dataset: str, judged: dict[str, Judged], tmp_path: Path
) -> None:
    for place, file in enumerate(sample_files(dataset)):
        _same_alone(dataset, file, judged[dataset], tmp_path / str(place))


def _same_alone(dataset: str, file: Path, company: Judged, folder: Path) -> None:
    alone = judge(dataset, [file], folder / "alone")
    assert alone.accepted[file.name] == {name: count for name, count in company.accepted[file.name].items() if count}
    assert alone.quarantined.get(file.name) == company.quarantined.get(file.name)
    tallies = {place: (t.read, t.quarantined, t.flagged) for place, t in alone.receipt.judgement.tallies.items()}
    expected = company.receipt.judgement.tallies
    assert tallies == {
        place: (t.read, t.quarantined, t.flagged) for place, t in expected.items() if place[0] == file.name
    }
