"""Precision and recall by pairs, on truths that one can count on one's fingers."""

from __future__ import annotations

from onecrown.linkage.accuracy import PairAccuracy, pair_accuracy


def people(text: str) -> dict[str, str]:
    """`ab c` is a person with records a and b, and one with c."""
    return {record: group for group in text.split() for record in group}


def test_pairs_are_right_wrong_or_missed() -> None:
    found = pair_accuracy(people("abc de f"), people("ab cd e f"))
    assert found == PairAccuracy(right=1, wrong=1, missed=3)
    assert (found.precision, found.recall) == (0.5, 0.25)


def test_the_names_of_persons_do_not_matter() -> None:
    assert pair_accuracy({"a": "one", "b": "one"}, {"a": "x", "b": "x"}) == PairAccuracy(1, 0, 0)


def test_a_resolution_that_joins_nobody_is_precise_and_recalls_nothing() -> None:
    found = pair_accuracy(people("abc"), people("a b c"))
    assert (found.precision, found.recall) == (1.0, 0.0)


def test_records_that_only_one_of_the_two_knows_are_left_out() -> None:
    assert pair_accuracy(people("ab"), people("abx")) == PairAccuracy(1, 0, 0)
