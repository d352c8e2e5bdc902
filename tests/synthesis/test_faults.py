"""Every fault of the table can be planted, names a rule that exists, and is found in the truth."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onecrown.definitions.model import load_model
from onecrown.errors import DefinitionError
from onecrown.synthesis.faults import FaultTable, Planter, read_faults
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
        synthesise(folder, Wanted(0.0013, 11, date(2022, 1, 1), date(2025, 12, 31)))
    return Synthetic(folder)


def test_every_kind_of_fault_is_planted_where_its_rate_allows(often: Synthetic) -> None:
    planted = {str(kind) for (kind,) in often.ask("SELECT DISTINCT kind FROM [fault]")}
    assert read_faults().faults.keys() - planted == {"court_unknown"}  # 101 of 80,203 open cases: none at this scale


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
