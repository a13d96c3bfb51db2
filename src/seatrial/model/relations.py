"""Which tables, views and sequences a statement speaks of, and which of them a folder does not make itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.place import Place

__all__ = ["Elsewhere", "Relations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """Names as they are written, schema-qualified or not, without quotes: `public.contacts`, `contacts`."""

    #: Used anywhere in the statement, in the bodies of its functions too.
    names: frozenset[str]
    #: Those among them that need not exist: IF EXISTS, to_regclass, or behind a test that looks for them.
    optional: frozenset[str]
    #: Brought into being, by a new name too; the transition tables of a trigger are among them.
    creates: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """A relation that a folder uses and that no file of it creates."""

    #: Schema-qualified: `public.contacts`.
    name: str
    #: Where it is first used.
    place: Place
