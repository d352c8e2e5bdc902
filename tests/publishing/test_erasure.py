"""Somebody is erased after a release: their names go from every byte, and what was published stands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from erasing.searching import places_of
from erasing.shares import FIRST, GONE, erase
from merging.builders import uuid_of
from merging.homes import Home, home_in

from onecrown.flows.known_releases import faults

from .homes import FIGURES, ask, model_with_measures, publish, tell

WHO = ("Figmentley", uuid_of("dd", GONE), uuid_of("ff", GONE))
PUBLISHED = "SELECT measure_id, value FROM onecrown_release_2025_q4.measure_value ORDER BY 1, 2"
CASES = "SELECT count(*) FROM {}.court_case"


@pytest.mark.long  # a whole erasure
def test_published_counts_stand_and_no_name_outlives_an_erasure_by_a_release(tmp_path: Path) -> None:
    with home_in(tmp_path) as home:
        home.run(FIRST)
        measured = replace(
            model_with_measures(), entities={**model_with_measures().entities, **home.around.model.entities}
        )
        releasing = Home(replace(home.around, model=measured))
        tell(releasing, FIGURES)
        made = publish(releasing)
        before = ask(releasing, PUBLISHED), ask(releasing, CASES.format("onecrown_release_2025_q4"))
        assert places_of(tmp_path, WHO) != []
        assert {"onecrown.court_case", "onecrown.result"} <= {one.table for one in made.tables}
        erase(home)
        assert places_of(tmp_path, WHO) == []
        assert (ask(releasing, PUBLISHED), ask(releasing, CASES.format("onecrown_release_2025_q4"))) == before
        assert faults(releasing.around) == []
