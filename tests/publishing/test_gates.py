"""Each gate passes where it should, fails where it should, and says so where it has nothing to judge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from onecrown.rendering.gate_queries import in_double_quotes

from .gate_tables import RELEASE, GateTables, model

END = "2025-12-31"
BEFORE = "2025-09-30"


@pytest.fixture(scope="module")
def empty() -> Iterator[GateTables]:
    made = GateTables()
    yield made
    made.con.close()


@pytest.fixture
def tables(empty: GateTables) -> Iterator[GateTables]:
    empty.begin()
    yield empty
    empty.forget()


def quarter(tables: GateTables, end: str, receipts: float, disposals: float, open_cases: float) -> None:
    tables.value("receipts", end, receipts)
    tables.value("disposals", end, disposals)
    tables.value("open_cases", end, open_cases)


def open_case(tables: GateTables, case_id: str, system: str = "xhibit", **counted: object) -> None:
    """A case of the Crown Court that has been open since 2025 began."""
    said = {
        "jurisdiction_code": "crown",
        "latest_status_code": "open",
        "court_code": "C01ZZ00",
        "receipt_on": date(2025, 1, 1),
        "receipt_is_inferred": False,
    }
    tables.row("onecrown_measures.counted_case", case_id=case_id, source_system=system, **{**said, **counted})
    spell(tables, case_id, "2025-01-01", None, "open")


def spell(
    tables: GateTables, case_id: str, begun: str, ended: str | None, status: str, database: str = "onecrown_measures"
) -> None:
    days = {"begun_on": date.fromisoformat(begun), "ended_on": date.fromisoformat(ended) if ended else None}
    tables.row(
        f"{database}.case_spell",
        case_spell_id=f"{case_id}/{begun}",
        case_id=case_id,
        status_code=status,
        stage_code="none",
        remand_code="bail",
        decided_by="a_rule/1",
        **days,
    )


def record(tables: GateTables, case_id: str, system: str, is_survivor: bool = True, own: str = "") -> None:
    dataset = {"xhibit": "xhibit/extract", "common_platform": "common_platform/hearing_resulted"}[system]
    tables.row(
        "onecrown.case_source_record",
        source_record_id=f"{own or case_id} {system}",
        case_id=case_id,
        record_case_id=own or case_id,
        native_case_id=f"{own or case_id} at {system}",
        is_survivor=is_survivor,
        source_system=system,
        source_dataset=dataset,
    )


def drop(tables: GateTables, drop_id: str, state: str, **counts: int) -> None:
    names = ("read", "accepted", "quarantined", "new", "changed", "unchanged", "superseded", "duplicate")
    said = {f"{count}_count": counts.get(count, 0) for count in names}
    tables.row("onecrown_ops.drop", drop_id=drop_id, source="xhibit", dataset="extract", state=state, **said)


# --- stock and flow


def test_stock_and_flow_agree_within_the_residual_that_is_usual(tables: GateTables) -> None:
    quarter(tables, BEFORE, 30_388, 28_818, 79_446)
    quarter(tables, END, 29_482, 28_812, 80_203)
    assert tables.says("stock_and_flow") == [
        "passed: every quarter: 2025-12-31 0.109508% (at most 0.6%)",
        "passed: the latest quarter: 2025-12-31 0.109508% (at most 0.4%)",
    ]


def test_stock_and_flow_disagree_where_cases_leave_without_a_disposal_and_the_cases_are_listed(
    tables: GateTables,
) -> None:
    quarter(tables, BEFORE, 30_000, 29_000, 80_000)
    quarter(tables, END, 30_000, 29_000, 80_600)
    open_case(tables, "stays open")
    tables.row("onecrown_measures.counted_case", case_id="on a warrant", jurisdiction_code="crown")
    spell(tables, "on a warrant", "2025-01-01", "2025-11-05", "open")
    spell(tables, "on a warrant", "2025-11-05", None, "on_warrant")
    assert tables.says("stock_and_flow")[1] == "failed: the latest quarter: 2025-12-31 0.5% (at most 0.4%)"
    assert [row[1:5] for row in tables.listed("stock_and_flow")] == [
        ("on a warrant", date(2025, 11, 5), "open", "on_warrant")
    ]


def test_the_published_series_itself_passes_stock_and_flow(tables: GateTables) -> None:
    from onecrown.definitions.model import model_folder

    lines = (model_folder() / "published" / "crown_quarters.csv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        end, receipts, disposals, open_cases, with_age, _ = line.split(",")
        quarter(tables, end, float(receipts), float(disposals), float(open_cases))
        tables.value("open_cases_with_age", end, float(with_age))
    assert {one.state for one in tables.outcomes("stock_and_flow")} == {"passed"}
    assert tables.says("computable_age") == ["passed: 2025-12-31 94.5089% (at least 94.5%)"]


def test_a_residual_of_a_few_cases_says_nothing_of_a_small_home(tables: GateTables) -> None:
    quarter(tables, BEFORE, 20, 10, 100)
    quarter(tables, END, 20, 10, 107)
    assert tables.says("stock_and_flow")[0] == "passed: every quarter: 2025-12-31 3% (at most 0.6%, of fewer than 10)"


# --- the period that is judged

NEXT = "2026-03-31"


def test_a_quarter_is_judged_by_itself_though_a_later_one_is_counted(tables: GateTables) -> None:
    quarter(tables, BEFORE, 30_000, 29_000, 80_000)
    quarter(tables, END, 30_000, 29_000, 81_000)
    quarter(tables, NEXT, 30_000, 29_000, 90_000)
    for end, with_age in ((END, 80_000), (NEXT, 10_000)):
        tables.value("open_cases_with_age", end, with_age)
    assert {one.state for one in tables.outcomes("stock_and_flow", END)} == {"passed"}
    assert {one.state for one in tables.outcomes("stock_and_flow", NEXT)} == {"failed"}
    assert tables.says("computable_age", END) == ["passed: 2025-12-31 98.7654% (at least 94.5%)"]
    assert tables.says("computable_age", NEXT) == ["failed: 2026-03-31 11.1111% (at least 94.5%)"]


def test_codes_that_are_missing_later_do_not_stop_an_earlier_quarter_and_are_listed_of_their_own(
    tables: GateTables,
) -> None:
    known(tables, "court_known", "xhibit", 100.0)
    known(tables, "court_known", "xhibit", 90.0, end=NEXT)
    open_case(tables, "open then", court_code="not_known")
    spell(tables, "open later", "2026-02-01", None, "open")
    tables.row(
        "onecrown_measures.counted_case",
        case_id="open later",
        source_system="xhibit",
        jurisdiction_code="crown",
        court_code="not_known",
    )
    assert tables.outcomes("missing_in_cases", END)[0].state == "passed"
    assert tables.outcomes("missing_in_cases", NEXT)[0].state == "failed"
    assert [row[0] for row in tables.listed("missing_in_cases", NEXT)] == ["open later", "open then"]


def test_a_case_that_opened_after_the_period_is_not_open_in_two_systems_then(tables: GateTables) -> None:
    tables.row("onecrown_measures.counted_case", case_id="a case", jurisdiction_code="crown")
    spell(tables, "a case", "2026-01-02", None, "open")
    record(tables, "a case", "common_platform")
    record(tables, "a case", "xhibit")
    assert [one.state for one in tables.outcomes("open_in_two_systems", END)] == ["passed"]
    assert [one.state for one in tables.outcomes("open_in_two_systems", NEXT)] == ["failed"]


# --- measures and what they count


def test_a_measure_whose_definition_does_not_stand_fails(tables: GateTables) -> None:
    tables.value("open_cases", END, 80_203)
    tables.row("onecrown_measures.measure", measure_id="open_cases", measure_version=1)
    assert [one.state for one in tables.outcomes("measures_current")] == ["passed"]
    tables.value("receipts", END, 29_482)
    assert tables.says("measures_current") == ["failed: 1 measure (at most 0)"]
    assert tables.listed("measures_current") == [("receipts", 1)]


def test_a_headline_is_counted_again_from_its_cases(tables: GateTables) -> None:
    for begun, ended in ((date(2025, 7, 1), date(2025, 9, 30)), (date(2025, 10, 1), date(2025, 12, 31))):
        tables.row("onecrown_measures.period", period_kind="quarter", begun_on=begun, ended_on=ended)
    open_case(tables, "one", receipt_on=date(2025, 11, 3), is_new_receipt=True)
    open_case(tables, "other", receipt_on=date(2025, 11, 4), is_new_receipt=False, current_final_on=date(2025, 12, 5))
    quarter(tables, END, 1, 1, 2)
    tables.value("open_cases", BEFORE, 2)
    assert {one.state for one in tables.outcomes("headline_reproduces")} == {"passed"}
    tables.value("disposals", BEFORE, 1)
    states = {one.part: one.state for one in tables.outcomes("headline_reproduces")}
    assert states == {"receipts": "passed", "disposals": "failed", "open cases": "passed"}
    says = [one.says for one in tables.outcomes("headline_reproduces")][1]
    assert says == "disposals: 2025-09-30 1 case (at most 0); 1 of 2 fail"


# --- revision against the last release


def test_a_first_release_revises_nothing_and_that_is_said(tables: GateTables) -> None:
    tables.value("open_cases", END, 80_203)
    for gate in ("revision", "computable_age_fall"):
        (one,) = tables.outcomes(gate)
        assert (one.state, one.passed, one.value) == ("no data", True, None)
        assert one.says == "no data: there is no earlier release to compare with"


def test_the_usual_revision_passes(tables: GateTables) -> None:
    tables.published_before("open_cases", BEFORE, 79_619)
    tables.value("open_cases", BEFORE, 79_446)
    tables.value("open_cases", END, 80_203)
    assert tables.says("revision") == ["passed: 2025-09-30 0.217285% (at most 0.75%)"]


def test_an_unusual_revision_fails_and_its_sql_compares_with_the_views_of_the_last_release(tables: GateTables) -> None:
    tables.published_before("open_cases", BEFORE, 79_619)
    tables.published_before("open_cases", "2025-06-30", 78_329)
    tables.value("open_cases", BEFORE, 78_000)
    tables.value("open_cases", "2025-06-30", 78_300)
    (one,) = tables.outcomes("revision")
    assert (one.state, one.stops) == ("failed", True)
    assert one.says == "2025-09-30 2.03343% (at most 0.75%); 1 of 2 fail"
    open_case(tables, "open then and now")
    open_case(tables, "open now alone")
    for case_id in ("open then and now", "open then alone"):
        tables.row(f"{RELEASE}.counted_case", case_id=case_id, jurisdiction_code="crown")
        spell(tables, case_id, "2025-01-01", None, "open", RELEASE)
    assert [row[1:] for row in tables.listed("revision")] == [
        ("open now alone", "open only now"),
        ("open then alone", "open only then"),
    ]


def test_a_revision_of_flows_warns_and_stops_nothing(tables: GateTables) -> None:
    for measure, before, now in (("receipts", 30_000.0, 30_100.0), ("disposals", 30_000.0, 29_000.0)):
        tables.published_before(measure, BEFORE, before)
        tables.value(measure, BEFORE, now)
    receipts, disposals = tables.outcomes("revision_of_flows")
    assert (receipts.state, disposals.state, disposals.stops) == ("passed", "failed", False)
    day = {"jurisdiction_code": "crown", "latest_status_code": "disposed", "current_final_on": date(2025, 8, 1)}
    tables.row(f"{RELEASE}.counted_case", case_id="not disposed of after all", **day)
    assert tables.listed("revision_of_flows") == [("not disposed of after all", date(2025, 9, 30), None)]


# --- cases open in two systems


def test_a_case_with_one_standing_record_is_open_once(tables: GateTables) -> None:
    open_case(tables, "a case")
    record(tables, "a case", "common_platform")
    record(tables, "a case", "xhibit", is_survivor=False)
    assert [one.state for one in tables.outcomes("open_in_two_systems")] == ["passed"]


def test_a_case_with_two_standing_records_is_open_twice_and_both_are_listed(tables: GateTables) -> None:
    open_case(tables, "a case")
    record(tables, "a case", "common_platform")
    record(tables, "a case", "xhibit")
    assert tables.says("open_in_two_systems") == ["failed: one case twice 1 case (at most 0); 1 of 2 fail"]
    assert [row[:3] for row in tables.listed("open_in_two_systems")] == [
        ("one case twice", "a case", "common_platform"),
        ("one case twice", "a case", "xhibit"),
    ]


def test_two_open_cases_of_two_systems_that_share_strong_evidence_are_one_case_counted_twice(
    tables: GateTables,
) -> None:
    for case_id, system in (("one", "xhibit"), ("other", "common_platform"), ("third", "xhibit")):
        open_case(tables, case_id, system)
        record(tables, case_id, system)
    for case_id, rung in (
        ("one", "urn_asn"),
        ("other", "urn_asn"),
        ("third", "person_offence"),
        ("other", "person_offence"),
    ):
        said = {"record_case_id": case_id, "rung_code": rung, "role_code": "same", "link_value": rung}
        tables.row("onecrown.case_link_key", case_link_key_id=f"{case_id} {rung}", **said)
    assert tables.says("open_in_two_systems") == [
        "failed: two cases that share evidence 2 cases (at most 0); 1 of 2 fail"
    ]
    assert [row[1] for row in tables.listed("open_in_two_systems")] == ["one", "other"]


# --- the age of open cases


def test_a_share_of_open_cases_with_an_age_below_the_floor_fails_and_lists_those_without(tables: GateTables) -> None:
    tables.value("open_cases", END, 1000)
    tables.value("open_cases_with_age", END, 900)
    open_case(tables, "with a day")
    open_case(tables, "without a day", receipt_on=None)
    open_case(tables, "inferred", receipt_is_inferred=True)
    assert tables.says("computable_age") == ["failed: 2025-12-31 90% (at least 94.5%)"]
    assert [row[0] for row in tables.listed("computable_age")] == ["inferred", "without a day"]


@pytest.mark.parametrize(("with_age", "expected"), [(9_470, "passed"), (9_440, "failed")])
def test_the_share_with_an_age_may_fall_by_half_a_point_since_the_last_release(
    tables: GateTables, with_age: float, expected: str
) -> None:
    tables.published_before("open_cases", BEFORE, 10_000)
    tables.published_before("open_cases_with_age", BEFORE, 9_500)
    tables.value("open_cases", END, 10_000)
    tables.value("open_cases_with_age", END, with_age)
    assert [one.state for one in tables.outcomes("computable_age_fall")] == [expected]


# --- what is not known, by system


def known(tables: GateTables, measure: str, system: str, percent: float, base: int = 1000, end: str = END) -> None:
    said = {
        "statistic": "rate",
        "breakdown": "source_system",
        "category_1": system,
        "base_count": base,
        "unit": "percent",
    }
    tables.value(measure, end, percent, **said)


def test_missing_codes_are_judged_for_each_column_and_system(tables: GateTables) -> None:
    known(tables, "court_known", "xhibit", 99.9, 100_000)
    known(tables, "court_known", "common_platform", 98.0)
    known(tables, "remand_known", "xhibit", 99.0)
    open_case(tables, "without a court", "common_platform", court_code="not_known")
    open_case(tables, "elsewhere", "xhibit", court_code="not_known")
    said = {one.part: f"{one.state}: {one.says}" for one in tables.outcomes("missing_in_cases")}
    assert said["court"] == "failed: court: common_platform 2% (at most 0.6%); 1 of 2 fail"
    assert said["remand"] == "passed: remand: xhibit 1% (at most 1.7%)"
    assert said["offence group"].startswith("no data: offence group: no data")
    assert [row[0] for row in tables.listed("missing_in_cases")] == ["without a court"]


def test_what_defendants_lack_warns_and_stops_nothing(tables: GateTables) -> None:
    known(tables, "ethnicity_known", "xhibit", 70.0)
    known(tables, "sex_known", "xhibit", 70.0)
    states = {one.part: (one.state, one.stops) for one in tables.outcomes("missing_in_defendants")}
    assert states["ethnicity"] == ("passed", False)
    assert states["sex"] == ("failed", False)


def test_a_gate_that_must_have_data_fails_without(tables: GateTables) -> None:
    outcomes = {gate: tables.outcomes(gate) for gate, said in model().gates.items() if said.without_data == "fails"}
    assert {"stock_and_flow", "computable_age", "books_balance", "open_in_two_systems"} <= outcomes.keys()
    for found in outcomes.values():
        assert {(one.state, one.passed) for one in found} == {("no data", False)}


# --- reconciliation


def version(tables: GateTables, key: str, is_current: bool = True) -> None:
    tables.row("onecrown_history.xhibit_extract_case_versions", key=key, is_current=is_current)


def test_as_many_records_current_at_the_source_as_in_the_unified_tables_pass(tables: GateTables) -> None:
    version(tables, "453|T|20250001")
    version(tables, "453|T|20250002", is_current=False)
    record(tables, "a case", "xhibit")
    states = {one.part: one.state for one in tables.outcomes("source_records")}
    assert states["xhibit/extract"] == "passed"
    assert states["libra/resulted_case"] == "no data"


def test_a_record_that_is_lost_on_the_way_fails_and_is_listed_by_its_key(tables: GateTables) -> None:
    version(tables, "453|T|20250001")
    version(tables, "453|T|20250002")
    said = {"source_record_id": "r", "case_id": "c", "record_case_id": "c", "native_case_id": "453T20250001"}
    tables.row("onecrown.case_source_record", **said, source_dataset="xhibit/extract", source_system="xhibit")
    says = {one.part: one.says for one in tables.outcomes("source_records") if one.state == "failed"}
    assert says == {"xhibit/extract": "xhibit/extract: 1 record (at most 0)"}
    assert tables.listed("source_records") == [("453|T|20250002", None, "not in case_source_record")]


def test_the_books_of_a_drop_balance_or_the_drop_is_listed(tables: GateTables) -> None:
    drop(tables, "good", "merged", read=3, accepted=2, quarantined=1, new=1, changed=1)
    assert [one.state for one in tables.outcomes("books_balance")] == ["passed"]
    drop(tables, "lost one", "merged", read=3, accepted=2, quarantined=1, new=1)
    drop(tables, "not merged yet", "held", read=2, accepted=2)
    assert tables.says("books_balance") == ["failed: 1 drop (at most 0)"]
    assert [row[0] for row in tables.listed("books_balance")] == ["lost one"]


# --- deliveries


def delivered(tables: GateTables, dataset: str, arrived_at: datetime) -> None:
    tables.row("onecrown_ops.delivery", delivery_id=dataset, landing_key=f"{dataset}/a file", arrived_at=arrived_at)


def test_a_delivery_is_late_once_its_rhythm_and_the_contracts_hours_are_over(tables: GateTables) -> None:
    """Asked on Thursday 26 March at 09:30; an extract comes every week and is late after 48 hours more."""
    delivered(tables, "xhibit/extract", datetime(2026, 3, 17, 9, 30, tzinfo=UTC))
    delivered(tables, "xhibit/extract_control", datetime(2026, 3, 17, 8, 30, tzinfo=UTC))
    delivered(tables, "libra/daily_court_list", datetime(2026, 3, 25, 6, 0, tzinfo=UTC))
    states = {one.part: (one.state, one.value) for one in tables.outcomes("late_deliveries")}
    assert states["xhibit/extract"] == ("passed", 0.0)
    assert states["xhibit/extract_control"] == ("failed", 1.0)
    assert states["libra/daily_court_list"][0] == "passed"
    assert states["libra/resulted_case"] == ("no data", None)
    assert [row[0] for row in tables.listed("late_deliveries")] == ["xhibit/extract_control/a file"]


def test_a_held_drop_warns(tables: GateTables) -> None:
    drop(tables, "merged", "merged")
    assert [one.state for one in tables.outcomes("undecided_drops")] == ["passed"]
    drop(tables, "held", "held")
    (one,) = tables.outcomes("undecided_drops")
    assert (one.state, one.stops) == ("failed", False)
    assert [row[0] for row in tables.listed("undecided_drops")] == ["held"]


# --- all of them


def test_every_gate_is_named_by_a_test_in_which_it_fails() -> None:
    from pathlib import Path

    said = Path(__file__).read_text(encoding="utf-8")
    assert [gate for gate in model().gates if f'"{gate}"' not in said] == []


def test_sql_is_written_so_that_a_shell_takes_it_as_it_stands() -> None:
    assert in_double_quotes('SELECT "drop"\n  FROM `t$refs`\\') == 'SELECT \\"drop\\" FROM \\`t\\$refs\\`\\\\'
