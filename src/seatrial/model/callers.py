"""The kinds of user that a query of the workload may be proved for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.tenancy import MEMBER, SIGNED_IN

if TYPE_CHECKING:
    from seatrial.model.tenancy import Tenancy

__all__ = ["ANONYMOUS", "SERVICE", "SUPER_ADMINISTRATOR", "kinds_of", "member_roles"]

SUPER_ADMINISTRATOR = "super_administrator"
ANONYMOUS = "anonymous"
SERVICE = "service"


def member_roles(tenancy: Tenancy) -> tuple[str, ...]:
    """The roles of members, lowest first; where there are none, all of them are MEMBER."""
    return tenancy.roles or (MEMBER,)


def kinds_of(tenancy: Tenancy) -> tuple[str, ...]:
    """All that a tenancy knows; SIGNED_IN is a user without a membership."""
    others = {
        SUPER_ADMINISTRATOR: tenancy.super_administrator is not None,
        SIGNED_IN: True,
        ANONYMOUS: bool(tenancy.anonymous_role),
        SERVICE: bool(tenancy.service_role),
    }
    return (*member_roles(tenancy), *(kind for kind, is_there in others.items() if is_there))
