"""What every provider has around it: settings checked anew, retries, doors, pace, and no secret in any word."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay
from tenacity.wait import wait_random_exponential

from integrations_hub.domain.outside import Account, Healthy, Sent, Trouble, TroubleKind
from integrations_hub.providers.doors import Doors
from integrations_hub.providers.pacing import Pacing
from integrations_hub.providers.provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integrations_hub.domain.outside import Message, Received, WebhookCall
    from integrations_hub.domain.secret import Secret
    from integrations_hub.providers.pacing import Pace

__all__ = ["Guardable", "Guarded"]

Result = TypeVar("Result")

#: What may pass by itself; RATE_LIMITED only where the service says when.
PASSING = frozenset({TroubleKind.UNREACHABLE, TroubleKind.TIMED_OUT, TroubleKind.UNAVAILABLE})
ATTEMPTS = 3
#: Seconds after which no further attempt begins.
LONGEST = 15.0
#: Seconds that a service may ask us to wait, or a message may wait for its turn, while somebody waits for the answer.
PATIENCE = 5.0
#: A value that is shorter would take letters out of ordinary words.
SHORTEST_SECRET = 4


class Guardable(Provider, Protocol):
    """A provider, and what its guard has to know of it."""

    def door(self, configuration: Mapping[str, object]) -> str:
        """The address that is asked: what fails there says nothing of any other."""

    def paces(self, message: Message) -> tuple[Pace, ...]:
        """The limits that the service documents for such a message."""


class Guarded(Provider):
    """A provider with its guard; safe for many threads."""

    def __init__(
        self, provider: Guardable, *,
        clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        """Every door is open.

        Args:
            provider: what is guarded.
            clock: in seconds.
            sleep: for seconds.
        """
        self._provider = provider
        self.integration_type = provider.integration_type
        self.label = provider.label
        self.fields = provider.fields
        self.receiver = provider.receiver
        self._doors = Doors(clock=clock)
        self._pacing = Pacing(patience=PATIENCE, clock=clock, sleep=sleep)
        self._sleep = sleep

    def validate(self, configuration: Mapping[str, object], secret: Secret) -> tuple[dict[str, object], Secret]:
        """As the provider does."""
        return self._provider.validate(configuration, secret)

    def check(self, account: Account) -> Healthy:
        """As the provider does, with retries."""
        account = self._checked(account)
        healthy = self._asked(account, lambda: self._provider.check(account))
        return replace(healthy, said=_clean(healthy.said, account.secret))

    def send(self, account: Account, message: Message) -> Sent:
        """As the provider does, in its turn; again only where the message cannot have arrived."""
        account = self._checked(account)
        if not all(_is_text(each) for each in (message.to, message.text, message.key)):
            raise Trouble(
                TroubleKind.REJECTED, "nothing was sent: the message holds half a character, which is no text"
            )
        sent = self._asked(
            account, lambda: self._provider.send(account, message), paces=self._provider.paces(message)
        )  # fmt: skip
        return replace(sent, provider_id=_clean(sent.provider_id, account.secret))

    def announce(self, account: Account, address: str) -> None:
        """As the provider does, with retries."""
        account = self._checked(account)
        self._asked(account, lambda: self._provider.announce(account, address))

    def receive(self, account: Account, call: WebhookCall) -> Received:
        """As the provider does; nobody is asked."""
        account = self._checked(account)
        return _without_secrets(account.secret, lambda: self._provider.receive(account, call))

    def _checked(self, account: Account) -> Account:
        # An administrator may write the settings of a row without passing through validate.
        configuration, secret = self._provider.validate(account.configuration, account.secret)
        return replace(account, configuration=configuration, secret=secret)

    def _asked(self, account: Account, ask: Callable[[], Result], *, paces: tuple[Pace, ...] = ()) -> Result:
        self._pacing.refuse(account.integration_id, self.label)
        self._pacing.wait(account.integration_id, self.label, paces)
        door = self._provider.door(account.configuration)

        def attempt() -> Result:
            with self._doors.through(door, self.label):
                return ask()

        def is_worth_it(error: BaseException) -> bool:
            return isinstance(error, Trouble) and _may_pass(error) and not self._doors.is_shut(door)

        retrying = Retrying(
            retry=retry_if_exception(is_worth_it), wait=_pause, sleep=self._sleep, reraise=True,
            stop=stop_after_attempt(ATTEMPTS) | stop_after_delay(LONGEST),
        )  # fmt: skip
        try:
            return _without_secrets(account.secret, lambda: retrying(attempt))
        except Trouble as trouble:
            if trouble.kind is TroubleKind.RATE_LIMITED and trouble.retry_after:
                self._pacing.remember(account.integration_id, trouble.retry_after)
            raise


def _may_pass(trouble: Trouble) -> bool:
    if trouble.may_have_arrived:
        return False
    if trouble.kind is TroubleKind.RATE_LIMITED:
        return trouble.retry_after is not None and trouble.retry_after <= PATIENCE
    return trouble.kind in PASSING


_backoff = wait_random_exponential(multiplier=0.25, max=2)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    said = error.retry_after if isinstance(error, Trouble) else None
    # Longer than it said by a little, so that not everybody who was told the same comes back at once.
    return _backoff(state) if said is None else said + _backoff(state) / 4


def _without_secrets(secret: Secret, act: Callable[[], Result]) -> Result:
    """What an act gives; its trouble with neither a secret nor the failures that led to it, which may hold one."""
    try:
        return act()
    except Trouble as caught:
        trouble = Trouble(
            caught.kind, _clean(caught.reason, secret), retry_after=caught.retry_after,
            may_have_arrived=caught.may_have_arrived,
        )  # fmt: skip
    raise trouble


def _is_text(given: str) -> bool:
    try:
        given.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in given


def _clean(text: str, secret: Secret) -> str:
    """On one line, not long, and without any of the secrets, whoever put it there."""
    for value in sorted(secret.reveal_all().values(), key=len, reverse=True):
        if len(value) >= SHORTEST_SECRET:
            text = text.replace(value, "…")
    return "".join(letter if letter.isprintable() else " " for letter in text)[:500]
