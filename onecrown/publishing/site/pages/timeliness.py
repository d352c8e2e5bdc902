"""How long the stages of a case took, of defendants completed in the period."""

from __future__ import annotations

from onecrown.publishing.site.categories import Compared, by_place
from onecrown.publishing.site.edition import Edition
from onecrown.publishing.site.figures import Figure, Line, cell, over_time
from onecrown.publishing.site.page import Page, part
from onecrown.publishing.site.tables import Table, scrolling, words_and_numbers
from onecrown.publishing.site.values import Wanted
from onecrown.rendering.hypertext import Markup, tag, together

_FAMILY = "timeliness"
_SHOWN = (
    ("offence_to_completion", "Offence to completion"),
    ("charge_to_completion", "Charge to completion"),
    ("receipt_to_completion", "Receipt at the Crown Court to completion"),
    ("receipt_to_main_hearing", "Receipt to main hearing"),
)


def timeliness_page(edition: Edition) -> Page:
    """The page."""
    lead = (
        "How long it took, of defendants whose charges were all concluded in the period. The median is the time within which "
        "half were completed; the mean is drawn up by a few that took very long, often historic offences. Read both."
    )
    figures = (over_time(edition, _mean_and_median(*one)) for one in _SHOWN)
    places = by_place(
        edition,
        Compared(
            "region", "Offence to completion by region, median", "", Wanted("offence_to_completion", "median", "region")
        ),
    )
    inside = together((tag("p", lead, class_="lead"), _stages(edition), *figures, places))
    return Page("timeliness.html", "Timeliness at the Crown Court", "timeliness.html", inside)


def _mean_and_median(measure_id: str, title: str) -> Figure:
    lines = (Line("Mean", Wanted(measure_id, "mean")), Line("Median", Wanted(measure_id, "median")))
    return Figure(measure_id.replace("_", "-"), title, "", lines)


def _stages(edition: Edition) -> Markup:
    """Every stage of the family in the last period."""
    family = edition.measures.families.get(_FAMILY)
    rows = [row for measure_id in (family.measures if family else ()) if (row := _stage(edition, measure_id))]
    headings = words_and_numbers(("Stage",), ("Median", "Mean", "Defendants counted"))
    table = scrolling(Table("Every stage in the last period (days)", headings, rows))
    return part("stages", "Every stage", table) if rows else Markup("")


def _stage(edition: Edition, measure_id: str) -> tuple[str, ...]:
    median, mean = (edition.values.last(Wanted(measure_id, statistic)) for statistic in ("median", "mean"))
    if median is None:
        return ()
    link = tag("a", edition.title_of(measure_id), href=f"dictionary.html#{measure_id}")
    return (
        link,
        cell(median),
        cell(mean),
        f"{median.counted:,}",
    )
