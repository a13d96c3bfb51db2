"""Results as one HTML page that needs nothing beside it: no script, no request, light and dark."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

from seatrial.model.finding import Level
from seatrial.report.pieces import LEVELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from jinja2 import Template

    from seatrial.model.finding import Finding
    from seatrial.report.results import Results

__all__ = ["render"]


def render(results: Results) -> str:
    """The page; a finding's anchor is its key, where it has one."""
    anchored = list(_anchored(results.findings))
    of_levels = [(level, [each for each in anchored if each[1].level is level]) for level in Level]
    text = _template().render(
        command=results.command, yes=results.yes, summary=results.summary, fault=results.fault,
        proofs=results.proofs, waived=results.waived, withdrawn=results.withdrawn, next=results.next,
        levels=[(level.value, LEVELS[level][0], of_level) for level, of_level in of_levels if of_level],
    )  # fmt: skip
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    source = resources.files("seatrial.report").joinpath("findings.html").read_text(encoding="utf-8")
    return environment.from_string(source)


def _anchored(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """No two anchors are alike, and none is one of the page's own."""
    taken: set[str] = set()
    for number, finding in enumerate(findings, start=1):
        anchor = re.sub(r"[^A-Za-z0-9-]", "-", finding.key) if "-" in finding.key else f"finding-{number}"
        anchor = anchor if anchor not in taken else f"{anchor}-{number}"
        taken.add(anchor)
        yield anchor, finding
