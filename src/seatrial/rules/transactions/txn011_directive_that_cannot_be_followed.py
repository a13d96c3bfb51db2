"""A comment to Seatrial about how a file is executed, that does nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seatrial.model.directive import ASSERT_FORM, BATCH_FORM, REVERT_FORM, WORDS
from seatrial.model.finding import Level
from seatrial.model.source import Encoding
from seatrial.rules.beside import beside
from seatrial.rules.folder import texts
from seatrial.rules.hit import Hit
from seatrial.rules.parts import parts
from seatrial.rules.transactions.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.source import Script

LEVEL = Level.BLOCKS

_EFFECT = {
    "batch": "the statement is not cut: all of its rows are locked until the last one is done",
    "assert": "nobody asks whether it is true before the COMMIT",
    "revert": "nobody can take the file back as its author wants it",
}
_FORM = {
    "batch": f"Right in front of an UPDATE or an INSERT … SELECT, with the primary key: {BATCH_FORM}",
    "assert": f"Between two statements, or at the end of the file: {ASSERT_FORM}",
    "revert": f"Once in the file, with the SQL in the comment lines under it: {REVERT_FORM}",
}
_KNOWN = f'The words there are: {", ".join(WORDS)}. What is for people does not begin with "seatrial:"'


def check(scripts: Sequence[Script]) -> Iterator[Hit]:
    """One hit for each directive that cannot be read, stands in the wrong place, or cannot be done."""
    for script in texts(scripts):
        if ("seatrial" not in script.source.text.lower() and script.revert is None) or script.fault:
            continue
        for at, offset, word, fault in [*_faults_of(script), *_faults_of_revert(script)]:
            yield Hit(
                script=at, offset=offset, what=f"this {word or 'comment'} cannot be followed: {fault}",
                effect=_EFFECT.get(word, "nobody does what it asks for"), fix=_FORM.get(word, _KNOWN),
            )  # fmt: skip


def _faults_of(script: Script) -> Iterator[tuple[Script, int, str, str]]:
    return ((script, *fault) for fault in sorted(_faults(script)))


def _faults_of_revert(script: Script) -> Iterator[tuple[Script, int, str, str]]:
    """What is wrong inside of the author's way back, at its place."""
    if script.revert is None:
        return
    own, at = script.revert.script, script.revert.start
    where = script if own.source.path == script.source.path else own
    if own.source.encoding not in {Encoding.UTF8, Encoding.UTF8_BOM}:
        yield where, at, "revert", "it cannot be read as text"
    elif own.fault:
        yield where, own.fault.start, "revert", f"it is no SQL that takes the file back: {own.fault.message}"
    elif own.revert:
        yield where, own.revert.start, "revert", "what takes a file back is not taken back itself"
    yield from ((where, *fault) for fault in sorted(_faults(own)))


def _faults(script: Script) -> Iterator[tuple[int, str, str]]:
    for one in script.misdirected:
        yield one.start, one.word, one.fault
    for visit in walk(script):
        batch, start = visit.statement.batch, visit.statement.start
        if batch and visit.begin:
            yield (
                start,
                "batch",
                "the statement stands between BEGIN and COMMIT, which batches cannot be in",
            )
        elif batch and batch.fault:
            yield start, "batch", f"of the statement, {batch.fault}"
    bodies = [part.bodies for part in parts(script)]
    for directive in (found.directive for found in beside(script)):
        inside = any(start <= directive.start < end for body in bodies for start, end, _ in body)
        if inside and directive.word in _FORM:
            yield directive.start, directive.word, "it stands in a body, where nobody looks for it"
        elif directive.word not in WORDS and directive.word.lower() != "allow":
            yield directive.start, "", _unknown(directive.word)


def _unknown(word: str) -> str:
    near = get_close_matches(word.lower(), WORDS, n=1)
    meant = f'; did you mean "{near[0]}"?' if near else ""
    return f'"{word}" is no word that Seatrial knows here{meant}' if word else "it says nothing"
