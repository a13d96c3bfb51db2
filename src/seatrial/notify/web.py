"""Posts a document to a webhook: one request, no redirect, no word of the address in what comes back."""

from __future__ import annotations

import json
import ssl
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from seatrial.notify.failure import LIMIT, NotToldError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["host_of", "post"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_REDIRECTS = range(300, 400)


class _NoRedirect(HTTPRedirectHandler):
    """What was meant for one host is told to no other."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Never."""


def host_of(url: str) -> str:
    """The host of an address, which is all that may be shown of it.

    Raises:
        NotToldError: this is no address that a secret may be sent to.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    usable = url.isascii() and url.isprintable() and " " not in url
    if not (host and usable and parts.scheme in {"https", "http"}):
        raise NotToldError("its variable does not hold an address that begins with https://")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise NotToldError(f"{host}: the address is a secret, and http:// would show it on the way; use https://")
    return host


def post(url: str, document: Mapping[str, Any]) -> None:
    """Send it.

    Raises:
        NotToldError: it did not get through; says why, without the address.
    """
    request = Request(  # noqa: S310 - `host_of` lets nothing else through than https, and http on this machine
        url, data=json.dumps(document).encode(), method="POST",
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "seatrial"},
    )  # fmt: skip
    # A proxy that the environment names cannot reach this machine.
    proxies = [ProxyHandler({})] if urlsplit(url).hostname in _LOOPBACK else []
    try:
        with build_opener(_NoRedirect, *proxies).open(request, timeout=LIMIT):
            pass
    except HTTPError as error:
        error.close()
        more = ", a redirect, which is not followed" if error.code in _REDIRECTS else ""
        raise NotToldError(f"the answer was {error.code}{more}") from None
    except URLError as error:
        raise NotToldError(_words(error.reason)) from None
    except Exception as error:  # noqa: BLE001 - whatever the other side makes of HTTP; some errors quote the address
        raise NotToldError(_words(error)) from None


def _words(reason: object) -> str:
    match reason:
        case TimeoutError():
            return f"no answer in {LIMIT:.0f} s"
        case ssl.SSLCertVerificationError():
            return "the certificate of the server cannot be verified"
        case ssl.SSLError():
            return "the encrypted connection could not be made"
        case OSError(strerror=str(words)):
            return words
        case _:
            return f"no usable answer ({type(reason).__name__})"
