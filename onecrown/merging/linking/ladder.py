"""The ladder in plain Python: members are united rung by rung, and what is not clear goes to review.

A pure function of the set of members and of what they share; the order in which they come decides nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

AMBIGUOUS, TOO_MANY, PROPOSED = "ambiguous", "too_many", "proposed"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a member says on a rung; `differs`: of two that are told, unlike ones never unite."""

    member: str
    value: str
    differs: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A rung as it is climbed. `exclusive`: it unites no two members of one side."""

    code: str
    evidence: Sequence[Evidence]
    exclusive: bool = False
    proposes: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Doubt:
    """A member that a person has to look at: the rung, why, and what it shares with others."""

    member: str
    rung: str
    reason: str
    value: str


@dataclass(slots=True)
class Climbed:
    """Each member's cluster, named by its least member; the rung by which each came to it; and what is in doubt."""

    cluster: dict[str, str]
    rung: dict[str, str] = field(default_factory=dict)
    doubts: set[Doubt] = field(default_factory=set)


def climb(sides: Mapping[str, str], steps: Iterable[Step], most: int) -> Climbed:
    """Unite members (`sides`: each with the side that it is of) by steps, strongest first, into clusters of at most `most`."""
    done = Climbed({member: member for member in sides})
    for step in steps:
        _take(done, sides, step, most)
    return done


def _take(done: Climbed, sides: Mapping[str, str], step: Step, most: int) -> None:
    """One rung: groups of clusters that share something, each united as a whole or not at all.

    A value that more members share than a cluster may have is as good as none: it is a dummy that nobody knew of.
    """
    by_value: dict[str, set[str]] = defaultdict(set)
    told: dict[str, set[str]] = defaultdict(set)
    for said in step.evidence:
        by_value[said.value].add(said.member)
        if said.differs is not None:
            told[done.cluster[said.member]].add(said.differs)
    crowded = {value: members for value, members in by_value.items() if len(members) > most}
    done.doubts |= {Doubt(m, step.code, TOO_MANY, value) for value, members in crowded.items() for m in members}
    sharing = {value: {done.cluster[m] for m in members} for value, members in by_value.items() if value not in crowded}
    shared = {value: clusters for value, clusters in sharing.items() if len(clusters) > 1}
    members_of = _members(done.cluster) if shared else {}
    for clusters, values in _groups(shared):
        reason = _objection(step, clusters, members_of, sides, told, most)
        if reason:
            done.doubts |= {Doubt(m, step.code, reason, value) for value in values for m in by_value[value]}
            continue
        least = min(clusters)
        for cluster in clusters - {least}:
            for member in members_of[cluster]:
                done.cluster[member] = least
        for cluster in clusters:
            for member in members_of[cluster]:
                done.rung.setdefault(member, step.code)


def _objection(
    step: Step,
    clusters: set[str],
    members_of: Mapping[str, Sequence[str]],
    sides: Mapping[str, str],
    told: Mapping[str, set[str]],
    most: int,
) -> str:
    """Why a group is not united; '' where nothing speaks against it."""
    if step.exclusive:
        held = [{sides[member] for member in members_of[cluster]} for cluster in clusters]
        if sum(map(len, held)) > len(set().union(*held)):
            return AMBIGUOUS
    if len(set().union(*(told[cluster] for cluster in clusters))) > 1:
        return AMBIGUOUS
    if sum(len(members_of[cluster]) for cluster in clusters) > most:
        return TOO_MANY
    return PROPOSED if step.proposes else ""


def _members(cluster: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for member, name in cluster.items():
        found[name].append(member)
    return found


def _groups(shared: Mapping[str, set[str]]) -> Iterator[tuple[set[str], list[str]]]:
    """Connected groups of clusters with the values that connect them."""
    above: dict[str, str] = {}

    def top(cluster: str) -> str:
        while above.setdefault(cluster, cluster) != cluster:
            above[cluster] = above[above[cluster]]
            cluster = above[cluster]
        return cluster

    for clusters in shared.values():
        first, *rest = map(top, sorted(clusters))
        for other in rest:
            above[max(first, other)], first = min(first, other), min(first, other)
    groups: dict[str, tuple[set[str], list[str]]] = {}
    for value, clusters in shared.items():
        group = groups.setdefault(top(next(iter(clusters))), (set(), []))
        group[0].update(clusters)
        group[1].append(value)
    yield from groups.values()
