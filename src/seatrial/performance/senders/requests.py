"""What a request says of who sends it, so that the database takes them for that kind of user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.callers import ANONYMOUS, SERVICE, SUPER_ADMINISTRATOR
from seatrial.model.performance import Sender
from seatrial.model.tenancy import SIGNED_IN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.performance.senders.people import Person

__all__ = ["sender_of"]


def sender_of(
    tenancy: Tenancy, caller: str, person: Person, params: Sequence[str | int | float | bool | None]
) -> Sender:
    """The request of one person.

    Args:
        tenancy: which claims and settings say who somebody is.
        caller: the kind of user that they are.
        person: who, and of which tenant.
        params: of the query.
    """
    if caller in {ANONYMOUS, SERVICE}:
        role = tenancy.anonymous_role if caller == ANONYMOUS else tenancy.service_role
        return Sender(role=role, claims={"role": role}, params=tuple(params))
    claims: dict[str, object] = {}
    settings: dict[str, str] = {}
    if tenancy.user_setting:
        settings[tenancy.user_setting] = person.user
    else:
        _place(claims, tenancy.user_claim, person.user)
    claims["role"] = tenancy.signed_in_role
    if caller == SUPER_ADMINISTRATOR and tenancy.super_administrator:
        _place(claims, tenancy.super_administrator.claim, tenancy.super_administrator.equals)
    elif caller != SIGNED_IN:
        _say_tenant(tenancy, caller, person.tenant, claims, settings)
    return Sender(role=tenancy.signed_in_role, claims=claims, params=tuple(params), settings=settings)


def _say_tenant(tenancy: Tenancy, role: str, tenant: str, claims: dict[str, object], settings: dict[str, str]) -> None:
    """A member's request says for which tenant it is, where there is a place for that."""
    claim = tenancy.claim
    if claim is None:
        return
    if claim.path:
        _place(claims, claim.path, [tenant] if claim.many else tenant)
        if claim.role:
            _place(claims, claim.role, role)
    else:
        settings[claim.setting] = f"{{{tenant}}}" if claim.many else tenant
        if claim.role:
            settings[claim.role] = role


def _place(claims: dict[str, object], path: str, value: object) -> None:
    """At the end of a path of keys."""
    *outer, last = path.split(".")
    at = claims
    for key in outer:
        inner = at.setdefault(key, {})
        at = inner if isinstance(inner, dict) else {}
    at[last] = value
