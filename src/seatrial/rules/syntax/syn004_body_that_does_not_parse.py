"""A body of a function or of a DO block that no grammar takes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.commands import CreateFunction, Do
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False

#: What stands before the fault where IF, CASE or a loop is left open: the end of the body is read as its end.
_OPEN = re.compile(r"\bend\s*$", re.IGNORECASE)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each body, at the place where the grammar gave up."""
    for occasion in schema.occasions:
        made = occasion.command
        if not isinstance(made, CreateFunction | Do) or made.fault is None or occasion.guarded:
            continue
        what = f"the body of {quoted(made.function)}" if isinstance(made, CreateFunction) else "the DO block"
        is_open = made.language == "plpgsql" and _OPEN.search(occasion.script.source.text, 0, made.fault.start)
        yield Hit(
            script=occasion.script,
            offset=made.fault.start,
            what=f"{' '.join(made.fault.message.split())} in {what}",
            effect="the server refuses the statement (42601): the deployment stops here, with the files before it "
            "applied",
            fix="Close what is still open before it: END IF, END CASE or END LOOP is missing"
            if is_open
            else "Correct the body here, or right before: a semicolon or a word may be missing",
        )
