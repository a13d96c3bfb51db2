"""A migration whose bytes are not UTF-8 text."""

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

_WHAT = {
    Encoding.UTF16: "the file is UTF-16, as some Windows tools save it; migrations are UTF-8",
    Encoding.BINARY: "the file is not UTF-8 text: another encoding, or no text at all",
}
_EFFECT = {
    Encoding.UTF16: "the server takes UTF-8 and refuses anything else: nothing of the file can be applied",
    Encoding.BINARY: "the server refuses bytes that are not valid UTF-8 (22021): nothing of it can be applied",
}
_FROM = {Encoding.UTF16: "UTF-16", Encoding.BINARY: "WINDOWS-1252"}


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each migration that was read and is not text."""
    for script in migrations(scripts):
        encoding = script.source.encoding
        if encoding in _WHAT:
            yield Hit(script=script, what=_WHAT[encoding], effect=_EFFECT[encoding], fix=_fix(script))


def _fix(script: Script) -> str:
    path = quote(script.source.path)
    copy = quote(f"{script.source.path}.utf8")
    return f"iconv -f {_FROM[script.source.encoding]} -t UTF-8 {path} > {copy} && mv {copy} {path}"
