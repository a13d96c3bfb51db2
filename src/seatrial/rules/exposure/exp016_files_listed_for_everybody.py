"""A policy by which clients list every file of a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.exposure.reach import who
from seatrial.rules.exposure.storage import OBJECTS, policies
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Schema

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy for SELECT that asks for nothing but the bucket."""
    for occasion, policy in policies(schema):
        if policy.command not in {"select", "all"} or policy.using is None or not _is_broad(policy.using):
            continue
        roles = [role for role in policy.roles if role in {"public", "anon", "authenticated"}]
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{quoted(policy.policy)} asks for nothing but the bucket",
            effect=f"{who(roles)} can list all files of {along(policy.using.strings)}, with their names and paths, "
            "and download them; a public bucket needs no policy for downloads",
            fix=f"drop policy {name(policy.policy)} on {OBJECTS};\n"
            "-- or ask whose the file is, as for example: (storage.foldername(name))[1] = (select auth.uid())::text",
        )


def _is_broad(using: Expression) -> bool:
    """It names a bucket, and nothing of it depends on who calls or on the file."""
    return set(using.columns) == {"bucket_id"} and not (using.calls or using.subqueries or using.keywords)
