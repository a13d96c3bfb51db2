"""A conversation with a mail server, of which no login and no letter is a part before TLS."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.deadline import Deadline
from integrations_hub.providers.email.place import connected
from integrations_hub.providers.email.replies import Refused, Stage, trouble_of
from integrations_hub.providers.http import NOT_AGAIN
from integrations_hub.providers.trust import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from integrations_hub.providers.email.place import Place

__all__ = ["Conversation", "Login", "held"]

GOOD = 200
GO_AHEAD = 354
#: Bytes of all replies before and of all after TLS; those of a letter have some hundred.
LARGEST = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """How one begins."""

    place: Place
    #: As the organization calls the server; the operator may have put another in its place.
    name: str
    #: Whether TLS comes first of all, as on port 465, or by STARTTLS.
    tls_first: bool
    username: str
    password: str


class _Bounded:
    """Lines of a server that cannot fill the memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._rest = LARGEST

    def readline(self, limit: int) -> bytes:
        line = self._file.readline(limit)
        self._rest -= len(line)
        if self._rest < 0:
            raise OSError("too much")
        return line

    def close(self) -> None:
        self._file.close()


class _Server(smtplib.SMTP):
    """The client of the standard library, on a connection that we make."""

    def __init__(self, login: Login, deadline: Deadline) -> None:
        self._login = login
        self._deadline = deadline
        # Our own name as it is; without one it would be looked up, which may take long.
        super().__init__(login.place.host, login.place.port, socket.gethostname(), timeout=deadline.remaining)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()

    def _get_socket(self, host: str, _port: int, _timeout: float) -> socket.socket:
        connection = connected(self._login.place, self._deadline)
        return context().wrap_socket(connection, server_hostname=host) if self._login.tls_first else connection


class Conversation:
    """One with a server; `stage` says how far it has come."""

    def __init__(self) -> None:
        self.stage = Stage.GREETING
        self._open: _Server | None = None

    @property
    def _server(self) -> _Server:
        if self._open is None:
            raise RuntimeError("nobody has begun")
        return self._open

    def begin(self, login: Login, deadline: Deadline) -> None:
        """Connect, say hello, secure the connection, log in."""
        self._open = _Server(login, deadline)
        self._expect(*self._server.ehlo())
        if not login.tls_first:
            self._secure()
        self._log_in(login)

    def _secure(self) -> None:
        self.stage = Stage.TLS
        if not self._server.has_extn("starttls"):
            raise Trouble(
                TroubleKind.UNREACHABLE,
                "the mail server offers no STARTTLS, and without TLS the hub neither logs in nor sends: "
                "take the port and the encryption that your mail provider names",
            )
        self._expect(*self._server.starttls(context=context()))
        self._expect(*self._server.ehlo())

    def _log_in(self, login: Login) -> None:
        self.stage = Stage.LOGIN
        if not self._server.has_extn("auth"):
            raise Trouble(
                TroubleKind.REFUSED,
                "the mail server offers no login on this port: take the port that your mail provider names for sending",
            )
        try:
            self._expect(*self._server.login(login.username, login.password))
        except UnicodeEncodeError:
            refused = Trouble(TroubleKind.REFUSED, "the mail server takes only plain letters in user name and password")
        else:
            return
        raise refused

    def idle(self) -> None:
        """Ask for nothing, to see that the server is there."""
        self._expect(*self._server.noop())

    def deliver(self, sender: str, receiver: str, letter: bytes) -> None:
        """Hand over one letter, with the line ends that RFC 5321 wants.

        Raises:
            smtplib.SMTPException: it is not taken.
            OSError: no answer; from Stage.LETTER on it may have been taken.
        """
        self.stage = Stage.SENDER
        self._expect(*self._server.mail(sender))
        self.stage = Stage.RECEIVER
        self._expect(*self._server.rcpt(receiver))
        code, words = self._server.docmd("DATA")
        if code != GO_AHEAD:
            raise Refused(code, words)
        self.stage = Stage.LETTER
        self._server.send(re.sub(rb"(?m)^\.", b"..", letter).removesuffix(b"\r\n") + b"\r\n.\r\n")
        self._expect(*self._server.getreply())
        self.stage = Stage.TAKEN

    def end(self) -> None:
        """Say good-bye; what the server makes of it does not matter any more."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.docmd("QUIT")
            self._open.close()

    @staticmethod
    def _expect(code: int, words: bytes) -> None:
        if not GOOD <= code < GO_AHEAD:
            raise Refused(code, words)


def held(login: Login, timeout: float, act: Callable[[Conversation], None]) -> None:
    """Begin a conversation, do something in it, and end it.

    Args:
        login: with whom, and as whom.
        timeout: seconds for all of it.
        act: what to do.

    Raises:
        Trouble: it could not be done; holds nothing that the server said.
    """
    # Raised here and not where it was caught: the failure in its context would hold what the server said.
    if (trouble := _trouble(login, timeout, act)) is not None:
        raise trouble


def _trouble(login: Login, timeout: float, act: Callable[[Conversation], None]) -> Trouble | None:
    conversation = Conversation()
    with Deadline(timeout) as deadline:
        try:
            conversation.begin(login, deadline)
            act(conversation)
        except Trouble as trouble:
            return trouble
        except smtplib.SMTPResponseException as error:
            if not deadline.is_over:
                return trouble_of(conversation.stage, error.smtp_code, error.smtp_error)
            return _silence(login, conversation.stage, timeout)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            if deadline.is_over or isinstance(error, TimeoutError) or "timed out" in str(error):
                return _silence(login, conversation.stage, timeout)
            return _failure(login, conversation.stage, error)
        finally:
            conversation.end()
    return None


def _silence(login: Login, stage: Stage, timeout: float) -> Trouble | None:
    if stage is Stage.TAKEN:
        return None
    reason = f"the mail server {login.name} did not answer within {timeout:g} seconds"
    return _unknown(TroubleKind.TIMED_OUT, stage, reason)


def _failure(login: Login, stage: Stage, error: Exception) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = (
            f"the certificate of the mail server {login.name} cannot be verified, so nothing was sent: "
            "take the name that your mail provider uses for it"
        )
        return Trouble(TroubleKind.UNREACHABLE, reason)
    if isinstance(error, ssl.SSLError) and stage in {Stage.GREETING, Stage.TLS}:
        reason = f"no encrypted connection to the mail server {login.name} could be made: compare port and encryption"
        return Trouble(TroubleKind.UNREACHABLE, reason)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Trouble(TroubleKind.REFUSED, "the mail server offers no way to log in that the hub knows")
    if isinstance(error, smtplib.SMTPServerDisconnected | OSError):
        if stage is Stage.GREETING:
            reason = f"the mail server {login.name} cannot be reached: check its name and port, and try again later"
        else:
            reason = f"the mail server {login.name} broke off the conversation"
        return _unknown(TroubleKind.UNREACHABLE, stage, reason)
    reason = f"what the mail server {login.name} says is not SMTP: check its name and port"
    return _unknown(TroubleKind.UNINTELLIGIBLE, stage, reason)


def _unknown(kind: TroubleKind, stage: Stage, reason: str) -> Trouble:
    unknown = stage is Stage.LETTER
    return Trouble(kind, f"{reason}; {NOT_AGAIN}" if unknown else reason, may_have_arrived=unknown)
