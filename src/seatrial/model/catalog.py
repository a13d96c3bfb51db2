"""A database's schema as records, in a form that is the same on PostgreSQL 15 to 18."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Catalog", "CatalogObject", "Change", "Difference", "Identity", "describe"]

#: Kind and name, such as `("column", "public.contacts.email")`.
Identity = tuple[str, str]

#: A text longer than this is not quoted whole in a sentence.
QUOTED_WHOLE = 120
#: Kinds whose name starts with the name of the object that they are a part of.
NAMED_AFTER_PARENT = frozenset({"column", "constraint", "policy", "rule", "trigger"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogObject:
    """A table, a column, a policy, a function … and the facts that make it what it is."""

    kind: str
    #: Schema-qualified; unique within the kind; a function's with its argument types.
    name: str
    #: The object that this one goes away with (a column's table), if any.
    parent: Identity | None
    #: Fact by name, as text: `{"type": "uuid", "not null": "yes", "default": "gen_random_uuid()"}`.
    facts: Mapping[str, str]
    #: False for an object that was there before a release altered it: only the altered facts are known then,
    #: and an empty one must not be there (a privilege that the release revoked).
    whole: bool = True

    @property
    def identity(self) -> Identity:
        """What finds the same object in another catalog."""
        return self.kind, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """All objects of a database that a release can make or change, or those of them that one release did."""

    #: As `server_version_num`: 180006.
    server_version: int
    objects: Mapping[Identity, CatalogObject]
    #: What a release dropped, each with the object that it was a part of: to be found nowhere.
    dropped: Mapping[Identity, Identity | None]


class Change(StrEnum):
    """How an observed object departs from the expected one."""

    MISSING = "missing"
    ALTERED = "altered"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One departure, of one object or of one fact of it."""

    change: Change
    kind: str
    name: str
    #: The object that this one is a part of, if any.
    parent: Identity | None = None
    #: The fact that was altered; empty when the object as a whole is missing or unexpected.
    fact: str = ""
    expected: str = ""
    observed: str = ""


def describe(difference: Difference) -> str:
    """The difference as a sentence without a full stop.

    `policy integrations_select on public.integrations: using is altered: expected (a), observed (b)`
    """
    subject = f"{difference.kind} {_name(difference)}"
    if not difference.fact:
        return f"{subject} is {difference.change}"
    expected, observed = _contrast(difference.expected, difference.observed)
    if not difference.observed:
        return f"{subject}: {difference.fact} is missing: expected {expected}"
    if not difference.expected:
        return f"{subject}: {difference.fact} is unexpected: {observed}"
    return f"{subject}: {difference.fact} is altered: expected {expected}, observed {observed}"


def _name(difference: Difference) -> str:
    """`email of public.contacts` instead of `public.contacts.email`; an index says what it is on."""
    if difference.parent is None or difference.parent[0] == "schema":
        return difference.name
    parent = difference.parent[1]
    if difference.kind == "column":
        return f"{difference.name.removeprefix(parent + '.')} of {parent}"
    if difference.kind in NAMED_AFTER_PARENT:
        return f"{difference.name.removeprefix(parent + '.')} on {parent}"
    if difference.kind == "index":
        return f"{difference.name} on {parent}"
    return difference.name


def _contrast(expected: str, observed: str) -> tuple[str, str]:
    """Both texts as one line each; of long ones only the first line that differs."""
    if max(len(expected), len(observed)) <= QUOTED_WHOLE or not (expected and observed):
        return _short(expected), _short(observed)
    left, right = expected.splitlines(), observed.splitlines()
    shared = next((i for i, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), None)
    at = min(len(left), len(right)) if shared is None else shared
    return _line(left, at), _line(right, at)


def _line(lines: list[str], at: int) -> str:
    return f"at line {at + 1} “{_short(lines[at])}”" if at < len(lines) else f"an end after line {at}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED_WHOLE else f"{line[: QUOTED_WHOLE - 1]}…"
