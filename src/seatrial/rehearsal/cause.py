"""The cause of a failure in plain words, where the folder tells it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.rehearsal.dependents import dependents
from seatrial.scratch.prelude import NOT_PROVIDED

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from seatrial.model.failure import Failure
    from seatrial.model.migration import Migration

__all__ = ["missing_extension", "missing_name", "with_cause"]

UNDEFINED_COLUMN = "42703"
#: undefined table, column, function, object, schema
_UNDEFINED = frozenset({"42P01", UNDEFINED_COLUMN, "42883", "42704", "3F000"})
#: The name in messages such as: relation "public.a" does not exist · function f(uuid) does not exist ·
#: column "b" of relation "a" does not exist
_COLUMN_OF = re.compile(r'column "([^"]+)" of relation "([^"]+)"')
_QUOTED = re.compile(r'"([^"]+)"')
#: extension "postgis" is not available · could not open extension control file ".../postgis.control"
_EXTENSION = re.compile(r'(?:extension|could not open extension control file) ".*?(\w+)(?:\.control)?"')
_UNAVAILABLE = frozenset({"0A000", "58P01"})
_FUNCTION = re.compile(r"function ([\w.\"]+)\(")


def with_cause(failure: Failure, migrations: Sequence[Migration], edited: Collection[str]) -> Failure:
    """The failure, with its cause when the folder explains it.

    Args:
        failure: what the server refused.
        migrations: all of the folder, in order.
        edited: versions whose applied content differs from the file.
    """
    cause = _missing(missing_name(failure), failure, migrations) or dependents(failure, migrations)
    if extension := missing_extension(failure):
        cause = f"the platform offers {extension!r} and a scratch cannot: that says nothing about the release"
    touched = sorted(version for version in edited if version <= failure.version)
    if touched:
        note = f"{', '.join(touched)} was edited after it was applied: the target has the older content"
        cause = f"{cause}; {note}" if cause else note
    return replace(failure, cause=cause)


def missing_extension(failure: Failure) -> str:
    """The extension that the platform offers and the scratch does not, where that is what failed."""
    match = _EXTENSION.match(failure.message) if failure.sqlstate in _UNAVAILABLE else None
    return match[1] if match and match[1] in NOT_PROVIDED else ""


def missing_name(failure: Failure) -> str:
    """The object that was not there, without its schema; empty where the failure is of another kind."""
    return _name(failure.message) if failure.sqlstate in _UNDEFINED else ""


def _missing(name: str, failure: Failure, migrations: Sequence[Migration]) -> str:
    if not name:
        return ""
    is_column = failure.sqlstate == UNDEFINED_COLUMN
    makers = [migration for migration in migrations if _creates(migration, name, is_column=is_column)]
    later = [migration for migration in makers if migration.version > failure.version]
    if not makers:
        return f"no file of this folder creates {name!r}"
    if later == makers:
        return f"{name!r} is created by a later file: {later[0].script.source.path}"
    earlier = next(migration for migration in makers if migration not in later)
    return (
        f"{name!r} is created by {earlier.script.source.path}, but is not to be seen here: it comes later in the file, "
        "was dropped or renamed since, or is in a schema that is not on the search path"
    )


def _name(message: str) -> str:
    if match := _COLUMN_OF.search(message):
        return f"{match[2].rsplit('.', 1)[-1]}.{match[1]}"
    match = _FUNCTION.search(message) or _QUOTED.search(message)
    return match[1].replace('"', "").rsplit(".", 1)[-1] if match else ""


def _creates(migration: Migration, name: str, *, is_column: bool) -> bool:
    # A column is asked for with its table, or bare: `column "x" does not exist`.
    return any(
        created == name or (is_column and created.endswith(f".{name}"))
        for statement in migration.script.statements
        for created in statement.creates
    )
