"""The formats that other programs read, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.report import comment, github, junit, page, sarif

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from seatrial.model.described import RuleText
    from seatrial.report.results import Results

__all__ = ["DESCRIBED", "FORMATS"]

#: Name of a format → its renderer.
FORMATS: Mapping[str, Callable[[Results, Sequence[RuleText]], str]] = {
    "sarif": sarif.render,
    "junit": junit.render,
    "github": lambda results, _: github.render(results),
    "markdown": lambda results, _: comment.render(results),
    "html": lambda results, _: page.render(results),
}
#: Those of them that show the words of every rule.
DESCRIBED = frozenset({"sarif", "junit"})
