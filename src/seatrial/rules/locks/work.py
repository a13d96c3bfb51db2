"""What a statement does to the rows of tables that were there before the release. Only what is sure at any size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.lexis import SpanKind, blanked, spans
from seatrial.rules.naming import last_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.trial import StatementTrial
    from seatrial.rules.locks.moments import Moment

__all__ = ["changed", "dropped_or_detached", "indexed", "is_reported", "rewritten", "scanned", "worked_on"]

#: Which rows they touch depends on the rows that are there, and on the plan.
_QUERIES = frozenset({
    "select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "copy_stmt", "do_stmt", "call_stmt",
    "execute_stmt", "create_table_as_stmt",
})  # fmt: skip
#: Run any other statement inside.
_WRAPPING = frozenset({"do_stmt", "call_stmt", "select_stmt"})
#: Makes an index, although nothing says that one was created.
_KEY = re.compile(r"\b(?:unique|primary\s+key|exclude)\b(?!\s+using\s+index)", re.IGNORECASE)
_CONCURRENTLY = re.compile(r"\bconcurrently\b", re.IGNORECASE)
_TRUNCATE = re.compile(r"\btruncate\b", re.IGNORECASE)
_ALTER = re.compile(r"\balter\b", re.IGNORECASE)
_DETACH = re.compile(r"\bdetach\s+partition\b(?![^;]*\b(?:concurrently|finalize)\b)", re.IGNORECASE)
_INNERMOST = re.compile(r"\([^()]*\)")
_SOME = re.compile(r"\b(?:where|limit|fetch)\b|\bcurrent\s+of\b", re.IGNORECASE)
_COPY = re.compile(r"\bselect\b|\btable\b", re.IGNORECASE)
_NAME = r'(?:(?:"[^"]+"|[\w$]+)\s*\.\s*)?(?P<name>"[^"]+"|[\w$]+)'
#: At the beginning, after common table expressions, or as a statement of a body.
_CHANGE = re.compile(
    rf"(?:^|;|\)|\bas\b|\bbegin\b|\bthen\b|\belse\b|\bloop\b)\s*(?:update|delete\s+from)\s+(?:only\s+)?{_NAME}(?P<rest>[^;]*)",
    re.IGNORECASE,
)


def rewritten(one: StatementTrial) -> tuple[str, ...]:
    """Tables that got a new file with the old rows in it; TRUNCATE gives them an empty one."""
    if one.is_short:
        return ()
    text = one.statement.text
    inside = one.statement.node in _WRAPPING and _TRUNCATE.search(text) and not _ALTER.search(text)
    return () if one.statement.node == "truncate_stmt" or inside else one.rewrites


def indexed(moment: Moment) -> tuple[str, ...]:
    """Tables of which an index is built while writes wait."""
    one = moment.one
    if one.is_short or not one.scans or one.rewrites or _CONCURRENTLY.search(blanked(one.statement.text)):
        return ()
    if any(rewrite.kind == "index" and rewrite.existed for rewrite in (one.at_size or one.evidence).rewrites):
        return one.scans
    text = one.statement.text if one.statement.node in _WRAPPING else blanked(one.statement.text)
    made = any((change.action, change.kind) == ("created", "index") for change in one.evidence.objects)
    return _held(moment, one.scans) if made or (one.evidence.objects and _KEY.search(text)) else ()


def scanned(moment: Moment) -> tuple[str, ...]:
    """Tables that a change of the schema reads from end to end while writes wait."""
    one = moment.one
    changes_schema = one.evidence.objects and one.statement.node != "create_table_as_stmt"
    if one.is_short or not changes_schema or one.rewrites or indexed(moment):
        return ()
    return _held(moment, one.scans)


def changed(moment: Moment, *, in_schema_change: bool) -> tuple[str, ...]:
    """Tables whose rows are changed: all of them, or so many that the change of the schema waits for them."""
    one, node = moment.one, moment.one.statement.node
    if one.is_short:
        return ()
    if node in {"update_stmt", "delete_stmt", "do_stmt"} and (whole := _changed_whole(moment)):
        return whole
    if not in_schema_change or node not in _QUERIES:
        return ()
    if one.at_size:
        written = {each.relation for each in one.at_size.written}
        return one.scans if written and node == "insert_stmt" else tuple(t for t in one.scans if t in written)
    copies = node == "insert_stmt" and _COPY.search(_flat(one.statement.text)) and _is_whole(one.statement.text)
    return one.scans if copies else ()


def dropped_or_detached(moment: Moment) -> tuple[str, ...]:
    """Tables that are locked because an index of theirs is dropped, or a partition detached."""
    one, text = moment.one, moment.one.statement.text
    if not moment.taken:
        return ()
    gone = any((c.action, c.kind, c.cascaded) == ("dropped", "index", False) for c in one.evidence.objects)
    detached = _DETACH.search(text if one.statement.node in _WRAPPING else blanked(text))
    return tuple(lock.relation for lock in moment.taken) if gone or detached else ()


def worked_on(moment: Moment, *, in_schema_change: bool) -> tuple[str, ...]:
    """Every table of before whose rows the statement goes through, whatever it does to them."""
    one = moment.one
    if one.statement.node == "truncate_stmt" or one.is_short:
        return ()
    if one.statement.node in _QUERIES and not one.at_size and not _is_whole(one.statement.text):
        found: Iterable[str] = (*indexed(moment), *scanned(moment))
    else:
        found = one.scans
    return tuple(dict.fromkeys((*rewritten(one), *found, *changed(moment, in_schema_change=in_schema_change))))


def is_reported(moment: Moment) -> bool:
    """Whether what the statement does to rows, or to an index, is a finding of its own."""
    return bool(rewritten(moment.one) or indexed(moment) or scanned(moment) or dropped_or_detached(moment))


def _held(moment: Moment, tables: Iterable[str]) -> tuple[str, ...]:
    return tuple(table for table in tables if table in moment.held)


def _is_whole(text: str) -> bool:
    """Whether a query has no condition of its own, and no end before the last row."""
    return not _SOME.search(_flat(text))


def _changed_whole(moment: Moment) -> tuple[str, ...]:
    """Tables of before that an UPDATE or DELETE without WHERE goes through."""
    one = moment.one
    # A body is quoted text to the statement around it.
    text = one.statement.text if one.statement.node == "do_stmt" else _flat(one.statement.text)
    names = [match["name"].strip('"') for match in _CHANGE.finditer(text) if not _SOME.search(match["rest"])]
    there = [lock.relation for lock in one.evidence.locks if lock.existed and lock.kind == "table"]
    found = {last_name(table): table for table in (*moment.held, *there, *one.scans)}
    return tuple(dict.fromkeys(table for name in names if (table := found.get(name) or found.get(name.lower()))))


def _flat(text: str) -> str:
    """Without what stands in parentheses, comments and quotes; quoted names stay."""
    flat, at = "", 0
    for span in spans(text):
        kept = text[span.start : span.end] if span.kind is SpanKind.IDENTIFIER else " "
        flat, at = flat + text[at : span.start] + kept, span.end
    flat += text[at:]
    while (shorter := _INNERMOST.sub(" ", flat)) != flat:
        flat = shorter
    return flat
