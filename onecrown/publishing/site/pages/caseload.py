"""Caseload: received, disposed of, open; by region and by type of case."""

from __future__ import annotations

from onecrown.publishing.site.categories import Compared, by_place
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, over_time
from onecrown.publishing.site.page import Page
from onecrown.publishing.site.values import Wanted
from onecrown.rendering.hypertext import tag, together

_OVER_TIME = (
    Figure(
        "open",
        "Open cases",
        "A snapshot at the end of each period: cases received and not disposed of. It is not receipts less disposals, because "
        "warrants, late entries and cases opened again move it too.",
        (Line("Open cases", Wanted("open_cases")),),
    ),
    Figure(
        "flow",
        "Cases received and disposed of",
        "Where more cases are received than disposed of, the open caseload grows.",
        (Line("Received", Wanted("receipts")), Line("Disposed of", Wanted("disposals"))),
    ),
    Figure(
        "apart",
        "Awaiting sentence, and on a warrant",
        "Cases awaiting sentence are part of the open cases. Cases on a warrant are not: every defendant who is not concluded is wanted.",
        (
            Line("Awaiting sentence", Wanted("cases_awaiting_sentence")),
            Line("On a warrant", Wanted("cases_on_warrant")),
        ),
    ),
)

_PLACES = (
    Compared("open-region", "Open cases by region", "", Wanted("open_cases", breakdown="region")),
    Compared("received-region", "Cases received by region", "", Wanted("receipts", breakdown="region")),
    Compared("disposed-region", "Cases disposed of by region", "", Wanted("disposals", breakdown="region")),
    Compared(
        "open-type", "Open cases by the route of their receipt", "", Wanted("open_cases", breakdown="receipt_type")
    ),
)


def caseload_page(edition: Edition) -> Page:
    """The page."""
    lead = tag("p", "How many cases the Crown Court receives, finishes and has open.", class_="lead")
    figures = (over_time(edition, one) for one in _OVER_TIME)
    places = (by_place(edition, one) for one in _PLACES)
    return Page("caseload.html", "Caseload", "caseload.html", together((lead, *figures, *places)))
