"""Charts show values where they are, from nought, with labels that can be read and words that say the same."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from onecrown.publishing.site.charts.bars import draw_bars, lay_out
from onecrown.publishing.site.charts.descriptions import describe_bars, describe_lines, describe_stacks
from onecrown.publishing.site.charts.frames import OVER_TIME, Frame, Width, scale_to, spread
from onecrown.publishing.site.charts.kinds import Bar, Bars, OverTime, Series
from onecrown.publishing.site.charts.lines import draw_lines
from onecrown.publishing.site.charts.stacks import draw_stacks

ENDS = (date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30))
SPOKEN = ("at 31 March 2025", "at 30 June 2025", "at 30 September 2025")
FRAME = Frame(300, 200, 40, 60, top=10, bottom=30)


def chart(*values: tuple[float | None, ...], unit: str = "cases") -> OverTime:
    series = tuple(Series(f"Series {place}", said) for place, said in enumerate(values))
    return OverTime("Open cases", unit, ENDS, SPOKEN, series)


def drawn(markup: str) -> html.HtmlElement:
    return html.fragment_fromstring(f"<svg>{markup}</svg>")


@given(st.floats(min_value=0.001, max_value=1e9), st.integers(min_value=2, max_value=8))
def test_a_scale_begins_at_nought_and_holds_the_greatest_value_in_few_round_steps(greatest: float, most: int) -> None:
    scale = scale_to(greatest, most)
    assert scale.ticks()[0] == 0
    assert scale.ticks()[-1] == pytest.approx(scale.top)
    assert greatest <= scale.top * (1 + 1e-9)
    assert scale.top <= greatest + scale.step * (1 + 1e-9)
    assert len(scale.ticks()) <= most + 1


def test_a_scale_of_nothing_can_be_drawn() -> None:
    assert scale_to(0.0).share(0.0) == 0


@given(st.lists(st.floats(min_value=10, max_value=170), min_size=1, max_size=8))
def test_labels_keep_their_order_and_their_distance_within_the_plot(places: list[float]) -> None:
    found = spread(places, 17.0, 10.0, 170.0)
    assert all(10 - 1e-6 <= one <= 170 + 1e-6 for one in found)
    for one, other in ((a, b) for a in range(len(places)) for b in range(len(places)) if places[a] < places[b]):
        assert found[one] < found[other]
    ordered = sorted(found)
    assert all(later - earlier >= 17 - 1e-6 for earlier, later in pairwise(ordered))


def test_labels_that_do_not_lie_over_one_another_stay_where_they_belong() -> None:
    assert spread([100.0, 20.0, 60.0], 17.0, 10.0, 170.0) == [100.0, 20.0, 60.0]


def test_more_labels_than_there_is_room_for_are_spread_evenly() -> None:
    assert spread([50.0] * 5, 50.0, 0.0, 100.0) == [0.0, 25.0, 50.0, 75.0, 100.0]


def test_a_line_goes_through_its_values() -> None:
    steps = drawn(draw_lines(FRAME, chart((0.0, 50.0, 100.0)))).xpath("//path/@d")[0]
    assert steps == "M73.3 170 L140 90 L206.7 10"


def test_a_line_breaks_where_a_value_is_not_there() -> None:
    runs = drawn(draw_lines(FRAME, chart((10.0, None, 20.0)))).xpath("//path/@d")
    assert runs == ["M73.3 90 L73.3 90", "M206.7 10 L206.7 10"], "each alone is a dot"


def test_the_parts_of_a_bar_stand_on_one_another_and_fill_the_whole() -> None:
    boxes = drawn(draw_stacks(FRAME, chart((60.0, 50.0, 40.0), (40.0, 50.0, 60.0), unit="percent"))).xpath("//rect")
    heights = [float(one.get("height")) for one in boxes]
    assert heights == pytest.approx([96, 64, 80, 80, 64, 96], abs=0.11)
    assert float(boxes[1].get("y")) == FRAME.top
    assert float(boxes[0].get("y")) == pytest.approx(FRAME.top + heights[1], abs=0.11)


def test_a_bar_is_as_long_as_its_value() -> None:
    bars = Bars("By region", "cases", "31 March 2025", (Bar("North", 100.0, "100"), Bar("South", 25.0, "25")))
    layout = lay_out(Width.WIDE, bars)
    widths = [float(one) for one in drawn(draw_bars(layout, bars)).xpath("//rect/@width")]
    assert widths == [layout.frame.plot_width, layout.frame.plot_width / 4]


def test_a_long_label_stands_above_its_bar_on_lines_that_fit() -> None:
    label = (
        "Prosecution ends the case: witness absent or withdrawn, and the court was told too late to list another trial"
    )
    bars = Bars("By reason", "trials", "", (Bar(label, 3.0, "3"), Bar("Short", 2.0, "2")))
    layout = lay_out(Width.NARROW, bars)
    assert " ".join(layout.above[0]) == label
    assert all(len(line) * 7 <= layout.frame.width for line in layout.above[0])
    assert layout.frame.height > lay_out(Width.NARROW, Bars("", "", "", bars.bars[1:] * 2)).frame.height


@pytest.mark.parametrize("width", list(Width))
def test_everything_drawn_lies_within_the_drawing(width: Width) -> None:
    frame = OVER_TIME[width]
    tree = drawn(draw_lines(frame, chart((80000.0, 100000.0, 90000.0), (1.0, 2.0, 3.0))))
    for said in tree.xpath("//text"):
        length = len(said.text) * 7
        left = float(said.get("x")) - {"start": 0, "middle": length / 2, "end": length}[said.get("text-anchor")]
        assert left >= 0, said.text
        assert left + length <= frame.width, said.text


def test_more_series_than_there_are_colours_are_refused() -> None:
    with pytest.raises(AssertionError, match="5 series"):
        chart(*[(1.0, 2.0, 3.0)] * 5)


def test_the_description_of_lines_says_where_each_begins_ends_and_turns() -> None:
    said = describe_lines(chart((100.0, 1200.0, 300.0)))
    assert said == (
        "Line chart of 3 periods. Series 0: 100 cases at 31 March 2025 and 300 cases at 30 September 2025. "
        "Highest 1,200 cases at 30 June 2025, lowest 100 cases at 31 March 2025."
    )


def test_the_description_of_a_line_without_values_says_that() -> None:
    assert describe_lines(chart((None, None, None))).endswith("Series 0: no values.")


def test_the_description_of_stacked_bars_says_the_first_and_the_last() -> None:
    said = describe_stacks(chart((60.0, 50.0, 40.0), (40.0, 50.0, 60.0), unit="percent"))
    assert "Series 0 60.0% and Series 1 40.0% at 31 March 2025." in said
    assert said.endswith("Series 0 40.0% and Series 1 60.0% at 30 September 2025.")


def test_the_description_of_many_bars_says_the_greatest() -> None:
    bars = Bars("By court", "cases", "31 March 2025", tuple(Bar(f"Court {n}", float(n), str(n)) for n in range(12)))
    assert describe_bars(bars) == "12 bars, 31 March 2025. The greatest: Court 11 11, Court 10 10 and Court 9 9."
