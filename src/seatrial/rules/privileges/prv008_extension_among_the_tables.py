"""An extension in the schema that the API shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import CreateExtension, Drop, SetSchema
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import quoted
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.INFORMS

#: Those that are there already, and those that say themselves where they lie.
_ELSEWHERE = frozenset({
    "plpgsql", "uuid-ossp", "pgcrypto", "pgjwt", "pg_stat_statements", "supabase_vault", "pgsodium", "pg_graphql",
    "pg_net", "pg_cron", "pgmq", "pg_tle", "postgis_topology", "postgis_tiger_geocoder", "timescaledb",
})  # fmt: skip


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that lies in `public` at the end."""
    found: dict[str, Occasion] = {}
    for occasion in schema.occasions if schema.platform == "supabase" else ():
        command = occasion.command
        if isinstance(command, CreateExtension):
            is_there = command.schema == "public" or not (command.schema or command.extension in _ELSEWHERE)
            if is_there and "public" in schema.exposed:
                found.setdefault(command.extension, occasion)
        elif isinstance(command, SetSchema) and command.kind == "extension":
            found.pop(command.name, None)
        elif isinstance(command, Drop) and command.kind == "extension":
            for each in command.names:
                found.pop(each, None)
    for extension, occasion in found.items():
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"the extension {quoted(extension)} lies in public",
            effect="its functions are offered to the internet by the API as if they were yours, and its names stand "
            "in the way of your own",
            fix=f"alter extension {name(extension)} set schema extensions;\n"
            f"-- or from the beginning: create extension {name(extension)} with schema extensions;",
            subject=f"extension {extension}",
        )
