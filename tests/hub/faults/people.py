"""Administrators who connect, rotate, switch and send, and readers: each asks again until the answer is one."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING
from uuid import uuid4

from tests.hub.faults.asking import Asking
from tests.hub.faults.books import Connected, Message
from tests.hub.load.crowd import organization
from tests.hub.providers.fakes import email, whatsapp

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from tests.hub.faults.books import Books
    from tests.hub.faults.house import House

__all__ = ["TYPES", "Administrator", "Reader", "Sender", "bot_token"]

TYPES = ("whatsapp", "telegram", "email")
#: Refusals that may pass, and of which nothing is recorded: the database, others at the same moment, too often.
PASSING = (503, 409, 429)
#: What a provider's trouble is answered with.
TROUBLE = (422, 502, 503, 504)
#: Seconds for which somebody asks again.
PATIENCE = 60.0
#: The same, where the answer is that the organization has sent enough in this minute.
LIMITED_PATIENCE = 3.0


def bot_token(number: int) -> str:
    """Of the bot of an organization."""
    return f"7{number:09d}:AAF0theBotTokenOfTheTests_0123456789"


def _code(answer: httpx.Response) -> str:
    return str(answer.json()["code"]) if "json" in answer.headers.get("content-type", "") else ""


class Administrator:
    """Of one organization; nobody else changes its integrations."""

    def __init__(self, house: House, books: Books, number: int) -> None:
        self._house, self._books, self._number = house, books, number
        self._asking = Asking(house.address, number, books)
        self._chance = random.Random(number)  # noqa: S311 - what to do
        house.telegram.tokens.add(bot_token(number))

    def connect(self, integration_type: str) -> None:
        """Connect it, however often it takes; or configure it again, with nothing changed."""
        known = self._books.connected.get((self._number, integration_type))
        if known:
            known.active.add(True)
        path = f"/v1/organizations/{organization(self._number)}/integrations/{integration_type}"
        secret = {} if known else self._secrets(integration_type)
        body = {"configuration": self._configuration(integration_type), "secret": secret}
        answer = self._until(f"connect {integration_type}", "PUT", path, json=body)
        if answer is None or not answer.is_success:
            return
        if known is None:
            self._books.connected[self._number, integration_type] = Connected(
                id=answer.json()["id"], organization=self._number, integration_type=integration_type,
                secrets={name: {value} for name, value in secret.items()},
            )  # fmt: skip
        else:
            known.active = {True}

    def act(self) -> None:
        """Do something with one of the integrations."""
        known = [each for (number, _), each in list(self._books.connected.items()) if number == self._number]
        # Not all at once, so that some are connected for the first time while everything falls apart.
        if len(known) < len(TYPES) and (not known or self._chance.random() < 0.2):
            self.connect(TYPES[len(known)])
            return
        integration = self._chance.choice(known)
        act: Callable[[Connected], None] = self._chance.choice([self._rotate, self._switch, self._check, self._again])
        act(integration)

    def enable(self, integration: Connected) -> None:
        """Switch it on."""
        self._set(integration, is_active=True)

    def check(self, integration: Connected) -> httpx.Response | None:
        """Ask its service now."""
        return self._until("check", "POST", f"/v1/integrations/{integration.id}/check", expected=TROUBLE)

    def close(self) -> None:
        """Let go of the connections."""
        self._asking.close()

    def _check(self, integration: Connected) -> None:
        self.check(integration)

    def _again(self, integration: Connected) -> None:
        self.connect(integration.integration_type)

    def _switch(self, integration: Connected) -> None:
        self._set(integration, is_active=False)
        time.sleep(self._chance.uniform(0, 0.5))
        self._set(integration, is_active=True)

    def _set(self, integration: Connected, *, is_active: bool) -> None:
        integration.active.add(is_active)
        what = "enable" if is_active else "disable"
        answer = self._until(what, "POST", f"/v1/integrations/{integration.id}/{what}")
        if answer is not None and answer.is_success:
            integration.active = {is_active}

    def _rotate(self, integration: Connected) -> None:
        fresh = uuid4().hex
        match integration.integration_type:
            case "whatsapp":
                name, value = "access_token", f"EAAG{fresh}"
                self._house.whatsapp.tokens.add(value)
            case "telegram":
                name, value = "webhook_secret", f"webhook-{fresh}"
            case _:
                name, value = "password", email.PASSWORD
        integration.secrets[name].add(value)
        path = f"/v1/integrations/{integration.id}/credentials"
        answer = self._until("rotate", "PUT", path, json={"secret": {name: value}})
        if answer is not None and answer.is_success:
            integration.secrets[name] = {value}

    def _until(
        self, what: str, method: str, path: str, *, expected: tuple[int, ...] = TROUBLE, json: object = None
    ) -> httpx.Response | None:
        """Ask until there is an answer that does not pass; none after a long time."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self._asking.ask(what, method, path, json=json)
            if answer is not None:
                self._books.answered(what, answer.status_code, answer.text, (200, *expected, *PASSING))
                if answer.is_success or _code(answer).startswith("provider_"):
                    return answer
                if answer.status_code not in PASSING:
                    return answer
            time.sleep(self._chance.uniform(0.1, 0.4))
        self._books.wrong.append(f"{what} was not answered for {PATIENCE:g} s")
        return None

    def _configuration(self, integration_type: str) -> dict[str, object]:
        kinds: dict[str, dict[str, object]] = {
            "whatsapp": dict(whatsapp.CONFIGURATION), "telegram": {}, "email": email.CONFIGURATION
        }  # fmt: skip
        return kinds[integration_type]

    def _secrets(self, integration_type: str) -> dict[str, str]:
        bot = {"bot_token": bot_token(self._number), "webhook_secret": f"webhook-{uuid4().hex}"}
        return {"whatsapp": dict(whatsapp.SECRETS), "telegram": bot, "email": dict(email.SECRETS)}[integration_type]


