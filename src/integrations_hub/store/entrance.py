"""Why the database does not let the hub in: of what the server said only the kind, as it names roles and hosts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import psycopg

__all__ = ["BUSY", "why"]

#: A connection can be made, and none of those that the hub has is free.
BUSY = "every connection of the hub to the database is in use"
#: Of roles, hosts and databases, which may be called like anything.
NAMES = re.compile("""".*?"|'.*?'""")
#: A connection that is refused has no SQLSTATE in the driver, only the words of server, pooler or system.
KINDS = tuple(
    (re.compile(said, re.IGNORECASE), meant)
    for said, meant in (
        (r"password authentication failed", "the database refuses the hub: the password of its role is wrong"),
        (r"no password supplied", "the database refuses the hub: it wants a password, and the DSN has none"),
        (r"not permitted to log ?in", "the database refuses the hub: its role may not log in"),
        (r"role .* does not exist|tenant or user not found", "the database refuses the hub: its role does not exist"),
        (r"database .* does not exist", "the database of the DSN does not exist"),
        (r"permission denied for database", "the database refuses the hub: its role may not connect to it"),
        (r"not currently accepting connections", "the database takes no connections at the moment"),
        (r"no pg_hba\.conf entry|pg_hba\.conf rejects", "the database refuses the hub: pg_hba.conf does not let it in"),
        (r"authentication failed", "the database refuses the hub: its role is not taken for who it says it is"),
        (r"too many (clients|connections)|connection slots|max client", "the database has no connection left"),
        (r"is (starting up|shutting down)|recovery|not yet accepting", "the database is starting or stopping"),
        (
            r"certificate|not support ssl|ssl.* required",
            "no encrypted connection to the database can be made as the DSN wants it",
        ),
        (r"translate host|resolve host|name or service|getaddrinfo", "the host of the database is not known"),
        (r"connection refused|no such file", "nothing listens at the address of the database"),
    )
)


def why(error: psycopg.OperationalError) -> str:
    """What kept a connection from being made.

    Args:
        error: of the driver.
    """
    said = NAMES.sub("", str(error))
    return next((meant for pattern, meant in KINDS if pattern.search(said)), "the database does not answer")
