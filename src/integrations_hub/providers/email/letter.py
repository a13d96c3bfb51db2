"""Addresses and letters: nothing that was filled in can become a header of its own."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrations_hub.domain.outside import Message

__all__ = ["ADDRESS", "identity", "letter", "plain_domain"]

#: One address, without quotes and comments; as most of the world writes it, and narrower than RFC 5321.
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
#: RFC 5321, section 4.5.3.1.1.
LONGEST_LOCAL_PART = 64
LONGEST_SUBJECT = 78


def plain_domain(address: str) -> str:
    """The address with its domain in the letters that mail takes, such as xn--mnchen-3ya.de."""
    local, _, domain = address.strip().rpartition("@")
    if len(local) > LONGEST_LOCAL_PART or domain.isascii():
        return address.strip()
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address.strip()


def identity(message: Message, integration_id: str, domain: str) -> str:
    """The Message-ID: the same for every attempt to send this message, and for no other."""
    digest = hashlib.sha256(f"{integration_id}\0{message.key}".encode()).hexdigest()[:40]
    return f"<{digest}@{domain}>"


def letter(message: Message, *, identity: str, sender: str, name: str, to: str) -> bytes:
    """A letter in plain text, in 7 bits, whose subject is the first line."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    mail["Message-ID"] = identity
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["From"] = Address(display_name=name, addr_spec=sender)
    mail["To"] = Address(addr_spec=to)
    mail["Subject"] = _subject(message.text)
    # RFC 3834: no holiday note comes back.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    return mail.as_bytes()


def _subject(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    words = "".join(letter if letter.isprintable() else " " for letter in first).split()
    return " ".join(words)[:LONGEST_SUBJECT]
