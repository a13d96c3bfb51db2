"""What of the driver is of interest without a connection."""

from __future__ import annotations

import psycopg
from psycopg.conninfo import conninfo_to_dict

__all__ = ["libpq_version", "password_of"]


def libpq_version() -> str:
    """`18.0`."""
    return "{}.{}".format(*divmod(psycopg.pq.version(), 10000))


def password_of(dsn: str) -> str:
    """The password in a DSN, to be looked for; empty where there is none, or no DSN."""
    try:
        return str(conninfo_to_dict(dsn).get("password") or "")
    except psycopg.Error:
        return ""
