"""`onecrown site`: which figures it takes, and what it leaves and does not leave in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from merging.homes import Home
from publishing.homes import FIGURES, home_of_figures, publish, put, tell
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.definitions.periods import period_named
from onecrown.errors import UsageError
from onecrown.flows.published_tables import PublishedTables
from onecrown.flows.quality_tables import quality_tables
from onecrown.flows.site_editions import edition_of_batch, edition_of_release
from onecrown.flows.write_site import write_site
from onecrown.publishing.quality import TITLES, QualityTable, quality_csv, read_quality
from onecrown.publishing.site.building import site_pages
from onecrown.publishing.site.edition import Standing
from onecrown.publishing.site.values import Values, Wanted

from .invented import QUALITY, edition

RECEIPTS = Wanted("receipts")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home in which the last quarter of 2025 was published, and later figures came since."""
    with home_of_figures(tmp_path_factory.mktemp("site-home") / "home") as home:
        tell(home, FIGURES)
        publish(home)
        tell(home, FIGURES.replace("27", "29"), batch_id="later-batch")
        yield home


def test_a_release_is_shown_as_it_was_published_whatever_came_since(home: Home) -> None:
    shown = edition_of_release(home.around, "2025-Q4")
    assert [(one.ended_on, one.value) for one in shown.values.of(RECEIPTS)] == [
        (date(2025, 9, 30), 30),
        (date(2025, 12, 31), 27),
    ]
    assert (shown.source.standing, shown.source.said) == (Standing.PROVISIONAL, "Release 2025-Q4 (provisional)")
    assert [gate.gate_id for gate in shown.gates] == ["stock_and_flow"]
    assert set(shown.quality) == set(TITLES)
    about = dict(site_pages(shown))["about.html"]
    assert all(one.path in about and one.sha256 in about for one in shown.source.files)


def test_without_a_release_the_last_complete_batch_is_shown_and_called_no_release(home: Home) -> None:
    shown = edition_of_batch(home.around)
    assert [one.value for one in shown.values.of(RECEIPTS)] == [30, 29]
    assert (shown.source.standing, shown.source.batch_id) == (Standing.NOT_A_RELEASE, "later-batch")


def test_a_quarter_that_is_not_over_is_not_shown(tmp_path: Path) -> None:
    with home_of_figures(tmp_path / "home") as early:
        tell(early, "receipts 2025-Q4 total - 27\nreceipts 2026-Q1 total - 5")
        assert edition_of_batch(early.around).values.periods == (period_named("2025-Q4"),)


def test_a_release_of_a_month_is_shown_by_months(home: Home) -> None:
    publish(home, "2025-12")
    assert edition_of_release(home.around, "2025-12").values.periods == (period_named("2025-12"),)
    assert [one.value for one in edition_of_release(home.around, "2025-12").values.of(RECEIPTS)] == [9]


def test_a_release_that_is_not_there_is_told_with_those_that_are(home: Home) -> None:
    with pytest.raises(UsageError, match=r"there is no release 2024-Q1; there are: .*2025-Q4"):
        edition_of_release(home.around, "2024-Q1")


def test_before_the_first_batch_there_is_nothing_to_show(tmp_path: Path) -> None:
    with home_of_figures(tmp_path / "empty") as empty, pytest.raises(UsageError, match="no batch is complete yet"):
        edition_of_batch(empty.around)


def test_records_set_aside_are_told_by_rule_and_not_those_of_a_drop_that_was_withdrawn(tmp_path: Path) -> None:
    with home_of_figures(tmp_path / "home") as home:
        drops = " UNION ALL BY NAME ".join(
            f"SELECT '{drop}' AS drop_id, 'xhibit' AS source, 'extract' AS dataset, '{state}' AS state, 3 AS read_count, "
            "2 AS accepted_count, 1 AS quarantined_count, 0 AS flagged_count"
            for drop, state in (("a", "merged"), ("b", "withdrawn"))
        )
        put(home, "onecrown_ops.drop", drops, "drops")
        rejects = " UNION ALL BY NAME ".join(
            f"SELECT '{drop}' AS drop_id, 'case' AS record_type, '{place}' AS position, '{rule}' AS rule"
            for drop, place, rule in (
                ("a", "7", "not_a_date"),
                ("a", "7", "key_missing"),
                ("a", "9", "not_a_date"),
                ("a", "9", "not_a_date"),
                ("b", "1", "not_a_date"),
            )
        )
        put(home, "onecrown_ops.reject", rejects, "rejects")
        told = {table.name: table for table in _quality(home)}
    assert [(row[2], *row[4:]) for row in told["rejects"].rows] == [("not_a_date", 3, 2), ("key_missing", 1, 1)]
    assert [row[:3] for row in told["drops"].rows] == [
        ("xhibit/extract", "merged", 1),
        ("xhibit/extract", "withdrawn", 1),
    ]


def test_values_that_differ_between_systems_are_counted_and_not_shown(tmp_path: Path) -> None:
    with home_of_figures(tmp_path / "home") as home:
        put(
            home,
            "onecrown.case_value",
            """SELECT 'court_case' AS entity_name, 'receipt_on' AS column_name, 'xhibit' AS source_system, 'secret' AS source_value,
            agrees FROM (VALUES (true), (false), (false)) AS said (agrees)
            UNION ALL BY NAME SELECT 'court_case' AS entity_name, 'court_code' AS column_name, 'libra' AS source_system, true AS agrees""",
            "values",
        )
        [table] = [table for table in _quality(home) if table.name == "disagreement"]
    assert table.rows == (("court_case", "receipt_on", "xhibit", 3, 2),)


def _quality(home: Home) -> tuple[QualityTable, ...]:
    with home.around.engine() as con:
        return quality_tables(home.around, con, PublishedTables(home.around, con))


@pytest.mark.parametrize("table", QUALITY, ids=lambda table: table.name)
def test_a_quality_table_reads_back_as_it_was_written(table: QualityTable) -> None:
    assert read_quality(table.name, quality_csv(table)) == table


def test_a_site_written_again_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    first = write_site(edition(count=1), tmp_path / "site")
    assert list((tmp_path / "site" / "courts").iterdir())
    second = write_site(edition(values=Values()), tmp_path / "site")
    assert second < first == len(list((tmp_path / "site").rglob("*.html"))) + first - second
    assert not list((tmp_path / "site" / "courts").iterdir())


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="holds something else than a site"):
        write_site(edition(values=Values()), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_that_somebody_put_beside_the_pages_stays(tmp_path: Path) -> None:
    write_site(edition(values=Values()), tmp_path / "site")
    (tmp_path / "site" / "robots.txt").write_text("mine")
    write_site(edition(values=Values()), tmp_path / "site")
    assert (tmp_path / "site" / "robots.txt").read_text() == "mine"


def test_the_command_says_what_is_missing_in_a_new_home(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path / "home"), "site", str(tmp_path / "out")])
    assert done.exit_code == 2
    assert not (tmp_path / "out").exists()
