"""Erases somebody's rows from every table of the archive, and looks afterwards that none is left."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from seatrial.archive.holding import not_done
from seatrial.archive.read import PACKAGE
from seatrial.archive.relations import read_keys, read_relations
from seatrial.archive.whose import IDENTIFIER, Reached, reach
from seatrial.errors import CannotRun, Refused, Remains, StatementFailed
from seatrial.model.archiving import Belonging, Share, Standing
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.sql.text import qualified

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.archive.whose import Kind, Relation
    from seatrial.model.archiving import Found
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Reckoning", "erase_rows", "reckon"]

#: Pages of a table that one transaction goes through: some 8 MB.
PAGES = 1024
#: Where not every row is to be seen, the server refuses, and does not leave out what is not; nobody is waited for.
SETTINGS = "SET search_path = ''; SET row_security = off; SET lock_timeout = '2s'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """What of one table of the archive is theirs."""

    share: Share
    #: None of what was not looked into.
    reached: Reached | None = None


def reckon(
    connection: Connection, tenancy: Tenancy, kind: Kind, identifier: str, found: Sequence[Found]
) -> tuple[Reckoning, ...]:  # fmt: skip
    """Count what is theirs in each table of the archive, in the order in which it has to go. Changes nothing.

    The session keeps the identifier as a setting: it stands in no statement.

    Args:
        connection: of the deploying role; used for nothing else any more.
        tenancy: as it was declared.
        kind: whose rows are looked for.
        identifier: of the user or the tenant.
        found: the entries of the archive.

    Raises:
        CannotRun: the identifier is none of its type.
        Refused: the server does not let us look.
    """
    execute(connection, SETTINGS)
    rows(connection, "SELECT set_config(%(name)s, %(id)s, false) AS kept", {"name": IDENTIFIER, "id": identifier})
    relations, unlisted = read_relations(connection, found)
    reached = reach(tenancy, kind, relations, tuple(read_keys(connection, found)))
    for one in sorted(frozenset[str]().union(*(one.types for one in reached))):
        _refuse_unfit(connection, one, kind)
    return (*(_counted(connection, one) for one in reached), *_unread(found, unlisted))


def erase_rows(connection: Connection, reckonings: Sequence[Reckoning]) -> Iterator[Share]:
    """Delete what is theirs, in batches, table by table; each is looked at again before the next one.

    Args:
        connection: the one that it was reckoned with.
        reckonings: in their order.

    Yields:
        Each table that was gone through, with how many rows are gone.

    Raises:
        Refused: the server refused the first of it; nothing is gone.
        Remains: something is gone, and not all of it.
    """
    done = 0
    for one in reckonings:
        if one.reached is None or not one.reached.condition:
            continue
        gone = 0
        try:
            for batch in _batches(connection, one.reached):
                gone += batch
            left = _count(connection, one.reached.relation, one.reached.condition)
        except Refused as refusal:
            if not done + gone:
                raise
            raise _incomplete(one.share, refusal.why) from None
        if left:
            raise _incomplete(one.share, f"{left:,} rows came while it went on")
        done += gone
        yield replace(one.share, rows=gone)


def _counted(connection: Connection, one: Reached) -> Reckoning:
    theirs = _count(connection, one.relation, one.condition) if one.condition else 0
    untold = _count(connection, one.relation, one.dangling) if one.dangling else 0
    share = Share(
        entry=one.relation.entry, what=one.relation.what, belonging=one.belonging, how=one.how, rows=theirs,
        untold=untold,
    )  # fmt: skip
    return Reckoning(share=share, reached=one)


def _unread(found: Iterable[Found], unlisted: Iterable[tuple[str, str]]) -> Iterator[Reckoning]:
    """What cannot be told, as nobody knows what it is."""
    for one in found:
        if one.standing is Standing.FOREIGN:
            share = Share(entry=one.entry.id, what=one.what, belonging=Belonging.UNKNOWN, how=one.why)
            yield Reckoning(share=share)
    for name in unlisted:
        why = "the list of the archive does not say what it is"
        yield Reckoning(share=Share(entry=0, what=qualified(*name), belonging=Belonging.UNKNOWN, how=why))


def _batches(connection: Connection, one: Reached) -> Iterator[int]:
    """How many rows went with each; every page is looked at once."""
    schema, name = one.relation.place
    values: dict[str, Any] = {"schema": schema, "name": name}
    with _ours(connection, one.relation):
        leaves = rows(connection, load(PACKAGE, "leaves"), values)
    for leaf in leaves:
        # Rows that refer to each other have to go at once; and the last batch has no end, whatever has come since.
        first = [] if leaf["referred"] else list(range(PAGES, leaf["pages"], PAGES))
        for begin, end in zip([0, *first], [*first, None], strict=True):
            until = "" if end is None else f"AND t.ctid < '({end},0)'::tid "
            part = f"t.ctid >= '({begin},0)'::tid {until}AND {one.condition}"
            with _ours(connection, one.relation), connection.transaction():
                batch = ask(connection, f"DELETE FROM ONLY {leaf['quoted']} AS t WHERE {part}").rows  # noqa: S608 - quoted names
            yield batch


def _count(connection: Connection, relation: Relation, condition: str) -> int:
    with _ours(connection, relation):
        found = ask(connection, f"SELECT count(*) FROM {relation.sql} AS t WHERE {condition}")  # noqa: S608 - quoted names
    return int(found.value)


@contextmanager
def _ours(connection: Connection, relation: Relation) -> Iterator[None]:
    """What the server refuses, without what it tells of values.

    Raises:
        Refused: in place of what it said.
    """
    try:
        with translated(connection):
            yield
    except StatementFailed as error:
        raise not_done(connection, error, f"entry {relation.entry}, {relation.sql}") from None


def _refuse_unfit(connection: Connection, wanted: str, kind: Kind) -> None:
    try:
        ask(connection, f"SELECT current_setting('{IDENTIFIER}')::{wanted} IS NULL")
    except StatementFailed:
        # The server's words have the identifier in them.
        raise CannotRun(
            "archive.bad-id", f"what stands after --{kind} is no {kind}'s identifier", where=f"--{kind}",
            why=f"it is no {wanted}, which is what the archive's rows say whose they are by",
            fix=f"give it as the database writes it: seatrial archive erase --{kind} ID",
        ) from None  # fmt: skip


def _incomplete(one: Share, why: str) -> Remains:
    return Remains(
        "archive.partly-erased", "some rows are erased, and not all of them: consistent, run again",
        where=f"entry {one.entry}, {one.what}", why=why, fix="run the same command again: it goes on with what is left",
    )  # fmt: skip
