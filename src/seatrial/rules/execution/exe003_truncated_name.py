"""A name of which the server keeps only the beginning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_TRUNCATED = "42622"
_NAMES = re.compile(r'identifier "(?P<long>.+)" will be truncated to "(?P<short>.+)"')


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each such name, where it is first used."""
    seen: set[str] = set()
    for one in trial.statements:
        for notice in one.evidence.notices:
            match = _NAMES.fullmatch(notice.message) if notice.sqlstate == _TRUNCATED else None
            if match and match["long"] not in seen:
                seen.add(match["long"])
                at = one.statement.text.find(match["long"])
                yield Hit(
                    script=one.script,
                    offset=one.statement.start + max(at, 0),
                    what=f'the name "{match["long"]}" is cut to "{match["short"]}"',
                    effect="another name with the same beginning is the same name: its statement fails, or is "
                    "skipped with IF NOT EXISTS; and whoever looks for the whole name in the catalogs does not find it",
                    fix=f"Take a name of at most 63 bytes; this one has {len(match['long'].encode())}",
                )
