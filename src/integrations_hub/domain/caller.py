"""Who a request is made for: a role of the API and the claims that the database sees."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ANONYMOUS", "ROLES", "SERVICE", "Caller"]

#: The roles that a token may name, and no other.
ROLES = ("anon", "authenticated", "service_role")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Somebody whose token was verified, a visitor without one, or the service itself."""

    role: str
    #: As the token has them; the database reads them as request.jwt.claims.
    claims: Mapping[str, Any] = field(default_factory=dict)
    #: When the token ends, in seconds since 1970; never for the service.
    expires: float = float("inf")

    @property
    def claims_json(self) -> str:
        """The claims as the database gets them."""
        return json.dumps({**self.claims, "role": self.role}, separators=(",", ":"))

    @property
    def user_id(self) -> str | None:
        """The user, unless it is a visitor or the service."""
        subject = self.claims.get("sub")
        return subject if isinstance(subject, str) and subject else None

    @property
    def is_operator(self) -> bool:
        """Whether the verified token names a super administrator; what they may do is for the database to say."""
        metadata = self.claims.get("app_metadata")
        return self.role == "authenticated" and isinstance(metadata, dict) and metadata.get("super_admin") is True


#: A visitor without a token.
ANONYMOUS = Caller(role="anon")
#: The hub, where it works for nobody in particular.
SERVICE = Caller(role="service_role")
