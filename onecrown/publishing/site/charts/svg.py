"""Shapes of SVG as text, in the coordinates of a frame. Colours come from the page's style, by class."""

from __future__ import annotations

from collections.abc import Sequence

from onecrown.rendering.hypertext import Markup, tag

Place = tuple[float, float]
"""A point: to the right, and down, in units of the drawing."""


def number(value: float) -> str:
    """A coordinate with one decimal place at most."""
    return f"{value:.1f}".removesuffix(".0")


def rule(start: Place, end: Place, look: str) -> Markup:
    """A straight line."""
    return tag("line", x1=number(start[0]), y1=number(start[1]), x2=number(end[0]), y2=number(end[1]), class_=look)


def box(at: Place, width: float, height: float, look: str) -> Markup:
    """A rectangle, from its upper left corner."""
    size = {"width": number(max(width, 0.0)), "height": number(max(height, 0.0))}
    return tag("rect", x=number(at[0]), y=number(at[1]), class_=look, **size)


def path(places: Sequence[Place], look: str) -> Markup:
    """A line through points; one point alone is a dot of its width."""
    places = [*places, *places] if len(places) == 1 else places
    steps = " ".join(f"{'M' if index == 0 else 'L'}{number(x)} {number(y)}" for index, (x, y) in enumerate(places))
    return tag("path", d=steps, class_=look)


def dot(at: Place, look: str) -> Markup:
    """A small disc."""
    return tag("circle", cx=number(at[0]), cy=number(at[1]), r="3.5", class_=look)


def words(at: Place, said: str, look: str = "", anchor: str = "start") -> Markup:
    """A line of text; `anchor` is start, middle or end."""
    return tag("text", said, x=number(at[0]), y=number(at[1]), class_=f"say {look}".strip(), text_anchor=anchor)
