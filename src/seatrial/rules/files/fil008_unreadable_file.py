"""A migration that the operating system does not hand out."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.source import Encoding
from seatrial.rules.folder import migrations
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS
#: Nothing can be applied as long as it is there.
WAIVABLE = False


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each migration that could not be read."""
    for script in migrations(scripts):
        if script.source.encoding is Encoding.UNREADABLE:
            yield Hit(
                script=script,
                what=f"the file cannot be read: {script.source.reason}",
                effect="nobody can say what it would do, and it cannot be applied",
                fix=_fix(script),
            )


def _fix(script: Script) -> str:
    path = quote(script.source.path)
    return f"chmod u+r {path}" if script.source.reason == "Permission denied" else f"git checkout -- {path}"
