"""How long open cases have been open."""

from __future__ import annotations

from onecrown.publishing.site.categories import Compared, Order, by_place
from onecrown.publishing.site.charts.drawing import stack_chart
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, over_time
from onecrown.publishing.site.page import Page
from onecrown.publishing.site.values import Wanted
from onecrown.rendering.hypertext import tag, together

_BY_AGE = Wanted("open_cases_by_age", breakdown="open_age")
_UNDER_SIX_MONTHS = (
    "under_4_weeks",
    "4_to_8_weeks",
    "8_to_12_weeks",
    "12_to_16_weeks",
    "16_to_20_weeks",
    "20_to_26_weeks",
)
_AGES = (
    Line("Under 6 months", _BY_AGE, _UNDER_SIX_MONTHS),
    Line("6 to 12 months", _BY_AGE, ("6_months_to_1_year",)),
    Line("1 to 2 years", _BY_AGE, ("1_to_2_years",)),
    Line("2 years or more", _BY_AGE, ("2_years_or_more",)),
)
_NOT_KNOWN = Line("Not known", _BY_AGE, ("not_known",))

_OVER_TIME = (
    Figure(
        "age",
        "Open cases by age",
        "From the first receipt at any Crown Court centre to the end of the period. Cases without a computable age are in the table.",
        _AGES,
        stack_chart,
        (_NOT_KNOWN,),
    ),
    Figure("year", "Cases open a year or more", "", (Line("A year or more", Wanted("open_a_year_or_more")),)),
    Figure(
        "share",
        "Share of open cases that are open a year or more",
        "Of the open cases with a computable age.",
        (Line("A year or more", Wanted("open_a_year_or_more_rate", "rate")),),
    ),
    Figure(
        "days",
        "Mean and median age of open cases",
        "A few old cases draw the mean above the median.",
        (Line("Mean", Wanted("open_age_days", "mean")), Line("Median", Wanted("open_age_days", "median"))),
    ),
    Figure(
        "computable",
        "Open cases with a computable age",
        "Cases whose day of receipt no source tells have no age, and are in no band.",
        (Line("All open", Wanted("open_cases")), Line("With an age", Wanted("open_cases_with_age"))),
    ),
)

_PLACES = (
    Compared("bands", "Open cases by published age band", "", _BY_AGE, Order.AS_LISTED),
    Compared(
        "year-region", "Cases open a year or more by region", "", Wanted("open_a_year_or_more", breakdown="region")
    ),
    Compared("days-region", "Median age of open cases by region", "", Wanted("open_age_days", "median", "region")),
)


def age_page(edition: Edition) -> Page:
    """The page."""
    lead = tag("p", "How long the open cases of the Crown Court have been open.", class_="lead")
    figures = (over_time(edition, one) for one in _OVER_TIME)
    places = (by_place(edition, one) for one in _PLACES)
    return Page("age.html", "Age of open cases", "age.html", together((lead, *figures, *places)))
