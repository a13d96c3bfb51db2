"""Writes what a target has and a folder does not make as the SQL of a first migration. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING

from seatrial.standin.choose import SHARED, chosen

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from seatrial.model.catalog import Identity
    from seatrial.model.source import Statement
    from seatrial.model.standin import Definition, Picture

__all__ = ["baseline", "made_by"]

#: Of another database, of the server, or not for the role that deploys to say.
LEFT_OUT = frozenset({"roles", "memberships", "owners", "passed on", "jobs", "session settings", "unknown", "fillings"})
LEDGERS = ("supabase_migrations", "seatrial")
#: What a project may put on a table of the platform.
ON_PLATFORM = frozenset({"policy", "trigger", "published table"})
SCHEMA_LEVEL = "schema"
#: The parts of a qualified name, quoted or not.
PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')

HEADER = """\
-- What {database} has and the migrations of this folder do not make, as of the day it was read.
-- Written by Seatrial; from now on a file like any other: read it, change it, keep it.
-- Left out: rows, roles (they belong into roles.sql), owners, scheduled jobs, settings of roles and of the database.
"""
#: Bodies may speak of what comes later in the file.
SETTINGS = "SET check_function_bodies = off;\n"


def baseline(picture: Picture, present: Collection[Definition], made: Collection[Identity] = ()) -> str:
    """The text of the migration; empty where nothing is missing.

    Args:
        picture: of the target.
        present: what an empty platform has.
        made: objects that the folder's own migrations make, with everything that is a part of them.
    """
    platform = {one.identity for one in present if not one.fact and one.identity not in SHARED}
    known = [one for one in picture.definitions if _is_wanted(one, platform, set(made))]
    deployer = ("role", _quoted(picture, picture.role))
    steps = [
        one
        for one in chosen(known, [*present])
        if one.phase not in LEFT_OUT
        and (one.kind != "default privileges" or one.parent == deployer)
        # What only the catalogs know, such as that an index is invalid.
        and not one.sql.startswith("UPDATE pg_catalog.")
    ]
    if all(one.kind == "default privileges" for one in steps):
        return ""
    chapters = [
        f"-- {phase.capitalize()}\n\n" + "\n".join(f"{one.sql};\n" for one in ones)
        for phase, ones in groupby(steps, key=lambda one: one.phase)
    ]
    return "\n".join([HEADER.format(database=picture.database), SETTINGS, *chapters])


def made_by(statements: Iterable[Statement], definitions: Iterable[Definition]) -> frozenset[Identity]:
    """Objects of a target that a folder's statements create, as far as their text shows."""
    by_name: dict[str, list[str]] = defaultdict(list)
    texts = [statement.text.casefold() for statement in statements]
    for statement in statements:
        for name in statement.creates:
            by_name[name].append(statement.text.casefold())
    return frozenset(one.identity for one in definitions if not one.fact and _is_made(one, by_name, texts))


def _is_made(one: Definition, by_name: dict[str, list[str]], texts: Iterable[str]) -> bool:
    name = _bare(one.name)
    if one.kind == "column" and one.parent:
        return f"{_bare(one.parent[1])}.{name}" in by_name
    on = "" if one.parent is None or one.parent[0] == SCHEMA_LEVEL else _bare(one.parent[1]).casefold()
    if one.kind == "constraint":
        added = re.compile(rf'\bconstraint\s+"?{re.escape(name.casefold())}\b')
        return any(on in text and added.search(text) for text in texts)
    return any(on in text for text in by_name.get(name, ()))


def _is_wanted(one: Definition, platform: set[Identity], made: set[Identity]) -> bool:
    if one.kind == "role" or one.phase == "default privileges":
        return True
    if one.kind in {"database", "parameter"}:
        return False
    if {one.identity, one.parent} & made or _bare_schema(one.name) in LEDGERS or one.name in LEDGERS:
        return False
    of_platform = one.identity in platform or (one.parent in platform - {("schema", "public")} and _is_part(one))
    return one.identity not in platform and (not of_platform or one.kind in ON_PLATFORM)


def _is_part(one: Definition) -> bool:
    """Of a table, say; a schema of the platform may hold whatever a project puts there."""
    return one.parent is not None and one.parent[0] != SCHEMA_LEVEL


def _quoted(picture: Picture, role: str) -> str:
    return next((name for name in picture.roles if _bare(name) == role), role)


def _parts(name: str) -> Iterator[str]:
    for part in PART.findall(name):
        yield part[1:-1].replace('""', '"') if part.startswith('"') else part


def _bare(name: str) -> str:
    """The last part of a name, without quotes and a function's arguments."""
    outside = name if name.endswith('"') else name.partition("(")[0]
    return list(_parts(outside))[-1]


def _bare_schema(name: str) -> str:
    return next(iter(_parts(name)), "")
