"""A name of which the server keeps only the beginning."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.lexis import SpanKind, spans
from seatrial.rules.hit import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.model.source import Script
    from seatrial.model.trial import Trial

LEVEL = Level.WARNS

_TRUNCATED = "42622"
_NAMES = re.compile(r'identifier "(?P<long>.+)" will be truncated to "(?P<short>.+)"')


#: NAMEDATALEN - 1, in bytes.
_LONGEST = 63
#: Most files have none, and need not be looked at word by word.
_MAY_BE_LONG = re.compile(r'[\w$]{64}|"[^"]{64}')
_WORD = re.compile(r"[^\W\d][\w$]*")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such name, where it is first written."""
    seen: set[str] = set()
    scripts = {occasion.script.source.path: occasion.script for occasion in schema.occasions}
    for script in scripts.values():
        for long, offset in _names(script.source.text):
            if long not in seen:
                seen.add(long)
                short = long.encode()[:_LONGEST].decode(errors="ignore")
                yield _hit(script, offset, long, short)


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Words outside of comments and strings, and quoted names, that are too long."""
    if text.isascii() and not _MAY_BE_LONG.search(text):
        return
    at = 0
    for span in (*spans(text), None):
        end = span.start if span else len(text)
        for match in _WORD.finditer(text, at, end):
            if len(match[0].encode()) > _LONGEST:
                yield match[0].lower(), match.start()
        if span is None:
            return
        if span.kind is SpanKind.IDENTIFIER:
            name = text[span.start + 1 : span.end - 1].replace('""', '"')
            if len(name.encode()) > _LONGEST:
                yield name, span.start
        at = span.end


def judge(trial: Trial) -> Iterator[Hit]:
    """One hit for each such name, where it is first used."""
    seen: set[str] = set()
    for one in trial.statements:
        for notice in one.evidence.notices:
            match = _NAMES.fullmatch(notice.message) if notice.sqlstate == _TRUNCATED else None
            if match and match["long"] not in seen:
                seen.add(match["long"])
                at = one.statement.text.find(match["long"])
                yield _hit(one.script, one.statement.start + max(at, 0), match["long"], match["short"])


def _hit(script: Script, offset: int, long: str, short: str) -> Hit:
    return Hit(
        script=script,
        offset=offset,
        what=f'the name "{long}" is cut to "{short}"',
        effect="another name with the same beginning is the same name: its statement fails, or is "
        "skipped with IF NOT EXISTS; and whoever looks for the whole name in the catalogs does not find it",
        fix=f"Take a name of at most 63 bytes; this one has {len(long.encode())}",
    )
