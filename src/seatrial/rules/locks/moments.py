"""Walks through a rehearsal and says for each statement which locks its transaction holds by then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.model.evidence import Lock, LockMode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.trial import StatementTrial, Trial

__all__ = ["Moment", "moments"]

_TIMEOUT = re.compile(
    r"""\bset\s+(?:(?:session|local)\s+)?lock_timeout\s*(?:=|\bto\b)\s*'?(?P<set>\w+)"""
    r"""|\bset_config\(\s*'lock_timeout'\s*,\s*'(?P<call>\w+)"""
    r"""|\breset\s+(?P<reset>lock_timeout|all)\b""",
    re.IGNORECASE,
)
#: Ends with the transaction.
_LOCAL = re.compile(r"\bset\s+local\b|,\s*true\s*\)", re.IGNORECASE)
#: In what defines a function it does nothing before the function is called.
_SETTING = frozenset({"variable_set_stmt", "select_stmt", "do_stmt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A statement that is through, in its transaction."""

    one: StatementTrial
    #: By table: the strongest lock that keeps somebody waiting, taken by the statement or by one before it.
    held: Mapping[str, Lock]
    #: What of that the statement itself took.
    taken: tuple[Lock, ...]
    #: Whether the file has set lock_timeout before, so that nobody waits long behind a lock that is waited for.
    limited: bool

    def lock_on(self, table: str, otherwise: LockMode) -> Lock:
        """The lock on a table; that of a statement that stands alone may be gone before anybody saw it."""
        return self.held.get(table) or Lock(
            relation=table, kind="table", mode=otherwise, blocks=otherwise.blocks, held_seconds=0, existed=True
        )


def moments(trial: Trial) -> Iterator[tuple[Moment, ...]]:
    """The statements of each transaction, in order."""
    for _, file in groupby(trial.statements, key=lambda one: one.script.source.path):
        limited = False
        for _, step in groupby(file, key=lambda one: one.step):
            transaction, limited = _transaction(tuple(step), limited=limited)
            yield transaction


def _transaction(statements: tuple[StatementTrial, ...], *, limited: bool) -> tuple[tuple[Moment, ...], bool]:
    found: list[Moment] = []
    held: Mapping[str, Lock] = {}
    session = limited
    for one in statements:
        timeout = _timeout(one)
        if timeout is not None:
            limited = timeout
            session = session if _LOCAL.search(one.statement.text) else timeout
        # What batches take with `triggers=off` is given back after each of them.
        taken = () if one.statement.batch else tuple(lock for lock in one.evidence.locks if _keeps_waiting(lock))
        if taken:
            # A stronger one on the same table comes later.
            held = {**held, **{lock.relation: lock for lock in taken}}
        found.append(Moment(one=one, held=held, taken=taken, limited=limited))
    return tuple(found), session


def _timeout(one: StatementTrial) -> bool | None:
    """Whether the statement limits the waiting for locks, or takes the limit away; None where it says nothing of it."""
    if one.statement.node not in _SETTING or not (match := _TIMEOUT.search(one.statement.text)):
        return None
    value = (match["set"] or match["call"] or "").lower()
    return value not in {"", "0", "default"}


def _keeps_waiting(lock: Lock) -> bool:
    """On a table, readers or writers; of views only the readers matter."""
    if not lock.existed:
        return False
    if lock.kind in {"table", "foreign table"}:
        return "writes" in lock.blocks
    return lock.kind in {"materialized view", "view"} and "reads" in lock.blocks
