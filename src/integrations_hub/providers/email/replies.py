"""What a mail server says when it does not do what it is asked: RFC 5321, 4954 and 3463, in words of ours."""

from __future__ import annotations

import re
import smtplib
from enum import Enum, auto

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.http import NOT_AGAIN

__all__ = ["Refused", "Stage", "trouble_of"]

#: Behind the code, as RFC 3463 has it: class, subject, detail.
ENHANCED = re.compile(rb"^([245])\.(\d{1,3})\.(\d{1,3})\b")
#: The subject of policies: too much, too often, not trusted yet.
POLICY = b"7"


class Stage(Enum):
    """How far a conversation has come."""

    GREETING = auto()
    TLS = auto()
    LOGIN = auto()
    SENDER = auto()
    RECEIVER = auto()
    #: From here on the server may have taken the letter.
    LETTER = auto()
    TAKEN = auto()


class Refused(smtplib.SMTPResponseException):
    """A reply that is not the one that lets the conversation go on."""


WRONG_LOGIN = (
    "the mail server does not take user name and password: check them, or make a new application password with your "
    "mail provider, and rotate the credentials"
)
NO = {
    Stage.SENDER: "the mail server does not let this account send from the sender's address: compare the two",
    Stage.RECEIVER: "the mail server takes no mail for this receiver: check the address",
    Stage.LETTER: "the mail server does not take the message: it is too large for it, or looks like spam to it",
}


def trouble_of(stage: Stage, code: int, words: bytes | str) -> Trouble:
    """The trouble behind a reply; of its words only the enhanced code is read, and nothing is quoted."""
    said = words if isinstance(words, bytes) else words.encode()
    if 400 <= code < 500:  # noqa: PLR2004 - the class of what passes
        return _passing(stage, code, said)
    if 500 <= code < 600:  # noqa: PLR2004 - the class of what does not
        return _lasting(stage, code)
    unknown = stage is Stage.LETTER
    reason = f"the mail server gave a reply that SMTP does not have here ({code if code > 0 else 'no number'})"
    return Trouble(
        TroubleKind.UNINTELLIGIBLE, f"{reason}; {NOT_AGAIN}" if unknown else f"{reason}: check its name and port",
        may_have_arrived=unknown,
    )  # fmt: skip


def _passing(stage: Stage, code: int, said: bytes) -> Trouble:
    enhanced = ENHANCED.match(said)
    # 4.7.0 at the login is a fault of the server by RFC 4954; elsewhere the subject is how much and how often.
    if enhanced and enhanced[2] == POLICY and stage is not Stage.LOGIN:
        reason = f"the mail server takes no more for the moment ({code}): wait some minutes, and send less at once"
        return Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=300)
    if code in {450, 452}:
        reason = f"the mail server does not take mail for this receiver for the moment ({code}): try again later"
        return Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=60)
    return Trouble(TroubleKind.UNAVAILABLE, f"the mail server is out of order for the moment ({code}): try again later")


def _lasting(stage: Stage, code: int) -> Trouble:
    if stage is Stage.LOGIN or code in {530, 534, 535, 538}:
        return Trouble(TroubleKind.REFUSED, f"{WRONG_LOGIN} ({code})")
    if stage in NO:
        return Trouble(TroubleKind.REJECTED, f"{NO[stage]} ({code})")
    reason = f"the mail server does not want to talk to this hub ({code}): ask your mail provider, and check the port"
    return Trouble(TroubleKind.UNAVAILABLE, reason)
