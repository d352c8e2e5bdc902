"""Gates and products at work in a home: against a release that was made, and as a file of one."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from merging.homes import Home
from merging.kept_homes import KeptHome
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.definitions.model import load_model
from onecrown.flows.check_gates import check_gates
from onecrown.flows.export_release import Exporting
from onecrown.flows.known_releases import manifests
from onecrown.flows.product_files import product_files
from onecrown.flows.publish_release import last_values
from onecrown.flows.published_tables import PublishedTables

from .homes import FIGURES, tell


def with_gates(home: Home) -> Home:
    """The same home, with two gates of the model, its registry and one of its products."""
    whole = load_model()
    gates = {name: whole.gates[name] for name in ("revision", "books_balance")}
    products = {"crown_court_caseload": whole.products["crown_court_caseload"]}
    known = replace(home.around.model, gates=gates, products=products, measures=whole.measures)
    return Home(replace(home.around, model=known))


def test_figures_are_compared_with_the_files_of_the_last_release(kept: KeptHome) -> None:
    with kept.at("published") as opened:
        home = with_gates(opened)
        tell(home, FIGURES.replace("120", "140"), "later")
        with home.around.engine() as con:
            tables = PublishedTables(home.around, con)
            found = check_gates(home.around, tables, last_values(home.around, manifests(home.around)))
        (revision,) = [one for one in found if one.gate_id == "revision"]
        assert revision.says == "2025-12-31 16.6667% (at most 0.75%)"
        assert "JOIN onecrown_release_2025_q4.case_spell AS spell" in revision.sql


def test_a_product_of_a_release_ends_with_its_period(kept: KeptHome, tmp_path: Path) -> None:
    with kept.at("published") as opened:
        home = with_gates(opened)
        tell(home, FIGURES + "    receipts 2026-Q1 total - 99", "later")
        (release,) = manifests(home.around)
        (write,) = product_files(home.around.model).values()
        with home.around.engine() as con:
            write(Exporting(home.around, con, PublishedTables(home.around, con), release), tmp_path)
    book = CalamineWorkbook.from_path(tmp_path / "tables" / "crown_court_caseload.ods")
    assert book.get_sheet_by_name("Table_1").to_python()[-2:] == [
        ["July to September 2025", 30.0, "[x]", "[x]"],
        ["October to December 2025", 27.0, "[x]", 120.0],
    ]


def test_gates_of_an_empty_home_have_no_data_and_stop(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["--home", str(tmp_path), "gates", "--format", "json"])
    outcomes = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {one["state"] for one in outcomes} == {"no data"}
    stopping = {one["gate_id"] for one in outcomes if one["is_stopping"] and not one["passed"]}
    assert {"stock_and_flow", "books_balance"} <= stopping
