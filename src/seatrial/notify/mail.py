"""Sends an e-mail through an SMTP server."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import TYPE_CHECKING

from seatrial.notify.failure import LIMIT, NotToldError

if TYPE_CHECKING:
    from email.message import EmailMessage

    from seatrial.project.notification import NotifySettings

__all__ = ["send"]


def send(mail: EmailMessage, settings: NotifySettings, password: str) -> None:
    """Hand it to the server, encrypted unless the settings say otherwise.

    Raises:
        NotToldError: it was not taken by everybody; says why, with nothing that the server quotes.
    """
    try:
        with _connected(settings) as server:
            if settings.tls == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.username:
                server.login(settings.username, password)
            refused = server.send_message(mail)
    except Exception as error:  # noqa: BLE001 - whatever the other side makes of SMTP
        raise NotToldError(_words(error)) from None
    if refused:
        raise NotToldError(f"refused for {', '.join(sorted(refused))}")


def _connected(settings: NotifySettings) -> smtplib.SMTP:
    # The name of this machine as it is; without one it would be looked up, which may take long.
    name = socket.gethostname()
    if settings.tls == "ssl":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            settings.host, settings.server_port, local_hostname=name, timeout=LIMIT, context=context
        )  # fmt: skip
    return smtplib.SMTP(settings.host, settings.server_port, local_hostname=name, timeout=LIMIT)


def _words(error: Exception) -> str:  # noqa: PLR0911 - one for each way to fail
    match error:
        case TimeoutError():
            return f"no answer in {LIMIT:.0f} s"
        case ssl.SSLCertVerificationError():
            return "the certificate of the server cannot be verified"
        case ssl.SSLError():
            return "the encrypted connection could not be made"
        case smtplib.SMTPAuthenticationError():
            return "user name or password refused"
        case smtplib.SMTPNotSupportedError():
            return "the server does not offer what the settings ask for (STARTTLS, or a login)"
        case smtplib.SMTPRecipientsRefused():
            return "the server takes mail for none of the recipients"
        case smtplib.SMTPResponseException():
            return f"the server answered {error.smtp_code}"
        case smtplib.SMTPServerDisconnected():
            # The library calls the end of its own patience so, too.
            is_late = "timed out" in str(error)
            return f"no answer in {LIMIT:.0f} s" if is_late else "the server closed the connection"
        case OSError(strerror=str(words)):
            return words
        case _:
            return f"no usable answer ({type(error).__name__})"
