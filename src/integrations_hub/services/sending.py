"""Test messages, each sent at most once: reserved before it is sent, and its end recorded afterwards."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from integrations_hub.domain.integration import Integration, Status
from integrations_hub.domain.outside import Message, Sent, Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.states import WORKED
from integrations_hub.services.checking import troubled
from integrations_hub.services.refusals import refusal_of_trouble
from integrations_hub.store import events
from integrations_hub.store.events import Entry, Use
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.domain.caller import Caller
    from integrations_hub.services.accounts import Accounts, Held
    from integrations_hub.services.checking import Checking
    from integrations_hub.store.database import Row, Rows

__all__ = ["PER_MINUTE", "Sending"]

#: Test messages of an organization: somebody tries a connection, and no campaign runs over it.
PER_MINUTE = 10
#: Actions of the audit log.
BEGUN, SENT, FAILED = (f"integration.test_message_{how}" for how in ("begun", "sent", "failed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reserved:
    """A message that is to be sent by whoever has this, and by nobody else."""

    held: Held
    message: Message
    actor: str | None
    #: Of the entry that says how it ended, and of the use.
    end: str


class Sending:
    """At most once, also through a kill: what was begun and has no end is never sent again."""

    def __init__(self, accounts: Accounts, checking: Checking) -> None:
        self._accounts = accounts
        self._checking = checking

    def send(self, caller: Caller, integration_id: str, to: str, text: str, key: str) -> Sent:
        """Send it, or tell how it went when it was sent before.

        Args:
            caller: an administrator of the organization.
            integration_id: through which.
            to: the receiver.
            text: of the message.
            key: the same for every attempt of the caller to send this one.

        Raises:
            Refusal: 404, 403, 429; 409, the integration is switched off, or the message was begun and its end is not
                known; 422, the key belongs to another message; or what the provider answered.
        """
        reserved = self._reserve(caller, integration_id, Message(to=to, text=text, key=key))
        if isinstance(reserved, Sent):
            return reserved
        began = time.monotonic()
        try:
            sent = self._accounts.provider(reserved.held.integration.integration_type).send(
                self._accounts.account(reserved.held), reserved.message
            )
        except Trouble as trouble:
            self._end(reserved, trouble, began)
            raise refusal_of_trouble(trouble) from None
        self._end(reserved, sent, began)
        if reserved.held.integration.status is Status.ERROR:
            # That it can send does not say that it is called.
            self._checking.look(reserved.held)
        return sent

    def _reserve(self, caller: Caller, integration_id: str, message: Message) -> Sent | _Reserved:
        digest = hmac.new(message.key.encode(), f"{message.to}\0{message.text}".encode(), hashlib.sha256).hexdigest()
        with transaction(self._accounts.database, caller) as connection:
            integration = self._accounts.locked(connection, integration_id)
            held = self._accounts.held(connection, integration)
            begin, end = (str(uuid5(UUID(integration.id), f"{part} {message.key}")) for part in ("begun", "ended"))
            entry = Entry(id=begin, action=BEGUN, actor=caller.user_id, details={"message": digest})
            if not events.write_entry(connection, integration, entry):
                return _earlier(events.entry(connection, begin), events.entry(connection, end), digest)
            self._refuse(connection, held)
            return _Reserved(held=held, message=message, actor=caller.user_id, end=end)

    def _refuse(self, connection: Rows, held: Held) -> None:
        """What is refused here leaves no reservation behind."""
        if not held.integration.is_active:
            raise Refusal(409, "integration_inactive", "the integration is switched off", hint="switch it on first")
        if held.kept is not None and held.kept.sealed.key_id not in self._accounts.vault.known:
            self._accounts.secret(held)
        if wait := events.tests_within_limit(connection, held.integration, PER_MINUTE):
            raise Refusal(
                429, "rate_limited", f"an organization sends at most {PER_MINUTE} test messages a minute",
                headers={"Retry-After": str(wait)},
            )  # fmt: skip

    def _end(self, reserved: _Reserved, ended: Sent | Trouble, began: float) -> None:
        duration = (time.monotonic() - began) * 1000
        entry, use = _recorded(reserved, ended, duration)

        def record(connection: Rows, integration: Integration) -> None:
            events.write_entry(connection, integration, entry)
            events.use(connection, integration, use)

        happening = troubled(ended) if isinstance(ended, Trouble) else WORKED
        self._accounts.note(reserved.held, happening, datetime.now(UTC), record=record)


def _recorded(reserved: _Reserved, ended: Sent | Trouble, duration: float) -> tuple[Entry, Use]:
    details: dict[str, object]
    if isinstance(ended, Sent):
        action, details = SENT, {"provider_id": ended.provider_id}
    else:
        action = FAILED
        details = {"kind": ended.kind, "reason": ended.reason, "may_have_arrived": ended.may_have_arrived}
    return (
        Entry(id=reserved.end, action=action, actor=reserved.actor, details=details),
        Use(
            id=reserved.end, event_type="message.sent", is_success=isinstance(ended, Sent), duration_ms=duration,
            error_code=ended.kind if isinstance(ended, Trouble) else None,
        ),
    )  # fmt: skip


def _earlier(begun: Row | None, ended: Row | None, digest: str) -> Sent:
    """How it went; the details of an entry are gone when the user who made it was erased."""
    if begun is not None and begun["details"].get("message", digest) != digest:
        raise Refusal(
            422, "key_used", "the idempotency key belongs to another message", hint="take a new key for a new message"
        )
    details = {} if ended is None else ended["details"]
    if ended is not None and ended["action"] == SENT:
        return Sent(provider_id=details.get("provider_id", ""))
    if "kind" in details:
        kind = TroubleKind(details["kind"])
        raise refusal_of_trouble(
            Trouble(kind, details["reason"], may_have_arrived=details["may_have_arrived"])
        )  # fmt: skip
    raise Refusal(
        409, "message_unresolved",
        "the message was begun, and it is not known how it ended; it is not sent again",
        hint="look whether it has arrived, and take a new key to send another one",
    )  # fmt: skip
