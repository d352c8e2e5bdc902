"""The rules are said once, held by tests that name them, and every mistake in them is pointed at."""

from __future__ import annotations

import ast
import shutil
from datetime import date
from pathlib import Path

import pytest

from onecrown.definitions.lifecycle_reading import load_lifecycle
from onecrown.definitions.model import load_model, model_folder
from onecrown.errors import DefinitionError, UsageError
from onecrown.rendering.dictionary_lifecycle import lifecycle_pages
from onecrown.rendering.lifecycle_queries import columns_of, lifecycle_query

from .telling import lifecycle

EDGE_CASES = {
    *(
        "Bench warrant",
        "Re-opened",
        "Joined, severed",
        "Linked cases",
        "Duplicate after migration",
        "Ejected",
        "Transfer",
    ),
    *("Incomplete registration", "Deferred sentence", "Retrial", "Breach", "Appeal to the Crown Court", "Dormant"),
    *("Sine die", "Lie on file", "Quashed or stayed", "Unfit to plead", "Deceased", "Replaced offence"),
    *("Section 41 and offences taken into consideration", "Multi-defendant part completed", "Youths", "Corporate"),
    "Sent to the Crown Court",
}


def _said_in_tests() -> str:
    """Every text of the tests of this folder, without documentation and without this file."""
    texts = []
    for path in Path(__file__).parent.glob("test_*.py"):
        if path != Path(__file__):
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            texts += [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return " ".join(texts).replace("|", " ")


def test_every_rule_is_named_by_a_test() -> None:
    assert lifecycle().rules.keys() - set(_said_in_tests().split()) == set()


def test_every_edge_case_is_decided_by_a_rule() -> None:
    assert {edge for rule in lifecycle().rules.values() for edge in rule.edge_cases} == EDGE_CASES


def test_every_function_says_which_rule_decided_each_row() -> None:
    assert [piece.name for piece in lifecycle().functions() if "decided_by" not in columns_of(piece)] == []


def test_a_query_writes_its_steps_before_what_reads_them_and_the_day_in_place_of_the_parameter() -> None:
    sql = lifecycle_query(lifecycle(), "disposal", date(2026, 3, 31))
    assert sql.index("closing AS (") < sql.index("offence_conclusion AS (") < sql.index("disposal AS (")
    assert "result.result_on <= DATE '2026-03-31'" in sql
    assert "'disposal_current/1'" in sql
    assert "lifecycle." not in sql


def test_an_unknown_function_is_answered_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean `disposal`"):
        lifecycle_query(lifecycle(), "disposals", date(2026, 3, 31))


def test_the_pages_say_every_rule_and_every_set_of_codes() -> None:
    page = lifecycle_pages(lifecycle())["lifecycle.md"]
    for rule in lifecycle().rules.values():
        assert f"| `{rule.rule_id}` | {rule.version} |" in page
    for name in lifecycle().code_sets:
        assert f"| `{name}` |" in page


# file, what it says, what it says instead by mistake, and what the reader is told
MISTAKES = r"""
rules.yaml | id: case_dormant\n    version: 1 | id: case_dormant\n    version: 2 | `case_dormant 1`, which is no rule
rules.yaml | function: receipt\n | function: receipts\n | is of no function `receipts`; did you mean `receipt`?
rules.yaml | codes: ['2007'] | codes: ['2999'] | has `2999`, which `result` has not
rules.yaml | id: case_disposed | id: case_ejected | the rule `case_ejected` is said twice
rules.yaml | edge_cases: [Breach] | edge_case: [Breach] | has no `edge_case`; did you mean `edge_cases`?
rules.yaml | dormant_months: | dormant_weeks: | `dormant_weeks` is used nowhere
disposal.sql | lifecycle.case_closed | lifecycle.case_close | no step or function `case_close`; did you mean `case_closed`?
disposal.sql | :as_at | :as_of | `:as_of` stands for nothing; did you mean `as_at`?
disposal.sql | -- grain: | -- grains: | the header needs `-- grain: …`
disposal.sql | disposal_current 1,  |  | `disposal_current` is a rule of this function
receipt.sql | :rule_receipt_lodged | 'lodged' | nothing is decided by `receipt_lodged`
steps/counted_record.sql | onecrown.case_source_record | onecrown.case_source_recor | there is no entity `case_source_recor`
steps/counted_record.sql | -- step: counted_record | -- step: counted | the header must begin `-- step: counted_record`
steps/counted_case.sql | lifecycle.counted_record | lifecycle.counted_offence | reads in a circle
"""


def test_every_mistake_is_told_together_with_its_file_and_line(tmp_path: Path) -> None:
    folder = tmp_path / "lifecycle"
    shutil.copytree(model_folder() / "lifecycle", folder)
    mistakes = [line.replace("\\n", "\n").split(" | ") for line in MISTAKES.strip().splitlines()]
    for file, old, new, _ in mistakes:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        load_lifecycle(load_model(), folder)
    problems = [str(problem) for problem in raised.value.problems]
    assert [wanted for *_, wanted in mistakes if not any(wanted in problem for problem in problems)] == []
    assert all(problem.split(":")[1].isdigit() for problem in problems)


def test_rules_that_are_not_yaml_are_pointed_at(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text("rules:\n  - {id: one\n", encoding="utf-8")
    with pytest.raises(DefinitionError) as raised:
        load_lifecycle(load_model(), tmp_path)
    assert "not YAML" in raised.value.problems[0].message
