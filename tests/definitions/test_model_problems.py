"""Whatever is wrong with a model is said all at once: the file, the line, and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from onecrown.definitions.model import load_model
from onecrown.errors import DefinitionError, Problem

from .model_mistakes import CONTRACT, CONTRACT_MISTAKES, ENTITY_MISTAKES, LIST_MISTAKES, LISTS, MISTAKES, Mistake
from .small_model import FILES, write_model


def problems_of(folder: Path) -> list[Problem]:
    with pytest.raises(DefinitionError) as raised:
        load_model(folder)
    return raised.value.problems


def test_the_small_model_holds(tmp_path: Path) -> None:
    model = load_model(write_model(tmp_path, FILES))
    assert list(model.entities) == ["charge"]
    assert list(model.contracts) == ["invented_system/charges"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.rule for mistake in MISTAKES])
def test_a_mistake_is_told_with_its_file_its_line_and_what_to_write(mistake: Mistake, tmp_path: Path) -> None:
    files = mistake.spoil(FILES)
    if mistake.says[0] == "the list is not in lists.yaml":
        files[LISTS] = "{}\n"
    problems = problems_of(write_model(tmp_path, files))
    assert any(mistake.is_said_by(problem, files) for problem in problems), "\n".join(map(str, problems))


def test_the_mistakes_of_every_file_are_told_together(tmp_path: Path) -> None:
    chosen = [ENTITY_MISTAKES[i] for i in (0, 7, 17)] + [LIST_MISTAKES[i] for i in (0, 8)]
    chosen += [CONTRACT_MISTAKES[i] for i in (0, 1, 2, 7, 17)]
    files = FILES
    for mistake in chosen:
        files = mistake.spoil(files)
    problems = problems_of(write_model(tmp_path, files))
    missed = [mistake.rule for mistake in chosen if not any(mistake.is_said_by(said, files) for said in problems)]
    assert not missed
    assert len(problems) == len(chosen)


def test_problems_are_told_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    files = ENTITY_MISTAKES[0].spoil(ENTITY_MISTAKES[5].spoil(CONTRACT_MISTAKES[0].spoil(FILES)))
    with pytest.raises(DefinitionError) as raised:
        load_model(write_model(tmp_path, files))
    places = [(problem.file, problem.line) for problem in raised.value.problems]
    assert places == sorted(places)
    heading, *lines = str(raised.value).splitlines()
    assert heading == "3 mistakes in the model:"
    assert [line.split(": ")[0] for line in lines] == [f"{file}:{line}" for file, line in places]


def test_a_mapping_feeds_an_entity_that_exists(tmp_path: Path) -> None:
    files = {**FILES, "sources/invented_system/charges/charges.sql": "SELECT 1\n"}
    (problem,) = problems_of(write_model(tmp_path, files))
    assert problem.file.endswith("charges.sql")
    assert "maps to no entity `charges`; did you mean `charge`?" in problem.message


def test_a_rule_id_is_used_once_in_a_contract(tmp_path: Path) -> None:
    rule = FILES[CONTRACT].split("rules:\n")[1]
    (problem,) = problems_of(write_model(tmp_path, {**FILES, CONTRACT: FILES[CONTRACT] + rule}))
    assert "the rule id `INV-PLEA-ABSENT` is used twice" in problem.message
