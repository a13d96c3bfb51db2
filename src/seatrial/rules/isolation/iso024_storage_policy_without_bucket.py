"""A policy on stored files that holds in every bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterPolicy, CreatePolicy, Drop, Rename
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.WARNS

_OBJECTS = "storage.objects"
_SERVICE = frozenset({"service_role", "postgres", "supabase_storage_admin", "supabase_admin"})
_VERBS = {"select": "list and read", "insert": "add", "update": "replace", "delete": "delete", "all": "do anything to"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each such policy that is there at the end."""
    if schema.platform != "supabase":
        return
    for occasion, policy in _policies(schema):
        if policy.permissive and not _SERVICE.issuperset(policy.roles) and not _names_bucket(policy):
            yield _of(occasion, policy)


def _policies(schema: Schema) -> list[tuple[Occasion, CreatePolicy]]:
    """The platform makes the table, so that no file does."""
    found: dict[str, tuple[Occasion, CreatePolicy]] = {}
    for occasion in schema.occasions:
        match occasion.command:
            case CreatePolicy(table=table, policy=policy) as made if table == _OBJECTS:
                found[policy] = (occasion, made)
            case Drop(kind="policy", table=table, names=names) if table == _OBJECTS:
                for one in names:
                    found.pop(one, None)
            case Rename(kind="policy", name=table, part=part) if table == _OBJECTS:
                found.pop(part, None)
            case AlterPolicy(table=table, policy=policy) if table == _OBJECTS:
                found.pop(policy, None)
    return list(found.values())


def _names_bucket(policy: CreatePolicy) -> bool:
    """Or is of the user's own files, wherever they lie, or of nobody's."""
    said = [one for one in (policy.using, policy.check) if one]
    deciding = policy.using or policy.check
    return (
        any("bucket_id" in one.columns or {"owner", "owner_id"} & set(one.columns) for one in said)
        or deciding is None
        or deciding.constant is False
    )


def _bound(condition: Expression) -> str:
    return f"bucket_id = 'BUCKET' and ({condition.text})"


def _of(occasion: Occasion, policy: CreatePolicy) -> Hit:
    clauses = [f"using ({_bound(policy.using)})"] if policy.using else []
    clauses += [f"with check ({_bound(policy.check)})"] if policy.check else []
    who = "anybody, without signing in," if {"public", "anon"} & set(policy.roles) else "every signed-in user"
    at = policy.using or policy.check
    return Hit(
        script=occasion.script,
        offset=max(occasion.offset, at.offset if at else -1),
        what=f'policy "{policy.policy}" on storage.objects names no bucket',
        effect=f"{who} whom it lets through can {_VERBS[policy.command]} the files of every bucket, "
        "of those to come too",
        fix=f"alter policy {name(policy.policy)} on storage.objects {' '.join(clauses)};",
    )
