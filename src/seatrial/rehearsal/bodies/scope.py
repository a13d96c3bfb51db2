"""Which variable of a function a name means at one place of its body."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.sql.plpgsql_tree import Name

__all__ = ["Level", "Scope", "Variable", "declared", "quoted"]

_ROW_TYPE = re.compile(r"\s*%\s*rowtype\s*$", re.IGNORECASE)
_SAME_TYPE = re.compile(r"\s*%\s*type\s*$", re.IGNORECASE)
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Variable:
    """A parameter or variable; two of one name in different blocks are two."""

    #: As a parameter of a function takes it; empty where it is not fixed by a declaration.
    type: str
    #: A RECORD: its columns are those of the query that fills it.
    is_record: bool = False
    #: Why there is no type.
    why: str = ""
    number: int = field(default_factory=lambda: next(_numbers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What one block, or the function itself, brings in."""

    label: str
    names: dict[str, Variable]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """All levels, the innermost last."""

    levels: tuple[Level, ...] = ()

    def within(self, label: str, names: dict[str, Variable]) -> Scope:
        """The scope of an inner block."""
        return replace(self, levels=(*self.levels, Level(label=label, names=names)))

    def find(self, name: Name) -> tuple[Variable, int] | None:
        """The variable that a dotted name begins with, and how many of its parts name it."""
        for level in reversed(self.levels):
            if name[0] in level.names:
                return level.names[name[0]], 1
            if len(name) > 1 and level.label == name[0] and name[1] in level.names:
                return level.names[name[1]], 2
        return None


def declared(text: str, scope: Scope) -> Variable:
    """A variable of a type as DECLARE has it."""
    if text.strip().lower() == "record":
        return Variable(type="", is_record=True)
    if _SAME_TYPE.search(text):
        return _like(_SAME_TYPE.sub("", text).strip(), text, scope)
    if re.search(r"%\s*(?:row)?type", _ROW_TYPE.sub("", text), re.IGNORECASE):
        return Variable(type="", why=f"the type {text} is not known here")
    return Variable(type=_ROW_TYPE.sub("", text))


def _like(named: str, text: str, scope: Scope) -> Variable:
    name = tuple(part.strip('"') if part.startswith('"') else part.lower() for part in re.split(r"\s*\.\s*", named))
    found = scope.find(name)
    if found is not None and found[1] == len(name):
        return Variable(type=found[0].type, is_record=found[0].is_record, why=found[0].why)
    if len(name) == 1:
        return Variable(type="", why=f"the type {text} is not known here")
    return Variable(type=text)


def quoted(name: str) -> str:
    """An identifier in quotes."""
    return '"' + name.replace('"', '""') + '"'
