"""What the figures are, how far they may be relied on, and how the page is made."""

from __future__ import annotations

from onecrown.publishing.site.edition import Edition, Standing
from onecrown.publishing.site.figures import NOTHING, WITHHELD
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.tables import Heading, Kind, Table, scrolling
from onecrown.publishing.site.values import FEW
from onecrown.publishing.site.wording import counted, day, instant
from onecrown.rendering.hypertext import Markup, tag, together

_STANDINGS = {
    Standing.FINAL: "A final release went through every gate and was agreed. It never changes: a correction is a new revision with its own name.",
    Standing.PROVISIONAL: "A provisional release went through the gates and may still be revised. It never changes: a revision has its own name.",
    Standing.NOT_A_RELEASE: "These figures are no release: they are the tables as they stood after the last complete batch. They went through no gate for "
    "publication, and the next batch may change them. Use them to look, never to publish.",
}


def about_page(edition: Edition) -> Page:
    """The page."""
    inside = together((_edition(edition), _files(edition), _counting(), _small_numbers(), _reading()))
    return Page("about.html", "About these figures", "about.html", inside)


def _edition(edition: Edition) -> Markup:
    source = edition.source
    facts = (
        ("Edition", source.name or "none: the last complete batch"),
        ("Standing", source.standing.value),
        ("Made", instant(source.made_at)),
        ("Last day covered", day(edition.values.periods[-1].ended_on) if edition.values.periods else "none"),
        ("Batch", tag("code", source.batch_id or "none")),
        ("Made of", counted(source.drop_count, "delivered file")),
        ("Model", tag("code", source.model_digest)),
        ("OneCrown", source.package_version),
    )
    rows = (Markup(tag("dt", name) + tag("dd", said)) for name, said in facts)
    return part("edition", "This edition", tag("p", _STANDINGS[source.standing]), tag("dl", *rows))


def _files(edition: Edition) -> Markup:
    files = edition.source.files
    if not files:
        return Markup("")
    headings = (Heading("File"), Heading("Bytes", Kind.NUMBER), Heading("SHA-256", Kind.PROSE))
    rows = ((tag("code", one.path), f"{one.bytes:,}", tag("code", one.sha256)) for one in files)
    lead = (
        "What was published with this release, each with its digest: whoever has a copy can check that it is the same."
    )
    table = scrolling(Table(f"Files of {edition.source.name}: {len(files):,}", headings, rows))
    return part("files", "Files of the release", tag("p", lead), table)


def _counting() -> Markup:
    said = (
        "Every figure is a measure of one registry, by a rule with a version, from tables that unite Xhibit, Common Platform and Libra so "
        "that a case that several systems hold counts once. Cases, defendants and trials are different units and are never added "
        "up. What is not known is shown as not known, and is part of every total. The Crown Court's official wording is open caseload; there is no "
        "agreed definition of a backlog."
    )
    return part(
        "counting",
        "How it is counted",
        tag("p", said),
        tag(
            "p", "Each chart names its measure; the ", tag("a", "dictionary", href="dictionary.html"), " says the rule."
        ),
    )


def _small_numbers() -> Markup:
    said = (
        "The page shows counts of cases, defendants and trials by court, region, route, age of the case and outcome, and none by age, sex or "
        "ethnicity of people. No row of any person stands in it. Counts of whole cases are shown down to one, as published tables show them. The "
        f"tables that are published with a release follow the policy for small numbers of their product. {WITHHELD} stands for a mean or median of "
        f"fewer than {FEW}, which is not shown, and {NOTHING} for a value that is not there."
    )
    return part("small-numbers", "Small numbers", tag("p", said))


def _reading() -> Markup:
    said = (
        "It needs no script and fetches nothing. Each chart has a description in words for those who do not see it, and its "
        "numbers stand beside it as a table, newest first. Tables that are wider or higher than their place scroll by themselves, with the arrow keys "
        "too once they are reached with Tab. Light or dark follows your system. Printed, every table is whole."
    )
    return part("reading", "How to read the page", tag("p", said))
