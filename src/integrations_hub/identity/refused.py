"""Why a token is refused, and how that is answered."""

from __future__ import annotations

from enum import StrEnum

from integrations_hub.domain.refusal import Refusal

__all__ = ["Reason", "TokenRefused"]


class Reason(StrEnum):
    """For programs, for the figures and for security_events."""

    MALFORMED = "malformed"
    TOO_LONG = "too_long"
    ALGORITHM = "algorithm"
    CRITICAL_HEADER = "critical_header"
    UNKNOWN_KEY = "unknown_key"
    #: Such as that of a token for another project.
    WRONG_SIGNATURE = "wrong_signature"
    EXPIRED = "expired"
    NO_EXPIRY = "no_expiry"
    NOT_YET_VALID = "not_yet_valid"
    ISSUED_IN_FUTURE = "issued_in_future"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_ISSUER = "wrong_issuer"
    ROLE = "role"
    SUBJECT = "subject"


#: PostgREST documents PGRST301 for a token that cannot be decoded or is not genuine, and PGRST303 for claims that do
#: not hold; the words are as it has them where it has any.
MESSAGES = {
    Reason.MALFORMED: ("PGRST301", "JWT is malformed"),
    Reason.TOO_LONG: ("PGRST301", "JWT is too long"),
    Reason.ALGORITHM: ("PGRST301", "Wrong or unsupported encoding algorithm"),
    Reason.CRITICAL_HEADER: ("PGRST301", "JWT has a critical header that is not understood"),
    Reason.UNKNOWN_KEY: ("PGRST301", "No suitable key was found to decode the JWT"),
    Reason.WRONG_SIGNATURE: ("PGRST301", "JWT signature does not match"),
    Reason.EXPIRED: ("PGRST303", "JWT expired"),
    Reason.NO_EXPIRY: ("PGRST303", "JWT does not expire"),
    Reason.NOT_YET_VALID: ("PGRST303", "JWT not yet valid"),
    Reason.ISSUED_IN_FUTURE: ("PGRST303", "JWT issued at future"),
    Reason.WRONG_AUDIENCE: ("PGRST303", "JWT not in audience"),
    Reason.WRONG_ISSUER: ("PGRST303", "JWT not from the expected issuer"),
    Reason.ROLE: ("PGRST303", "role not allowed"),
    Reason.SUBJECT: ("PGRST303", "JWT names no user"),
}


class TokenRefused(Refusal):
    """401, with the reason as one word in `details`; nothing of the token is repeated."""

    def __init__(self, reason: Reason) -> None:
        code, message = MESSAGES[reason]
        challenge = f'Bearer error="invalid_token", error_description="{message}"'
        super().__init__(401, code, message, details=reason.value, headers={"WWW-Authenticate": challenge})
        self.reason = reason
