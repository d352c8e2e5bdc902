"""The frame of every page: head, way past the navigation, navigation, what edition it is, footer."""

from __future__ import annotations

from dataclasses import dataclass

from onecrown.publishing.site.edition import Edition, Standing
from onecrown.publishing.site.style import POLICY, STYLE
from onecrown.publishing.site.wording import instant
from onecrown.rendering.hypertext import Markup, tag, void

SITE = "Criminal court figures"
NAVIGATION = (
    ("index.html", "Overview"),
    ("caseload.html", "Caseload"),
    ("age.html", "Age of open cases"),
    ("timeliness.html", "Timeliness"),
    ("trials.html", "Trials"),
    ("more.html", "More measures"),
    ("courts.html", "Courts"),
    ("quality.html", "Quality"),
    ("dictionary.html", "Dictionary"),
    ("about.html", "About"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its file below the site's folder, its title, the navigation's entry that it belongs to, and what stands in it."""

    file: str
    title: str
    belongs_to: str
    inside: Markup

    @property
    def root(self) -> str:
        """The way from the page to the site's folder."""
        return "../" * self.file.count("/")


def whole_page(edition: Edition, page: Page) -> str:
    """The page as text."""
    return f"<!doctype html>\n{tag('html', _head(edition, page), _body(edition, page), lang='en-GB')}\n"


def _head(edition: Edition, page: Page) -> Markup:
    return tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", http_equiv="Content-Security-Policy", content=POLICY),
        void("meta", name="color-scheme", content="light dark"),
        *(
            [void("meta", name="robots", content="noindex")]
            if edition.source.standing is Standing.NOT_A_RELEASE
            else []
        ),
        tag("title", f"{page.title} – {edition.source.said} – {SITE}"),
        tag("style", Markup(STYLE)),
    )


def _body(edition: Edition, page: Page) -> Markup:
    main = tag("main", tag("h1", page.title), page.inside, id="main", class_="width")
    return tag("body", _skip(), _top(page), _edition(edition, page), main, _foot(edition, page))


def _skip() -> Markup:
    return tag("a", "Skip to main content", href="#main", class_="skip")


def _top(page: Page) -> Markup:
    links = (_link(page, file, said) for file, said in NAVIGATION)
    return tag(
        "header",
        tag("div", tag("p", SITE, class_="name"), tag("nav", tag("ul", *links), aria_label="Pages"), class_="width"),
        class_="top",
    )


def _link(page: Page, file: str, said: str) -> Markup:
    here = {"aria_current": "page" if page.file == file else "true"} if page.belongs_to == file else {}
    return tag("li", tag("a", said, href=f"{page.root}{file}", **here))


def _edition(edition: Edition, page: Page) -> Markup:
    about = tag("a", "what that means", href=f"{page.root}about.html")
    said = f"{_WORDS[edition.source.standing].format(name=edition.source.name, made=instant(edition.source.made_at))} "
    look = "tag good" if edition.source.standing is Standing.FINAL else "tag bad"
    inside = tag("div", tag("span", edition.source.standing.value, class_=look), said, "(", about, ").", class_="width")
    return tag("section", inside, aria_label="Edition", class_="band")


_WORDS = {
    Standing.FINAL: "Release {name}, made {made}",
    Standing.PROVISIONAL: "Release {name}, made {made}: figures may be revised",
    Standing.NOT_A_RELEASE: "These figures are of the last complete batch, {made}, and may change with the next: do not publish them",
}


def _foot(edition: Edition, page: Page) -> Markup:
    said = (
        f"{edition.source.said}. Model {edition.source.model_digest[:12]}, OneCrown {edition.source.package_version}."
    )
    links = (
        tag("a", "About these figures", href=f"{page.root}about.html"),
        " ",
        tag("a", "Data dictionary", href=f"{page.root}dictionary.html"),
    )
    return tag("footer", tag("div", tag("p", *links), tag("p", said), class_="width"), class_="foot")


def part(anchor: str, heading: str, *inside: str) -> Markup:
    """A section of a page under a heading of the second level."""
    return tag(
        "section", tag("h2", heading, id=f"{anchor}-heading"), *inside, id=anchor, aria_labelledby=f"{anchor}-heading"
    )
