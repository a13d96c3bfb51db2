"""What statements give to the roles that anybody can get, and nothing takes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.commands import Grant
from seatrial.rules.once import once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Occasion, Schema

__all__ = ["Given", "by_file", "clients", "everybody", "given", "is_gone"]

_ROLES = frozenset({"public", "anon", "authenticated"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One GRANT, with the roles of clients that have it still."""

    occasion: Occasion
    grant: Grant
    roles: tuple[str, ...]

    def has(self, *privileges: str) -> bool:
        """Whether one of these, or all, is among what it gives."""
        return bool({"all", *privileges} & set(self.grant.privileges))


def clients(schema: Schema) -> frozenset[str]:
    """The roles that anybody can get: those of the platform's API, and those that are declared to be such."""
    tenancy = schema.tenancy
    declared = {tenancy.anonymous_role, tenancy.signed_in_role} if tenancy else set()
    return _ROLES | (declared - {""})


def everybody(schema: Schema) -> frozenset[str]:
    """Those that need no signing in."""
    declared = {schema.tenancy.anonymous_role} if schema.tenancy else set()
    return frozenset({"public", "anon"} | (declared - {""}))


@once
def given(schema: Schema) -> Iterator[Given]:
    """Each in order; what a later REVOKE takes back as a whole, or DROP removes, is left out."""
    grants = [(one, one.command) for one in schema.occasions if isinstance(one.command, Grant)]
    revokes = _revokes(grants)
    open_to = clients(schema)
    for occasion, grant in grants:
        if grant.revoke or not open_to & set(grant.roles):
            continue
        # Of its first name, or of the schema of that.
        near = [found for key in {*grant.names[:1], *_schemas(grant.names[:1])} for found in revokes.get(key, ())]
        later = [other for number, other in near if number > occasion.number and _covers(other, grant)]
        roles = tuple(role for role in grant.roles if role in open_to and not any(role in one.roles for one in later))
        if roles:
            yield Given(occasion=occasion, grant=grant, roles=roles)


def _revokes(grants: Iterable[tuple[Occasion, Grant]]) -> dict[str, list[tuple[int, Grant]]]:
    """By each name that they speak of."""
    found: dict[str, list[tuple[int, Grant]]] = {}
    for occasion, grant in grants:
        for name in grant.names if grant.revoke else ():
            found.setdefault(name, []).append((occasion.number, grant))
    return found


def by_file(found: Iterable[Given]) -> Iterator[list[Given]]:
    """Those of a file together: a dump gives the same right on every table, and it is one mistake.

    That on all tables of a schema stands alone: it means more than is named.
    """
    files: dict[tuple[str, int], list[Given]] = {}
    for one in found:
        number = one.occasion.number if one.grant.all_in_schema else 0
        files.setdefault((one.occasion.script.source.path, number), []).append(one)
    yield from files.values()


def is_gone(schema: Schema, name: str) -> bool:
    """Whether the files made a table of that name, and dropped it."""
    return schema.table(name) is None and any(one.name == name for one in schema.all_tables)


def _covers(revoke: Grant, grant: Grant) -> bool:
    """Whether it takes back all that the other gives."""
    if revoke.kind != grant.kind or revoke.columns:
        return False
    names = set(grant.names)
    if revoke.all_in_schema and not grant.all_in_schema:
        names = _schemas(grant.names)
    elif revoke.all_in_schema != grant.all_in_schema:
        return False
    privileges = "all" in revoke.privileges or set(grant.privileges) <= set(revoke.privileges)
    return privileges and names <= set(revoke.names)


def _schemas(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}
