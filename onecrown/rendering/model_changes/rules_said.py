"""Rules of a case's life, of linking and of persons, as a catalogue of definitions."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.lifecycle import Lifecycle, Piece, Rule
from onecrown.definitions.linking import Linking, Rung
from onecrown.definitions.person_linkage import Comparison, PersonLinkage
from onecrown.rendering.model_changes import laws
from onecrown.rendering.model_changes.laws import ChangeClass, Facet
from onecrown.rendering.model_changes.said import Definition, without_layout


def lifecycle_said(lifecycle: Lifecycle) -> Iterator[Definition]:
    """Functions and steps, the rules that decide in them, and the sets and numbers that these name."""
    owners = (lifecycle.owner,)
    yield from (_piece(piece, owners) for piece in lifecycle.pieces.values())
    yield from (_rule(rule, owners) for rule in lifecycle.rules.values())
    for codes in lifecycle.code_sets.values():
        facets = {"codes": Facet(frozenset(codes.codes), laws.fixed), **_explained(codes.meaning, codes.source)}
        yield Definition("lifecycle set", codes.name, facets, owners, mentions=(f":{codes.name}",))
    for number in lifecycle.parameters.values():
        facets = {"value": Facet(number.value, laws.fixed), **_explained(number.meaning, number.source)}
        yield Definition("lifecycle number", number.name, facets, owners, mentions=(f":{number.name}",))


def _explained(meaning: str, source: str) -> dict[str, Facet]:
    return {"meaning": Facet(meaning, laws.words), "source": Facet(source, laws.words)}


def _piece(piece: Piece, owners: tuple[str, ...]) -> Definition:
    facets = {
        "grain": Facet(piece.grain, laws.fixed),
        "sql": Facet(without_layout(piece.sql), laws.fixed),
        "why": Facet(piece.why, laws.words),
    }
    kind = "lifecycle function" if piece.is_function else "lifecycle step"
    return Definition(kind, piece.name, facets, owners, mentions=(f"lifecycle.{piece.name}",))


def _rule(rule: Rule, owners: tuple[str, ...]) -> Definition:
    facets = {
        "version": Facet(rule.version, laws.fixed),  # it decides otherwise from here on
        "function": Facet(rule.function, laws.fixed),
        "edge_cases": Facet(rule.edge_cases, laws.words),
        **_explained(rule.meaning, rule.source),
    }
    return Definition("lifecycle rule", rule.rule_id, facets, owners, mentions=(f":rule_{rule.rule_id}",))


def linking_said(linking: Linking) -> Iterator[Definition]:
    """The ladder by which records are one case, what relates cases, and what is one within a case."""
    name = "case"
    facets = {
        "version": Facet(linking.version, laws.version_of_record),
        "entity": Facet(linking.entity, laws.fixed),
        "most_records": Facet(linking.most_records, laws.fixed),
        "parts": Facet(linking.parts, laws.fixed),
        "order": Facet(tuple(rung.code for rung in linking.rungs), laws.keeps_order),
        "relations": Facet(frozenset(map(str, linking.relations)), laws.fixed),
        "same": Facet(tuple(map(str, linking.same)), laws.fixed),
        "identified": Facet(str(linking.identified), laws.fixed),
        "meaning": Facet(linking.meaning, laws.words),
    }
    yield Definition("linking", name, facets, version=linking.version)
    yield from (_rung(name, rung) for rung in linking.rungs)


def _rung(linking: str, rung: Rung) -> Definition:
    facets = {
        "key": Facet(without_layout(rung.key), laws.fixed),
        "across_datasets": Facet(rung.across_datasets, laws.fixed),
        "proposes": Facet(rung.proposes, laws.fixed),
        "meaning": Facet(rung.meaning, laws.words),
    }
    arrives = ChangeClass.added if rung.proposes else ChangeClass.broken  # it makes one case of two
    within = ("linking", linking)
    return Definition("linking rung", f"{linking}.{rung.code}", facets, within=within, arrives=arrives)


def persons_said(linkage: PersonLinkage) -> Iterator[Definition]:
    """Which exact persons are one: thresholds, sizes, blocking and comparisons."""
    facets = {
        "version": Facet(linkage.version, laws.version_of_record),
        "prior": Facet((linkage.others_per_person, linkage.least_people, linkage.names_known), laws.fixed),
        "thresholds": Facet((linkage.accept_at, linkage.review_from), laws.fixed),
        "sizes": Facet((linkage.most_in_block, linkage.most_in_person, linkage.most_pairs_per_person), laws.fixed),
        "meaningless": Facet(str(sorted(linkage.meaningless.items())), laws.fixed),
        "blocking": Facet(frozenset(linkage.blocking), laws.fixed),
    }
    yield Definition("linking", "person", facets, version=linkage.version)
    yield from (_comparison(comparison) for comparison in linkage.comparisons)


def _comparison(comparison: Comparison) -> Definition:
    levels = tuple((x.name, x.when, x.m, x.u, x.frequency_of, x.least_u) for x in comparison.levels)
    facets = {
        "needs": Facet(comparison.needs, laws.fixed),
        "levels": Facet(levels, laws.fixed),
        "meaning": Facet(comparison.meaning, laws.words),
    }
    name = f"person.{comparison.name}"
    return Definition("comparison", name, facets, within=("linking", "person"), arrives=ChangeClass.broken)
