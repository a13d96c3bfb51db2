"""A policy by which clients list, overwrite or delete every file of a bucket."""

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

    from seatrial.model.commands import CreatePolicy
    from seatrial.model.expression import Expression
    from seatrial.model.schema import Schema

LEVEL = Level.WARNS

_MAY = {
    "all": "list and download, overwrite and delete all files of {}, and add others under any name",
    "select": "list all files of {}, with their names and paths, and download them; "
    "a public bucket needs no policy for downloads",
    "insert": "add files to {} under any name, into the folders of others too",
    "update": "overwrite every file of {}",
    "delete": "delete every file of {}",
}
_OWN = "(storage.foldername(name))[1] = (select auth.uid())::text"


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that asks for nothing but the bucket."""
    for occasion, policy in policies(schema):
        asked = policy.check if policy.command == "insert" else policy.using
        if asked is None or not _is_broad(asked):
            continue
        roles = [role for role in policy.roles if role in {"public", "anon", "authenticated"}]
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{quoted(policy.policy)} asks for nothing but the bucket",
            effect=f"{who(roles)} can {_MAY[policy.command].format(along(asked.strings))}",
            fix=_fix(policy),
        )


def _fix(policy: CreatePolicy) -> str:
    if policy.command == "select":
        return f"drop policy {name(policy.policy)} on {OBJECTS};\n-- or ask whose the file is, as for example: {_OWN}"
    clauses = [
        f"{word} ({f'({condition.text})' if len(condition.alternatives) > 1 else condition.text} and {_OWN})"
        for word, condition in (("using", policy.using), ("with check", policy.check))
        if condition
    ]
    to = "to authenticated " if {"public", "anon"} & set(policy.roles) else ""
    altered = f"alter policy {name(policy.policy)} on {OBJECTS} {to}{' '.join(clauses)};"
    return f"-- ask whose the file is, as for example:\n{altered}"


def _is_broad(using: Expression) -> bool:
    """It names a bucket, and nothing of it depends on who calls or on the file."""
    return set(using.columns) == {"bucket_id"} and not (using.calls or using.subqueries or using.keywords)
