"""Tables and views that are used and that no file makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.execution.wanted import relations, wanted
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema

LEVEL = Level.WARNS
FAILS = True

#: Schemas of the server and of the platform.
_OWN = frozenset({
    "pg_catalog", "information_schema", "pg_temp", "pg_toast", "auth", "storage", "realtime", "vault", "extensions",
    "cron", "net", "pgmq", "pgsodium", "graphql", "graphql_public", "supabase_migrations", "supabase_functions",
})  # fmt: skip


def read(schema: Schema) -> Iterator[Hit]:
    """At most one hit, at the first place."""
    lives = relations(schema)
    found = [(occasion, name) for occasion, name in wanted(schema) if name not in lives and not _is_own(name)]
    if found:
        first, _ = found[0]
        names = list(dict.fromkeys(name for _, name in found))
        yield Hit(
            script=first.script,
            offset=first.offset,
            what=f"no file of the folder makes {along(names)}",
            effect="the folder cannot make a new database; and where the target does not have it either, the release "
            "fails there (42P01)",
            fix="seatrial baseline --target TARGET writes what a target has as the first migration; "
            "what it does not have either must be made first",
        )


def _is_own(name: str) -> bool:
    schema, _, short = name.partition(".")
    # The reader takes a name without a schema for one in public.
    return schema in _OWN or (schema == "public" and short.startswith("pg_"))
