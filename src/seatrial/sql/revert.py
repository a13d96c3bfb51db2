"""The author's own way back of a file: `-- seatrial: revert` in it, or the file `NAME.down.sql` beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING

from seatrial.model.directive import directives
from seatrial.model.source import Misdirected, Revert

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.directive import Directive
    from seatrial.model.source import Script, Source

__all__ = ["revert_of", "with_revert"]

_VISIBLE = re.compile(r"[^\r\n]")
_DASHES = re.compile(r"^([ \t]*)--", re.MULTILINE)
_LEAD = re.compile(r"[\s*-]*seatrial\s*:\s*revert\b[ \t]*:?", re.IGNORECASE)


def revert_of(script: Script) -> Script | None:
    """The way back that its author wrote, as a script under the version and name of the file; None without one.

    One that stands in the file is at its own lines and columns there.
    """
    return script.revert.script if script.revert else None


def with_revert(script: Script, parse: Callable[[Source], Script]) -> Script:
    """The script with its author's way back, and with those that cannot be one."""
    text, down = script.source.text, script.source.down
    found = [one for one in directives(text) if one.word == "revert"] if "revert" in text.lower() else []
    if not found and down is None:
        return script
    faults = [Misdirected(start=one.start, word="revert", fault=_again(text, found[0])) for one in found[1:]]
    if found and down:
        fault = f"{down.path}, beside the file, takes it back as well"
        faults.append(Misdirected(start=found[0].start, word="revert", fault=fault))
    if found and not _alone(text, found[0]).strip():
        fault = "it says nothing that takes the file back"
        faults.append(Misdirected(start=found[0].start, word="revert", fault=fault))
    source, start = (script.source, found[0].start) if found else (down or script.source, 0)
    alone = _alone(text, found[0]) if found else source.text
    own = replace(source, version=script.source.version, name=script.source.name, text=alone, down=None)
    revert = Revert(path=source.path, start=start, text=dedent(alone).strip(), script=parse(own))
    return replace(script, revert=revert, misdirected=(*script.misdirected, *faults))


def _again(text: str, first: Directive) -> str:
    line = text.count("\n", 0, first.start) + 1
    return f"line {line} says already what takes the file back"


def _alone(text: str, one: Directive) -> str:
    """The text with a space for every character that is not of it; line ends and offsets stay."""
    said = text[one.start : one.end]
    said = f"  {said[2:-2]}  " if said.startswith("/*") else _DASHES.sub(r"\1  ", said)
    lead = _LEAD.match(said)
    end = lead.end() if lead else 0
    return _blank(text[: one.start]) + _blank(said[:end]) + said[end:] + _blank(text[one.end :])


def _blank(text: str) -> str:
    return _VISIBLE.sub(" ", text)
