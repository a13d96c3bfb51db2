"""What statements came to, by role: those that matter one by one, and all others together."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

from seatrial.model.sample import WHOLE
from seatrial.monitoring.probe import Looked, Probe, Unreadable
from seatrial.monitoring.probes.asking import CATALOG, asked
from seatrial.monitoring.probes.statement_texts import bare_name, read_texts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seatrial.model.sample import Key, Sample, StatementText
    from seatrial.monitoring.probe import Scope
    from seatrial.pg.connection import Connection

__all__ = ["FOLLOWED", "OTHERS", "PROBE", "followed_in"]

#: Statements that are followed one by one; before the deployment some places stay free for the new ones.
FOLLOWED = 300
_FREE = 100
#: The most expensive of those that were there, and of the new ones.
_DEAREST = 100
#: All that are not followed one by one.
OTHERS = "others"
_Entries: TypeAlias = "Mapping[str, Mapping[str, Any]]"
_QUANTITIES = ("calls", "time", "rows", "blocks")


@dataclass(slots=True)
class _Memory:
    """What was read before; texts are read once."""

    texts: dict[str, StatementText] = field(default_factory=dict)
    #: Subjects whose text was searched for names of the release.
    searched: set[str] = field(default_factory=set)
    #: Subjects that have none: our own statements, and commands that are neither queries nor writes.
    without: set[str] = field(default_factory=set)
    #: Subjects that are followed: whoever is stays so, or the sum of all others would leap.
    followed: set[str] = field(default_factory=set)


def look(connection: Connection, scope: Scope) -> Looked:
    """Read `pg_stat_statements`, and the texts of statements that are new.

    Raises:
        Unreadable: it is not there, or hides what other roles do.
    """
    _find(connection)
    memory = scope.memory.setdefault("statements", _Memory())
    if not isinstance(memory, _Memory):
        raise TypeError
    entries = _entries(asked(connection, "statements"))
    dearest = _dearest(scope, entries)
    _remember(connection, scope, memory, entries, dearest)
    followed = memory.followed = _followed(scope, memory, entries, dearest)
    return Looked(
        counters={**_there(scope, entries), **_counters(scope, entries, followed)},
        texts={subject: text for subject, text in memory.texts.items() if subject in followed - scope.known},
        epoch=str(asked(connection, "statements_epoch")[0]["epoch"]),
    )


def followed_in(sample: Sample) -> frozenset[str]:
    """The statements that a sample has one by one."""
    return frozenset(subject for quantity, subject in sample.counters if quantity == "statements.time")


def _find(connection: Connection) -> None:
    found = asked(connection, "extension")
    if not found:
        raise Unreadable("pg_stat_statements is not installed in this database")
    [extension] = found
    if not extension["may_use"]:
        raise Unreadable(f"{extension['me']} may not use the schema {extension['schema']} of pg_stat_statements")
    if not extension["is_new_enough"]:
        raise Unreadable(
            f"pg_stat_statements is of version {extension['version']}: ALTER EXTENSION pg_stat_statements UPDATE"
        )


def _entries(found: Iterable[Mapping[str, Any]]) -> _Entries:
    entries: dict[str, Mapping[str, Any]] = {}
    for one in found:
        if one["queryid"] is None:
            raise Unreadable("statements of other roles are hidden: GRANT pg_read_all_stats to whoever watches")
        entries[f"{one['role']} {one['queryid']}"] = one
    return entries


def _remember(connection: Connection, scope: Scope, memory: _Memory, entries: _Entries, dearest: Iterable[str]) -> None:
    """Read the texts that are needed and that nobody has read."""
    read = memory.texts.keys() | scope.known | memory.without
    before = scope.followed & entries.keys()
    wanted = [subject for subject in dict.fromkeys([*sorted(before), *dearest]) if subject not in read]
    passed = read | memory.searched
    unread = [subject for subject in entries if subject not in passed] if scope.relations else []
    if wanted or unread:
        names = sorted({bare_name(relation) for relation in scope.relations})
        ids = {**_ids("wanted", wanted, entries), **_ids("unread", unread, entries)}
        found = asked(connection, "texts", {**ids, "names": names, "most": FOLLOWED + _DEAREST})
        raw = {f"{row['role']} {row['queryid']}": (row["role"], row["text"]) for row in found}
        memory.texts |= read_texts(connection, raw, scope.relations)
        memory.without.update(subject for subject in wanted if subject not in memory.texts)
        memory.searched.update(unread)
    memory.searched &= entries.keys()
    memory.without &= entries.keys()
    memory.texts = {subject: text for subject, text in memory.texts.items() if subject in entries}


def _ids(name: str, subjects: Iterable[str], entries: _Entries) -> dict[str, list[int]]:
    ids = [(entries[subject]["userid"], entries[subject]["queryid"]) for subject in subjects]
    return {f"{name}_users": [user for user, _ in ids], name: [query for _, query in ids]}


def _dearest(scope: Scope, entries: _Entries) -> list[str]:
    """Those that took most time: of the ones that were there, and of the new ones."""
    by_time = sorted(entries, key=lambda subject: -entries[subject]["time"])
    if not _knows_statements(scope):
        return by_time[: FOLLOWED - _FREE]
    there = islice((s for s in by_time if not _is_new(scope, s)), _DEAREST)
    return [*there, *islice((s for s in by_time if _is_new(scope, s)), _DEAREST)]


def _followed(scope: Scope, memory: _Memory, entries: _Entries, dearest: Iterable[str]) -> set[str]:
    """Who was followed, what is about the release's relations, then the dearest; what has no text is not."""
    before = (memory.followed | scope.followed | scope.known) & entries.keys()
    touching = [s for s, text in memory.texts.items() if s in entries and scope.relations.intersection(text.relations)]
    touching.sort(key=lambda subject: -entries[subject]["time"])
    dearest = [subject for subject in dearest if subject in memory.texts]
    places = FOLLOWED - (_FREE if scope.baseline is None else 0)
    return set(islice(dict.fromkeys([*sorted(before), *touching[:_DEAREST], *dearest, *touching]), places))


def _counters(scope: Scope, entries: _Entries, followed: Collection[str]) -> dict[Key, float]:
    counters: dict[Key, float] = {
        (f"statements.{quantity}", subject): 0.0 for subject in (WHOLE, OTHERS) for quantity in _QUANTITIES
    }
    for subject, entry in entries.items():
        own = subject if subject in followed else OTHERS
        for quantity in _QUANTITIES:
            key = (f"statements.{quantity}", own)
            counters[key] = counters.get(key, 0.0) + entry[quantity]
            counters[f"statements.{quantity}", WHOLE] += entry[quantity]
        if own != OTHERS and _knows_statements(scope) and _is_new(scope, subject):
            counters["statements.new_calls", subject] = entry["calls"]
            counters["statements.new_time", subject] = entry["time"]
    return counters


def _there(scope: Scope, entries: _Entries) -> dict[Key, float]:
    """Before the deployment all of them are named, or nobody could say afterwards which are new."""
    if scope.baseline is not None:
        return {}
    return {("statements.calls", subject): entry["calls"] for subject, entry in entries.items()}


def _knows_statements(scope: Scope) -> bool:
    return scope.baseline is not None and bool(scope.baseline.statements)


def _is_new(scope: Scope, subject: str) -> bool:
    return scope.baseline is not None and subject not in scope.baseline.statements


PROBE = Probe(source="statements", look=look, path=CATALOG)
