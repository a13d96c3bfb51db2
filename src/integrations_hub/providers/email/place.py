"""Where a mail server is, and a connection to it that goes nowhere else."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.providers.form import misconfigured

if TYPE_CHECKING:
    from integrations_hub.providers.deadline import Deadline

__all__ = ["Place", "connected"]

#: IPv4 addresses inside those of IPv6, as a gateway translates them (RFC 6052).
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A mail server."""

    host: str
    port: int
    #: Whether it may be in the hub's own network: the operator says so, or has named it.
    may_be_private: bool

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def connected(place: Place, deadline: Deadline) -> socket.socket:
    """A connection to the first address that takes one.

    The name is looked up once, and what was looked at is what is connected to: asked a second time, the owner of the
    name could answer with an address of the hub's own network.

    Raises:
        Trouble: MISCONFIGURED, UNREACHABLE.
        OSError: no address takes a connection.
    """
    addresses = _addresses(place)
    if not place.may_be_private and not all(_is_public(address[0]) for _, address in addresses):
        raise misconfigured(
            "Mail server: its name leads to an address that is not of the internet: "
            "enter the server that your mail provider names, or ask the operator to allow private ones"
        )
    last: OSError = ConnectionRefusedError()
    for family, address in addresses:
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(deadline.remaining)
            deadline.watch(connection)
            connection.connect(address)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last


def _addresses(place: Place) -> list[tuple[int, tuple[str, int]]]:
    addresses: list[tuple[int, tuple[str, int]]] = []
    with suppress(OSError, UnicodeError):
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
        addresses = [(family, (str(address[0]), place.port)) for family, _, _, _, address in found]
    if not addresses:
        reason = f"no mail server of the name {place.host} is known: check the name"
        raise Trouble(TroubleKind.UNREACHABLE, reason)
    return addresses


def _is_public(text: str) -> bool:
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in TRANSLATED:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.sixtofour is not None or address.teredo is not None:
            return False
        else:
            address = address.ipv4_mapped or address
    return address.is_global and not address.is_multicast and not address.is_reserved
