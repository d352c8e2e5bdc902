"""Every rule of a contract can be broken and can be kept, and says so in words that a supplier understands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest

from onecrown.definitions.contracts import Contract, Rule
from onecrown.definitions.model import load_model
from onecrown.rendering.rule_book import every_field

from .judging import Broken, Case, all_examples, broken_by, following_cases, judge, rule_of, unlike_staged

EXAMPLES = all_examples()
RECORD_TYPES = [(dataset, kind) for dataset, said in EXAMPLES.items() for kind in said.contract.record_types]
# what a cast, a date or a number could choke on
ODD_TEXTS = (
    "infinity", "-infinity", "epoch", "NaN", "1e400", "2147483647", "-2147483648", "9223372036854775807", "0000-00-00",
    "0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "290309-12-22 (BC) 00:00:00", "5881580-07-10", "24:00:00",
    "31/12/69", "2026-03-29T01:30:00", "'", "\\", "|", "%", "[", "*", "\x01", "é", "٣", "9" * 5000,
)  # fmt: skip


def of_type(cases: Iterable[Case], record_type: str) -> list[Case]:
    return [case for case in cases if case.record_type == record_type]


def unclear_words(contract: Contract, rule: Rule) -> Iterator[str]:
    if not re.fullmatch(r"[A-Z].*[.]", rule.meaning):
        yield "the meaning is no sentence"
    if not rule.expected or rule.expected.endswith("."):
        yield "what is expected is no phrase"
    if rule.expected.lower() in (rule.meaning.strip(".").lower(), "one of the two", "both or neither"):
        yield "what is expected cannot be understood alone"
    if rule.field not in {field.name for field in every_field(contract.record_types[rule.record_type])}:
        yield f"{rule.field} is no field"
    if re.search(r"\b[rt]\.[a-z]|_(on|at)\b", rule.meaning + rule.expected):
        yield "a name of ours stands in it"


def test_every_contract_has_its_records() -> None:
    assert EXAMPLES.keys() == load_model().contracts.keys()


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


@pytest.mark.parametrize(("dataset", "record_type"), RECORD_TYPES)
def test_a_record_that_breaks_a_rule_is_told_so_and_set_aside_only_where_the_rule_rejects(
    dataset: str, record_type: str
) -> None:
    broken = broken_by(dataset, record_type)
    missed = [
        case
        for case in of_type(EXAMPLES[dataset].changes("breaks"), record_type)
        if (rule := rule_of(case))
        and Broken(rule.rule_id, rule.field, rule.severity == "reject") not in broken[case.change]
    ]
    assert missed == []


@pytest.mark.parametrize(("dataset", "record_type"), RECORD_TYPES)
def test_a_record_that_only_just_keeps_a_rule_is_not_told_otherwise(dataset: str, record_type: str) -> None:
    broken = broken_by(dataset, record_type)
    wronged = [
        case
        for case in of_type(EXAMPLES[dataset].changes("keeps"), record_type)
        if case.rule_id in {rule.rule_id for rule in broken[case.change]}
    ]
    assert wronged == []


@pytest.mark.parametrize(("dataset", "record_type"), RECORD_TYPES)
def test_a_rule_that_follows_from_a_field_is_broken_by_what_the_field_cannot_be(dataset: str, record_type: str) -> None:
    broken = broken_by(dataset, record_type)
    following = of_type(following_cases(EXAMPLES[dataset]), record_type)
    missed = [
        case
        for case in following
        if Broken(case.rule_id, case.field, not case.rule_id.endswith("_hour")) not in broken[case.change]
    ]
    assert missed == []
    assert {"no_event_time", "key_missing"} <= {case.rule_id for case in following}


@pytest.mark.parametrize("dataset", EXAMPLES)
def test_the_examples_are_texts_that_the_extraction_could_have_staged(dataset: str) -> None:
    examples = EXAMPLES[dataset]
    wrong = {kind: unlike_staged(examples, kind, examples.good(kind)) for kind in examples.record_types}
    for case in (*examples.changes("breaks"), *examples.changes("keeps")):
        wrong.setdefault(case.rule_id, []).extend(unlike_staged(examples, case.record_type, dict(case.change)))
    assert {about: said for about, said in wrong.items() if said} == {}


@pytest.mark.parametrize("dataset", EXAMPLES)
def test_a_rule_says_in_whole_words_what_is_wrong_and_what_was_expected(dataset: str) -> None:
    contract = EXAMPLES[dataset].contract
    wrong = [(rule.rule_id, said) for rule in contract.rules for said in unclear_words(contract, rule)]
    assert wrong == []


@pytest.mark.parametrize("dataset", sorted(load_model().contracts))
def test_no_text_however_odd_makes_the_judge_stumble(dataset: str) -> None:
    contract = load_model().contracts[dataset]
    for record_type in contract.record_types.values():
        fields = [field.name for field in every_field(record_type)]
        records = [dict.fromkeys(fields, odd) for odd in ODD_TEXTS]
        records += [{field: odd} for field in fields for odd in ODD_TEXTS]
        records += [{"_event_at": odd, "_extract_at": odd} for odd in ODD_TEXTS]
        assert len(judge(contract, record_type, records)) == len(records)
