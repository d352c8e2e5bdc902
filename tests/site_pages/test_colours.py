"""Colours can be read and told apart, light and dark, by readers who see few of them too."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from onecrown.publishing.site.style import DARK, LIGHT

SCHEMES = {"light": LIGHT, "dark": DARK}
SERIES = ("s1", "s2", "s3", "s4")
# Viénot, Brettel and Mollon (1999): what is left of linear light where one kind of cone is missing.
SEEN = {
    "without red cones": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "without green cones": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}
AS_THEY_ARE = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def linear(colour: str) -> tuple[float, ...]:
    said = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return tuple(one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in said)


def luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, seen: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """CIE L*a*b* (D65) of a colour as somebody sees it."""
    light = linear(colour)
    red, green, blue = (max(sum(a * b for a, b in zip(row, light, strict=True)), 0.0) for row in seen)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (one ** (1 / 3) if one > 0.008856 else 7.787 * one + 16 / 116 for one in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def apart(one: str, other: str, seen: tuple[tuple[float, ...], ...]) -> float:
    return sum((a - b) ** 2 for a, b in zip(lab(one, seen), lab(other, seen), strict=True)) ** 0.5


@pytest.mark.parametrize("name", SCHEMES)
def test_words_stand_out_from_what_is_behind_them(name: str) -> None:
    colours = SCHEMES[name]
    for ink in ("ink", "quiet", "link", "good", "bad"):
        for behind in ("back", "paper"):
            assert contrast(colours[ink], colours[behind]) >= 4.5, (ink, behind)
    assert contrast(colours["on-focus"], colours["focus"]) >= 4.5


@pytest.mark.parametrize("name", SCHEMES)
def test_a_series_stands_out_from_the_page(name: str) -> None:
    assert all(contrast(SCHEMES[name][one], SCHEMES[name]["back"]) >= 3 for one in SERIES)


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("seen", [AS_THEY_ARE, *SEEN.values()], ids=["as they are", *SEEN])
def test_series_stay_apart_for_every_reader(name: str, seen: tuple[tuple[float, ...], ...]) -> None:
    for one, other in combinations(SERIES, 2):
        assert apart(SCHEMES[name][one], SCHEMES[name][other], seen) >= 10, (one, other)


@pytest.mark.parametrize("name", SCHEMES)
def test_neighbours_stay_apart_without_any_colour(name: str) -> None:
    for one, other in pairwise(SERIES):
        assert contrast(SCHEMES[name][one], SCHEMES[name][other]) >= 1.3, (one, other)


def test_light_and_dark_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
