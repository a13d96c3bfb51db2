"""A privilege that an earlier file gave and that is taken away, or a setting of a role or database for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterRole, Grant, Maintain
from seatrial.model.finding import Level
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, joined, quoted
from seatrial.rules.spelling import name, names, relation
from seatrial.rules.usage import is_in_use, later_in_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

LEVEL = Level.INFORMS

#: What roles of the API have on every table of `public`.
_BY_DEFAULT = ("select", "insert", "update", "delete")

_Right = tuple[str, str, str, str]


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each REVOKE of what was granted in so many words, and for each role that is shut out or set up."""
    given: dict[_Right, Occasion] = {}
    for occasion in schema.occasions:
        match occasion.command:
            case Grant(revoke=False, all_in_schema=False) as grant:
                given |= dict.fromkeys(_rights(grant), occasion)
            case Grant(revoke=True, all_in_schema=False, columns=()) as grant:
                lost = [
                    right for right in _lost(grant, given, occasion) if not _is_given_again(schema, right, occasion)
                ]
                needed = [right for right in _needed(schema, grant, occasion) if right not in lost]
                why = "an earlier file gave" if lost else "a policy of an earlier file is for"
                if lost or needed:
                    yield _revoked(occasion, [*lost, *needed], why)
                for right in lost:
                    given.pop(right, None)
            case AlterRole(create=False) as altered:
                yield from _altered(schema, occasion, altered)
            case Maintain(kind="alter database", names=databases, mode=setting) if setting:
                for database in databases:
                    yield _set(occasion, f"database {name(database)}", [setting])
            case _:
                pass


def _rights(grant: Grant) -> Iterator[_Right]:
    for role in grant.roles:
        for named in grant.names:
            for privilege in grant.privileges:
                yield role, privilege, grant.kind, named


def _lost(grant: Grant, given: dict[_Right, Occasion], occasion: Occasion) -> list[_Right]:
    """What another file has given."""
    every = "all" in grant.privileges
    return [
        right
        for right, by in given.items()
        if right[0] in grant.roles
        and (every or right[1] in grant.privileges)
        and right[2] == grant.kind
        and right[3] in grant.names
        and by.script.source.path != occasion.script.source.path
    ]


def _needed(schema: Schema, grant: Grant, occasion: Occasion) -> Iterator[_Right]:
    """What the platform has given, and a policy of an earlier file, that stays, lets the same role do."""
    path = occasion.script.source.path
    for named in grant.names if grant.kind == "table" else ():
        table = schema.table(named, before=occasion)
        for policy in table.policies if table and is_in_use(schema, named, occasion) else ():
            ends = policy.life.gone
            stays = ends is None or ends.script.source.path != path
            for role in {*grant.roles} & {*policy.roles} if stays and policy.permissive else ():
                for privilege in _BY_DEFAULT:
                    right = (role, privilege, grant.kind, named)
                    taken = policy.applies_to(privilege) and {privilege, "all"} & {*grant.privileges}
                    if schema.platform == "supabase" and taken and not _is_given_again(schema, right, occasion):
                        yield right


def _is_given_again(schema: Schema, right: _Right, occasion: Occasion) -> bool:
    role, privilege, kind, named = right
    return any(
        isinstance(grant := one.command, Grant)
        and not grant.revoke
        and (role in grant.roles and grant.kind == kind and named in grant.names)
        and bool({privilege, "all"} & set(grant.privileges))
        for one in later_in_file(schema, occasion)
    )


def _revoked(occasion: Occasion, lost: list[_Right], why: str) -> Hit:
    privileges = joined(dict.fromkeys(right[1].upper() for right in lost))
    roles, things = dict.fromkeys(right[0] for right in lost), dict.fromkeys(right[3] for right in lost)
    back = f"grant {privileges.lower().replace(' and ', ', ')} on {lost[0][2]} {', '.join(map(relation, things))}"
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"takes {privileges} on {along(things)} from {along(roles)}, which {why}",
        effect=f"requests of {along(roles)} that need it fail with 42501 from the moment this is committed",
        fix=f"-- where something still needs it:\n{back} to {names(roles)};",
    )


def _altered(schema: Schema, occasion: Occasion, altered: AlterRole) -> Iterator[Hit]:
    path = occasion.script.source.path
    made = (one.command for one in schema.occasions if one.script.source.path == path and one.number < occasion.number)
    if any(isinstance(one, AlterRole) and one.create and one.role == altered.role for one in made):
        return
    said = quoted(altered.role)
    if altered.options.get("login") == "false":
        yield Hit(
            script=occasion.script,
            offset=occasion.offset,
            what=f"{said} cannot log in any more",
            effect=f"whoever connects as {said} is refused with 28000 at the next connection",
            fix=f"alter role {name(altered.role)} login;",
        )
    if settings := [option.removeprefix("set ") for option in altered.options if option.startswith("set ")]:
        yield _set(occasion, f"role {name(altered.role)}", settings)


def _set(occasion: Occasion, whose: str, settings: list[str]) -> Hit:
    return Hit(
        script=occasion.script,
        offset=occasion.offset,
        what=f"sets {along(settings)} for every session of the {whose}",
        effect="those that are opened from now on have it, those that are open do not, and it outlives the release",
        fix="-- to take it back:\n" + "\n".join(f"alter {whose} reset {name(setting)};" for setting in settings),
    )
