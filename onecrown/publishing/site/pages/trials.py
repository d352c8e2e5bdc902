"""What became of trials on the day for which they were listed."""

from __future__ import annotations

from onecrown.publishing.site.categories import Compared, by_place
from onecrown.publishing.site.charts.drawing import stack_chart
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, over_time
from onecrown.publishing.site.page import Page
from onecrown.publishing.site.values import Wanted
from onecrown.rendering.hypertext import Markup, tag, together

_OVER_TIME = (
    Figure(
        "outcomes",
        "Trials by outcome, as a share of those listed",
        "",
        (
            Line("Effective", Wanted("effective_trial_rate", "rate")),
            Line("Cracked", Wanted("cracked_trial_rate", "rate")),
            Line("Ineffective", Wanted("ineffective_trial_rate", "rate")),
        ),
        stack_chart,
    ),
    Figure(
        "numbers",
        "Trials listed, and trials vacated",
        "Vacated trials were taken out of the list before their day. They are outside the total of listed trials.",
        (Line("Listed", Wanted("trials_listed")), Line("Vacated", Wanted("trials_vacated"))),
    ),
)

_PLACES = (
    Compared("region", "Effective trials by region", "", Wanted("effective_trial_rate", "rate", "region")),
    Compared(
        "party",
        "Trials by the party responsible for their outcome",
        "None where the trial went ahead.",
        Wanted("trials_listed", breakdown="party"),
    ),
    Compared(
        "reason",
        "Listed trials by reason",
        "The reasons that came up most; the table has all.",
        Wanted("trials_listed", breakdown="reason"),
    ),
    Compared(
        "vacated",
        "Vacated trials by reason",
        "The reasons that came up most; the table has all.",
        Wanted("trials_vacated", breakdown="reason"),
    ),
)

_WORDS = (
    ("Effective", "the trial went ahead on its day"),
    (
        "Cracked",
        "it did not go ahead, and needs no further date: a plea was accepted, or the prosecution ended the case",
    ),
    ("Ineffective", "it did not go ahead, and needs another date"),
)


def trials_page(edition: Edition) -> Page:
    """The page."""
    lead = tag("p", "Each trial counts once for every date on which it was listed.", class_="lead")
    figures = (over_time(edition, one) for one in _OVER_TIME)
    places = (by_place(edition, one) for one in _PLACES)
    return Page(
        "trials.html", "Trials at the Crown Court", "trials.html", together((lead, _words(), *figures, *places))
    )


def _words() -> Markup:
    return tag("dl", *(Markup(tag("dt", name) + tag("dd", what)) for name, what in _WORDS))
