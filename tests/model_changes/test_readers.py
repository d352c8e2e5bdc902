"""Who must act on a change: those who answer for it, and those who answer for what reads it."""

from __future__ import annotations

import pytest

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model
from onecrown.rendering.model_changes.readers import Reading, readers_of
from onecrown.rendering.model_changes.said import Name
from onecrown.rendering.model_changes.versions import (
    ModelChange,
    ModelVersion,
    catalogue_of_version,
    model_changes,
)

from .invented import COURTS, LIFE, OFFICE, STATISTICS, VERSION, with_column, with_field, with_life, with_list


def only(after: ModelVersion) -> ModelChange:
    (said,) = model_changes(VERSION, after)
    return said


def test_a_column_is_read_by_mappings_by_rules_and_by_all_that_builds_on_them() -> None:
    assert set(only(with_column("plea_code", field_id=9)).readers) == {
        ("mapping", "one/charges/charge"),
        ("lifecycle function", "charge_pleaded"),
        ("unit table", "counted_charge"),
        ("dimension", "plea"),
        ("measure", "charges_pleaded"),
        ("gate", "few_without_plea"),
        ("product", "quarterly"),
        ("view", "charges_by_month"),
    }


def test_a_column_that_no_sql_names_has_no_reader() -> None:
    assert only(with_column("counts_count", field_id=9)).readers == ()


def test_those_act_who_answer_for_the_definition_and_for_what_reads_it() -> None:
    said = only(with_column("plea_code", field_id=9))
    assert said.must_act[0] == COURTS
    assert set(said.must_act) == {COURTS, OFFICE, STATISTICS}


def test_nobody_must_act_where_only_words_changed() -> None:
    said = only(with_column("plea_code", meaning="Said better."))
    assert (said.owners, said.must_act) == ((COURTS,), ())


def test_a_system_s_code_is_read_by_the_mappings_that_cross_its_list() -> None:
    gone = only(with_list(crossings=VERSION.model.code_lists["plea"].crossings[:1]))
    assert gone.readers == (("mapping", "one/charges/charge"),)


@pytest.mark.parametrize(("field", "readers"), [("plea", (("mapping", "one/charges/charge"),)), ("charged_on", ())])
def test_a_field_is_read_by_the_mappings_of_its_contract_that_name_it(field: str, readers: tuple[Name, ...]) -> None:
    (said,) = [
        change for change in model_changes(VERSION, with_field(field, path="elsewhere")) if change.kind == "field"
    ]
    assert said.readers == readers


def test_a_lifecycle_number_that_nothing_asks_for_has_no_reader_and_a_set_has_its_piece() -> None:
    assert only(with_life(parameters={})).readers == ()
    assert ("lifecycle function", "charge_pleaded") in only(with_life(code_sets={})).readers
    assert LIFE.owner == only(with_life(code_sets={})).must_act[0]


def test_in_the_model_the_court_of_a_case_is_read_by_mappings_and_by_the_measure_of_receipts() -> None:
    model = load_model()
    version = ModelVersion(model, load_lifecycle(model))
    catalogue = catalogue_of_version(version)
    reading = Reading(readers_of(model, version.lifecycle), catalogue)
    said = set(reading.of(catalogue["column", "court_case.court_code"]))
    assert {("mapping", "xhibit/extract/court_case"), ("unit table", "counted_case"), ("measure", "receipts")} <= said
    assert ("mapping", "xhibit/extract/plea") not in said
