"""What the rules find in a few files, without a disk: the files are named 1_a.sql, 2_a.sql and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.source import Encoding, Source
from seatrial.rules.registry import rules
from seatrial.schema.build import build
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from seatrial.model.source import Script
    from seatrial.rules.hit import Hit

__all__ = ["codes", "hits", "only", "script"]


def script(text: str, number: int) -> Script:
    """The file of that number."""
    version = f"{number:014}"
    source = Source(path=f"m/{version}_a.sql", version=version, name="a", encoding=Encoding.UTF8, text=text)
    return parse(source)


def hits(
    *texts: str, families: tuple[str, ...] = ("LCK", "DST", "CMP", "EXE001"), after: int = 0
) -> list[tuple[str, Hit]]:
    """Code and hit, of these families; up to the file `after` everything is deployed."""
    scripts = [script(text, number) for number, text in enumerate(texts, start=1)]
    schema = build(scripts, platform="postgres", after=f"{after:014}" if after else "")
    return [
        (rule.code, hit)
        for rule in rules()
        if rule.read and rule.code.startswith(families)
        for hit in rule.read(schema)
    ]


def codes(*texts: str, after: int = 0) -> list[str]:
    """Only the codes."""
    return [code for code, _ in hits(*texts, after=after)]


def only(code: str, *texts: str) -> Hit:
    """The one hit of a rule."""
    [found] = [hit for each, hit in hits(*texts) if each == code]
    return found
