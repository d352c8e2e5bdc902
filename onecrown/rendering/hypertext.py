"""HTML in which every text is escaped unless it was built here: what is not `Markup` is text."""

from __future__ import annotations

import html
from collections.abc import Iterable

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"} | {0x7F: "␡"}
_TURNING = {
    code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C)
}


class Markup(str):
    """HTML that stands as it is."""

    __slots__ = ()


def text(said: str) -> Markup:
    """Text as HTML; `Markup` is left as it is.

    What HTML does not allow, and what would turn the direction of the letters around it, is shown as a sign.
    """
    if isinstance(said, Markup):
        return said
    shown = said.translate(_PICTURES).translate(_TURNING).encode("utf-8", "replace").decode("utf-8")
    return Markup(html.escape(shown, quote=True))


def together(parts: Iterable[str]) -> Markup:
    """Parts one after another, each on lines of its own."""
    return Markup("\n".join(said for part in parts if (said := text(part))))


def tag(element: str, *inside: str, **attributes: str) -> Markup:
    """An element around texts and elements. `class_` is the attribute `class`; `http_equiv` is `http-equiv`."""
    return Markup(f"<{element}{_attributes(attributes)}>{''.join(map(text, inside))}</{element}>")


def void(element: str, **attributes: str) -> Markup:
    """An element that holds nothing, such as `meta`."""
    return Markup(f"<{element}{_attributes(attributes)}>")


def _attributes(said: dict[str, str]) -> str:
    return "".join(f' {name.rstrip("_").replace("_", "-")}="{text(value)}"' for name, value in said.items())
