"""Partitions that come and go without anybody waiting for a scan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from postgast import pg_query_pb2 as pb

from seatrial.sql.partition import bound_condition
from seatrial.sql.safe_part import Altered, Part
from seatrial.sql.text import default_name, literal, qualified, quoted, relation

if TYPE_CHECKING:
    from postgast.pg_query_pb2 import AlterTableCmd

__all__ = ["attach", "detach"]

#: Stands for the key until the server puts its own in.
_KEY = "\N{SECTION SIGN}"
_FROM_SERVER = "substring(pg_get_partkeydef({}::regclass) FROM '\\((.*)\\)$')"


def attach(altered: Altered, command: AlterTableCmd) -> tuple[Part, ...]:
    """ATTACH PARTITION: a checked condition first, so that the rows are not read under the lock."""
    found = getattr(command, "def").partition_cmd
    bound, table = found.bound, found.name
    several = len(bound.lowerdatums) > 1 or len(bound.upperdatums) > 1
    whole = altered.command(command)
    if bound.is_default or several or bound.strategy == "h":
        says = "All rows are read under the lock, unless a checked constraint says already what the bounds say."
        return (Part(says=(says,), statements=(whole,), brief=True),)
    name = quoted(default_name(table.relname, "", "bound"))
    condition = bound_condition(bound, altered.table, [_KEY]).replace("%", "%%").replace(_KEY, "%1$s")
    action = f"ALTER TABLE {relation(table)} ADD CONSTRAINT {name.replace('%', '%%')} CHECK ({condition}) NOT VALID"
    key = _FROM_SERVER.format(literal(altered.table))
    added = f"DO $bound$ BEGIN EXECUTE format({literal(action)}, {key}); END $bound$"
    alone = f"ALTER TABLE {qualified(table.schemaname, table.relname)}"
    return (
        Part(
            says=("The bounds as a condition; the statement does not name the key, so the server does.",),
            statements=(added,),
            brief=True,
        ),
        Part(says=("Reads the rows while everybody goes on.",), statements=(f"{alone} VALIDATE CONSTRAINT {name}",)),
        Part(
            says=(
                "No row is read: the checked condition says that all belong here.",
                "A default partition is read all the same, unless a checked condition there says the contrary.",
            ),
            statements=(whole, f"{alone} DROP CONSTRAINT {name}"),
            brief=True,
        ),
    )


def detach(altered: Altered, command: AlterTableCmd) -> tuple[Part, ...]:
    """DETACH PARTITION CONCURRENTLY."""
    if getattr(command, "def").partition_cmd.concurrent:
        return ()
    copy = pb.AlterTableCmd()
    copy.CopyFrom(command)
    getattr(copy, "def").partition_cmd.concurrent = True
    says = (
        "It stands alone in its file: CONCURRENTLY is refused inside a transaction, and beside a default partition.",
        "It leaves the bounds behind as a CHECK constraint of the table that was a partition.",
        "When it is interrupted: ALTER TABLE … DETACH PARTITION … FINALIZE.",
    )
    return (Part(says=says, statements=(altered.command(copy),)),)
