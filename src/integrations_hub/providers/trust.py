"""Whose certificates the hub believes."""

from __future__ import annotations

import os
import ssl
from functools import cache

__all__ = ["context"]


def context() -> ssl.SSLContext:
    """What the system trusts, or what the operator names in SSL_CERT_FILE or SSL_CERT_DIR; never less than verified.

    An organization cannot name an authority: it would decide whom the hub believes.
    """
    return _context(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _context(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    # OpenSSL itself reads the two variables; here they only tell one context from another.
    return ssl.create_default_context()
