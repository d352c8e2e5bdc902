"""A case is erased from one system while another tells it too: what linking made of the two keeps nothing of the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from merging.builders import File, case_row, case_subject_row, charge_row, control, extract, subject_row
from merging.homes import home_in

from onecrown.definitions.model import Model, load_model
from onecrown.flows.erase_records import erase_subject
from onecrown.flows.find_subject import Kind, find_subject
from onecrown.rendering.stores import tables_holding

from .searching import places_of

MIGRATED, EXTRACT = "common_platform/migrated_case", "xhibit/extract"
EXAMPLE = Path(__file__).parents[2] / "examples/data/common_platform/migrated_case/2026-01-06/migrated-from-xhibit.json"
MADE_BY_LINKING = ("case_link_key", "case_alias", "case_link", "link_review", "case_value")
TOLD = ("court_case", "case_source_record", "defendant", "defendant_identity", "offence")
RECORDS = "SELECT record_case_id FROM {{onecrown.case_source_record}} WHERE source_dataset = '{}'"
DAY = "2026-01-05"


def of_two_sources() -> Model:
    """The model with two datasets, what linking reads and what it makes: a batch is quicker."""
    model = load_model()
    contracts = {}
    for dataset in (EXTRACT, "xhibit/extract_control", MIGRATED):
        said = model.contracts[dataset]
        contracts[dataset] = replace(said, mappings={n: sql for n, sql in said.mappings.items() if n in TOLD})
    return replace(model, contracts=contracts, entities={n: model.entities[n] for n in (*TOLD, *MADE_BY_LINKING)})


def legacy() -> list[File]:
    """The case that the example says it was, with a case group that nobody else tells."""
    rows = {
        "case": {**case_row(5), "CASE_GROUP": "VANISH7"},
        "subject": subject_row(5, SURNAME="SAMPLEWOOD", FORENAME1="CLEMENTINE", DOB="09-SEP-90"),
        "case_subject": case_subject_row(5, case=5),
        "charge": charge_row("GONE", case=5, subject=5, OFFENCE_CODE="TH68010"),
    }
    files = [extract(table, [row], DAY) for table, row in rows.items()]
    return [*files, control(DAY, dict.fromkeys(rows, 1))]


def moved() -> File:
    return File(f"{MIGRATED}/extract_date=2026-01-06T09:00:00/migrated.json", EXAMPLE.read_bytes())


def test_a_case_that_is_erased_from_one_system_leaves_no_word_and_no_id_in_what_linking_made(tmp_path: Path) -> None:
    with home_in(tmp_path / "home", of_two_sources()) as home:
        home.run(*legacy(), moved())
        (own_id,), stays = home.ask(RECORDS.format(EXTRACT)), home.ask(RECORDS.format(MIGRATED))
        values = "SELECT count(*) FROM {onecrown.case_value} WHERE source_value = 'VANISH7'"
        assert home.ask(values) == ["1"], "linked, or the test shows nothing"
        erase_subject(home.around, find_subject(home.around, Kind.case, "453T20250005", EXTRACT), "asked to")
        words = ("VANISH7", "453T20250005", "453|T|20250005", own_id)
        assert places_of(tmp_path / "home", words) == []
        assert home.ask("SELECT case_id FROM {onecrown.court_case}") == stays
        assert home.ask("SELECT count(*) FROM {onecrown.case_alias}") == ["0"]


@pytest.mark.parametrize("dataset", [MIGRATED, EXTRACT])
def test_every_table_that_linking_makes_holds_what_each_linked_dataset_says(dataset: str) -> None:
    holding = set(tables_holding(load_model(), dataset))
    assert {f"onecrown.{entity}" for entity in MADE_BY_LINKING} <= holding
    assert "onecrown.hearing_case" in holding and "onecrown.court" not in holding
