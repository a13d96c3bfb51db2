"""A line that begins with a backslash: psql understands it, the server does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.syntax.copying import copy_before
from seatrial.rules.syntax.refusal import refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False

_COMMAND = re.compile(r"\\(?P<name>[A-Za-z]+[+!]?|\S)?[ \t]*(?P<argument>[^\s\\;]*)")
_INCLUDES = frozenset({"i", "ir", "include", "include_relative"})
_RUNS = {
    "gexec": "Run the statements that the query makes in a DO block: for line in <query> loop execute line; end loop",
    "gset": "Take the value where it is used, with a subquery or in a DO block",
    "copy": "Write the rows as an INSERT",
    ".": "Delete the line, with the data lines above it",
}


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each file in which the grammar stops at a backslash."""
    for script in texts(scripts):
        refusal = refusal_of(script)
        if refusal is None or refusal.word != "\\" or copy_before(refusal):
            continue
        match = _COMMAND.match(refusal.text, refusal.start)
        name, argument = (match["name"] or "", match["argument"]) if match else ("", "")
        yield Hit(
            script=script,
            offset=refusal.start,
            what=f'"\\{name}" is a command of psql, not SQL',
            effect="neither the Supabase CLI nor Seatrial runs psql: the server refuses this file (42601), and the "
            "deployment stops here, with the files before it applied",
            fix=_fix(name, argument, refusal.line_of(refusal.start)),
        )


def _fix(name: str, argument: str, line: int) -> str:
    if name in _INCLUDES and argument:
        return f"Put the contents of {argument} here instead of line {line}, or make it a migration of its own"
    return _RUNS.get(name, f"Delete line {line}; a migration needs no setting of psql")
