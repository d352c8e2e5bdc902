"""Which records are somebody's, and what else names them, by the contracts as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from merging.builders import Share, uuid_of

from onecrown.definitions.model import load_model
from onecrown.receiving.documents import Document, same_line
from onecrown.receiving.erasure_marks import Marking, Marks
from onecrown.receiving.json_documents import own_text
from onecrown.receiving.landing_key import parse_landing_key
from onecrown.receiving.records import Origin
from onecrown.receiving.scrubbed_json import without
from onecrown.receiving.scrubbed_trees import removal_of
from onecrown.rendering.stores import stores, tables_holding
from onecrown.rendering.subject_records import BIRTHS, SURNAMES, subject_paths, subjects_of
from onecrown.rendering.table_layouts import table_layouts

KEY = b"an invented key of a test"
CONTRACTS = load_model().contracts
PEOPLE = [name for name, contract in CONTRACTS.items() if subjects_of(contract)]
HEARINGS = "common_platform/hearing_resulted"
CASE, GONE, STAYS = uuid_of("cc", 1), uuid_of("dd", 1), uuid_of("dd", 2)


def marks(ids: list[str], keys: dict[str, str], people: list[tuple[str, str]]) -> Marks:
    marking = Marking(KEY, HEARINGS)
    said = {marking.of_key(kind, key) for kind, key in keys.items()} | {marking.of_id(one) for one in ids}
    said |= {marking.of_person(*one) for one in people}
    return Marks(CONTRACTS[HEARINGS], KEY, said)


def share() -> dict[str, Any]:
    return Share("2026-01-07T10:00:00Z", defendants=(1, 2)).document()


def scrub(document: dict[str, Any], wanted: Marks) -> tuple[dict[str, Any], dict[str, int]]:
    contract = CONTRACTS[HEARINGS]
    origin = Origin(parse_landing_key(f"{HEARINGS}/a.json"), {}, KEY)
    removal = removal_of(contract, Document(document, 1, own_text, same_line), origin, wanted)
    return without(document, removal.pointers), dict(removal.counts)


THEIRS = {
    "attendance": {"defendantAttendance": [{"defendantId": GONE, "attendanceDays": [{"day": "2026-01-07"}]}]},
    "a list of ids": {"defenceCounsels": [{"id": uuid_of("c0", 1), "defendants": [GONE]}]},
    "an application": {
        "courtApplications": [
            {
                "id": uuid_of("a0", 1),
                "respondents": [{"id": uuid_of("a1", 1), "masterDefendant": {"masterDefendantId": GONE}}],
            }
        ]
    },
    "a name with a birth date": {"notes": {"of": {"surname": "figmentley", "born": "1991-03-14"}}},
    "results of a defendant": {
        "defendantJudicialResults": [
            {"defendantId": GONE, "judicialResult": {"judicialResultId": uuid_of("ee", 9), "label": "Gone"}}
        ]
    },
}


@pytest.mark.parametrize("said", THEIRS)
def test_what_names_them_outside_the_case_goes_and_the_rest_stays(said: str) -> None:
    document = share()
    document["hearing"].update(THEIRS[said])
    wanted = marks([GONE], {"defendant": f"{CASE}|{GONE}"}, [("Figmentley", "1991-03-14")])
    stays, counts = scrub(document, wanted)
    text = json.dumps(stays).lower()
    assert (GONE in text, "figmentley" in text, STAYS in text, "testerson" in text) == (False, False, True, True)
    assert counts["defendant"] == 1
    assert [one["id"] for one in stays["hearing"]["prosecutionCases"][0]["defendants"]] == [STAYS]


def test_a_record_that_stays_loses_an_id_of_theirs_and_nothing_else() -> None:
    document = share()
    document["hearing"]["prosecutionCases"][0]["defendants"][1]["leadDefendantId"] = GONE
    stays, _ = scrub(document, marks([GONE], {"defendant": f"{CASE}|{GONE}"}, []))
    expected = share()["hearing"]["prosecutionCases"][0]["defendants"][1]
    assert stays["hearing"]["prosecutionCases"][0]["defendants"] == [expected]


def test_somebody_else_with_the_same_surname_and_birth_date_keeps_their_record() -> None:
    document = share()
    stays, counts = scrub(document, marks([], {}, [("Testerson", "1991-03-14")]))
    assert (stays, counts) == (document, {})


@pytest.mark.parametrize("dataset", PEOPLE)
def test_every_record_of_a_case_says_so_and_every_dataset_knows_names_and_births(dataset: str) -> None:
    """A record type without a way to its case or defendant goes only with the element that it stands in."""
    contract = CONTRACTS[dataset]
    without_way = {kind.name for kind in contract.record_types.values() if not subject_paths(contract, kind)}
    whole_hearings = {"hearing", "hearing_day", "trial_outcome", "list", "session", "block"}
    others = {"application", "application_respondent"}  # known by the ids in them
    assert without_way <= whole_hearings | others
    fields = {field.name for kind in contract.record_types.values() for field in kind.fields}
    assert fields & set(SURNAMES)
    assert fields & set(BIRTHS)


@pytest.mark.parametrize("dataset", PEOPLE)
def test_the_keys_of_subjects_are_text_as_delivered(dataset: str) -> None:
    """A typed part of a key is written in another form than the field's text, and a mark would not match it."""
    contract = CONTRACTS[dataset]
    said = subjects_of(contract)
    assert said is not None
    for subject in said.every:
        kind = contract.record_types[subject]
        assert all((kind.named(part) or kind.fields[0]).type == "text" for part in kind.key)


def test_the_list_of_stores_names_every_table_and_every_place_of_a_home(tmp_path: Path) -> None:
    from merging.builders import File
    from merging.homes import home_in

    model = load_model()
    names = {store.name for store in stores(model)}
    assert table_layouts(model).keys() <= names
    with home_in(tmp_path / "home") as home:
        home.run(File(f"{HEARINGS}/a.json", json.dumps(share()).encode()))
        places = {path.name.removesuffix("-wal").removesuffix("-shm") for path in (tmp_path / "home").iterdir()}
    assert places <= names


def test_every_table_of_bodies_and_every_mapped_entity_of_a_dataset_is_among_those_that_hold_its_records() -> None:
    model = load_model()
    for dataset in PEOPLE:
        holding = set(tables_holding(model, dataset))
        contract = model.contracts[dataset]
        assert {f"onecrown.{entity}" for entity in contract.mappings} <= holding
        head = f"onecrown_history.{contract.source}_{contract.dataset}_"
        assert {f"{head}{kind}" for kind in contract.record_types} <= holding
