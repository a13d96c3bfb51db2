"""What a release changes for whom: two matrices, in sentences for a person who knows no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.model.isolation import Cell, Matrix

__all__ = ["Change", "Direction", "difference"]


class Direction(StrEnum):
    """Which way it goes for those whom a change concerns."""

    MORE = "more"
    LESS = "less"
    UNKNOWN = "unknown"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Of one subject, for the same people."""

    subject: str
    direction: Direction
    #: Names of the kinds, in the world's order; none where nobody can do anything.
    kinds: tuple[str, ...]
    actions: tuple[str, ...]
    sentence: str


#: Whose rows an action is about, as an action says it and as a person does: `s` is the subject, `t` the tenant.
_WHOSE = {
    "rows of own tenant": "{s} of their own {t}",
    "own rows": "their own {s}",
    "rows of another tenant": "{s} of another {t}",
    "rows of other users": "{s} of other users",
    "rows of others": "{s} of others",
    "rows of no tenant": "{s} of no {t}",
}
_ADDED = {
    "add a row to own tenant": "rows of own tenant",
    "add an own row": "own rows",
    "add a row to another tenant": "rows of another tenant",
    "add a row in another user's name": "rows of other users",
    "add a row to no tenant": "rows of no tenant",
}
_VERBS = {"read": "read", "add": "add", "update": "change", "delete": "delete"}
_WORDS = {
    Direction.MORE: "{who} can now {what}.",
    Direction.LESS: "{who} can no longer {what}.",
    Direction.UNKNOWN: "Nobody knows whether, after the release, {who} can {what}.",
    Direction.NEW: "New: {who} can {what}.",
}
#: Cells of a subject, by action and kind.
_Actions = dict[str, dict[str, "Cell"]]
#: An action, which way it went, and for which kinds.
_Move = tuple[str, Direction, tuple[str, ...]]


#: Who may do it may do it so, too: that changes nothing.
SAME_BY_ANOTHER_WAY = "with a plan made for another user"


def difference(before: Matrix, after: Matrix, tenant: str = "organization") -> tuple[Change, ...]:
    """Each subject in turn: what is new, what more and what less people can do, and what is not known.

    Args:
        before: the target as it is.
        after: with the release.
        tenant: what a tenant is called.
    """
    then, now = _by_subject(before), _by_subject(after)
    unknown = {one.table for one in before.world.unfilled} - then.keys()
    found: list[Change] = []
    for subject in sorted(then.keys() | now.keys() - unknown):
        if subject not in now:
            found.append(_bare(subject, Direction.GONE, f"Gone: {_shown(subject)}."))
        elif moved := list(_moved(then.get(subject), now[subject])):
            found.extend(_changes(subject, moved, now[subject], after, tenant))
        elif subject not in then:
            found.append(_bare(subject, Direction.NEW, f"New: no user can do anything with {_shown(subject)}."))
    return tuple(found)


def _by_subject(matrix: Matrix) -> dict[str, _Actions]:
    found: dict[str, _Actions] = {}
    for cell in matrix.cells:
        found.setdefault(cell.subject, {}).setdefault(cell.action, {})[cell.kind] = cell
    return found


def _bare(subject: str, direction: Direction, sentence: str) -> Change:
    return Change(subject=subject, direction=direction, kinds=(), actions=(), sentence=sentence)


def _moved(then: _Actions | None, now: _Actions) -> Iterator[_Move]:
    """What nobody tried before counts as closed before."""
    more = Direction.NEW if then is None else Direction.MORE
    words = {Observed.ALLOWED: more, Observed.BLOCKED: Direction.LESS, Observed.UNDECIDED: Direction.UNKNOWN}
    for action, cells in now.items():
        if action.endswith(SAME_BY_ANOTHER_WAY):
            continue
        kinds: dict[Direction, list[str]] = {}
        for kind, cell in cells.items():
            earlier = (then or {}).get(action, {}).get(kind)
            was = earlier.observed if earlier else Observed.BLOCKED
            if was not in {cell.observed, Observed.UNDECIDED}:
                kinds.setdefault(words[cell.observed], []).append(kind)
        yield from ((action, direction, tuple(names)) for direction, names in kinds.items())


def _changes(subject: str, moved: Iterable[_Move], now: _Actions, after: Matrix, tenant: str) -> Iterator[Change]:
    """Actions on the same rows by the same people share a sentence."""
    alike: dict[tuple[Direction, tuple[str, ...], str, str], list[str]] = {}
    for action, direction, kinds in moved:
        words = _WORDS[direction].replace("{who}", _who(kinds, after).replace("tenant", tenant))
        if direction is Direction.LESS and (nobody := _nobody(kinds, now[action], after)):
            words = nobody + " can any more {what}."
        rows = _ADDED.get(action, action.partition(" ")[2])
        alike.setdefault((direction, kinds, rows if rows in _WHOSE else action, words), []).append(action)
    for (direction, kinds, rows, words), actions in alike.items():
        sentence = words.replace("{what}", _what(actions, rows, _shown(subject), tenant))
        yield Change(
            subject=subject, direction=direction, kinds=kinds, actions=tuple(actions),
            sentence=sentence[:1].upper() + sentence[1:],
        )  # fmt: skip


def _what(actions: Sequence[str], rows: str, subject: str, tenant: str) -> str:
    if rows not in _WHOSE and " " not in rows:
        return f"{rows} {subject}"
    if rows not in _WHOSE:
        return f"{rows.replace('tenant', tenant)} ({subject})"
    firsts = [action.partition(" ")[0] for action in actions]
    verbs = [_VERBS.get(first, first) for first in firsts]
    return f"{_joined(verbs)} {_WHOSE[rows].replace('{t}', tenant).replace('{s}', subject)}"


def _shown(subject: str) -> str:
    """A person does not care for the schema that everything is in."""
    return subject.removeprefix("public.")


def _who(kinds: Sequence[str], matrix: Matrix) -> str:
    everybody = [kind.name for kind in matrix.world.kinds]
    signed_in = [kind.name for kind in matrix.world.kinds if kind.user]
    if set(kinds) >= set(everybody):
        return "everybody, signed in or not,"
    if set(kinds) == set(signed_in):
        return "everybody signed in"
    return _joined([_plural(name) for name in kinds])


def _nobody(kinds: Sequence[str], cells: Mapping[str, Cell], matrix: Matrix) -> str:
    """Where no one is left who can."""
    if any(cell.observed is not Observed.BLOCKED for cell in cells.values()):
        return ""
    users = {kind.name for kind in matrix.world.kinds if kind.user}
    return "nobody signed in" if set(kinds) <= users else "nobody"


def _plural(kind: str) -> str:
    """`suspended admins`, `users of no organization`, `anonymous visitors`."""
    if kind == "anonymous":
        return "anonymous visitors"
    head, of, rest = kind.partition(" of ")
    if any(word in f" {head} " for word in (" with ", " without ", " whose ", " in ", " who ", " that ")):
        return f"users of the kind {kind}"
    return (head[:-1] + "ies" if head.endswith("y") else head + "s") + of + rest


def _joined(words: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
