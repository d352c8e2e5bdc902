"""What `publish` does: it is refused, or the figures of a period stand for good."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from maintaining.tables import leave_open
from merging.homes import Home
from merging.kept_homes import KeptHome

from onecrown.errors import CommitConflict, UsageError
from onecrown.publishing.manifest import FINAL, read_manifest

from .homes import FIGURES, VALUES, ask, home_of_figures, publish, put, tell

COURT = "SELECT value FROM {}.measure_value WHERE measure_id = 'receipts' AND breakdown = 'court'"


def receipts(home: Home, database: str) -> dict[str, float]:
    """Receipts in all, by the first day of their period."""
    sql = f"""SELECT CAST(period_begun_on AS varchar), value FROM {database}.measure_value
        WHERE measure_id = 'receipts' AND breakdown = 'total' AND period_kind = 'quarter'"""
    return {str(day): float(str(number)) for day, number in ask(home, sql)}


def test_figures_that_were_published_stand_when_later_ones_come(kept: KeptHome) -> None:
    with kept.at("published") as home:
        tell(home, FIGURES.replace("27", "29"), batch_id="later")
        assert receipts(home, "onecrown_measures")["2025-10-01"] == 29
        assert receipts(home, "onecrown_release_2025_q4") == {"2025-07-01": 30, "2025-10-01": 27}


def test_what_came_after_the_period_is_not_published_with_it(kept: KeptHome) -> None:
    with kept.at("published") as home:
        days = ask(home, "SELECT max(period_ended_on) FROM onecrown_release_2025_q4.measure_value")
        assert [str(day) for (day,) in days] == ["2025-12-31"]
        exported = home.around.releases.file("2025-Q4", "data/measure_value.parquet")
        assert home.ask(f"SELECT max(period_ended_on) FROM read_parquet('{exported}')") == ["2025-12-31"]


def test_every_table_without_personal_columns_is_tagged_and_has_a_view_and_no_other(tmp_path: Path) -> None:
    with home_of_figures(tmp_path) as home:
        tell(home, FIGURES)
        for table in ("onecrown.court_case", "onecrown.case_identity", "onecrown_history.sighting"):
            put(home, table, f"SELECT 'A' AS {'key' if 'history' in table else 'case_id'}", table)
        made = publish(home)
        upkeep = home.around.tables.upkeep()
        tagged = {table for table in home.around.tables.names() if "release-2025-Q4" in upkeep.tags(table)}
        assert tagged == {VALUES, "onecrown.court_case", "onecrown_ops.batch"}
        assert {one.table for one in made.tables} == tagged
        assert ask(home, "SHOW TABLES IN onecrown_release_2025_q4") == [("batch",), ("court_case",), ("measure_value",)]


def test_the_manifest_names_every_file_with_its_digest(kept: KeptHome) -> None:
    with kept.at("published") as home:
        folder = kept.folder / "releases" / "2025-Q4"
        said = read_manifest((folder / "manifest.json").read_bytes())
        files = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
        assert {one.path for one in said.files} | {"manifest.json"} == files.keys()
        for one in said.files:
            content = files[one.path].read_bytes()
            assert (one.sha256, one.bytes) == (sha256(content).hexdigest(), len(content))
        assert home.around.releases.names() == ["2025-Q4"]


def test_the_manifest_says_of_what_and_under_which_rules_it_was_made(kept: KeptHome) -> None:
    said = json.loads((kept.folder / "releases" / "2025-Q4" / "manifest.json").read_text())
    assert (said["standing"], said["batch_id"], said["made_by"]) == ("provisional", "a-batch", "a statistician")
    assert said["made_at"] == "2026-02-02T09:30:00+00:00"
    assert len(said["model_digest"]) == 64 and said["package_version"]
    assert [gate["gate_id"] for gate in said["gates"]] == ["stock_and_flow"]


def test_a_family_is_exported_for_people_with_whole_numbers_whole(kept: KeptHome) -> None:
    with kept.at("published") as home, home.around.releases.file("2025-Q4", "data/caseload.csv").open() as stream:
        rows = [row for row in csv.DictReader(stream) if row["period_kind"] == "quarter"]
    assert [(row["measure_id"], row["category_1"], row["value"]) for row in rows] == [
        ("open_cases", "", "120"),
        ("receipts", "", "30"),
        ("receipts", "453", "20"),
        ("receipts", "", "27"),
    ]


def test_the_same_figures_give_the_same_files(kept: KeptHome) -> None:
    with kept.at("told") as home:
        first = publish(home).files
        second = publish(home, standing=FINAL).files
    assert first == second


def test_a_month_is_published_like_a_quarter(kept: KeptHome) -> None:
    with kept.at("published") as home:
        made = publish(home, "2025-12")
        assert (made.name.text, made.name.database) == ("2025-12", "onecrown_release_2025_12")
        assert home.around.releases.names() == ["2025-12", "2025-Q4"]


def test_a_final_release_follows_a_provisional_one_as_a_revision_of_its_own(kept: KeptHome) -> None:
    with kept.at("published") as home:
        tell(home, FIGURES.replace("27", "29"), batch_id="later")
        final = publish(home, standing=FINAL)
        assert (final.name.text, final.standing, final.batch_id) == ("2025-Q4-r2", "final", "later")
        assert receipts(home, "onecrown_release_2025_q4")["2025-10-01"] == 27
        assert receipts(home, "onecrown_release_2025_q4_r2")["2025-10-01"] == 29


def test_a_second_publication_of_a_name_is_refused_and_changes_nothing(kept: KeptHome) -> None:
    with kept.at("published") as home:
        tags = home.around.tables.upkeep().tags(VALUES)
        before = home.around.releases.manifest("2025-Q4")
        with pytest.raises(UsageError, match="--final follows it"):
            publish(home)
        assert home.around.releases.manifest("2025-Q4") == before
        assert home.around.tables.upkeep().tags(VALUES) == tags


def test_a_period_is_published_after_its_last_day_in_london(tmp_path: Path) -> None:
    on_its_last_evening = datetime(2026, 3, 31, 22, 59, tzinfo=UTC)
    with home_of_figures(tmp_path, on_its_last_evening) as home:
        tell(home, "receipts 2026-Q1 total - 5")
        with pytest.raises(UsageError, match=r"2026-Q1 is not over: it ends on 2026-03-31"):
            publish(home, "2026-Q1")
    with home_of_figures(tmp_path, on_its_last_evening.replace(hour=23, minute=0)) as home:
        assert publish(home, "2026-Q1").name.text == "2026-Q1"


def test_a_period_without_values_is_refused_with_the_newest_that_has_some(kept: KeptHome) -> None:
    with kept.at("told") as home, pytest.raises(UsageError, match="newest quarter with values begins on 2025-10-01"):
        publish(home, "2024-Q1")


def test_nothing_is_published_of_a_home_in_which_nothing_was_merged(tmp_path: Path) -> None:
    with home_of_figures(tmp_path) as home, pytest.raises(UsageError, match="no measure has a value"):
        publish(home)


def test_nothing_is_published_while_a_batch_is_open(kept: KeptHome) -> None:
    with kept.at("told") as home:
        leave_open(home)
        with pytest.raises(CommitConflict, match="onecrown run finishes it"):
            publish(home)
        assert home.around.releases.names() == []


def test_nothing_is_published_while_another_merges(kept: KeptHome) -> None:
    with kept.at("told") as home:
        home.around.ledger.take_lease("merge", "another", home.around.now(), 120)
        with pytest.raises(CommitConflict, match="another process is merging"):
            publish(home)


def test_a_view_of_a_release_has_no_other_version(kept: KeptHome) -> None:
    with kept.at("published") as home:
        for sql in (
            "onecrown_release_2025_q4.measure_value FOR VERSION AS OF 1",
            'onecrown_release_2025_q4."batch$files"',
        ):
            with pytest.raises(UsageError, match="a view of one snapshot"):
                ask(home, f"SELECT * FROM {sql}")


def test_a_database_of_no_release_is_not_there(kept: KeptHome) -> None:
    with kept.at("published") as home, pytest.raises(UsageError, match="there is no database"):
        ask(home, "SELECT * FROM onecrown_release_2025_q3.measure_value")


def test_instants_of_a_release_are_in_utc_without_a_zone(kept: KeptHome) -> None:
    with kept.at("published") as home:
        [(said,)] = ask(home, "SELECT finished_at FROM onecrown_release_2025_q4.batch")
        assert said == datetime(2026, 2, 2, 9, 30)
