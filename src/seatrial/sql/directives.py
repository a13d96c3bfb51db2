"""Comments that say how a file is executed: what is cut by which key, and what must be true before a COMMIT."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.directive import BATCH_FORM, directives
from seatrial.model.source import Assertion, Batch, Misdirected
from seatrial.sql.assertion import assertion_fault
from seatrial.sql.batch import CannotCut, cut, names_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.model.directive import Directive
    from seatrial.model.source import Script, Statement

__all__ = ["directed"]

#: Rows that some 100 ms are enough for, so that nobody waits long for one of them.
USUAL_SIZE = 5000
LARGEST_SIZE = 1_000_000
_OPTION = re.compile(r"""(?P<name>\w+)\s*=\s*(?P<value>"(?:[^"]|"")+"|[^\s",]+)[\s,]*""")


class _CannotFollow(Exception):
    """The words say why, as a clause."""


def directed(script: Script) -> Script:
    """The script with its batches and assertions, and with those that nobody can follow."""
    text = script.source.text
    if "seatrial" not in text.lower():
        return script
    found = [one for one in directives(text) if one.word in {"batch", "assert"}]
    batches: dict[int, Batch | None] = {}
    assertions: list[Assertion] = []
    misdirected: list[Misdirected] = []
    # From the end, as the last one before a statement is meant.
    for one in reversed(found):
        try:
            following = _following(one, script.statements)
            if one.word == "assert":
                assertions.append(_assertion(one))
            else:
                _cut(one, following, batches)
        except _CannotFollow as fault:
            misdirected.append(Misdirected(start=one.start, word=one.word, fault=str(fault)))
    return replace(
        script,
        statements=tuple(replace(one, batch=batches.get(one.start)) for one in script.statements),
        assertions=tuple(assertions[::-1]),
        misdirected=tuple(misdirected[::-1]),
    )


def _following(one: Directive, statements: Sequence[Statement]) -> Statement | None:
    """The statement behind it."""
    at = bisect_right(statements, one.start, key=lambda statement: statement.start)
    if at and one.start < statements[at - 1].start + len(statements[at - 1].text):
        raise _CannotFollow("it stands inside a statement, before its semicolon")
    return statements[at] if at < len(statements) else None


def _assertion(one: Directive) -> Assertion:
    text = one.text.removeprefix("assert").lstrip(": \t").strip().rstrip(";").strip()
    if not text:
        raise _CannotFollow("it says nothing that could be true")
    return Assertion(text=text, start=one.start, fault=assertion_fault(text))


def _cut(one: Directive, following: Statement | None, batches: dict[int, Batch | None]) -> None:
    """Give the statement its batch, or none where there is one that cannot be read."""
    if following is None or following.node not in {"update_stmt", "insert_stmt"}:
        raise _CannotFollow("no UPDATE and no INSERT follows it")
    if following.start in batches:
        raise _CannotFollow("another one stands between it and the statement")
    batches[following.start] = None
    batch = _batch(one.said.removeprefix("batch").lstrip(":").strip())
    try:
        cut(following.text, batch.key)
    except CannotCut as error:
        batch = replace(batch, fault=str(error))
    batches[following.start] = batch


def _batch(options: str) -> Batch:
    given: dict[str, str] = {}
    for name, value in _options(options):
        if name not in {"key", "size", "triggers"} or name in given:
            raise _CannotFollow(f'"{name}" is {"given twice" if name in given else "no option of it"}')
        given[name] = value
    key, size = names_key(given.get("key", "")), given.get("size", str(USUAL_SIZE)).replace("_", "")
    if key is None:
        raise _CannotFollow(f'"{given["key"]}" is no name of a column' if "key" in given else "it names no key")
    if not (size.isascii() and size.isdecimal() and 1 <= int(size) <= LARGEST_SIZE):
        raise _CannotFollow(f'"{given["size"]}" is no number of rows from 1 to {LARGEST_SIZE:,}')
    triggers = given.get("triggers", "on").lower()
    if triggers not in {"on", "off"}:
        raise _CannotFollow(f'"{given["triggers"]}" is neither on nor off')
    return Batch(key=key, size=int(size), triggers_off=triggers == "off")


def _options(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        found = _OPTION.match(text, at)
        if found is None:
            raise _CannotFollow(f'"{text[at:]}" is no option: {BATCH_FORM}')
        yield found["name"], found["value"]
        at = found.end()