class Sender:
    """Sends test messages of one organization, each with a key of its own."""

    def __init__(self, house: House, books: Books, number: int) -> None:
        self._books, self._number = books, number
        self._asking = Asking(house.address, number, books)
        self._chance = random.Random(1000 + number)  # noqa: S311 - what to do

    def act(self) -> None:
        """Send one message by one of the integrations, and sometimes ask again how it went."""
        known = [each for (number, _), each in list(self._books.connected.items()) if number == self._number]
        if not known:
            return
        message = Message(key=uuid4().hex, integration=self._chance.choice(known))
        self._books.messages.append(message)
        body = {"to": self._receiver(message.integration.integration_type), "text": f"text {message.key}"}
        begun = time.monotonic()
        while not self._attempt(message, body):
            waited = time.monotonic() - begun
            if message.end == "limited" and waited > LIMITED_PATIENCE:
                return
            if waited > PATIENCE:
                message.end = "unanswered"
                return
            time.sleep(self._chance.uniform(0.1, 0.4))
        if message.end in ("sent", "failed") and self._chance.random() < 0.5:
            first = message.end, message.provider_id
            if self._attempt(message, body) and first != (now := (message.end, message.provider_id)):
                self._books.wrong.append(f"message {message.key} was answered {first}, and then {now}")
            message.end, message.provider_id = first

    def close(self) -> None:
        """Let go of the connections."""
        self._asking.close()

    def _attempt(self, message: Message, body: dict[str, str]) -> bool:
        """Whether there was an answer that is one."""
        message.attempts += 1
        path, headers = f"/v1/integrations/{message.integration.id}/test", {"Idempotency-Key": message.key}
        answer = self._asking.ask("send", "POST", path, json=body, headers=headers)
        if answer is None:
            message.lost += 1
            return False
        self._books.answered("send", answer.status_code, answer.text, (200, *TROUBLE, *PASSING))
        if answer.is_success:
            message.end, message.provider_id = "sent", answer.json()["provider_id"]
            return True
        code = _code(answer)
        if code.startswith("provider_"):
            message.end = "unknown" if answer.json()["hint"] else "failed"
        elif code in ("message_unresolved", "integration_inactive"):
            message.end = "unresolved" if code == "message_unresolved" else "inactive"
        else:
            message.end = "limited" if code == "rate_limited" else ""
            return False
        return True

    def _receiver(self, integration_type: str) -> str:
        digits = f"{self._chance.randrange(10**9, 10**10)}"
        return {"whatsapp": f"+49 {digits}", "telegram": digits, "email": f"p{digits}@example.org"}[integration_type]


class Reader:
    """Reads and adds rows by way of the dialect, as one organization, and looks whose rows it is given."""

    def __init__(self, house: House, books: Books, number: int) -> None:
        self._books, self._number = books, number
        self._asking = Asking(house.address, number, books)
        self._chance = random.Random(2000 + number)  # noqa: S311 - what to do

    def act(self) -> None:
        """Ask one thing."""
        if self._chance.random() < 0.3:
            self._add()
            return
        path = self._chance.choice((
            "/rest/v1/integrations?select=*", "/rest/v1/crm_events?select=*&order=occurred_at.desc&limit=50",
            "/rest/v1/integration_usage_statistics?select=*", "/rest/v1/integration_dashboard?select=*",
        ))  # fmt: skip
        answer = self._asking.ask("read", "GET", path)
        if answer is None:
            return
        self._books.answered("read", answer.status_code, answer.text, (200, 503))
        if answer.is_success:
            foreign = [row for row in answer.json() if row["organization_id"] != organization(self._number)]
            self._books.wrong += [f"organization {self._number} was given {row}" for row in foreign]

    def close(self) -> None:
        """Let go of the connections."""
        self._asking.close()

    def _add(self) -> None:
        row = {"id": str(uuid4()), "organization_id": organization(self._number), "full_name": "Added"}
        for attempt in range(20):
            answer = self._asking.ask("add", "POST", "/rest/v1/contacts", json=row)
            if answer is not None:
                # Who does not know whether the row was added sees by the conflict that it was.
                expected = (201, 503, 409) if attempt else (201, 503)
                self._books.answered("add", answer.status_code, answer.text, expected)
                if answer.status_code in (201, 409):
                    self._books.written[row["id"]] = self._number
                    return
            time.sleep(self._chance.uniform(0.1, 0.4))
