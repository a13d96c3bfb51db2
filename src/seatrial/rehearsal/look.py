"""What a look at a running migration brought, and what that says of the statement before it. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seatrial.model.evidence import Evidence, Lock, LockMode, Notice, ObjectChange, Rewrite, Scan, Written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "KINDS",
    "LOOKED",
    "Counters",
    "Look",
    "Relation",
    "Touched",
    "built_again",
    "changes",
    "evidence",
    "with_end",
]

KINDS = {
    "r": "table", "p": "table", "i": "index", "I": "index", "v": "view", "m": "materialized view", "S": "sequence",
    "f": "foreign table", "c": "type",
}  # fmt: skip
#: What is read and written row by row; searches of an index are no scans.
HOLD_ROWS = frozenset({"table", "materialized view"})
#: The messages of the event triggers in `watch.sql`.
ENDED, DROPPED, LOOKED = "SEA01", "SEA02", "SEA03"
#: Go without a word where what they belong to goes: the type of a table's rows, the default of its column.
ALONG = frozenset({"type", "default value"})

#: Scans, rows read, inserted, updated, deleted.
Counters = tuple[int, int, int, int, int]
NONE: Counters = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A relation as it was last seen."""

    name: str
    kind: str
    #: Number of its file; 0 where it has none.
    file: int
    #: Bytes of its main fork.
    size: int
    #: Whether it is older than what is rehearsed.
    existed: bool

    @property
    def is_internal(self) -> bool:
        """Of TOAST, temporary, or the scratch's own: nobody names it."""
        return self.name.startswith(("pg_t", "seatrial_platform."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A relation that the transaction holds a lock on."""

    oid: int
    mode: LockMode
    #: Empty where the transaction has dropped it.
    name: str
    kind: str
    file: int
    #: None where it was not asked for.
    size: int | None
    counters: Counters


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found when a statement was through."""

    #: Of the statement alone, as the server took it.
    seconds: float
    #: Bytes of WAL written by the server so far.
    wal: int
    #: Of the last message of the event triggers that was not undone; None where nothing can have been undone.
    mark: str | None
    touched: tuple[Touched, ...]

    @staticmethod
    def of(row: Sequence[str | None]) -> Look:
        """The answer of `seatrial_look`."""
        seconds, wal, mark, found = row
        touched = _strongest(json.loads(found or "[]"))
        return Look(seconds=float(seconds or 0), wal=int(wal or 0), mark=mark or "", touched=touched)

    @staticmethod
    def told(notices: Sequence[Notice]) -> Look | None:
        """What the event trigger told at the end of a change of the schema; None where there was none."""
        for notice in reversed(notices):
            if notice.sqlstate == LOOKED:
                seconds, wal, found, _ = json.loads(notice.message)
                return Look(seconds=seconds, wal=int(wal), mark=None, touched=_strongest(found))
        return None


def _strongest(found: Sequence[Sequence[Any]]) -> tuple[Touched, ...]:
    """A relation may be locked in several modes."""
    modes = {oid: mode for oid, mode, *_ in sorted(found, key=lambda one: (one[0], one[1]))}
    return tuple(_touched(*one) for one in found if modes[one[0]] == one[1])


def _touched(
    oid: int, mode: int, name: str | None, kind: str | None, file: int | None, size: int | None, *counters: int
) -> Touched:
    scans, rows, inserted, updated, deleted = counters
    return Touched(
        oid=int(oid), mode=LockMode(mode), name=name or "", kind=KINDS.get(kind or "", ""), file=int(file or 0),
        size=size, counters=(scans, rows, inserted, updated, deleted),
    )  # fmt: skip


def evidence(
    touched: Iterable[Touched],
    known: Mapping[int, Relation],
    held: Mapping[int, LockMode],
    counted: Mapping[int, Counters],
) -> Evidence:
    """What is new since the look before: locks (not yet with their end), rewrites, scans, rows, bytes.

    Args:
        touched: what the look found.
        known: every relation that is looked at, as it was before the statement.
        held: the strongest mode on each relation so far.
        counted: the counters of the look before.
    """
    seen = [(one, known[one.oid], _more(one.counters, counted.get(one.oid, NONE))) for one in touched]
    seen = [(one, relation, more) for one, relation, more in seen if not relation.is_internal]
    return Evidence(
        locks=tuple(
            Lock(
                relation=relation.name, kind=relation.kind, mode=one.mode, blocks=one.mode.blocks, held_seconds=0,
                existed=relation.existed,
            )
            for one, relation, _ in seen
            if relation.file >= 0 and one.mode > held.get(one.oid, 0)
        ),
        rewrites=tuple(
            Rewrite(relation=relation.name, kind=relation.kind, existed=relation.existed)
            for one, relation, _ in seen
            if _is_rewritten(one, relation)
        ),
        scans=tuple(
            Scan(relation=relation.name, scans=more[0], rows=more[1], existed=relation.existed)
            for _, relation, more in seen
            if relation.kind in HOLD_ROWS and (more[0] or more[1])
        ),
        written=tuple(
            Written(relation=relation.name, inserted=more[2], updated=more[3], deleted=more[4])
            for _, relation, more in seen
            if relation.kind in HOLD_ROWS and any(more[2:])
        ),
        bytes=sum(_grown(one, relation) for one, relation, _ in seen),
    )  # fmt: skip


def built_again(made: Mapping[int, str], gone: Iterable[Relation]) -> dict[int, Relation]:
    """Indexes that a statement dropped and made again under their names: each goes on being the one that it was.

    ALTER COLUMN TYPE does that, and REINDEX CONCURRENTLY.

    Args:
        made: names of new relations, by OID.
        gone: what the same statement has dropped, as it was.
    """
    by_name = {one.name: one for one in gone if one.kind == "index"}
    return {oid: by_name[name] for oid, name in made.items() if name in by_name}


def _is_rewritten(one: Touched, relation: Relation) -> bool:
    return relation.file > 0 and one.file > 0 and one.file != relation.file


def _grown(one: Touched, relation: Relation) -> int:
    if one.size is None:
        return 0
    return one.size if _is_rewritten(one, relation) else max(0, one.size - relation.size)


def _more(now: Counters, before: Counters) -> Counters:
    # A rolled back part of a transaction takes its counts with it.
    if now == before:
        return NONE
    scans, rows, inserted, updated, deleted = (max(0, a - b) for a, b in zip(now, before, strict=True))
    return scans, rows, inserted, updated, deleted


def changes(told: Iterable[Notice], mark: str | None) -> tuple[tuple[ObjectChange, ...], tuple[Notice, ...]]:
    """Objects that were created, altered and dropped, each once; and the notices that are the author's.

    Args:
        told: all that was said while one statement ran.
        mark: of the last message that counts, as the look found it; None where nothing can have been undone.
    """
    objects: dict[ObjectChange, None] = {}
    others: list[Notice] = []
    before: dict[str, str] = {}
    messages: list[tuple[str, str, str]] = []
    for notice in told:
        if notice.sqlstate in {ENDED, DROPPED}:
            own, before[own], text = notice.message.split("\n", 2)
            messages.append((own, notice.sqlstate, text))
        elif notice.sqlstate == LOOKED:
            objects.update(dict.fromkeys(_made(*one) for one in json.loads(notice.message)[3]))
        else:
            others.append(notice)
    standing = set(before) if mark is None else set(_chain(before, mark))
    for own, state, text in messages:
        if own in standing:
            found = json.loads(text)
            objects.update(dict.fromkeys(_dropped(found) if state == DROPPED else (_made(*one) for one in found)))
    return tuple(objects), tuple(others)


def _chain(before: Mapping[str, str], mark: str) -> Iterator[str]:
    """The marks that lead to one, itself first, as each message names the one before it."""
    while mark in before:
        yield mark
        mark = before[mark]


def _made(tag: str, kind: str | None, name: str | None) -> ObjectChange:
    action = "created" if tag.startswith(("CREATE", "SELECT INTO")) else "altered"
    return ObjectChange(action=action, kind=kind or tag.lower(), name=name or "")  # type: ignore[arg-type]


def _dropped(found: Sequence[tuple[str, str, bool]]) -> Iterator[ObjectChange]:
    owners = {name for kind, name, _ in found if kind != "type"}
    for kind, name, named in found:
        # `for public.boats.name`, of a default
        bare = name.removeprefix("for ") if kind == "default value" else name
        along = {bare, bare.rpartition(".")[0]} if kind == "default value" else {bare.removesuffix("[]")}
        if kind not in ALONG or not along & owners:
            yield ObjectChange(action="dropped", kind=kind, name=bare, cascaded=not named)


def with_end(found: Evidence, seconds: float) -> Evidence:
    """The same, with how long its locks were held."""
    if not found.locks:
        return found
    return replace(found, locks=tuple(replace(lock, held_seconds=seconds) for lock in found.locks))
