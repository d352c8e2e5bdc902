"""Every rule of a contract can be broken and can be kept, and says so in words that a supplier understands."""

from __future__ import annotations

import re

import pytest

from onecrown.definitions.contracts import Contract, Rule
from onecrown.rendering.rule_book import every_field

from .judging import Broken, Case, all_examples, broken_by, following_cases, rule_of, unlike_staged

EXAMPLES = all_examples()
RECORD_TYPES = [(dataset, kind) for dataset, said in EXAMPLES.items() for kind in said.contract.record_types]
BREAKS = [case for said in EXAMPLES.values() for case in said.changes("breaks")]
KEEPS = [case for said in EXAMPLES.values() for case in said.changes("keeps")]
FOLLOWING = [case for said in EXAMPLES.values() for case in following_cases(said)]
CONTRACT_RULES = [(said.contract, rule) for said in EXAMPLES.values() for rule in said.contract.rules]


def case_name(case: Case) -> str:
    return "-".join(part for part in (case.dataset, case.record_type, case.rule_id, case.field) if part)


def rule_name(said: tuple[Contract, Rule]) -> str:
    return said[1].rule_id


@pytest.mark.parametrize("dataset", EXAMPLES)
def test_every_rule_of_a_contract_has_a_record_that_breaks_it(dataset: str) -> None:
    examples = EXAMPLES[dataset]
    of_contract = {(rule.record_type, rule.rule_id) for rule in examples.contract.rules}
    with_example = {(case.record_type, case.rule_id) for case in examples.changes("breaks")}
    with_near_miss = {(case.record_type, case.rule_id) for case in examples.changes("keeps")}
    assert with_example == of_contract
    assert with_near_miss <= of_contract
    assert examples.record_types.keys() == examples.contract.record_types.keys()


@pytest.mark.parametrize(("dataset", "record_type"), RECORD_TYPES)
def test_a_good_record_breaks_no_rule(dataset: str, record_type: str) -> None:
    assert broken_by(dataset, record_type)[()] == frozenset()


@pytest.mark.parametrize("case", BREAKS, ids=case_name)
def test_a_record_that_breaks_a_rule_is_told_so(case: Case) -> None:
    broken = broken_by(case.dataset, case.record_type)[case.change]
    rule = rule_of(case)
    assert Broken(rule.rule_id, rule.field, rule.severity == "reject") in broken


@pytest.mark.parametrize("case", KEEPS, ids=case_name)
def test_a_record_that_only_just_keeps_a_rule_is_not_told_otherwise(case: Case) -> None:
    broken = broken_by(case.dataset, case.record_type)[case.change]
    assert case.rule_id not in {rule.rule_id for rule in broken}


@pytest.mark.parametrize("case", FOLLOWING, ids=case_name)
def test_a_rule_that_follows_from_a_field_is_broken_by_what_the_field_cannot_be(case: Case) -> None:
    broken = broken_by(case.dataset, case.record_type)[case.change]
    assert Broken(case.rule_id, case.field, not case.rule_id.endswith("_hour")) in broken


@pytest.mark.parametrize("dataset", EXAMPLES)
def test_the_examples_are_texts_that_the_extraction_could_have_staged(dataset: str) -> None:
    examples = EXAMPLES[dataset]
    wrong = {kind: unlike_staged(examples, kind, examples.good(kind)) for kind in examples.record_types}
    for case in (*examples.changes("breaks"), *examples.changes("keeps")):
        wrong.setdefault(case.rule_id, []).extend(unlike_staged(examples, case.record_type, dict(case.change)))
    assert {about: said for about, said in wrong.items() if said} == {}


@pytest.mark.parametrize("said", CONTRACT_RULES, ids=rule_name)
def test_a_rule_says_in_whole_words_what_is_wrong_and_what_was_expected(said: tuple[Contract, Rule]) -> None:
    contract, rule = said
    assert re.fullmatch(r"[A-Z].*[.]", rule.meaning), "the meaning is a sentence"
    assert rule.expected and not rule.expected.endswith("."), "what is expected is a phrase"
    assert rule.expected.strip().lower() != rule.meaning.strip(".").lower()
    assert rule.field in {field.name for field in every_field(contract.record_types[rule.record_type])}
    assert "t." not in rule.meaning.split() and " r." not in rule.meaning
