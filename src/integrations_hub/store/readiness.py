"""Whether the database is one that the hub can work on, and the connection one that it may work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrations_hub.domain.caller import ROLES, SERVICE, Caller
from integrations_hub.domain.refusal import Refusal
from integrations_hub.store.entrance import BUSY
from integrations_hub.store.queries import load
from integrations_hub.store.transaction import transaction

if TYPE_CHECKING:
    from integrations_hub.store.database import Database, Row

__all__ = ["missing"]

#: From here on the database did not answer, and nothing else can be asked.
UNAVAILABLE = 503
#: Seconds to wait for a connection before it is asked why there is none, and after there was no reason: whoever asks
#: whether the hub is ready does not wait as long as a request does.
SOON, LATER = 0.5, 1.5


def missing(database: Database) -> tuple[str, ...]:
    """What keeps the hub from working, in words; nothing when it is ready."""
    if trouble := _trouble(database):
        return (trouble,)
    found: list[str] = []
    for role in ROLES:
        try:
            with transaction(database, Caller(role=role)):
                pass
        except Refusal as refusal:
            if refusal.status >= UNAVAILABLE:
                return ("the database does not answer",)
            found.append(f"the role of the connection cannot become {role}")
    if "service_role" in " ".join(found):
        return tuple(found)
    with transaction(database, SERVICE) as connection:
        row = connection.execute(load("readiness")).fetchall()[0]
    return (*found, *_judged(row))


def _trouble(database: Database) -> str | None:
    if database.is_free(SOON):
        return None
    return database.trouble() or (None if database.is_free(LATER) else BUSY)


def _judged(row: Row) -> list[str]:
    found = []
    if row["is_superuser"]:
        found.append("the role of the connection is a superuser, whom no policy holds back")
    if row["bypasses_policies"]:
        found.append("the role of the connection has BYPASSRLS, and no policy holds it back")
    found += [f"the role {role} is held back by no policy" for role in row["roles_beyond_policies"]]
    found += [f"the release is not there, or not all of it: {name} is missing" for name in row["missing"]]
    return found
