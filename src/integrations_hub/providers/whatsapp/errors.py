"""The errors that Meta documents, in words of ours.

Codes: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes and
https://developers.facebook.com/docs/graph-api/guides/error-handling. Meta's own messages are not quoted: that for a bad
token repeats the token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.document import at, items, parsed, text
from integrations_hub.providers.http import NOT_AGAIN, retry_after, unintelligible

if TYPE_CHECKING:
    from integrations_hub.providers.http import Answer

__all__ = ["meaning", "trouble_of"]

ROTATE = "make a new one in Meta Business settings, under System users, and rotate the credentials"
EXPIRED = f"WhatsApp does not take the access token any more: it has expired; {ROTATE}"
INVALID = f"WhatsApp does not take the access token: it was revoked or mistyped; {ROTATE}"
PERMISSION = (
    "the access token has not the permissions that are needed: give its system user whatsapp_business_messaging and "
    "whatsapp_business_management for this account, make a new token and rotate the credentials"
)
UNKNOWN_NUMBER = (
    "Meta knows no such phone number ID or account ID, or the access token has no access to it: compare them with "
    "WhatsApp, API Setup, in the app dashboard"
)
WRONG_PROOF = "the app secret is not that of the app which the access token was made for: rotate the credentials"

_REFUSED, _REJECTED = TroubleKind.REFUSED, TroubleKind.REJECTED
_LIMITED, _UNAVAILABLE = TroubleKind.RATE_LIMITED, TroubleKind.UNAVAILABLE

#: Documented as one range.
PERMISSIONS = range(200, 300)
#: Seconds beyond which nobody believes a limit.
LONGEST = 1_000_000

#: Code, kind, and for the limits the seconds after which to ask again where Meta does not say them.
KNOWN: dict[int, tuple[TroubleKind, str, float | None]] = {
    0: (_REFUSED, INVALID, None),
    190: (_REFUSED, INVALID, None),
    3: (_REFUSED, PERMISSION, None),
    10: (_REFUSED, PERMISSION, None),
    131005: (_REFUSED, PERMISSION, None),
    368: (_REFUSED, "Meta has blocked the account over its policies: see Account quality in its settings", None),
    131031: (_REFUSED, "Meta has locked the account: see Account quality in its settings", None),
    131042: (_REFUSED, "the account cannot be charged: see its payment method in Meta Business settings", None),
    131045: (_REFUSED, "the number is not registered as it should be: register it again in WhatsApp Manager", None),
    133010: (_REFUSED, "the number is not registered for the Cloud API: register it in WhatsApp Manager", None),
    4: (_LIMITED, "the app has made more requests than Meta allows it in an hour: wait, and ask less often", 300),
    80007: (_LIMITED, "the account has made more requests than Meta allows it in an hour: wait", 300),
    130429: (_LIMITED, "the number sends more messages a second than Meta allows it: send less at once", 5),
    131048: (_LIMITED, "too many have reported the number as spam: see its quality in WhatsApp Manager", 3600),
    131056: (_LIMITED, "too many messages from this number to this receiver: wait before the next one", 6),
    131000: (_UNAVAILABLE, "WhatsApp could not send the message for a reason that it does not know: try again", None),
    131016: (_UNAVAILABLE, "WhatsApp is out of order for the moment: try again later", None),
    131057: (_UNAVAILABLE, "WhatsApp is changing the account and takes no messages meanwhile: try again later", None),
    133004: (_UNAVAILABLE, "WhatsApp is out of order for the moment: try again later", None),
    100: (_REJECTED, "WhatsApp does not take a value of the request: check the receiver and the text", None),
    130472: (_REJECTED, "Meta did not deliver the message, as the receiver takes part in a trial of Meta's", None),
    130497: (_REJECTED, "the account may not write to receivers in this country", None),
    131008: (_REJECTED, "WhatsApp misses a value in the request: check the receiver and the text", None),
    131009: (_REJECTED, "WhatsApp does not take a value of the request: check the receiver and the text", None),
    131021: (_REJECTED, "the receiver is the number itself: take another receiver", None),
    131026: (_REJECTED, "the message cannot be delivered: the receiver may not use WhatsApp", None),
    131030: (_REJECTED, "the receiver is not on the list of the test number: add it under WhatsApp, API Setup", None),
    131037: (_REJECTED, "the display name of the number is not approved yet: see WhatsApp Manager", None),
    131047: (_REJECTED, "the receiver has not written within 24 hours: let them write first, as Meta wants it", None),
    131049: (_REJECTED, "Meta chose not to deliver the message, to keep its users from too many", None),
    131050: (_REJECTED, "the receiver has stopped the messages of this number", None),
    131051: (_REJECTED, "WhatsApp does not take a message of this type", None),
}  # fmt: skip


def trouble_of(answer: Answer, *, sends: bool) -> Trouble:
    """The trouble behind an answer that is none of success."""
    error = at(answer.document, "error")
    code = at(error, "code")
    if not isinstance(code, int) or isinstance(code, bool):
        return unintelligible("WhatsApp", answer.status, sends=sends)
    if reason := _refusal(error, code):
        return Trouble(_REFUSED, reason)
    if code in KNOWN:
        kind, reason, wait = KNOWN[code]
        return Trouble(kind, f"{reason} (error {code})", retry_after=(_said(answer) or wait) if wait else None)
    return _unknown(answer, code, sends=sends)


def _refusal(error: object, code: int) -> str:
    """What only the details of an error tell; nothing where they tell no more than the code."""
    match code, at(error, "error_subcode"):
        case ((0 | 190), 463):
            return EXPIRED
        case 100, 33:
            return UNKNOWN_NUMBER
        case 100, _ if "appsecret_proof" in text(error, "message"):
            return WRONG_PROOF
    return PERMISSION if code in PERMISSIONS else ""


def meaning(code: object) -> str:
    """What a code means, in words."""
    known = KNOWN.get(code) if isinstance(code, int) else None
    return known[1] if known else "WhatsApp could not deliver the message"


def _unknown(answer: Answer, code: int, *, sends: bool) -> Trouble:
    if answer.status < 500:  # noqa: PLR2004 - the class of a server's own faults
        return Trouble(_REJECTED, f"WhatsApp does not take the request: look error {code} up in Meta's list of errors")
    reason = f"WhatsApp is out of order (error {code})"
    reason = f"{reason}; {NOT_AGAIN}" if sends else f"{reason}: try again later"
    return Trouble(_UNAVAILABLE, reason, may_have_arrived=sends)


def _said(answer: Answer) -> float | None:
    """Seconds until Meta takes requests again, as its headers say.

    https://developers.facebook.com/docs/graph-api/overview/rate-limiting has the second, in minutes.
    """
    if seconds := retry_after(answer.headers):
        return seconds
    usage = parsed(answer.headers.get("X-Business-Use-Case-Usage", "").encode()) or {}
    minutes = [
        at(each, "estimated_time_to_regain_access") for account in usage for each in items(usage, account)
    ]  # fmt: skip
    return max((60.0 * each for each in minutes if isinstance(each, int) and 0 < each * 60 < LONGEST), default=None)
