"""Which exact persons are one: accepted pairs joined, the strongest first, as far as bounds and people's decisions allow.

A function of the pairs and decisions alone. A union that would join what somebody keeps apart, or make a person too large,
is not made, and its pair waits for somebody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import inf

from onecrown.definitions.person_linkage import PersonLinkage

ACCEPTED, REVIEW, REJECTED = "accepted", "review", "rejected"
WEIGHT, GREY_ZONE, TOO_LARGE, TOO_MANY = "weight", "grey_zone", "too_large", "too_many"
CONTRADICTS, SOMEBODY = "contradicts", "somebody"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two exact persons, the lesser id first; `weight` is None where only somebody's decision holds the pair."""

    link_id: str
    left: str
    right: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Clusters:
    """What was decided of each pair and why, by link id; and the person of each exact person who is not alone."""

    decided: dict[str, tuple[str, str]]
    persons: dict[str, str]


def decide(pairs: Iterable[Pair], decisions: Mapping[str, bool], linkage: PersonLinkage) -> Clusters:
    """Decide every pair. `decisions` says by link id whether somebody accepted (or rejected) it; it wins over the weight."""
    known = sorted(pairs, key=lambda pair: _order(pair, decisions))
    strong = [pair for pair in known if pair.weight is not None and pair.weight >= linkage.accept_at]
    links = Counter(end for pair in strong for end in (pair.left, pair.right))
    groups = _Groups()
    for pair in known:
        if decisions.get(pair.link_id) is False:
            groups.keep_apart(pair.left, pair.right)
    decided = {pair.link_id: _settle(pair, decisions, linkage, links, groups) for pair in known}
    return Clusters(decided, groups.persons())


def _order(pair: Pair, decisions: Mapping[str, bool]) -> tuple[float, str, str]:
    """Somebody's acceptances first, then by weight, then by ids."""
    weight = inf if decisions.get(pair.link_id) else pair.weight if pair.weight is not None else -inf
    return -weight, pair.left, pair.right


def _settle(
    pair: Pair, decisions: Mapping[str, bool], linkage: PersonLinkage, links: Mapping[str, int], groups: _Groups
) -> tuple[str, str]:
    """Decide one pair, and unite its two where it is accepted."""
    said = decisions.get(pair.link_id)
    if said is False:
        return REJECTED, SOMEBODY
    if said is None and (pair.weight is None or pair.weight < linkage.accept_at):
        return REVIEW, GREY_ZONE
    if said is None and max(links[pair.left], links[pair.right]) > linkage.most_pairs_per_person:
        return REVIEW, TOO_MANY
    if groups.contradict(pair.left, pair.right):
        return REVIEW, CONTRADICTS
    if said is None and groups.size_of_union(pair.left, pair.right) > linkage.most_in_person:
        return REVIEW, TOO_LARGE
    groups.unite(pair.left, pair.right)
    return ACCEPTED, SOMEBODY if said else WEIGHT


@dataclass(slots=True)
class _Groups:
    """Disjoint sets of exact persons, each known by one of them, with those from whom their members are kept apart."""

    of: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)
    apart: dict[str, set[str]] = field(default_factory=dict)

    def _group(self, one: str) -> str:
        if one not in self.of:
            self.of[one], self.members[one] = one, [one]
        return self.of[one]

    def keep_apart(self, left: str, right: str) -> None:
        """Note two who are never one. To be said before anybody is united."""
        self.apart.setdefault(self._group(left), set()).add(right)
        self.apart.setdefault(self._group(right), set()).add(left)

    def contradict(self, left: str, right: str) -> bool:
        """Whether a union would hold two who are kept apart."""
        one, other = self._group(left), self._group(right)
        return any(self._group(foe) == other for foe in self.apart.get(one, ()))

    def size_of_union(self, left: str, right: str) -> int:
        """How many would be in it."""
        one, other = self._group(left), self._group(right)
        return len(self.members[one]) + (len(self.members[other]) if one != other else 0)

    def unite(self, left: str, right: str) -> None:
        """Make one group of two; the smaller goes into the larger."""
        small, large = sorted((self._group(left), self._group(right)), key=lambda group: len(self.members[group]))
        if small == large:
            return
        moved = self.members.pop(small)
        self.of.update(dict.fromkeys(moved, large))
        self.members[large] += moved
        self.apart.setdefault(large, set()).update(self.apart.pop(small, ()))

    def persons(self) -> dict[str, str]:
        """The least of its group for each who is not alone."""
        joined = [(min(group), group) for group in self.members.values() if len(group) > 1]
        return {one: person for person, group in joined for one in group}
