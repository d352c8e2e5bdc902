"""The truth's records are those that the files hold."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Synthetic, rows_of


def xhibit_cases(folder: Path) -> set[str]:
    files = str(folder / "drops/xhibit/extract/*/court_*_case.csv.gz")
    rows = rows_of(
        f"SELECT DISTINCT CREST_COURT_ID || CASE_TYPE || CASE_NO FROM read_csv('{files}', all_varchar = true, union_by_name = true)"
    )
    return {str(row[0]) for row in rows}


def shared_cases(folder: Path) -> set[str]:
    """Ids of cases in whole lines of events that name one."""
    found = set()
    for file in (folder / "drops/common_platform/hearing_resulted").glob("*.jsonl.gz"):
        for (line,) in rows_of(f"SELECT column0 FROM read_csv('{file}', header = false, delim = '\\x01', quote = '')"):
            if str(line).endswith("}") and '"prosecutionCases"' in str(line):
                found.add(json.loads(line)["hearing"]["prosecutionCases"][0]["id"].lower())
    return found


def recorded(made: Synthetic, dataset: str) -> set[str]:
    rows = made.ask(f"SELECT native_id FROM [source_record] WHERE dataset = '{dataset}' AND role <> 'unseen'")
    return {str(row[0]) for row in rows}


def test_xhibit_has_the_cases_that_the_truth_says_and_no_others(half_a_year: Synthetic) -> None:
    assert xhibit_cases(half_a_year.folder) == recorded(half_a_year, "xhibit/extract")


def test_common_platform_shared_the_cases_that_the_truth_says_and_no_others(half_a_year: Synthetic) -> None:
    assert shared_cases(half_a_year.folder) == recorded(half_a_year, "common_platform/hearing_resulted")


def test_every_case_has_one_record_that_stands_or_none_that_is_seen(ten_years: Synthetic) -> None:
    odd = ten_years.ask(
        """SELECT case_id FROM [case] AS c LEFT JOIN [source_record] AS r USING (case_id) GROUP BY case_id
        HAVING count(*) FILTER (role = 'survivor') <> 1 AND count(*) FILTER (role = 'unseen') <> 1"""
    )
    assert not odd


def test_a_moved_case_stands_on_common_platform_and_is_kept_in_xhibit(ten_years: Synthetic) -> None:
    moved = ten_years.ask(
        """SELECT x.reason, cp.role FROM [source_record] AS x JOIN [source_record] AS cp USING (case_id)
        WHERE x.system = 'xhibit' AND cp.dataset = 'common_platform/migrated_case'"""
    )
    assert moved and set(moved) <= {("migrated", "survivor"), ("transferred", "survivor")}


def test_an_ejected_case_stands_in_xhibit(ten_years: Synthetic) -> None:
    ejected = ten_years.ask(
        """SELECT DISTINCT x.role FROM [source_record] AS cp JOIN [source_record] AS x USING (case_id)
        WHERE cp.reason = 'ejected' AND x.system = 'xhibit'"""
    )
    assert ejected == [("survivor",)]


def test_cases_go_from_one_system_to_the_other_over_time(ten_years: Synthetic) -> None:
    shares = dict(
        ten_years.ask(
            """SELECT year(received_on), avg(CAST(system = 'common_platform' AS INTEGER)) FROM [case]
            WHERE jurisdiction = 'crown' AND origin = 'receipt' AND status_at_end = 'disposed' GROUP BY 1"""
        )
    )
    assert shares[2019] == 0
    assert 0 < float(str(shares[2021])) < float(str(shares[2022])) < float(str(shares[2024]))


def test_a_case_that_comes_again_is_linked_to_the_one_before(ten_years: Synthetic) -> None:
    kinds = {str(kind) for (kind,) in ten_years.ask("SELECT DISTINCT link FROM [case_link]")}
    assert kinds == {"breach", "joined", "retrial", "sent", "severed"}


def test_a_severed_case_has_the_reference_and_the_receipt_of_the_whole(ten_years: Synthetic) -> None:
    differing = ten_years.ask(
        """SELECT part.case_id FROM [case_link] AS link JOIN [case] AS part USING (case_id)
        JOIN [case] AS whole ON whole.case_id = link.other_case_id
        WHERE link.link = 'severed' AND (part.urn, part.received_on, part.court) <> (whole.urn, whole.received_on, whole.court)"""
    )
    assert not differing
