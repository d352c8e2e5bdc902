"""The rules for persons are said once, and every mistake in them is told with its line and what to write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from onecrown.definitions.model import model_folder
from onecrown.definitions.person_linkage import read_person_linkage
from onecrown.linkage.condition_checks import condition_problems

from .people import stated_rules

STATED = (model_folder() / "linkage" / "person.yaml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Mistake:
    """The rules in which `right` was replaced by `wrong`; the problem points to the line where `stands` is."""

    rule: str
    right: str
    wrong: str
    stands: str
    says: str


MISTAKES = (
    Mistake("a rule that does not exist", "accept_at: 7 ", "acept_at: 7 ", "acept_at", "did you mean `accept_at`?"),
    Mistake("a review that begins above acceptance", "review_from: 1 ", "review_from: 9 ", "review_from", "at most 7"),
    Mistake("a column that nobody prepares", "  - [pnc_id]", "  - [pnc_ids]", "blocking:", "did you mean `pnc_id`?"),
    Mistake(
        "a condition over such a column", "when: l.pnc_id = r.pnc_id", "when: l.pnc = r.pnc", "l.pnc =", "under `pnc`"
    ),
    Mistake("shares that do not add up", "m: 0.99, u: 0.68", "m: 0.9, u: 0.68", "- name: sex", "must add up to 1"),
    Mistake("a share that is none", "m: 0.99, u: 0.68", "m: 9.9, u: 0.68", "m: 9.9", "a number between 0 and 1"),
    Mistake("a size that says nothing", "most_in_person: 40", "most_in_person: 0", "most_in_person", "2 or more"),
    Mistake("blocking that is no list of lists", "  - [pnc_id]\n", "  - pnc_id\n", "blocking:", "list of lists"),
    Mistake(
        "a last level with a condition",
        "{level: different, m: 0.01, u: 0.32}",
        "{level: none, when: l.sex_code = 'x', m: 0.01, u: 0.32}",
        "- name: sex",
        "leave its `when` out",
    ),
    Mistake("a comparison said twice", "- name: CRO number", "- name: PNC number", "comparisons:", "said twice"),
    Mistake("a text where a number belongs", "version: 1 ", "version: one ", "version", "must be a number"),
    Mistake("what is no YAML", "sizes:", "sizes: [", "sizes: [", "not YAML"),
)


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake.rule for mistake in MISTAKES])
def test_a_mistake_in_the_rules_is_told_with_its_line_and_what_to_write(mistake: Mistake, tmp_path: Path) -> None:
    assert mistake.right in STATED
    spoilt = STATED.replace(mistake.right, mistake.wrong, 1)
    path = tmp_path / "linkage" / "person.yaml"
    path.parent.mkdir()
    path.write_text(spoilt, encoding="utf-8")
    _, problems = read_person_linkage(path)
    told = [problem for problem in problems if mistake.says in problem.message]
    assert told, "\n".join(map(str, problems))
    assert told[0].file == "linkage/person.yaml"
    if "YAML" not in mistake.says:
        first = next(number for number, line in enumerate(spoilt.splitlines(), 1) if mistake.stands in line)
        assert told[0].line in (first, *range(first, first + 4))


def test_a_condition_that_the_engine_cannot_answer_is_told_with_its_line(tmp_path: Path) -> None:
    assert condition_problems(stated_rules()) == []
    path = tmp_path / "person.yaml"
    path.write_text(STATED.replace("jaro_winkler_similarity(l.first_name", "likeness(l.first_name"), encoding="utf-8")
    rules, _ = read_person_linkage(path)
    (problem,) = condition_problems(rules)
    lines = STATED.splitlines()
    assert "jaro_winkler_similarity(l.first_name" in lines[problem.line - 1]
    assert "`near` of comparison `forename`" in problem.message and "likeness" in problem.message


def test_a_model_may_say_nothing_of_persons(tmp_path: Path) -> None:
    assert read_person_linkage(tmp_path / "linkage" / "person.yaml") == (None, [])


def test_the_prior_follows_the_number_of_people_in_powers_of_two() -> None:
    rules = stated_rules()
    assert rules.prior(3) == rules.prior(65_536) == 0.5 / 65_536
    assert rules.prior(65_537) == rules.prior(131_072) == 0.5 / 131_072
