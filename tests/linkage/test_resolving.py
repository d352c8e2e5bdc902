"""The resolution of persons over a home's tables: stable ids, aliases, and nothing written where nothing differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onecrown.errors import CommitConflict, SettingsError
from onecrown.flows import resolve_persons as resolve_persons_module
from onecrown.flows.resolve_persons import Resolved, plan_persons, resolve_persons
from onecrown.flows.review_persons import decide_pair
from onecrown.flows.surroundings import WITH_BATCH
from onecrown.linkage.accuracy import pair_accuracy
from onecrown.ports import Batch
from onecrown.rendering.stores import IDS_ONLY, stores

from .homes import NOW, PeopleHome, Weights, people_home
from .people import Defendant, invented_people, without_truth

SURE, UNSURE = 20.0, 4.0
MERGES = "person_id, successor_id, change_code, is_current"


@pytest.fixture
def weights(monkeypatch: pytest.MonkeyPatch) -> Weights:
    """What pairs weigh, as a test says."""
    said = Weights()
    monkeypatch.setattr(resolve_persons_module, "score_pairs", said.score)
    return said


@pytest.fixture
def home(tmp_path: Path) -> Iterator[PeopleHome]:
    with people_home(tmp_path / "home") as opened:
        yield opened


def put(home: PeopleHome, *exact_ids: str) -> None:
    """Exact persons with a defendant each."""
    home.put(
        *(Defendant(f"defendant {one}", exact_id=one, case_id=f"case {one}", last_name="Invented") for one in exact_ids)
    )


def resolve(home: PeopleHome, days: int = 0) -> Resolved:
    return resolve_persons(replace(home.around, now=lambda: NOW + timedelta(days=days)))


def test_persons_are_resolved_without_counting_any_measure(
    home: PeopleHome, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No measure counts persons, and their job may not read the history from which the last told day is known."""

    def refuses(*_said: object) -> None:
        raise AssertionError("measures were counted")

    monkeypatch.setattr("onecrown.flows.refresh_measures.refresh_measures", refuses)
    put(home, "p1", "p2")
    assert resolve_persons(replace(home.around, measures_when=WITH_BATCH)).persons == 2


def test_a_resolved_person_has_the_least_id_and_every_other_id_an_alias(home: PeopleHome, weights: Weights) -> None:
    put(home, "p5", "p3", "p8", "p1")
    weights |= {("p3", "p5"): SURE, ("p5", "p8"): SURE}
    done = resolve(home)
    assert (done.exact_persons, done.persons, done.merged, done.split) == (4, 2, 2, 0)
    assert home.ask("person", "person_id, exact_person_count, defendant_count, case_count, source_count") == [
        *("p1 | 1 | 1 | 1 | 1", "p3 | 3 | 3 | 3 | 1")
    ]
    assert home.ask("person_alias", MERGES) == ["p5 | p3 | merged | True", "p8 | p3 | merged | True"]


def test_a_second_run_over_the_same_data_commits_nothing(home: PeopleHome, weights: Weights) -> None:
    put(home, "p5", "p3", "p1")
    weights |= {("p3", "p5"): SURE, ("p1", "p3"): UNSURE}
    resolve(home)
    before = home.heads()
    done = resolve(home, days=1)
    assert [(one.added, one.deleted) for one in done.changes] == [(0, 0)] * 3
    assert home.heads() == before


def test_a_plan_says_what_a_run_would_write_and_writes_nothing(home: PeopleHome, weights: Weights) -> None:
    put(home, "p5", "p3", "p1")
    weights["p3", "p5"] = SURE
    before = home.heads()
    planned = plan_persons(home.around)
    assert home.heads() == before
    assert planned == resolve(home)
    assert [(one.table, one.added) for one in planned.changes] == [
        *(("onecrown.person", 2), ("onecrown.person_link", 1), ("onecrown.person_alias", 1))
    ]


def test_a_lesser_id_that_comes_later_becomes_the_person_and_the_former_id_keeps_an_alias(
    home: PeopleHome, weights: Weights
) -> None:
    put(home, "p5", "p7")
    weights |= {("p5", "p7"): SURE, ("p2", "p7"): SURE}
    resolve(home)
    put(home, "p2")
    done = resolve(home, days=1)
    assert (done.merged, done.split) == (2, 0)
    assert home.ask("person", "person_id, exact_person_count") == ["p2 | 3"]
    assert home.ask("person_alias", f"{MERGES}, CAST(changed_at AS DATE)") == [
        "p5 | p2 | merged | True | 2026-03-03",
        "p7 | p2 | merged | True | 2026-03-03",
        "p7 | p5 | merged | False | 2026-03-02",
    ]


def test_a_person_that_falls_apart_is_a_recorded_split(home: PeopleHome, weights: Weights) -> None:
    put(home, "p2", "p5")
    weights["p2", "p5"] = SURE
    resolve(home)
    (link,) = home.ask("person_link", "person_link_id")
    decide_pair(home.around, link, accepted=False, reason="two cousins")
    done = resolve(home, days=1)
    assert (done.persons, done.merged, done.split) == (2, 0, 1)
    assert home.ask("person_alias", MERGES) == ["p2 | p5 | split | True", "p5 | p2 | merged | False"]
    assert home.ask("person_link", "decision_code, decision_reason_code") == ["rejected | somebody"]
    assert [(one.added, one.deleted) for one in resolve(home, days=2).changes] == [(0, 0)] * 3


