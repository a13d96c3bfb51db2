"""For every type of provider: a fake of its service, the provider with its guard before it, and an account."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from integrations_hub.domain.outside import Account, Message, Trouble
from integrations_hub.domain.secret import Secret
from integrations_hub.providers.guard import Guarded
from integrations_hub.providers.registry import folders
from integrations_hub.settings import Provider as Operators

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["TYPES", "Clock", "Ready", "account", "ready", "trouble"]

TYPES = tuple(folder.name for folder in folders())


class Clock:
    """One that goes on only when somebody sleeps; what is done while they sleep can be said."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self) -> float:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Go on, without waiting."""
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A provider before the fake of its service."""

    fake: Any
    provider: Guarded
    account: Account
    receiver: str
    clock: Clock

    def message(self, key: str = "key-1", **changes: str) -> Message:
        """One that is well."""
        return replace(Message(to=self.receiver, text="Is the berth free?", key=key), **changes)

    def of(self, integration_id: str, **secrets: str) -> Account:
        """The account of another organization, with other secrets where they are given."""
        secret = Secret({**self.account.secret.reveal_all(), **secrets})
        return replace(self.account, organization_id="other", integration_id=integration_id, secret=secret)


def account(integration_type: str) -> Account:
    """As the fake knows it."""
    module = import_module(f"tests.hub.providers.fakes.{integration_type}")
    return Account(
        organization_id="harbour", integration_id="first",
        configuration=module.CONFIGURATION, secret=Secret(module.SECRETS),
    )  # fmt: skip


@contextmanager
def ready(integration_type: str, folder: Path, *, timeout: float = 30) -> Iterator[Ready]:
    """The fake listens; the clock of the guard stands still."""
    module = import_module(f"tests.hub.providers.fakes.{integration_type}")
    made = import_module(f"integrations_hub.providers.{integration_type}.provider")
    with module.fake(folder) as fake:
        clock = Clock()
        provider = Guarded(
            made.create(Operators(address=fake.address, timeout=timeout)), clock=clock, sleep=clock.sleep
        )  # fmt: skip
        yield Ready(
            fake=fake, provider=provider, account=account(integration_type), receiver=module.RECEIVER, clock=clock
        )  # fmt: skip


def trouble(act: Callable[[], object]) -> Trouble:
    """What an act raises."""
    try:
        act()
    except Trouble as caught:
        return caught
    raise AssertionError("there was no trouble")
