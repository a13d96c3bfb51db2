"""Finds the rules by their files: code and name come from the file name, the prose from the page beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module, resources
from pkgutil import walk_packages
from typing import TYPE_CHECKING

import seatrial.rules
from seatrial.errors import CannotRun
from seatrial.rules.page import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from seatrial.model.finding import Level
    from seatrial.model.schema import Schema
    from seatrial.model.source import Script
    from seatrial.model.speed_trial import SpeedTrial
    from seatrial.model.trial import Trial
    from seatrial.rules.hit import Hit
    from seatrial.rules.waivers import Claimed

__all__ = ["Rule", "rule", "rules"]

_STEM = re.compile(r"(?P<code>[a-z]{3}\d{3})_(?P<name>[a-z0-9_]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, as its two files describe it.

    It has one of `check`, `read`, `review` and `measure`, or `judge`, or `read` for what the files say and `judge` for
    what a rehearsal has seen of the same.
    """

    #: `FIL003`.
    code: str
    #: The bad state in words: `duplicate version`; reads well after "allow".
    name: str
    level: Level
    #: Reads the files as they are.
    check: Callable[[Sequence[Script]], Iterator[Hit]] | None
    #: Reads the schema that the files build up.
    read: Callable[[Schema], Iterator[Hit]] | None
    #: Judges what a rehearsal has seen.
    judge: Callable[[Trial], Iterator[Hit]] | None
    #: Judges what queries took before a release and after it.
    measure: Callable[[SpeedTrial], Iterator[Hit]] | None
    #: Looks at what became of waivers.
    review: Callable[[Sequence[Claimed]], Iterator[Hit]] | None
    #: Whether a finding of it may stay; not where the files cannot be read or applied at all.
    waivable: bool
    #: Whether an attack on the tables and functions that it names decides whether it is true.
    tried: bool
    #: Whether it says that the statement at its place fails: where that has gone through, it is not true.
    fails: bool
    #: Dotted name of the module; its page lies beside it.
    module: str

    def page_text(self) -> str:
        """The rule's page in Markdown, as `seatrial explain` prints it."""
        package, _, stem = self.module.rpartition(".")
        return resources.files(package).joinpath(f"{stem}.md").read_text(encoding="utf-8")

    def page(self) -> Page:
        """The rule's page, read.

        Raises:
            ValueError: the page has not the shape that every page has; names the page.
        """
        try:
            return read_page(self.page_text())
        except ValueError as error:
            raise ValueError(f"{self.module}: {error}") from error


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the package, by code."""
    return tuple(sorted(_found(), key=lambda found: (found.code, found.name)))


def rule(code: str) -> Rule:
    """The rule with this code; upper and lower case are the same.

    Raises:
        CannotRun: there is no such rule; the message names those of the same family.
    """
    for candidate in rules():
        if candidate.code == code.strip().upper():
            return candidate
    family = [known.code for known in rules() if known.code[:3] == code.strip().upper()[:3]]
    known = ", ".join(family or sorted({each.code[:3] + "…" for each in rules()}))
    raise CannotRun("rules.unknown", f'there is no rule "{code}"', fix=f"ask for one of {known}")


def _found() -> Iterator[Rule]:
    for module in walk_packages(seatrial.rules.__path__, "seatrial.rules."):
        stem = _STEM.fullmatch(module.name.rpartition(".")[2])
        if stem:
            loaded = import_module(module.name)
            yield Rule(
                code=stem["code"].upper(),
                name=stem["name"].replace("_", " "),
                level=loaded.LEVEL,
                check=getattr(loaded, "check", None),
                read=getattr(loaded, "read", None),
                judge=getattr(loaded, "judge", None),
                measure=getattr(loaded, "measure", None),
                review=getattr(loaded, "review", None),
                waivable=getattr(loaded, "WAIVABLE", True),
                tried=getattr(loaded, "TRIED", False),
                fails=getattr(loaded, "FAILS", False),
                module=module.name,
            )
