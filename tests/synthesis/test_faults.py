"""Every fault of the table can be planted, names a rule that exists, and is found in the truth."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onecrown.definitions.model import load_model
from onecrown.errors import DefinitionError
from onecrown.synthesis.faults import FaultTable, Planter, read_faults
from onecrown.synthesis.published import Published, read_published
from onecrown.synthesis.synthesise import Wanted, synthesise

from .conftest import Synthetic

BUILT_IN = {"", "not_a_date", "unreadable_json"}


@pytest.fixture(scope="module")
def often(tmp_path_factory: pytest.TempPathFactory) -> Synthetic:
    """A small world in which every fault is planted often."""
    table = read_faults()
    faults = {kind: replace(fault, rate=max(fault.rate, 0.12)) for kind, fault in table.faults.items()}
    noise = dict.fromkeys(table.noise, 0.1)
    folder = tmp_path_factory.mktemp("often") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("onecrown.synthesis.synthesise.read_faults", lambda: FaultTable(faults, noise))
        patch.setattr("onecrown.synthesis.cases.COMPANY_SHARE", 0.05)
        patch.setattr("onecrown.synthesis.systems.LIBRA_SHARE", 0.8)
        made = synthesise(folder, Wanted(0.0013, 11, date(2022, 1, 1), date(2025, 12, 31)))
    return Synthetic(folder, made)


def test_every_kind_of_fault_is_planted_where_its_rate_allows(often: Synthetic) -> None:
    planted = {str(kind) for (kind,) in often.ask("SELECT DISTINCT kind FROM [fault]")}
    assert read_faults().faults.keys() - planted == {"court_unknown"}  # 101 of 80,203 open cases: none at this scale


def with_half_at_an_unknown_court(first_on: date, last_on: date, scale: float) -> Published:
    found = read_published(first_on, last_on, scale)
    known, unknown = found.courts[0], next(court for court in found.courts if not court.crest_court_id)
    return replace(found, courts=(known, replace(unknown, open_cases=known.open_cases)))


def test_a_case_at_an_unknown_court_is_noted_with_an_event_that_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onecrown.synthesis.synthesise.read_published", with_half_at_an_unknown_court)
    wanted = Wanted(0.0003, 7, date(2025, 10, 1), date(2025, 12, 31), extracts=1)
    made = Synthetic(tmp_path / "out", synthesise(tmp_path / "out", wanted))
    noted = made.ask("SELECT landing_key, native_id FROM [fault] WHERE kind = 'court_unknown'")
    assert len(noted) > 5
    for key, native_id in noted:
        lines = gzip.decompress((made.folder / "drops" / str(key)).read_bytes()).decode().splitlines()
        events = [json.loads(line)["hearing"] for line in lines if str(native_id) in line.lower() and line[-1] == "}"]
        assert any("code" not in event["courtCentre"] for event in events), key


def test_each_of_the_nineteen_fault_seeds_has_a_kind() -> None:
    assert {seed for fault in read_faults().faults.values() for seed in fault.seeds} == set(range(1, 20))


def test_a_fault_names_a_dataset_and_a_rule_that_exist() -> None:
    contracts = load_model().contracts
    for fault in read_faults().faults.values():
        rules = {rule.rule_id for rule in contracts[fault.dataset].rules} | BUILT_IN
        assert fault.rule in rules, fault.kind


def test_a_mistake_in_the_table_is_told_with_what_to_write(tmp_path: Path) -> None:
    place = tmp_path / "faults.yaml"
    place.write_text("noise: {}\nfaults:\n  odd: {dataset: a/b, of: c, rate: 2, seen: flagged, meaning: d}\n")
    with pytest.raises(DefinitionError, match="from 0 to 1"):
        read_faults(place)
    place.write_text("noise: {}\nfaults:\n  odd: {dataset: a/b, of: c, rate: 1, seen: felt, meaning: d}\n")
    with pytest.raises(DefinitionError, match="`seen` is one of"):
        read_faults(place)


def test_a_fault_that_was_planted_says_what_must_be_seen() -> None:
    noted: list[tuple[str, ...]] = []
    planter = Planter(FaultTable(read_faults().faults, {}), lambda *row: noted.append(row))
    planter.note("broken_line", "a/b/c", "", "id", "C1")
    assert noted == [("fault", "broken_line", "quarantined", "unreadable_json", "a/b/c", "", "id", "C1")]
    assert not planter.strikes("birth_date_missing_cp", random.Random(1))  # noqa: S311  not for secrets
