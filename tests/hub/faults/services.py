"""Meta and Telegram as callers of the hub: each event until it is taken, now and then twice, and in no order."""

from __future__ import annotations

import heapq
import json
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING

import httpx
from tests.hub.faults.books import Told
from tests.hub.providers.fakes.telegram import TelegramFake
from tests.hub.providers.fakes.whatsapp import WhatsAppFake

if TYPE_CHECKING:
    import random

    from tests.hub.faults.books import Books, Connected
    from tests.hub.faults.house import House

__all__ = ["Services"]

DELIVERERS = 4
LONGEST_PAUSE = 2.0
#: Not taken: the database or the hub is away, the integration is switched off, the secret is just being changed.
AGAIN = (503, 404, 401)
NOTICES = ("webhook_message", "webhook_message", "webhook_statuses", "webhook_failed")
KEPT = {"delivered", "read", "failed"}


@dataclass(order=True, slots=True)
class _Delivery:
    due: float
    number: int
    integration: Connected = field(compare=False)
    body: bytes = field(compare=False)
    attempts: int = field(compare=False, default=0)
    is_repeated: bool = field(compare=False, default=False)


class Services:
    """Begins with nothing to tell."""

    def __init__(self, house: House, books: Books, chance: random.Random) -> None:
        self._house, self._books, self._chance = house, books, chance
        self._numbers = count(1)
        self._waiting: list[_Delivery] = []
        self._under_way = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._deliver, daemon=True) for _ in range(DELIVERERS)]

    def open(self) -> None:
        """Begin to call."""
        for thread in self._threads:
            thread.start()

    def happen(self) -> None:
        """Something happens at one of the services that know where to call."""
        known = [each for each in list(self._books.connected.values()) if self._secret(each) is not None]
        if not known:
            return
        integration = self._chance.choice(known)
        body = self._update(integration) if integration.integration_type == "telegram" else self._notice(integration)
        self._queue(integration, body, self._chance.uniform(0, 0.5))
        if self._chance.random() < 0.1:
            # Meta and Telegram deliver at least once.
            self._queue(integration, body, self._chance.uniform(0, 0.5), is_repeated=True)

    def left(self) -> int:
        """Calls that were not taken yet."""
        with self._lock:
            return len(self._waiting) + self._under_way

    def close(self) -> None:
        """Call no more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _queue(self, integration: Connected, body: bytes, wait: float, *, is_repeated: bool = False) -> None:
        delivery = _Delivery(time.monotonic() + wait, next(self._numbers), integration, body, is_repeated=is_repeated)
        with self._lock:
            heapq.heappush(self._waiting, delivery)

    def _update(self, integration: Connected) -> bytes:
        number = next(self._numbers)
        update = json.loads(self._house.telegram.update(number=870_000_000 + number))
        update["message"]["message_id"] = number
        self._owed(integration, "message.received", str(number))
        return json.dumps(update).encode()

    def _notice(self, integration: Connected) -> bytes:
        name = self._chance.choice(NOTICES)
        identity = f"wamid.{next(self._numbers)}"
        body = self._house.whatsapp.notification(name, id=identity)
        value = json.loads(body)["entry"][0]["changes"][0]["value"]
        for status in KEPT & {each["status"] for each in value.get("statuses", ())}:
            self._owed(integration, f"message.{status}", identity)
        if value.get("messages"):
            self._owed(integration, "message.received", identity)
        return body

    def _owed(self, integration: Connected, event_type: str, message_id: str) -> None:
        self._books.events.append(Told(
            integration_id=integration.id, organization=integration.organization, event_type=event_type,
            message_id=message_id,
        ))  # fmt: skip

    def _address(self, integration: Connected) -> str:
        return f"{self._house.address}/v1/webhooks/{integration.integration_type}/{integration.id}"

    def _secret(self, integration: Connected) -> str | None:
        """What the service was told last for the address of an integration; none where it was never told."""
        address, house = self._address(integration), self._house
        if integration.integration_type == "telegram":
            told = [each["secret_token"] for each in list(house.telegram.callbacks) if each["url"] == address]
        else:
            told = [
                each["verify_token"]
                for each in list(house.whatsapp.callbacks)
                if each["override_callback_uri"] == address
            ]
        return told[-1] if told else None

    def _deliver(self) -> None:
        with httpx.Client(timeout=20, trust_env=False) as client:
            while not self._stop.is_set():
                if (delivery := self._next()) is None:
                    time.sleep(0.02)
                    continue
                try:
                    self._call(client, delivery)
                finally:
                    with self._lock:
                        self._under_way -= 1

    def _next(self) -> _Delivery | None:
        with self._lock:
            if not self._waiting or self._waiting[0].due > time.monotonic():
                return None
            self._under_way += 1
            return heapq.heappop(self._waiting)

    def _call(self, client: httpx.Client, delivery: _Delivery) -> None:
        of = delivery.integration
        is_telegram = of.integration_type == "telegram"
        headers = TelegramFake.headers(self._secret(of) or "") if is_telegram else WhatsAppFake.headers(delivery.body)
        try:
            answer = client.post(self._address(of), content=delivery.body, headers=headers)
        except httpx.HTTPError:
            self._books.count("call lost")
        else:
            expected = {200, *AGAIN} if is_telegram else {200, *AGAIN} - {401}
            self._books.answered("call", answer.status_code, answer.text, expected)
            if answer.is_success:
                if not delivery.is_repeated and self._chance.random() < 0.1:
                    self._queue(of, delivery.body, self._chance.uniform(0, 5), is_repeated=True)
                return
        delivery.attempts += 1
        delivery.due = time.monotonic() + min(0.2 * 2**delivery.attempts, LONGEST_PAUSE) * self._chance.uniform(0.5, 1)
        with self._lock:
            heapq.heappush(self._waiting, delivery)
