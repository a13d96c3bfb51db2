"""What of a declared tenancy contradicts itself, as far as the text alone tells it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.model.tenancy import ACTIONS, ANYONE, MEMBER, NOBODY, SELF, SIGNED_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from seatrial.model.tenancy import TableRule, Tenancy

__all__ = ["refuse_unusable"]

_PART = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
_NAME = re.compile(rf"{_PART}\.{_PART}")
_FUNCTION = re.compile(rf"{_PART}\.{_PART}\(.*\)")
#: What stands for people that no membership speaks of.
RESERVED = (SELF, SIGNED_IN, ANYONE)


def refuse_unusable(tenancy: Tenancy, path: Path) -> None:
    """Stop at the first thing that cannot be meant.

    Raises:
        CannotRun: says which key, why, and what to write instead.
    """
    for check in (_names, _whose, _roles, _states, _tables, _twice):
        check(tenancy, path)


def _names(tenancy: Tenancy, path: Path) -> None:
    for key, name, pattern in _named(tenancy):
        if not pattern.fullmatch(name):
            raise CannotRun(
                "settings.tenancy-name",
                f"{name!r} is not the whole name of a {'function' if pattern is _FUNCTION else 'table'}",
                where=f"{path}: tenancy.{key}",
                why="names are written with their schema, and in quotes where SQL wants them"
                + (", functions with the types of their arguments" if pattern is _FUNCTION else ""),
                fix='write public.contacts, public."Contacts" or public.search(uuid, text)',
            )


def _named(tenancy: Tenancy) -> Iterator[tuple[str, str, re.Pattern[str]]]:
    yield "tenant_table", tenancy.tenant_table, _NAME
    if tenancy.membership:
        yield "membership.table", tenancy.membership.table, _NAME
    for name in tenancy.tables:
        yield f'tables."{name}"', name, _NAME
    for shared in tenancy.shared:
        yield "shared", shared.name, _FUNCTION if "(" in shared.name else _NAME
    for unreadable in tenancy.unreadable:
        yield "unreadable", unreadable.table, _NAME
    for name in tenancy.arguments:
        yield f'functions."{name}"', name, _FUNCTION


def _whose(tenancy: Tenancy, path: Path) -> None:
    """How a user is known to belong to a tenant."""
    if not (tenancy.membership or tenancy.claim):
        raise CannotRun(
            "settings.tenancy-no-members",
            "nothing says which user belongs to which tenant",
            where=f"{path}: tenancy",
            why="without it there is no user to attack as",
            fix="add [tenancy.membership] with table, tenant and user, or [tenancy.claim] with path or setting",
        )
    if tenancy.membership and tenancy.membership.table == tenancy.tenant_table:
        raise CannotRun(
            "settings.tenancy-cycle",
            "the table of the tenants is its own membership table",
            where=f"{path}: tenancy.membership.table",
            why="a membership cycle: a row of it would belong to the tenant that it is",
            fix="name the table that has one row for each user of a tenant",
        )
    if not tenancy.signed_in_role:
        raise CannotRun(
            "settings.tenancy-signed-in-role",
            "nobody knows the database role of a signed-in user",
            where=f"{path}: tenancy.signed_in_role",
            why="only the platform supabase has a usual one",
            fix='add signed_in_role = "app_user" to [tenancy], with the role that the application connects as',
        )


def _roles(tenancy: Tenancy, path: Path) -> None:
    for key, one in (("membership", tenancy.membership), ("claim", tenancy.claim)):
        if one is None:
            continue
        if wrong := _repeated(one.roles) or sorted(set(RESERVED) & set(one.roles)):
            raise CannotRun(
                "settings.tenancy-roles",
                f"the role {wrong[0]!r} cannot be in the list in this way",
                where=f"{path}: tenancy.{key}.roles",
                why="it means others than members" if wrong[0] in RESERVED
                else "the list goes from the lowest role to the highest, and a role that stands twice is above itself",
                fix="write each role of a membership once, the lowest first",
            )  # fmt: skip
        if bool(one.role) != bool(one.roles):
            raise CannotRun(
                "settings.tenancy-roles-unknown",
                "a role needs both: where it is, and which ones there are",
                where=f"{path}: tenancy.{key}.{'roles' if one.role else 'role'}",
                why="it is missing",
                fix='write role = "role" and roles = ["viewer", "member", "admin"], the lowest first; or neither',
            )


def _states(tenancy: Tenancy, path: Path) -> None:
    one = tenancy.membership
    if one is None:
        return
    if bool(one.state) != bool(one.active) or (one.inactive and not one.state):
        wrong = "a state needs its column and the values that make a membership count"
    elif _repeated((*one.active, *one.inactive)):
        wrong = f"the state {_repeated((*one.active, *one.inactive))[0]!r} is listed twice"
    else:
        return
    raise CannotRun(
        "settings.tenancy-state", wrong, where=f"{path}: tenancy.membership",
        why="users in each state are made and attack",
        fix='write state = "status", active = ["active"], inactive = ["invited", "suspended"]; or none of the three',
    )  # fmt: skip


def _tables(tenancy: Tenancy, path: Path) -> None:
    for rule in tenancy.tables.values():
        where = f'{path}: tenancy.tables."{rule.table}"'
        if rule.tenant and rule.through:
            raise CannotRun(
                "settings.tenancy-two-tenants",
                "a table has both tenant and through",
                where=where,
                why="a row belongs to the tenant in its own column, or to that of the row it points to",
                fix="keep tenant where the table has such a column, else through",
            )
        if rule.super_administrator and not tenancy.super_administrator:
            raise CannotRun(
                "settings.tenancy-no-super-administrator",
                "a table speaks of a super administrator, and nothing says who that is",
                where=f"{where}.super_administrator",
                why="there is no [tenancy.super_administrator]",
                fix='add [tenancy.super_administrator] with claim = "app_metadata.super_admin" and equals = true',
            )
        if rule.optional and (rule.tenant or rule.through or rule.user):
            raise CannotRun(
                "settings.tenancy-optional",
                "an optional table has an owner",
                where=f"{where}.optional",
                why="where it is not there, nobody could be given rows of it, and nothing would say so",
                fix="leave optional out, or tenant, through and user",
            )
        _actions(tenancy, rule, where)


def _actions(tenancy: Tenancy, rule: TableRule, where: str) -> None:
    known = (*(tenancy.roles or (MEMBER,)), *RESERVED)
    for action in ACTIONS:
        lowest = rule.lowest(action)
        if lowest not in {*known, NOBODY}:
            raise CannotRun(
                "settings.tenancy-role", f"no role of a membership is called {lowest!r}", where=f"{where}.{action}",
                why=f"known are {', '.join(known)}", fix="name one of these, or add the role to the list of roles",
            )  # fmt: skip
        if lowest == SELF and not rule.user:
            raise CannotRun(
                "settings.tenancy-self", '"self" is the user of a row, and nothing says who that is',
                where=f"{where}.{action}", why="the table has no user column",
                fix='add user = "user_id" with the column that holds the user',
            )  # fmt: skip
        if lowest and not (rule.tenant or rule.through or rule.user or rule.system_rows):
            raise CannotRun(
                "settings.tenancy-nobodys", "nothing says whose the rows of this table are", where=where,
                why=f"{action} = {lowest!r} lets somebody act on them",
                fix="add tenant, through or user, or system_rows = true; what everybody may see is [[tenancy.shared]]",
            )  # fmt: skip


def _twice(tenancy: Tenancy, path: Path) -> None:
    names = (*tenancy.tables, *(one.name for one in tenancy.shared))
    if twice := _repeated(names):
        raise CannotRun(
            "settings.tenancy-twice",
            f"{twice[0]} is declared twice",
            where=f"{path}: tenancy.shared",
            why="its rows belong to somebody, or everybody may see them",
            fix="keep [tenancy.tables] for what has an owner, [[tenancy.shared]] for what has none",
        )


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
