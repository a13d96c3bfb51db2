"""A mail server: aiosmtpd with STARTTLS or TLS from the beginning, a login, and every mood that one can be in."""

from __future__ import annotations

import asyncio
import os
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from tests.acceptance.certificates import certificates
from tests.hub.providers.fakes.web import Mood, listener

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from aiosmtpd.smtp import Envelope, Session

__all__ = [
    "CONFIGURATION",
    "MOODS",
    "PASSWORD",
    "RECEIVER",
    "SECRETS",
    "USERNAME",
    "Letter",
    "MailFake",
    "fake",
    "mail",
]

USERNAME = "harbour@example.org"
PASSWORD = "the-application-password-of-the-tests"
#: What an administrator fills in for it; settings.providers.email.address leads to the fake.
CONFIGURATION: dict[str, object] = {
    "host": "smtp.example.org", "port": 587, "encryption": "starttls", "username": USERNAME,
    "from_address": USERNAME, "from_name": "Harbour",
}  # fmt: skip
SECRETS = {"password": PASSWORD}
RECEIVER = "nora@example.org"
#: Those that a mail server can be in.
MOODS = (
    Mood.FINE, Mood.DOWN, Mood.LIMITING, Mood.BROKEN, Mood.SLOW, Mood.HANGING, Mood.DRIPPING, Mood.DROPPING,
    Mood.STRANGE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One that was taken."""

    sender: str
    receivers: tuple[str, ...]
    content: str
    is_encrypted: bool
    is_logged_in: bool


class MailFake:
    """One mail server with one account.

    The stages are greeting, tls, login, sender, receiver, data and letter.
    """

    def __init__(self, authority: Path, tls: ssl.SSLContext, *, tls_first: bool) -> None:
        self.authority = authority
        self.passwords = {USERNAME: PASSWORD}
        #: What it says at a stage in place of what it should; nothing is taken then.
        self.replies: dict[str, str] = {}
        #: The stage at which it says nothing more, or closes the connection; at `letter` it has taken the letter.
        self.hangs_at = self.drops_at = ""
        self.delay = 0.0
        #: Whether, when it has taken a letter, it goes on and on in saying so, or says something else.
        self.drips = self.garbles = False
        self.offers_tls = True
        #: An entry for each connection, what came as logins (name, whether encrypted), and what was taken.
        self.asked: list[str] = []
        self.logins: list[tuple[str, bool]] = []
        self.sent: list[Letter] = []
        self.tls, self.tls_first = tls, tls_first
        self.transports: set[asyncio.Transport] = set()
        self._held = listener(0)
        self.address = f"localhost:{self._held.getsockname()[1]}"
        self._loop = asyncio.new_event_loop()
        self._gone = asyncio.Event()
        self._server: asyncio.Server | None = None
        self._mood = Mood.FINE
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._run(self._open())

    def expire(self) -> None:
        """From now on the password is another."""
        self.passwords = {}

    @property
    def mood(self) -> Mood:
        """As with the other fakes; those of JSON mean nothing here."""
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        self.replies, self.hangs_at, self.drops_at, self.delay = {}, "", "", 0.0
        self.drips = self.garbles = False
        match mood:
            case Mood.LIMITING:
                self.replies["sender"] = "421 4.7.28 Unusual rate of mail, try again later"
            case Mood.BROKEN:
                self.replies["sender"] = "451 4.3.0 Requested action aborted: local error in processing"
            case Mood.SLOW:
                self.delay = 0.05
            case Mood.HANGING:
                self.hangs_at = "letter"
            case Mood.DROPPING:
                self.drops_at = "letter"
            case Mood.DRIPPING:
                self.drips = True
            case Mood.STRANGE:
                self.garbles = True
            case Mood.FINE | Mood.DOWN:
                pass
            case _:
                raise ValueError(f"a mail server is never {mood}")
        self._run(self._close() if mood is Mood.DOWN else self._open())
        self._mood = mood

    def stop(self) -> None:
        """Give everything back."""
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._held.close()

    def _run(self, what: Any) -> None:  # noqa: ANN401 - any coroutine
        asyncio.run_coroutine_threadsafe(what, self._loop).result(10)

    async def _open(self) -> None:
        if self._server is None:
            self._gone = asyncio.Event()
            self._server = await self._loop.create_server(
                lambda: _Session(self, self._loop), sock=listener(self._held.getsockname()[1]),
                ssl=self.tls if self.tls_first else None,
            )  # fmt: skip

    async def _close(self) -> None:
        self._gone.set()
        if self._server is not None:
            self._server.close()
            self._server = None
        here = asyncio.current_task()
        for transport in self.transports:
            transport.abort()
        self.transports.clear()
        others = [task for task in asyncio.all_tasks() if task is not here]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # Connections are closed in the next turns of the loop.
        for _ in range(5):
            await asyncio.sleep(0)

    async def at(self, stage: str, session: _Session) -> str | None:
        """What is to be said at a stage, after what the mood does to it."""
        if stage == self.drops_at:
            session.cut()
        if stage == self.hangs_at:
            await self._gone.wait()
        return self.replies.get(stage)


class _Session(SMTP):
    """One conversation."""

    def __init__(self, fake: MailFake, loop: asyncio.AbstractEventLoop) -> None:
        self.fake = fake
        self._has_greeted = False
        # Its own wish for TLS is made known in another way where TLS comes first.
        super().__init__(
            _Handler(self), hostname="localhost", loop=loop,
            auth_require_tls=not fake.tls_first, authenticator=self._login,
            tls_context=None if fake.tls_first or not fake.offers_tls else fake.tls,
        )  # fmt: skip

    @property
    def is_encrypted(self) -> bool:
        return self.transport is not None and self.transport.get_extra_info("ssl_object") is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        self.fake.transports.add(transport)

    def cut(self) -> None:
        """Close the connection without a word."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def push(self, status: AnyStr) -> None:
        if self._has_greeted:
            await super().push(status)
            return
        self._has_greeted = True
        self.fake.asked.append("connected")
        await super().push(await self.fake.at("greeting", self) or str(status))

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - as the library calls it
        if reply := await self.fake.at("tls", self):
            await self.push(reply)
        else:
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - the same
        if reply := await self.fake.at("login", self):
            await self.push(reply)
        else:
            await super().smtp_AUTH(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the same
        if reply := await self.fake.at("data", self):
            await self.push(reply)
        else:
            await super().smtp_DATA(arg)

    def _login(self, *asked: object) -> AuthResult:
        data = asked[-1]
        assert isinstance(data, LoginPassword)
        name = data.login.decode()
        self.fake.logins.append((name, self.is_encrypted))
        return AuthResult(success=self.fake.passwords.get(name, "").encode() == data.password, handled=False)


class _Handler:
    """What is made of the commands of one conversation."""

    def __init__(self, session: _Session) -> None:
        self._session = session
        self._fake = session.fake

    async def handle_MAIL(  # noqa: N802 - the same
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := await self._fake.at("sender", self._session):
            return reply
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if reply := await self._fake.at("receiver", self._session):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        assert isinstance(envelope.content, bytes)
        if not self._fake.replies.get("letter", "250").startswith("250"):
            return self._fake.replies["letter"]
        letter = Letter(
            sender=str(envelope.mail_from), receivers=tuple(envelope.rcpt_tos), content=envelope.content.decode(),
            is_encrypted=self._session.is_encrypted, is_logged_in=bool(session.authenticated),
        )  # fmt: skip
        self._fake.sent.append(letter)
        await asyncio.sleep(self._fake.delay)
        while self._fake.drips:
            await self._session.push("250-2.0.0 Ok, almost")
            await asyncio.sleep(0.02)
        if self._fake.garbles:
            return "<html>"
        return await self._fake.at("letter", self._session) or "250 2.0.0 Ok: queued as 4bQk1z3WzLz"


@contextmanager
def mail(
    folder: Path, *, tls_first: bool = False, is_trusted: bool = True, name: str = "localhost"
) -> Iterator[MailFake]:
    """One that listens; its `address` is for settings.providers.email.address.

    Args:
        folder: in which certificates are made; it must not exist.
        tls_first: TLS from the beginning in place of STARTTLS.
        is_trusted: this process trusts its authority as long as it runs, by SSL_CERT_FILE.
        name: for which its certificate is.
    """
    made = certificates(folder, name, by=f"an authority in {folder.name}")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.certificate, made.key)
    before = os.environ.get("SSL_CERT_FILE")
    if is_trusted:
        os.environ["SSL_CERT_FILE"] = str(made.authority)
    fake = MailFake(made.authority, tls, tls_first=tls_first)
    try:
        yield fake
    finally:
        fake.stop()
        if is_trusted and before is None:
            del os.environ["SSL_CERT_FILE"]
        elif is_trusted and before is not None:
            os.environ["SSL_CERT_FILE"] = before


@contextmanager
def fake(folder: Path) -> Iterator[MailFake]:
    """As every module of this folder has it."""
    with mail(folder / "certificates") as made:
        yield made
