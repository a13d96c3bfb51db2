"""What Telegram says when it does not do what it is asked, in words of ours.

Its own descriptions are compared and never quoted: they are not documented, and nobody knows what they repeat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.document import at, text
from integrations_hub.providers.http import NOT_AGAIN, unintelligible

if TYPE_CHECKING:
    from integrations_hub.providers.http import Answer

__all__ = ["trouble_of"]

#: Seconds beyond which nobody believes a limit.
LONGEST = 1_000_000
REFUSED = (
    "Telegram does not take the bot token any more: it was revoked or mistyped; "
    "ask @BotFather for a token and rotate the credentials"
)
#: Part of a description, in small letters, and what it means.
MEANINGS = {
    "chat not found": "Telegram knows no such chat for this bot: check the number, or let the person write to the bot",
    "blocked by the user": "the receiver has blocked the bot: only they can change that",
    "user is deactivated": "the receiver's Telegram account does not exist any more",
    "initiate conversation": "a bot cannot write first: let the person open it in Telegram and press Start",
    "bots can't send messages to bots": "the receiver is a bot, and bots do not get messages from bots",
    "kicked": "the bot was removed from the group: add it again",
    "not a member": "the bot is not a member of the chat: add it",
    "not enough rights": "the bot may not write in this chat: make it an administrator, or allow it to write",
    "have no rights": "the bot may not write in this chat: make it an administrator, or allow it to write",
    "message is too long": "the text is too long for Telegram: at most 4096 characters",
    "text is empty": "Telegram takes no message without text",
}


def trouble_of(answer: Answer, *, sends: bool) -> Trouble:
    """The trouble behind an answer that is none of success."""
    code = at(answer.document, "error_code") or answer.status
    match code:
        case 401 | 404:
            return Trouble(TroubleKind.REFUSED, REFUSED)
        case 400 | 403 | 413:
            return Trouble(TroubleKind.REJECTED, _meaning(answer, code))
        case 429:
            seconds = at(answer.document, "parameters", "retry_after")
            wait = float(seconds) if isinstance(seconds, int) and 0 < seconds < LONGEST else None
            words = f"for {wait:.0f} s" if wait else "for a while"
            reason = f"Telegram takes no more messages from this bot {words}: wait, and send less at once"
            return Trouble(TroubleKind.RATE_LIMITED, reason, retry_after=wait)
        case int() if code >= 500:  # noqa: PLR2004 - the class of a server's own faults
            reason = f"Telegram is out of order (error {code})"
            reason = f"{reason}; {NOT_AGAIN}" if sends else f"{reason}: try again later"
            return Trouble(TroubleKind.UNAVAILABLE, reason, may_have_arrived=sends)
        case _:
            return unintelligible("Telegram", answer.status, sends=sends)


def _meaning(answer: Answer, code: int) -> str:
    said = text(answer.document, "description", longest=300).lower()
    if isinstance(moved := at(answer.document, "parameters", "migrate_to_chat_id"), int):
        return f"the group has become a supergroup with another number: write to {moved}"
    known = (meaning for part, meaning in MEANINGS.items() if part in said)
    return next(known, f"Telegram does not take this (error {code}): check the chat and the text")
