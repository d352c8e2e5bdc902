"""From delivered files to the life of a case: what a weekly extract and a reshare change, and what they do not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from onecrown.cli.app import app
from onecrown.definitions.model import Model, load_model
from onecrown.errors import UsageError
from onecrown.flows.life_of_case import life_of_case
from onecrown.flows.published_tables import PublishedTables
from onecrown.querying.queries import AthenaQueries
from onecrown.rendering.lifecycle_queries import lifecycle_query
from tests.merging.builders import File
from tests.merging.homes import Home, home_in

from .telling import lifecycle

DATA = Path(__file__).resolve().parents[2] / "examples" / "data"
SHARED = "common_platform/hearing_resulted"
WANTED = "453T20250002"
STANDS, DELETED = 1, 2
TABLES = ("case", "subject", "case_subject", "charge", "bw_history")


def week(day: str) -> list[File]:
    """One weekly extract of an invented court."""
    files = [DATA / "xhibit" / "extract" / day / f"court_453_{table}.csv" for table in TABLES]
    return [File(f"xhibit/extract/extract_date={day}T02:00:00/{path.name}", path.read_bytes()) for path in files]


def share(case: int, at: str, deleted: bool = False) -> File:
    """One share of a theft with one charge, fined; or with the fine deleted. Each case has ids of its own."""
    text = (DATA / SHARED / "first" / "theft-first-share.json").read_text(encoding="utf-8")
    document = json.loads(text.replace("0000000001", f"000000000{case}").replace("01ZD1000126", f"01ZD100{case}126"))
    document.update(sharedTime=at, isReshare=deleted)
    (told,) = document["hearing"]["prosecutionCases"]
    for defendant in told["defendants"]:
        defendant["offences"] = [
            _fined(o, deleted) for o in defendant["offences"] if _fined(o, deleted)["judicialResults"]
        ]
    told["defendants"] = [defendant for defendant in told["defendants"] if defendant["offences"]]
    return File(f"{SHARED}/share-{case}-{at[11:13]}.json", json.dumps(document).encode())


def _fined(offence: dict[str, Any], deleted: bool) -> dict[str, Any]:
    fines = [
        {**result, "isDeleted": deleted} for result in offence.get("judicialResults", []) if result["cjsCode"] == "1015"
    ]
    return {**offence, "judicialResults": fines}


def of_two_sources() -> Model:
    """The model with the two datasets alone and the entities that a case's life is read from: a batch is quicker."""
    model = load_model()
    read = {name for piece in lifecycle().pieces.values() for name in re.findall(r"onecrown\.([a-z_]+)", piece.sql)}
    contracts = {}
    for dataset in (SHARED, "xhibit/extract"):
        contract = model.contracts[dataset]
        contracts[dataset] = replace(contract, mappings={n: sql for n, sql in contract.mappings.items() if n in read})
    return replace(model, contracts=contracts)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lifecycle") / "home"


@pytest.fixture(scope="module")
def home(folder: Path) -> Iterator[Home]:
    """A home that took in a weekly extract, a fine that stands and one that a reshare deleted, all in one batch."""
    shares = [share(STANDS, "2026-01-07T11:00:00Z"), share(DELETED, "2026-01-07T11:00:00Z")]
    reshare = share(DELETED, "2026-01-08T15:00:00Z", deleted=True)
    with home_in(folder, of_two_sources()) as home:
        home.run(*shares, reshare, *week("2026-01-12"))
        yield home


def statuses(home: Home, day: str) -> dict[str, str]:
    """Status by the id that the source gives, as at a day."""
    sql = f"""WITH asked AS ({lifecycle_query(lifecycle(), "case_status_as_at", date.fromisoformat(day))})
      SELECT court_case.source_case_id, court_case.case_urn, asked.status_code
      FROM asked JOIN court_case ON court_case.case_id = asked.case_id"""
    with home.around.engine() as con:
        rows = AthenaQueries(con, PublishedTables(home.around, con)).run(sql).rows
    return {name: status for source_id, urn, status in rows for name in (source_id, urn)}


def test_files_tell_a_disposal_a_deleted_fine_and_the_end_of_a_warrant(home: Home) -> None:
    stands, deleted = f"01ZD100{STANDS}126", f"01ZD100{DELETED}126"
    before, after = statuses(home, "2026-01-06"), statuses(home, "2026-01-08")
    assert (before[stands], before[deleted], before[WANTED]) == ("not_received", "not_received", "on_warrant")
    assert (after[stands], after[deleted], after[WANTED]) == ("disposed", "open", "open")


def test_the_command_shows_how_a_case_stood_with_the_rule_of_each_line(home: Home, folder: Path) -> None:
    asked = ["--home", str(folder), "lifecycle", WANTED, "--as-at", "2026-01-07", "--format", "csv"]
    said = CliRunner().invoke(app, asked)
    assert said.exit_code == 0, said.output
    assert "status,case,on_warrant,,,case_on_warrant/1" in said.stdout
    assert ",2025-12-01,,warrant_recorded/1" in said.stdout


def test_a_case_that_is_not_there_is_refused_without_repeating_what_was_asked(home: Home) -> None:
    with pytest.raises(UsageError, match="no case has this id or number") as raised:
        life_of_case(home.around, "00ZZ0000000", date(2026, 1, 7))
    assert "00ZZ" not in str(raised.value)
