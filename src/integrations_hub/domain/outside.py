"""What passes between the hub and an outside service: messages, answers, events, and the ways in which it fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from integrations_hub.domain.secret import Secret

__all__ = [
    "Account",
    "Event",
    "Field",
    "Healthy",
    "Message",
    "Received",
    "Sent",
    "Trouble",
    "TroubleKind",
    "WebhookCall",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing that an administrator fills in to connect a service."""

    name: str
    label: str
    #: Where to find it, or what it is for.
    help: str = ""
    is_secret: bool = False
    is_required: bool = True
    default: str = ""
    #: Of the HTML input: text, email, number, password, select.
    kind: str = "text"
    choices: tuple[str, ...] = ()
    #: The secrets are for this value of the setting and for no other: it decides where they are sent, or as whose.
    is_destination: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a provider needs to act for one integration."""

    organization_id: str
    integration_id: str
    configuration: Mapping[str, Any]
    secret: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to one receiver."""

    to: str
    text: str
    #: The same for every attempt to send this one.
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The provider took the message."""

    #: By which the provider knows it.
    provider_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Healthy:
    """The provider answered, and the credentials are good."""

    #: What it is, in words: the name of the bot, the number.
    said: str
    duration_ms: float


class TroubleKind(StrEnum):
    """Why it did not work, as the column error_code of integration_usage_events has it."""

    #: Settings that cannot work; nobody was asked.
    MISCONFIGURED = "misconfigured"
    #: The provider does not take the credentials.
    REFUSED = "refused"
    #: The provider takes the credentials and not this message.
    REJECTED = "rejected"
    RATE_LIMITED = "rate_limited"
    #: No connection, or none that is trusted.
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    #: It answers that it is out of order.
    UNAVAILABLE = "unavailable"
    #: An answer that is none of those it documents.
    UNINTELLIGIBLE = "unintelligible"
    #: It failed so often that it is left alone for a while.
    PAUSED = "paused"


class Trouble(Exception):
    """Something that a provider could not do, in words that a person understands and without secrets."""

    def __init__(
        self, kind: TroubleKind, reason: str, *, retry_after: float | None = None, may_have_arrived: bool = False
    ) -> None:
        """As it happened.

        Args:
            kind: which.
            reason: a sentence without full stop: what the service said or did, and what to do.
            retry_after: seconds after which the provider wants to be asked again.
            may_have_arrived: the message may have been taken although no answer says so: it is not sent again.
        """
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.retry_after = retry_after
        self.may_have_arrived = may_have_arrived


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call of a provider, as it came."""

    method: str
    #: Names in small letters.
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a provider tells; the same event told twice has the same id."""

    id: str
    #: message.received, message.delivered, message.read, message.failed.
    event_type: str
    occurred_at: datetime
    #: What is kept of it, as crm_events.payload.
    payload: Mapping[str, Any] = field(default_factory=dict)
    #: Of message.failed.
    error_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A call that was verified: its events, and what the provider wants as an answer."""

    events: tuple[Event, ...] = ()
    reply: str = ""
    content_type: str = "text/plain"
