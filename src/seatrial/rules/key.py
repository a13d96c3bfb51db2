"""The key of a finding: the same after reformatting, and after lines, statements and comments came and went."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.rules.folder import file_name
from seatrial.rules.normal import of_bodies, of_statement
from seatrial.rules.parts import last_before, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.finding import Finding
    from seatrial.model.source import Script
    from seatrial.rules.hit import Hit

__all__ = ["keyed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What a key rests on: a statement, or a part of one in a body."""

    start: int
    text: str
    #: How many of the same stand before it in the file.
    before: int


def keyed(found: Iterable[tuple[Finding, Hit]]) -> tuple[Finding, ...]:
    """The findings with their keys.

    A key is `CODE-` and eight digits of a hash over the code, the name of the file, and the object that the hit names;
    or else the statement around it as the scanner reads it. What is equal otherwise is told apart by its place. It
    does not matter which other findings there are, except at the same object or in the same statement.
    """
    pairs = list(found)
    files: dict[str, _File] = {}
    rests: list[tuple[str, str, str]] = []
    for finding, hit in pairs:
        path = hit.script.source.path
        if not hit.subject and hit.offset is not None and path not in files:
            files[path] = _File(hit.script)
        said = hit.subject if hit.subject or hit.offset is None else files[path].around(hit.offset)
        rests.append((finding.code, file_name(hit.script), said))
    same: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index in sorted(range(len(pairs)), key=lambda index: _order(pairs[index][1])):
        same[rests[index]].append(index)
    ordinal = {index: number for group in same.values() for number, index in enumerate(group)}
    return tuple(
        replace(finding, key=f"{finding.code}-{_digest(*rests[index], str(ordinal[index]))}")
        for index, (finding, _) in enumerate(pairs)
    )


class _File:
    """The pieces of a script, read where somebody asks: of one kind of statement, or of one function's body."""

    def __init__(self, script: Script) -> None:
        self._text = script.source.text
        self._parts = parts(script)
        self._kinds: dict[tuple[str, str], list[_Piece]] = {}

    def around(self, offset: int) -> str:
        """What the key of a place rests on; empty before the first statement."""
        part = last_before(self._parts, offset)
        if part is None:
            return ""
        in_body = any(start <= offset < end for start, end, _ in part.bodies)
        pieces = self._of_kind("body", part.owner) if in_body else self._of_kind("statement", part.node)
        at = bisect_right(pieces, offset, key=lambda piece: piece.start)
        if not at or pieces[at - 1].start < part.start:
            return ""
        return f"\0{pieces[at - 1].text}\0{pieces[at - 1].before}"

    def _of_kind(self, kind: str, called: str) -> list[_Piece]:
        if (kind, called) not in self._kinds:
            self._kinds[kind, called] = list(_counted(self._said(kind, called)))
        return self._kinds[kind, called]

    def _said(self, kind: str, called: str) -> Iterator[tuple[int, str]]:
        for part in self._parts:
            if kind == "statement" and part.node == called:
                yield part.start, of_statement(self._text, part)
            elif kind == "body" and part.owner == called:
                yield from of_bodies(self._text, part)


def _counted(said: Iterable[tuple[int, str]]) -> Iterator[_Piece]:
    seen = Counter[str]()
    for start, text in said:
        yield _Piece(start=start, text=text, before=seen[text])
        seen[text] += 1


def _order(hit: Hit) -> tuple[str, int, str]:
    return hit.script.source.path, -1 if hit.offset is None else hit.offset, hit.what


def _digest(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode(errors="surrogatepass")).hexdigest()[:8]
