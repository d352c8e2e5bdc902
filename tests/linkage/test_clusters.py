"""From weighed pairs and people's decisions to persons: little graphs, written as one draws them."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest

from onecrown.definitions.person_linkage import PersonLinkage
from onecrown.linkage.clusters import Clusters, Pair, decide

from .people import stated_rules


@pytest.fixture
def rules() -> PersonLinkage:
    """Accepted from 10, reviewed from 2, no person of more than four."""
    return replace(stated_rules(), accept_at=10, review_from=2, most_in_person=4, most_pairs_per_person=3)


def pairs(text: str) -> list[Pair]:
    """`a-b 12` is a pair and its weight; `a-b ?` one that is weighed no more."""
    found = []
    for said in text.split(", "):
        link, weight = said.split(" ")
        left, right = link.split("-")
        found.append(Pair(link, left, right, None if weight == "?" else float(weight)))
    return found


def persons(found: Clusters) -> str:
    """`a b | c d`: the exact persons of each person, the least first."""
    groups: dict[str, list[str]] = {}
    for exact, person in found.persons.items():
        groups.setdefault(person, []).append(exact)
    assert all(person == min(group) for person, group in groups.items())
    return " | ".join(sorted(" ".join(sorted(group)) for group in groups.values()))


def test_a_pair_at_the_upper_threshold_is_one_person_and_one_below_it_waits(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b 10, c-d 9.99"), {}, rules)
    assert found.decided == {"a-b": ("accepted", "weight"), "c-d": ("review", "grey_zone")}
    assert persons(found) == "a b"


def test_accepted_pairs_in_a_row_are_one_person_with_the_least_id(rules: PersonLinkage) -> None:
    assert persons(decide(pairs("b-c 11, a-c 12, e-f 15"), {}, rules)) == "a b c | e f"


def test_somebody_s_acceptance_wins_over_a_low_weight_and_over_none(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b 2, c-d ?"), {"a-b": True, "c-d": True}, rules)
    assert set(found.decided.values()) == {("accepted", "somebody")}
    assert persons(found) == "a b | c d"


def test_two_whom_somebody_keeps_apart_are_not_joined_through_a_third(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b 30, a-c 20, b-c 25"), {"a-b": False}, rules)
    assert found.decided == {
        "a-b": ("rejected", "somebody"),
        "b-c": ("accepted", "weight"),
        "a-c": ("review", "contradicts"),
    }
    assert persons(found) == "b c"


def test_somebody_s_decisions_that_contradict_each_other_wait_for_somebody(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b ?, a-c ?, b-c ?"), {"a-b": True, "b-c": True, "a-c": False}, rules)
    assert sorted(found.decided.values()) == [
        ("accepted", "somebody"),
        ("rejected", "somebody"),
        ("review", "contradicts"),
    ]


def test_a_link_that_would_make_a_person_too_large_waits_and_the_stronger_ones_stand(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b 20, c-d 20, b-c 19, d-e 11"), {}, rules)
    assert found.decided["d-e"] == ("review", "too_large")
    assert persons(found) == "a b c d"


def test_an_exact_person_with_links_beyond_the_bound_joins_nobody(rules: PersonLinkage) -> None:
    found = decide(pairs("a-b 20, a-c 20, a-d 20, a-e 20, b-c 20"), {}, rules)
    assert [found.decided[f"a-{other}"] for other in "bcde"] == [("review", "too_many")] * 4
    assert persons(found) == "b c"


def test_the_order_of_pairs_changes_nothing(rules: PersonLinkage) -> None:
    said = pairs("a-b 20, b-c 20, c-d 20, d-e 20, a-e 3")
    found = [
        decide(order, {"a-c": False, "a-e": True}, rules) for order in permutations([*said, Pair("a-c", "a", "c", 4)])
    ]
    assert len({(persons(one), tuple(sorted(one.decided.items()))) for one in found}) == 1
