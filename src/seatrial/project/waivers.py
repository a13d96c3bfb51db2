"""The waivers of `seatrial.toml`, each at its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.claim import Claim, Written
from seatrial.model.source import Encoding, Script, Source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.project.settings import WaiveSettings

__all__ = ["text_file", "waivers_of"]

_ENTRY = re.compile(r"^[ \t]*\[\[[ \t]*[\"']?waive[\"']?[ \t]*\]\]", re.MULTILINE)


def waivers_of(settings: Sequence[WaiveSettings], path: Path) -> tuple[Claim, ...]:
    """What `[[waive]]` says in the settings file at `path`."""
    if not settings:
        return ()
    script = text_file(path.name, path.read_text(encoding="utf-8-sig"))
    headings = [found.start() for found in _ENTRY.finditer(script.source.text)]
    # Written as `waive = [ … ]`, they have one place together.
    places = headings if len(headings) == len(settings) else [max(0, script.source.text.find("waive"))] * len(settings)
    return tuple(
        Claim(
            written=Written.SETTINGS, script=script, offset=place, code=one.code, until=one.until.isoformat(),
            because=one.because, files=one.file,
        )
        for place, one in zip(places, settings, strict=True)
    )  # fmt: skip


def text_file(name: str, text: str) -> Script:
    """A file of the release that holds no SQL, so that a place in it can be shown."""
    return Script(
        source=Source(path=name, version="", name=name, encoding=Encoding.UTF8, text=text), statements=(), digest=""
    )