def test_two_that_were_split_and_are_one_again_have_one_current_alias(home: PeopleHome, weights: Weights) -> None:
    put(home, "p2", "p5")
    weights["p2", "p5"] = SURE
    resolve(home)
    (link,) = home.ask("person_link", "person_link_id")
    decide_pair(home.around, link, accepted=False, reason="two cousins")
    resolve(home, days=1)
    decide_pair(replace(home.around, now=lambda: NOW + timedelta(days=1)), link, accepted=True, reason="one after all")
    done = resolve(home, days=2)
    assert (done.persons, done.merged, done.split) == (1, 1, 0)
    assert home.ask("person_alias", MERGES, "is_current") == ["p5 | p2 | merged | True"]


def test_what_somebody_accepted_stands_when_the_records_are_compared_no_more(
    home: PeopleHome, weights: Weights
) -> None:
    put(home, "p2", "p5")
    weights["p2", "p5"] = UNSURE
    assert resolve(home).review == 1
    (link,) = home.ask("person_link", "person_link_id")
    decide_pair(home.around, link[:10], accepted=True, reason="known under both names")
    assert resolve(home, days=1).persons == 1
    del weights["p2", "p5"]
    assert resolve(home, days=2).persons == 1
    assert home.ask("person_link", "match_weight, decision_code, decision_reason_code, explanation") == [
        "- | accepted | somebody | -"
    ]


def test_rows_of_whom_no_defendant_holds_any_more_go_with_the_next_run(home: PeopleHome, weights: Weights) -> None:
    put(home, "p3", "p5", "p8", "p1")
    weights |= {("p3", "p5"): SURE, ("p5", "p8"): SURE, ("p3", "p8"): UNSURE}
    resolve(home)
    home.take_away("defendant p3")
    resolve(home, days=1)
    everything = [
        line for table in ("person", "person_link", "person_alias") for line in home.ask(table, "* EXCLUDE (_file)")
    ]
    assert everything
    assert not [line for line in everything if "p3" in line]
    assert home.ask("person", "person_id, exact_person_count") == ["p1 | 1", "p5 | 2"]
    assert home.ask("person_alias", MERGES, "is_current") == ["p8 | p5 | merged | True"]
    home.take_away("defendant p5", "defendant p8", "defendant p1")
    resolve(home, days=2)
    assert [home.ask(table, "*") for table in ("person", "person_link", "person_alias")] == [[], [], []]


def test_the_stores_say_that_tables_of_persons_hold_ids_alone(home: PeopleHome) -> None:
    told = {store.name: store.how for store in stores(home.around.model) if store.name.startswith("onecrown.person")}
    assert told == dict.fromkeys(("onecrown.person", "onecrown.person_alias", "onecrown.person_link"), IDS_ONLY)


def test_an_organisation_is_a_person_by_its_exact_id_alone(home: PeopleHome, weights: Weights) -> None:
    home.put(*(Defendant(f"d{one}", exact_id=one, is_organisation=True, last_name="Invented") for one in ("p2", "p5")))
    weights["p2", "p5"] = SURE
    resolve(home)
    assert home.ask("person", "person_id, is_organisation") == ["p2 | True", "p5 | True"]


def test_a_half_done_batch_is_finished_before_persons_are_resolved(home: PeopleHome) -> None:
    home.around.ledger.open_batch(Batch("b1", "open", (), NOW), (), "")
    with pytest.raises(CommitConflict, match="onecrown run"):
        resolve(home)


def test_a_model_without_rules_for_persons_says_what_to_write(home: PeopleHome) -> None:
    bare = replace(home.around, model=replace(home.around.model, person_linkage=None))
    with pytest.raises(SettingsError, match=r"model/linkage/person\.yaml"):
        plan_persons(bare)


def test_three_hundred_people_over_three_systems_are_found_again(tmp_path: Path) -> None:
    people = list(invented_people(300))
    truth = {defendant.defendant_id: person for person, defendant in people}
    with people_home(tmp_path) as home:
        home.put(*without_truth(people))
        resolve(home)
        found = pair_accuracy(truth, home.persons())
    assert found.precision >= 0.99
    assert found.recall >= 0.95
    assert found.right > 300


def test_the_order_in_which_defendants_came_changes_nothing(tmp_path: Path) -> None:
    people = without_truth(invented_people(60))
    tables = []
    for name, order in (("one", people), ("other", people[::-1])):
        with people_home(tmp_path / name) as home:
            home.put(*order[:40])
            if name == "other":
                resolve(home)
            home.put(*order[40:])
            resolve(home, days=1)
            links = home.ask("person_link", "* EXCLUDE (_file, _pos)")
            tables.append(
                (home.ask("person", "* EXCLUDE (_file, _pos)"), links, home.ask("person_alias", MERGES, "is_current"))
            )
    assert tables[0][0]
    assert tables[0] == tables[1]
