"""Owner and comment, which most kinds have. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alteration import Alteration
from seatrial.sql.text import literal, quoted

if TYPE_CHECKING:
    from seatrial.rollback.alteration import Pair

__all__ = ["comment", "owner", "said"]

#: Kinds of the catalog that SQL calls otherwise.
_WORDS = {"foreign server": "server"}


def said(pair: Pair, *, name: str = "", on: str = "") -> Alteration:
    """Both.

    Args:
        pair: the object.
        name: as SQL wants it, where that is not the catalog's.
        on: the table that has to be said for a constraint, a policy, a rule, a trigger.
    """
    return owner(pair, name=name) + comment(pair, name=name, on=on)


def owner(pair: Pair, *, name: str = "") -> Alteration:
    """Who owned it."""
    if "owner" not in pair.changed:
        return Alteration()
    return Alteration(statements=(f"ALTER {word(pair)} {name or pair.name} OWNER TO {quoted(pair.was('owner'))}",))


def comment(pair: Pair, *, name: str = "", on: str = "") -> Alteration:
    """What was said of it."""
    if "comment" not in pair.changed:
        return Alteration()
    text = literal(pair.was("comment")) if pair.was("comment") else "NULL"
    place = f" ON {on}" if on else ""
    return Alteration(statements=(f"COMMENT ON {word(pair)} {name or pair.name}{place} IS {text}",))


def word(pair: Pair) -> str:
    """What SQL calls its kind."""
    if pair.after.kind == "type" and pair.now("form") == "domain":
        return "DOMAIN"
    return _WORDS.get(pair.after.kind, pair.after.kind).upper()
