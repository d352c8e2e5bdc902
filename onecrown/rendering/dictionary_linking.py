"""The page of the dictionary on linking: which evidence makes records one case, what relates cases, what is one within a case."""

from __future__ import annotations

from collections.abc import Iterable

from onecrown.definitions.linking import Linking, Relation, Rung
from onecrown.rendering import markdown as md

_HOW = """
A rung is a kind of evidence. Records that share what a rung says are one case, strongest rung first; each record's row in
[case_source_record](entities/case_source_record.md) names the rung by which it came to its case, whether it stands for the
case, and why not. Nothing is deleted. An id that ends leads to its successor in [case_alias](entities/case_alias.md). What each
source said of a value, and whose value stands, is in [case_value](entities/case_value.md). The case's id is that of its least
record, so that nothing depends on the order in which records came. What is shared is kept as a keyed digest only, in
[case_link_key](entities/case_link_key.md).
"""


def linking_pages(linking: Linking | None) -> dict[str, str]:
    """`linking.md`, where the model links anything."""
    return {"linking.md": _page(linking)} if linking else {}


def _page(linking: Linking) -> str:
    return md.page(
        "# Which records are one case",
        md.prose(linking.meaning),
        _HOW,
        f"A number that more than {linking.most_records} records share links nothing, and no case grows beyond {linking.most_records} records: such "
        "records, and those whose evidence fits two cases of one dataset, wait for a person in [link_review](entities/link_review.md).",
        "## The ladder",
        md.table(("Rung", "Evidence", "Unites"), (_rung_row(rung) for rung in linking.rungs)),
        "## Relations between cases",
        "Pairs are in [case_link](entities/case_link.md).",
        md.table(("Relation", "Meaning"), (_relation_row(relation) for relation in linking.relations)),
        "## Within a case",
        "Rows of two records of one case that are the same defendant or offence become one row; two rows of one record never do.",
        md.table(("Of", "Rung", "Evidence"), _same_rows(linking)),
        "## Exact persons",
        "The first of these that a defendant has gives `person_id`, in every case and system alike.",
        md.table(("Rung", "Evidence"), _identified_rows(linking)),
        "## The SQL of each rung",
        *(_sql(rung) for rung in linking.rungs),
    )


def _rung_row(rung: Rung) -> tuple[str, ...]:
    unites = "nothing: it proposes" if rung.proposes else "any records"
    if rung.across_datasets and not rung.proposes:
        unites = "records of different datasets, one of each"
    return f"`{rung.code}`", md.prose(rung.meaning), unites


def _relation_row(relation: Relation) -> tuple[str, ...]:
    return f"`{relation.code}`", md.prose(relation.meaning)


def _same_rows(linking: Linking) -> Iterable[tuple[str, ...]]:
    for same in linking.same:
        for rung in same.rungs:
            yield same.entity, f"`{rung.code}`", md.prose(rung.meaning)


def _identified_rows(linking: Linking) -> Iterable[tuple[str, ...]]:
    for rung in linking.identified.rungs if linking.identified else ():
        yield f"`{rung.code}`", md.prose(rung.meaning)


def _sql(rung: Rung) -> str:
    return f"### {rung.code}\n\n{md.fenced('sql', rung.key)}"
