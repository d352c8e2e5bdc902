"""The truth beside the result, through real drops of a year in a very small country."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onecrown.definitions.model import load_model
from onecrown.errors import UsageError
from onecrown.flows.resolve_persons import resolve_persons
from onecrown.flows.score_against_truth import score_home
from onecrown.flows.surroundings import WITH_BATCH
from onecrown.synthesis.synthesise import Wanted, synthesise
from tests.merging.builders import File
from tests.merging.homes import Home, home_in


@pytest.mark.long
def test_nothing_is_linked_wrongly_and_every_planted_fault_is_seen(tmp_path: Path) -> None:
    wanted = Wanted(0.0008, 7, date(2025, 1, 1), date(2025, 12, 31), 1, False)
    synthesise(tmp_path / "out", wanted, lambda *_: None)
    drops = tmp_path / "out" / "drops"
    files = [File(p.relative_to(drops).as_posix(), p.read_bytes()) for p in sorted(drops.rglob("*")) if p.is_file()]
    with home_in(tmp_path / "home", load_model()) as opened:
        home = Home(replace(opened.around, measures_when=WITH_BATCH))
        home.run(*files)
        resolve_persons(home.around)
        found = score_home(home.around, tmp_path / "out" / "truth")
    assert found.records > 100 and found.links
    assert [rung for rung, _, wrong in found.links if wrong] == []
    assert [relation for relation, _, wrong, _ in found.relations if wrong and relation != "joined"] == []
    assert [(kind, planted, seen) for kind, _, planted, seen in found.faults if seen not in (None, planted)] == []
    assert found.caseload.differing == []
    assert [told for told in found.caseload.told if not told.is_exact] == []
    resolved = dict(found.persons)["resolved"]
    assert resolved.precision > 0.99 and resolved.recall > 0.95


def test_a_folder_without_a_truth_is_told(tmp_path: Path) -> None:
    with home_in(tmp_path / "home", load_model()) as home, pytest.raises(UsageError, match="holds no truth"):
        score_home(home.around, tmp_path)
