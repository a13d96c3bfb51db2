"""Who a request is made for; and what is told of those who are not who they say they are."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from uuid import UUID

from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations

from integrations_hub.domain.caller import ANONYMOUS, Caller
from integrations_hub.edge.hub import hub_of
from integrations_hub.edge.passage import passage_of
from integrations_hub.identity.refused import Reason, TokenRefused
from integrations_hub.identity.source import PATIENCE
from integrations_hub.store.security import SecurityEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from integrations_hub.identity.verifier import Verifier

__all__ = ["caller_of", "caller_of_token", "organization_refused", "token_in", "webhook_refused"]

#: A session that ended, and a clock that is wrong, are no attack.
HARMLESS = (Reason.EXPIRED, Reason.NOT_YET_VALID, Reason.ISSUED_IN_FUTURE)
#: Two dots, as a JSON Web Token has; other keys of the kind sb_publishable_… name nobody.
DOTS = 2
UNPRINTABLE = re.compile(r"[^\x20-\x7e]")


async def caller_of(request: Request) -> Caller:
    """The caller of the request: its bearer token's, else its apikey's where that is a token, else a visitor.

    Raises:
        TokenRefused: the token is not genuine, or does not hold; it has been counted and told.
    """
    passage = passage_of(request)
    if passage.caller is None:
        try:
            token = token_in(request.scope["headers"])
            passage.caller = await _verified(hub_of(request).verifier, token) if token is not None else ANONYMOUS
        except TokenRefused as refused:
            _token_refused(request, refused)
            raise
    return passage.caller


def caller_of_token(request: Request, token: str) -> Caller:
    """The caller that a token names that did not come in the header; for threads.

    Raises:
        TokenRefused: the token is not genuine, or does not hold; it has been counted and told.
    """
    try:
        caller = hub_of(request).verifier.verify_patiently(token)
    except TokenRefused as refused:
        _token_refused(request, refused)
        raise
    passage_of(request).caller = caller
    return caller


def token_in(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The token that the header has, if any.

    Raises:
        TokenRefused: two of them, or an empty one.
    """
    found: bytes | None = None
    key: bytes | None = None
    for name, value in headers:
        if name == b"authorization":
            scheme, _, rest = value.partition(b" ")
            if scheme.lower() == b"bearer":
                if found is not None or not rest.strip():
                    raise TokenRefused(Reason.MALFORMED)
                found = rest.strip()
        elif name == b"apikey" and value.count(b".") == DOTS:
            key = value
    token = found or key
    return None if token is None else token.decode("latin-1")


async def _verified(verifier: Verifier, token: str) -> Caller:
    try:
        return verifier.verify(token)
    except TokenRefused as refused:
        renewal = verifier.renewal() if refused.reason is Reason.UNKNOWN_KEY else None
        if renewal is None:
            raise
    await asyncio.wait([asyncio.wrap_future(renewal)], timeout=2 * PATIENCE)
    return verifier.verify(token)


def organization_refused(request: Request, caller: Caller, organization_id: str) -> None:
    """Tell that somebody named an organization that is not theirs; never waits, never fails.

    Its administrators see it, where there is such an organization, which nobody looks up while the request waits.
    """
    named = _identifier(organization_id)
    _tell(
        request, "access.refused", "organization", about=named or organization_id[:64], organization_id=named,
        user_id=caller.user_id if caller.role == "authenticated" else None,
    )  # fmt: skip


def webhook_refused(
    request: Request, reason: str, integration_type: str, organization_id: str | None = None
) -> None:  # fmt: skip
    """Tell that a call was not a provider's; never waits, never fails.

    Args:
        request: the call.
        reason: one word of few, such as signature.
        integration_type: which provider it was to be.
        organization_id: whose integration it was for.
    """
    _tell(request, "webhook.refused", reason, about=integration_type, organization_id=organization_id)


def _token_refused(request: Request, refused: TokenRefused) -> None:
    severity = "info" if refused.reason in HARMLESS else "warning"
    _tell(request, "token.refused", refused.reason.value, severity=severity)


def _tell(
    request: Request, event_type: str, reason: str, *,
    severity: str = "warning", user_id: str | None = None, organization_id: str | None = None, about: str | None = None,
) -> None:  # fmt: skip
    agent = UNPRINTABLE.sub("", request.headers.get("user-agent", ""))[:200]
    hub_of(request).told.tell(SecurityEvent(
        event_type=event_type, reason=reason, severity=severity, source_ip=passage_of(request).address,
        user_id=user_id, organization_id=organization_id, about=about, user_agent=agent or None,
    ))  # fmt: skip


def _identifier(text: str) -> str | None:
    """In the one way of writing it, so that what is the same is counted together."""
    try:
        return str(UUID(text))
    except ValueError:
        return None
