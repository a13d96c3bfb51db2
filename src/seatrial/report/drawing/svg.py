"""Pieces of SVG: elements whose texts are escaped, and texts that fit."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["box", "cells", "cut", "drawing", "element", "plain", "text"]

#: Of a letter of the monospaced face, by its size.
LETTER = 0.602
#: What no XML may hold; a lone surrogate cannot even be encoded. And what would turn the letters behind it around.
_UNSPEAKABLE = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
#: A colour is the page's where the page has one; by itself a drawing has these, for light and for dark.
_COLOURS = {
    "ink": ("#1c2024", "#e8eaed"), "paper": ("#ffffff", "#16181b"), "muted": ("#5f6670", "#9aa3ad"),
    "accent": ("#0b5cad", "#79b8ff"), "ok": ("#1a7f37", "#56d364"), "bad": ("#b3261e", "#ff8a80"),
    "warn": ("#9a5b00", "#e3b341"),
}  # fmt: skip


def _palette(which: int) -> str:
    return "".join(f"--d-{name}:var(--{name},{shades[which]});" for name, shades in _COLOURS.items())


_STYLE = (
    f".drawing{{{_palette(0)}display:block;max-width:100%;height:auto;color:var(--d-ink);"
    "font:12px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans',sans-serif;font-variant-numeric:tabular-nums;"
    "print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    f"@media screen and (prefers-color-scheme:dark){{.drawing{{{_palette(1)}}}}}"
    ".drawing text{fill:var(--d-ink)}.drawing .muted{fill:var(--d-muted)}.drawing .small{font-size:11px}"
    ".drawing .strong{font-weight:600}.drawing .end{text-anchor:end}.drawing .middle{text-anchor:middle}"
    ".drawing .code{font-family:ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace}"
)


def plain(words: str) -> str:
    """A text that may stand in XML, escaped for an element and for an attribute."""
    return escape(_UNSPEAKABLE.sub("\ufffd", words), {'"': "&quot;", "'": "&#39;"})


def element(name: str, *content: str, **attributes: str | float) -> str:
    """An element; `class_` is written `class`, `stroke_width` as `stroke-width`, a number with one decimal.

    Args:
        name: of the element.
        content: SVG, already escaped.
        attributes: as texts that are not.
    """
    written = "".join(f' {_name(key)}="{_value(value)}"' for key, value in attributes.items() if value != "")
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, class_: str = "", title: str = "") -> str:
    """Words at a place; the title is what they say in full."""
    told = element("title", plain(title)) if title and title != words else ""
    return element("text", told, plain(words), x=x, y=y, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str, **attributes: str | float) -> str:
    """A rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, class_=class_, **attributes)


def drawing(size: tuple[float, float], name: str, told: tuple[str, str], style: str, content: Iterable[str]) -> str:
    """A whole drawing.

    Args:
        size: width and height, in pixels where there is room.
        name: its class, and what its ids begin with.
        told: title and description, for those who do not see it.
        style: CSS beyond what all drawings have.
        content: elements.
    """
    width, height = size
    head = (
        element("title", plain(told[0]), id=f"{name}-title"), element("desc", plain(told[1]), id=f"{name}-desc"),
        element("style", _STYLE, style),
    )  # fmt: skip
    return element(
        "svg", "\n", *head, "\n", "\n".join(content), "\n", xmlns="http://www.w3.org/2000/svg", width=width,
        height=height, viewBox=f"0 0 {_value(width)} {_value(height)}", class_=f"drawing {name}", role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )  # fmt: skip


def cells(words: str) -> int:
    """How many letters wide a text is in a monospaced face; Chinese letters are two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words)


def cut(words: str, most: int) -> str:
    """The text, shortened in its middle where it is wider: both ends of a name tell."""
    words = " ".join(_UNSPEAKABLE.sub("\ufffd", words).split())
    if cells(words) <= most:
        return words
    head, tail = words, words
    while cells(head) > (most - 1) // 2 + (most - 1) % 2:
        head = head[:-1]
    while cells(tail) > (most - 1) // 2:
        tail = tail[1:]
    return f"{head}…{tail}"


def _name(key: str) -> str:
    return key if key == "viewBox" else key.rstrip("_").replace("_", "-")


def _value(value: str | float) -> str:
    return plain(value) if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")
