"""Tries a statement in two worlds, with and without the rows of others: nothing that comes back may tell them apart."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.attack.functions.changed import changes
from seatrial.attack.functions.footprint import footprint_of
from seatrial.attack.words import refusal
from seatrial.model.words import count
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection

    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["TIMED_OUT", "Left", "Trial", "compared", "differ", "left_in", "made", "tried"]

#: What an attempt has left in tables: how often each value stands in each column.
Left = dict[tuple[str, str], Counter[str]]
TIMED_OUT = "57014"
DANGLING = "23503"
#: Empty answers: nobody can say of them that something was found.
_NOTHING = {None, "", "f", "0", "{}", "[]", "null"}
#: What a server or a function makes anew each time.
_FLEETING = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a statement."""

    answer: Attempt
    #: What got through, each in words.
    leaks: tuple[str, ...] = ()
    #: Why nobody can say whether something did.
    doubt: str = ""
    #: Tables that were read or written, and those that were written.
    touched: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()

    @property
    def has_effect(self) -> bool:
        """Whether it worked and gave or changed something."""
        gave = any(value not in _NOTHING for row in self.answer.rows for value in row)
        return self.answer.worked and (gave or bool(self.written))


def made(scene: Scene, kind: Kind, statement: str) -> Trial:
    """Try a statement, and look only whether it works, and which tables it touches."""
    answer, touched, written = footprint_of(scene).attempt(kind, statement)
    return Trial(answer=answer, touched=touched, written=written)


def tried(
    scene: Scene,
    kind: Kind,
    statement: str,
    *,
    reading: bool = True,
    keeping: bool = True,
    alone: bool = False,
    suspects: Collection[str] = (),
) -> Trial:
    """Try a statement, and look what it tells of rows of others, and what it does to them.

    Args:
        scene: the seeded world.
        kind: who.
        statement: one that reads or writes.
        reading: what it tells matters, too.
        keeping: what it leaves in tables matters, too.
        alone: the statement names nobody else; what speaks of the user may be seen and changed then.
        suspects: tables that it may have emptied, which leaves no footprint.
    """
    footprint_of(scene).hidden(kind, alone=alone)
    found = made(scene, kind, statement)
    answer, touched, written = found.answer, found.touched, found.written
    if answer.sqlstate == TIMED_OUT:
        return found
    left = left_in(scene, written) if answer.worked and reading and keeping else {}
    leaks = changes(scene, kind, {*written, *suspects}, alone=alone) if answer.worked else []
    told, doubt = compared(scene, kind, statement, answer, touched, alone=alone, left=left) if reading else ("", "")
    return replace(found, leaks=(*leaks, *filter(None, [told])), doubt=doubt)


def compared(
    scene: Scene,
    kind: Kind,
    statement: str,
    answer: Attempt,
    touched: Collection[str],
    *,
    alone: bool = False,
    left: Left | None = None,
) -> tuple[str, str]:
    """What an answer tells of rows of others, and what makes that uncertain; both empty where all is well.

    Args:
        scene: the seeded world.
        kind: who asked.
        statement: what they asked.
        answer: what they got there.
        touched: the tables that the answer can depend on.
        alone: as for `tried`.
        left: what it left in tables that it wrote.
    """
    prints = footprint_of(scene)
    fresh = [f"REFRESH MATERIALIZED VIEW {name}" for name in sorted(prints.copies & set(touched))]
    tables = [name for name in prints.hidden(kind, alone=alone) if fresh or name in touched]
    away = [statement for table in tables for statement in prints.without(kind, table, alone=alone)]
    if not away:
        return "", ""
    if fresh:
        answer = scene.session.attempt(kind, statement, before=fresh)
    other = scene.session.attempt(kind, statement, before=[*away, *fresh])
    if other.sqlstate == DANGLING and answer.worked and alone:
        # What speaks of the user stayed, and what it points to went: that is no world.
        away = [one for table in tables for one in prints.without(kind, table, alone=alone, whole=True)]
        other = scene.session.attempt(kind, statement, before=[*away, *fresh])
    if _told(answer) == _told(other):
        return _kept(scene, kind, statement, left) if left and other.worked else "", ""
    again = scene.session.attempt(kind, statement, before=fresh)
    if _differ(answer, again, other):
        return _difference(answer, other)
    steady = _told(answer, fleeting=False) == _told(again, fleeting=False)
    return "", "" if steady else "it gives another answer each time"


def left_in(scene: Scene, tables: Collection[str]) -> Left:
    """What the last attempt, which must have worked, left in tables: rows that are new or lie elsewhere now."""
    asked = (
        f"SELECT {literal(table)}, to_jsonb(t.*) FROM {table} t WHERE NOT EXISTS ("
        f"SELECT FROM seatrial_attack.seeded s WHERE s.leaf = t.tableoid AND s.tid = t.ctid)"
        for table in sorted(tables)
    )
    left: Left = {}
    for table, text in scene.session.look(" UNION ALL ".join(asked)) if tables else ():
        for column, value in json.loads(text or "{}").items():
            left.setdefault((table or "", column), Counter())[json.dumps(value)] += 1
    return left


def _kept(scene: Scene, kind: Kind, statement: str, left: Left) -> str:
    """Whether tables hold something else after the last attempt, which was made in a world without rows of others."""
    tables = {table for table, _ in left}
    other = left_in(scene, tables)
    if left == other or not scene.session.attempt(kind, statement).worked:
        return ""
    again = left_in(scene, tables)
    told = sorted(
        f"{table}.{column}"
        for table, column in {*left, *again}
        if left.get((table, column)) == again.get((table, column)) != other.get((table, column))
    )
    return f"{', '.join(told)} hold something of rows of others" if told else ""


def differ(scene: Scene, kind: Kind, statement: str, answer: Attempt, other: Attempt) -> bool:
    """Whether something else came of a statement, and not only because something else comes of it each time."""
    if _told(answer) == _told(other):
        return False
    return _differ(answer, scene.session.attempt(kind, statement), other)


def _differ(answer: Attempt, again: Attempt, other: Attempt) -> bool:
    """Whether the other one differs in something in which the two of the same world do not."""
    for fleeting in (True, False):
        if _told(answer, fleeting=fleeting) == _told(again, fleeting=fleeting):
            return _told(answer, fleeting=fleeting) != _told(other, fleeting=fleeting)
    return False


def _told(answer: Attempt, *, fleeting: bool = True) -> tuple[object, ...]:
    rows = (
        answer.rows
        if fleeting
        else [tuple(value and _FLEETING.sub("#", value) for value in row) for row in answer.rows]
    )
    message = answer.message if fleeting else _FLEETING.sub("#", answer.message)
    return (answer.sqlstate, message, Counter(rows))


def _difference(answer: Attempt, other: Attempt) -> tuple[str, str]:
    for one in (answer, other):
        if one.sqlstate == TIMED_OUT:
            return "", refusal(one)
    if answer.worked and other.worked:
        more = sum((Counter(answer.rows) - Counter(other.rows)).values())
        if len(answer.rows) > len(other.rows):
            return f"{count(more, 'row')} of the answer from rows of others", ""
        return "the answer depends on rows of others", ""
    words = [refusal(one) if not one.worked else "success" for one in (answer, other)]
    return f"it tells whether a row of others exists: {words[0]}, and {words[1]} without that row", ""
