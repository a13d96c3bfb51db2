"""The objects that a refused change has to do with: those that depend on what it changes, and those it may mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.place import place_at
from seatrial.sql.relations import relations
from seatrial.sql.signature import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from seatrial.model.failure import Failure
    from seatrial.model.migration import Migration
    from seatrial.model.source import Script, Statement

    Found = tuple[Script, Statement]

__all__ = ["dependents"]

#: More objects than these are counted, not named.
MANY = 12
#: `policy mine on table boats depends on column "length"` · `rule _RETURN on view names depends on column "name"`
_DEPENDS = re.compile(r"(?:rule \S+ on )?(.+?) depends on .+")
_GENERATED = re.compile(r'Column ".+" is used by (generated column ".+")\.')
_RETYPED = "cannot alter type of a column"
_CHANGED_COLUMN = re.compile(
    r'cannot change (name|data type|collation) of view column ("[^"]+") (?:from (.+) )?to (.+)'
)
_FEWER_COLUMNS = "cannot drop columns from view"
_VIEW = re.compile(r'\bview\s+((?:"[^"]+"|[\w$]+)(?:\s*\.\s*(?:"[^"]+"|[\w$]+))?)', re.IGNORECASE)
#: Use DROP FUNCTION grade(integer) first.
_DROP_FIRST = re.compile(r"Use (DROP \w+ (.+)) first\.")
_NOT_UNIQUE = re.compile(r"(?:function|procedure|routine|aggregate)(?: name)? ([^(]+?)(?:\(.*\))? is not unique")
_NEW_VALUE = re.compile(r'unsafe use of new value "(.+)" of enum type (.+)')
#: In the words of the server: what a block or a function was about to execute.
_INNER = re.compile(r'SQL statement "(.+?)"\n(?:PL/pgSQL|SQL) ', re.DOTALL)
#: Whose dependency on a function or a view the server remembers.
_REMEMBERED = {
    "view_stmt": "view", "create_table_as_stmt": "materialized view", "create_policy_stmt": "policy",
    "create_trig_stmt": "trigger", "index_stmt": "index", "create_stmt": "table", "alter_table_stmt": "ALTER TABLE",
}  # fmt: skip
_READERS = frozenset({"view_stmt", "create_table_as_stmt", "create_policy_stmt"})


def dependents(failure: Failure, migrations: Sequence[Migration]) -> str:
    """Who is in the way, by name, and what is to be done; empty where the failure is of another kind.

    Args:
        failure: what the server refused.
        migrations: all of the folder, in order.
    """
    teller = _TELLERS.get(failure.sqlstate)
    return teller(failure, tuple(_before(failure, migrations))) if teller else ""


def _retyped(failure: Failure, _: Sequence[Found]) -> str:
    match = _DEPENDS.match(failure.detail) or _GENERATED.match(failure.detail)
    if not match or not failure.message.startswith(_RETYPED):
        return ""
    return (
        f"{match[1]} uses the column: drop it, change the type, and create it again, all in this file "
        "(the server names only the first such object)"
    )


def _needed(failure: Failure, _: Sequence[Found]) -> str:
    lines = failure.detail.splitlines()
    if not lines:
        return ""
    matches = [_DEPENDS.fullmatch(line) for line in lines]
    names = [match[1] if match else line for match, line in zip(matches, lines, strict=True)]
    if not any(matches):
        return f"in the way: {_joined(names)}"
    it, verb = ("it", "depends") if len(names) == 1 else ("them", "depend")
    return f"{_joined(names)} {verb} on it: change or drop {it} first; CASCADE would take {it} along"


def _reshaped(failure: Failure, before: Sequence[Found]) -> str:
    view = _VIEW.search(_text(failure))
    match = _CHANGED_COLUMN.match(failure.message)
    if view is None or not (match or failure.message == _FEWER_COLUMNS):
        return ""
    name = view[1]
    rest = (
        f"CREATE OR REPLACE VIEW keeps all columns and adds only at the end; else DROP VIEW {name} first, in this file"
    )
    said = f"view {name} has columns that its new query lacks"
    if match:
        what, column, was, now = match.groups()
        said = f"view {name} has the column {column} where the new query has {now}"
        if what == "name":
            rest += f", or, for another name only, ALTER VIEW {name} RENAME COLUMN {column} TO {now}"
        else:
            said = f"column {column} of view {name} has the {what} {was}, and {now} in the new query"
    return f"{said}: {rest}{_users(_readers(_bare(name), before))}"


def _redefined(failure: Failure, before: Sequence[Found]) -> str:
    match = _DROP_FIRST.fullmatch(failure.hint)
    if not match:
        return ""
    command, function = match.groups()
    called = re.compile(rf'(?<![\w$])"?{re.escape(_bare(function.partition("(")[0]))}"?\s*\(', re.IGNORECASE)
    users = [one for one in before if one[1].node in _REMEMBERED and called.search(one[1].text)]
    return (
        f"{function} is there already, and CREATE OR REPLACE changes only its body and attributes: {command} first, in "
        f"this file, create it, and grant its privileges again{_users(users)}"
    )


def _mistaken(failure: Failure, before: Sequence[Found]) -> str:
    match = _NOT_UNIQUE.match(failure.message)
    name = _bare(match[1]) if match else ""
    made = {signature(one.text): (script, one) for script, one in before if name in one.creates}
    candidates = [f"{called} ({_place(*found)})" for called, found in made.items() if called]
    if not candidates:
        return ""
    others = " and one from outside this folder" if len(candidates) == 1 else ""
    return f"{name!r} may be {_joined(candidates)}{others}: write the argument types, or drop the one that is not meant"


def _uncommitted(failure: Failure, before: Sequence[Found]) -> str:
    match = _NEW_VALUE.match(failure.message)
    if not match:
        return ""
    value, kind = match.groups()
    adding = [one for one in before if one[1].node == "alter_enum_stmt" and f"'{value}'" in one[1].text]
    place = f" at {_place(*adding[-1])}" if adding else ""
    return (
        f"{value!r} was added to the type {kind} in this transaction{place}, and a new value must be committed before "
        "it is used: move ALTER TYPE … ADD VALUE into a file of its own, before this one"
    )


_TELLERS: dict[str, Callable[[Failure, Sequence[Found]], str]] = {
    "0A000": _retyped, "2BP01": _needed, "42P16": _reshaped, "42P13": _redefined, "42725": _mistaken,
    "55P04": _uncommitted,
}  # fmt: skip


def _before(failure: Failure, migrations: Sequence[Migration]) -> Iterator[Found]:
    """All statements in front of the one that failed."""
    for migration in migrations:
        if migration.version > failure.version:
            return
        for statement in migration.script.statements:
            if migration.version == failure.version and statement.text == failure.statement:
                return
            yield migration.script, statement


def _readers(view: str, before: Sequence[Found]) -> list[Found]:
    return [
        (script, one)
        for script, one in before
        if one.node in _READERS and view not in one.creates and view in map(_bare, relations(one.text).names)
    ]


def _users(found: Sequence[Found]) -> str:
    if not found:
        return ""
    names = (f"{_REMEMBERED[one.node]} {''.join(one.creates[:1])}".strip() for _, one in found)
    placed = [f"{name} ({_place(*one)})" for name, one in zip(names, found, strict=True)]
    return f"; that stops at what uses it: {_joined(placed)}"


def _text(failure: Failure) -> str:
    inner = _INNER.search(failure.context)
    return inner[1] if inner else failure.statement


def _place(script: Script, statement: Statement) -> str:
    return f"{script.source.path}:{place_at(script.source.path, script.source.text, statement.start).line}"


def _bare(name: str) -> str:
    return name.rpartition(".")[2].strip().strip('"')


def _joined(names: Iterable[str]) -> str:
    found = list(dict.fromkeys(names))
    if len(found) > MANY:
        found = [*found[: MANY - 1], f"{len(found) - MANY + 1} more"]
    return " and ".join(filter(None, [", ".join(found[:-1]), found[-1]]))
