"""What the words mean: measures with their rules and owners, dimensions, tables and code lists."""

from __future__ import annotations

from collections.abc import Iterator

from onecrown.definitions.codelists import CodeList
from onecrown.definitions.entities import Column, Entity
from onecrown.definitions.measures import Family, Measure
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.tables import Heading, Kind, Table, scrolling
from onecrown.publishing.site.wording import listed
from onecrown.rendering.hypertext import Markup, tag, together

_FILE = "dictionary.html"
_KINDS = {"stock": "a stock: as at the end of the period", "flow": "a flow: over the period"}
_SENSITIVITIES = {"special_category": "special category"}


def dictionary_pages(edition: Edition) -> Iterator[Page]:
    """The dictionary, then a page for each table and each code list."""
    yield _dictionary(edition)
    yield from (_table_page(one) for one in edition.model.entities.values())
    yield from (_list_page(one) for one in edition.model.code_lists.values())


def _dictionary(edition: Edition) -> Page:
    lead = (
        "What each measure, table and code means, who owns the meaning and where it comes from. A definition is proposed until its "
        "owners agree it."
    )
    families = (_family(edition, one) for one in edition.measures.families.values())
    ways = (tag("li", tag("a", said, href=f"#{anchor}")) for anchor, said in _ways(edition))
    contents = tag("nav", tag("ul", *ways, class_="short"), aria_label="In this page")
    inside = together(
        (
            tag("p", lead, class_="lead"),
            _other_model(edition),
            contents,
            *families,
            _dimensions(edition),
            _tables(edition),
            _lists(edition),
        )
    )
    return Page(_FILE, "Data dictionary", _FILE, inside)


def _other_model(edition: Edition) -> Markup:
    if edition.source.model_digest == edition.model_digest:
        return Markup("")
    return tag(
        "p",
        tag("b", "Mind the version: "),
        f"the figures were made by model {edition.source.model_digest[:12]}, and the definitions here are of model {edition.model_digest[:12]}.",
    )


def _ways(edition: Edition) -> Iterator[tuple[str, str]]:
    yield from ((f"family-{family.name}", family.title) for family in edition.measures.families.values())
    yield from (("dimensions", "Breakdowns"), ("tables", "Tables"), ("lists", "Code lists"))


def _family(edition: Edition, family: Family) -> Markup:
    measures = (measure for name in family.measures if (measure := edition.measure(name)) is not None)
    return part(
        f"family-{family.name}", family.title, tag("p", family.meaning), *(_measure(edition, one) for one in measures)
    )


def _measure(edition: Edition, measure: Measure) -> Markup:
    facts: list[tuple[str, str]] = [
        ("Name", tag("code", measure.measure_id)),
        ("Unit", measure.unit),
        ("Kind", _KINDS[measure.kind]),
        ("Statistic", listed(measure.statistics)),
        ("Rule", measure.rule),
        ("Left out", "; ".join(reason for reason, _ in measure.where)),
        ("Broken down by", listed([_dimension(edition, one) for one in measure.dimensions])),
        ("Never compare with", _others(edition, measure)),
        ("Document", measure.document),
        ("Version", f"{measure.version}, {measure.standing}"),
        (
            "Owners",
            "; ".join(
                f"{owner} ({body.upper() if body == 'hmcts' else 'MoJ'})" for body, owner in measure.owners.items()
            ),
        ),
    ]
    rows = (Markup(tag("dt", name) + tag("dd", said)) for name, said in facts if said)
    anchor = measure.measure_id
    return tag(
        "section",
        tag("h3", measure.title, id=f"{anchor}-name"),
        tag("p", measure.meaning),
        tag("dl", *rows),
        id=anchor,
        aria_labelledby=f"{anchor}-name",
    )


def _dimension(edition: Edition, name: str) -> str:
    return edition.measures.dimensions[name].title.lower() if name in edition.measures.dimensions else name


def _others(edition: Edition, measure: Measure) -> Markup:
    links = (tag("a", edition.title_of(one), href=f"#{one}") for one in measure.not_comparable_with)
    return Markup(", ".join(links))


def _dimensions(edition: Edition) -> Markup:
    rows = (
        (
            one.title,
            one.meaning,
            _list_link(one.code_list, "lists/") if one.code_list in edition.model.code_lists else "",
        )
        for one in edition.measures.dimensions.values()
    )
    headings = (Heading("Breakdown"), Heading("Meaning", Kind.PROSE), Heading("Code list"))
    return part("dimensions", "Breakdowns", scrolling(Table("What measures are broken down by", headings, rows)))


def _list_link(name: str, folder: str) -> Markup:
    return tag("a", name, href=f"{folder}{name}.html")


def _tables(edition: Edition) -> Markup:
    rows = (
        (tag("a", one.name, href=f"tables/{one.name}.html"), one.meaning, one.grain)
        for one in edition.model.entities.values()
    )
    headings = (Heading("Table"), Heading("Meaning", Kind.PROSE), Heading("A row is", Kind.PROSE))
    return part("tables", "Tables", scrolling(Table("Unified tables", headings, rows)))


def _lists(edition: Edition) -> Markup:
    rows = ((_list_link(one.name, "lists/"), one.meaning, one.standing) for one in edition.model.code_lists.values())
    headings = (Heading("Code list"), Heading("Meaning", Kind.PROSE), Heading("Standing"))
    return part("lists", "Code lists", scrolling(Table("Code lists", headings, rows)))


def _back() -> Markup:
    return tag("p", tag("a", "Data dictionary", href="../dictionary.html"))


def _table_page(entity: Entity) -> Page:
    headings = (
        *(Heading("Column"), Heading("Type"), Heading("Meaning", Kind.PROSE)),
        *map(Heading, ("Code list", "Sensitivity", "Owner", "Standing")),
    )
    table = scrolling(Table(f"Columns of {entity.name}", headings, map(_column, entity.columns)))
    facts = tag(
        "dl",
        Markup(tag("dt", "A row is") + tag("dd", entity.grain)),
        Markup(tag("dt", "Key") + tag("dd", tag("code", entity.key_column))),
    )
    return Page(
        f"tables/{entity.name}.html",
        f"Table {entity.name}",
        _FILE,
        together((_back(), tag("p", entity.meaning, class_="lead"), facts, table)),
    )


def _column(column: Column) -> tuple[str, ...]:
    return (
        tag("code", column.name),
        column.type,
        column.meaning,
        _list_link(column.code_list, "../lists/") if column.code_list else "",
        _SENSITIVITIES.get(column.sensitivity, column.sensitivity),
        column.owner,
        str(column.standing),
    )


def _list_page(said: CodeList) -> Page:
    headings = (Heading("Code"), Heading("Meaning", Kind.PROSE), Heading("Group"))
    table = scrolling(
        Table(
            f"Codes of {said.name}",
            headings,
            ((tag("code", one.standard_code), one.meaning, one.group.replace("_", " ")) for one in said.codes),
        )
    )
    facts = (("Owner", said.owner), ("Standing", said.standing), ("Source", said.source))
    rows = (Markup(tag("dt", name) + tag("dd", fact)) for name, fact in facts)
    return Page(
        f"lists/{said.name}.html",
        f"Code list {said.name}",
        _FILE,
        together((_back(), tag("p", said.meaning, class_="lead"), tag("dl", *rows), table)),
    )
