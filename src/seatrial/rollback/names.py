"""Which object of the one schema is which of the other, and how what is said of it reads under its other name. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.catalog import Identity
    from seatrial.rollback.side import Side, Thing

__all__ = ["Names", "bare", "names", "parts"]

_PART = re.compile(r'"(?:[^"]|"")*"|[^."(]+')
#: Kinds whose name goes with what it is in: no statement can mean another one of them by it.
QUALIFIED = frozenset(
    {"table", "foreign table", "view", "materialized view", "sequence", "type", "collation", "function", "procedure",
     "aggregate", "index", "statistics"}
)  # fmt: skip
ROUTINES = frozenset({"function", "procedure", "aggregate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Objects that are in both schemas."""

    #: After → before.
    old: Mapping[Identity, Identity]
    #: Before → after.
    new: Mapping[Identity, Identity]
    #: Qualified names that are other ones before.
    words: Mapping[str, str] = field(default_factory=dict)
    #: Bare names of columns that are.
    columns: Mapping[str, str] = field(default_factory=dict)

    def read(self, text: str) -> str:
        """A text about the schema after, with the qualified names that things had before."""
        return _replaced(text, self.words)

    def at_home(self, text: str) -> str:
        """The same, also of what was not there before, in a schema that was."""
        schemas = {
            f"{new}.": f"{old}." for (kind, new), (_, old) in self.old.items() if kind == "schema" and new != old
        }
        return _replaced(text, {**schemas, **self.words})

    def meant(self, text: str, was: str, own: Mapping[str, str]) -> str:
        """The same to be compared with a text from before: as that, where only names differ.

        Args:
            text: SQL about the schema after.
            was: SQL about the same object before.
            own: further names that hold for this text alone.
        """
        read = self.read(text)
        if read == was or not (self.columns or own):
            return read
        # A bare word may as well be another thing of that name, so the other reading comes second.
        further = _replaced(text, {**self.words, **self.columns, **own})
        return was if further == was else read


def parts(name: str) -> list[str]:
    """Of a qualified name, quoted as they are; arguments stay with the last one."""
    head, bracket, arguments = name.partition("(")
    found = _PART.findall(head)
    if bracket:
        found[-1] += bracket + arguments
    return found


def _replaced(text: str, words: Mapping[str, str]) -> str:
    if not words:
        return text
    one_of = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf'(?<![\w$".])(?:{one_of})(?:(?<=\.)|(?![\w$"]))', lambda found: words[found[0]], text)


def bare(name: str) -> str:
    """The last part of a name, without arguments."""
    return parts(name)[-1].partition("(")[0]


def names(before: Side, after: Side) -> Names:
    """Find every object again: by its number in the catalog, a column by its place, another by its name."""
    old = _by_key(before, after)
    old |= _by_place(before, after, old)
    found = Names(old=old, new={}, words=_words(old))
    old = {**old, **_by_name(before, after, found)}
    columns = {
        bare(new): bare(was) for (kind, new), (_, was) in old.items() if kind == "column" and bare(new) != bare(was)
    }
    return Names(old=old, new={one: other for other, one in old.items()}, words=_words(old), columns=columns)


def _by_key(before: Side, after: Side) -> dict[Identity, Identity]:
    known = {one.key: one for one in before.things.values() if one.key}
    found = {}
    for one in after.things.values():
        other = known.get(one.key)
        if other is not None and other.kind == one.kind:
            found[one.identity] = other.identity
    return found


def _by_place(before: Side, after: Side, old: Mapping[Identity, Identity]) -> dict[Identity, Identity]:
    known = {(one.parent, one.place): one.identity for one in before.things.values() if one.kind == "column"}
    found = {}
    for one in after.things.values():
        if one.kind == "column" and one.place and one.parent and one.parent in old:
            other = known.get((old[one.parent], one.place))
            if other is not None:
                found[one.identity] = other
    return found


def _by_name(before: Side, after: Side, known: Names) -> dict[Identity, Identity]:
    """What was dropped and made again is the same, unless it has rows of its own."""
    taken = set(known.old.values())
    found: dict[Identity, Identity] = {}

    def same_parent(one: Thing, other: Thing) -> bool:
        if one.parent is None or one.parent[0] in {"schema", "role"}:
            return True
        return known.old.get(one.parent) == other.parent or found.get(one.parent) == other.parent

    for one in sorted(after.things.values(), key=lambda thing: thing.kind == "sequence"):
        if one.identity in known.old or one.kind == "table":
            continue
        identity = (one.kind, known.read(one.name))
        other = before.things.get(identity)
        # A column that is inherited has no number.
        if other is None or (one.kind == "column" and one.place and other.place):
            continue
        # The sequence of an identity is another one than a serial column's.
        if one.kind == "sequence" and bool(one.made) != bool(other.made):
            continue
        if identity not in taken and same_parent(one, other):
            found[one.identity] = identity
            taken.add(identity)
    return found


def _words(old: Mapping[Identity, Identity]) -> dict[str, str]:
    found = {}
    for (kind, name), (_, other) in old.items():
        if name == other:
            continue
        if kind in ROUTINES:
            name, other = name.partition("(")[0], other.partition("(")[0]  # noqa: PLW2901 - without arguments
        if kind in QUALIFIED and name != other:
            found[name] = other
    return found
