"""A type made anew beside the one that the migration left, with every column that has it moved over. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import word
from seatrial.rollback.alteration import Alteration
from seatrial.rollback.guard import still_used
from seatrial.rollback.options import names
from seatrial.sql.text import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from seatrial.rollback.alteration import ColumnUse, Pair

__all__ = ["remade_composite", "remade_enum"]

#: What the type is called until nothing has it any more.
ASIDE = "seatrial_aside"


def remade_enum(pair: Pair, users: Sequence[ColumnUse]) -> Alteration:
    """Guards stop where rows have a label that the earlier type does not."""
    was = names(pair.was("labels"))
    gone = [label for label in names(pair.now("labels")) if label not in was]
    guards = [still_used(user.table, user.column, lost=_has(user, gone), as_type=pair.name) for user in users if gone]

    def through_text(user: ColumnUse) -> str:
        return f"{user.column}::text{'[]' if user.type.endswith('[]') else ''}::{user.type}"

    return _remade(pair, f"ENUM ({', '.join(was)})", users, through_text, guards)


def remade_composite(
    pair: Pair, users: Sequence[ColumnUse], was: Mapping[str, str], now: Mapping[str, str]
) -> Alteration:
    """Attributes go over by their names; those that come back are NULL, those that go stop it where they have a value.

    Args:
        pair: the type.
        users: the columns that have it.
        was: attribute → type, as it is to be.
        now: the same, as it is.
    """
    if any(user.type.endswith("[]") for user in users):
        return Alteration(reasons=(f"attributes of {pair.name} have changed, and there are arrays of it",))
    gone = [name for name in now if name not in was]
    guards = [
        still_used(
            user.table,
            user.column,
            lost=" OR ".join(f"({user.column}).{name} IS NOT NULL" for name in gone),
            as_type=pair.name,
        )
        for user in users
        if gone
    ]

    def by_name(user: ColumnUse) -> str:
        values = (
            f"({user.column}).{name}::{type_}" if name in now else f"NULL::{type_}" for name, type_ in was.items()
        )
        return f"CASE WHEN {user.column} IS DISTINCT FROM NULL THEN ROW({', '.join(values)})::{user.type} END"

    attributes = ", ".join(f"{name} {type_}" for name, type_ in was.items())
    return _remade(pair, f"({attributes})", users, by_name, guards)


def _remade(
    pair: Pair, body: str, users: Sequence[ColumnUse], cast: Callable[[ColumnUse], str], guards: Sequence[str]
) -> Alteration:
    statements = (
        *guards,
        f"ALTER TYPE {pair.name} RENAME TO {ASIDE}",
        f"CREATE TYPE {pair.name} AS {body}",
        *(action for user in users for action in _moved(user, cast(user))),
        f"DROP TYPE {pair.on}.{ASIDE}",
        *_said_again(pair),
    )
    return Alteration(statements=statements, drops_dependents=True)


def _moved(user: ColumnUse, value: str) -> Iterator[str]:
    column = f"ALTER COLUMN {user.column}"
    if user.default:
        yield f"ALTER TABLE {user.table} {column} DROP DEFAULT"
    yield f"ALTER TABLE {user.table} {column} TYPE {user.type} USING {value}"
    if user.default_before:
        yield f"ALTER TABLE {user.table} {column} SET DEFAULT {user.default_before}"


def _said_again(pair: Pair) -> Iterator[str]:
    """The new type is of whoever made it, and nothing is said of it."""
    yield f"ALTER {word(pair)} {pair.name} OWNER TO {quoted(pair.was('owner'))}"
    if pair.was("comment"):
        yield f"COMMENT ON {word(pair)} {pair.name} IS {literal(pair.was('comment'))}"


def _has(user: ColumnUse, labels: Sequence[str]) -> str:
    listed = ", ".join(labels)
    return (
        f"{user.column}::text[] && ARRAY[{listed}]::text[]"
        if user.type.endswith("[]")
        else f"{user.column}::text IN ({listed})"
    )
