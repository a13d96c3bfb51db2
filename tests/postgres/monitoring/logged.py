"""A server that keeps a log of its own, and the errors that somebody makes on it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.asking import wait_until

from seatrial.errors import StatementFailed
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.scratch.cluster import prepared
from seatrial.scratch.identity import server_identity
from seatrial.scratch.installation import find
from seatrial.scratch.places import lease
from seatrial.scratch.process import launch
from seatrial.scratch.server import LOGGED, Server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from seatrial.monitoring.logs.log import Log, LogLine
    from seatrial.scratch.installation import Installation

__all__ = ["SCHEMA", "all_of", "error", "fail", "logged"]

SCHEMA = """
CREATE TABLE public.contacts (id int PRIMARY KEY, email text, age int NOT NULL CHECK (age > 0));
CREATE UNIQUE INDEX contacts_email ON public.contacts (email);
CREATE SCHEMA other; CREATE TABLE other.contacts (id int);
CREATE TABLE public.notes (id int, contact int REFERENCES public.contacts);
ALTER TABLE public.contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY all_may_read ON public.contacts FOR SELECT USING (true);
CREATE TABLE public.circle (id int);
ALTER TABLE public.circle ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.circle USING (EXISTS (SELECT FROM public.circle));
CREATE TABLE public.closed (id int);
GRANT ALL ON public.contacts, public.notes, public.circle TO authenticated;
REVOKE ALL ON public.closed FROM authenticated;
INSERT INTO public.contacts VALUES (1, 'ann@example.com', 30);
CREATE FUNCTION public.may() RETURNS void LANGUAGE plpgsql AS
$$ BEGIN RAISE 'permission denied for table ann' USING ERRCODE = '42501'; END $$;
"""


@contextmanager
def logged(
    folder: Path, destination: str, installation: Installation | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server whose log is `folder/data/log`."""
    identity = server_identity()
    cluster = prepared(installation or find(), identity, "supabase")
    cluster.copy_data(folder / "data", identity)
    place = lease()
    try:
        identity.hand_over(place.folder)
        how = {**cluster.settings(), **LOGGED, "log_destination": destination, "fsync": "off", **(settings or {})}
        process = launch(cluster.installation, identity, folder / "data", place.folder, how)
        try:
            yield Server(cluster.installation, place.folder)
        finally:
            process.stop()
    finally:
        place.end()


def fail(dsn: str, statement: str, *, role: str = "", before: str = "", application: str = "shop") -> None:
    """Somebody sends a statement that the server refuses."""
    with connect(dsn, application_name=application) as connection:
        execute_script(connection, "BEGIN; " + (f"SET LOCAL ROLE {role}; " if role else "") + before)
        try:
            execute_statement(connection, statement)
        except StatementFailed:
            return
        raise AssertionError(f"the server took {statement}")


def all_of(log: Log, count: int) -> list[LogLine]:
    """What is read until there are so many lines; the server writes them when it gets to it."""
    found: list[LogLine] = []

    def are_there() -> bool:
        found.extend(log.read())
        return len(found) >= count

    wait_until(are_there, f"{count} lines of the log")
    return found


def error(at: str, sqlstate: str = "22012", **more: object) -> str:
    """A line of a jsonlog: `error("09:00:01")`."""
    fields = {
        "timestamp": f"2026-03-01 {at}.000 UTC", "user": "app", "dbname": "postgres", "error_severity": "ERROR",
        "state_code": sqlstate, "message": "something", "application_name": "shop", **more,
    }  # fmt: skip
    return json.dumps(fields, separators=(",", ":")) + "\n"
