"""A target whose archive was filled by SQL, in the form in which deployments and rollbacks fill it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from seatrial.ledger.write import create
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from tests.acceptance.target import Target

__all__ = ["BACK", "KEPT", "V1", "V2", "deployed", "enter", "fill"]

V1, V2 = "20250301000000", "20250301000100"
KEPT, BACK = f"seatrial_archive_kept_{V1}_public", f"seatrial_archive_back_{V2}_public"

#: A table with all that belongs to it, rolled back; columns and rows that a deployment has kept.
TABLES = f"""
CREATE SCHEMA {KEPT};
CREATE SCHEMA {BACK};
CREATE TABLE public.boats (id integer PRIMARY KEY, name text, berth text);
INSERT INTO public.boats SELECT n, 'boat ' || n, CASE WHEN n = 2 THEN 'taken' END FROM generate_series(1, 4) AS n;
CREATE TYPE {BACK}.rank AS ENUM ('mate', 'captain');
CREATE TABLE {BACK}.crew (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, boat integer NOT NULL, rank {BACK}.rank DEFAULT 'mate'
);
ALTER TABLE {BACK}.crew ENABLE ROW LEVEL SECURITY;
INSERT INTO {BACK}.crew (boat) VALUES (1), (2), (3);
CREATE TABLE {KEPT}."boats columns" AS SELECT id, 'berth ' || id AS berth FROM public.boats WHERE id < 4;
INSERT INTO {KEPT}."boats columns" VALUES (99, 'of a boat that is gone');
CREATE TABLE {KEPT}."boats was" AS SELECT * FROM public.boats;
INSERT INTO {KEPT}."boats was" VALUES (7, 'boat 7', 'A'), (8, 'boat 8', 'B');
CREATE TABLE {KEPT}."boats became" AS SELECT * FROM public.boats;
"""
ATTACHED = [
    "GRANT SELECT ON public.crew TO authenticated",
    "ALTER TABLE public.crew ADD CONSTRAINT crew_boat_fkey FOREIGN KEY (boat) REFERENCES public.boats(id)",
    "CREATE POLICY crew_select ON public.crew FOR SELECT TO authenticated USING (boat = 1)",
]


def fill(target: Target) -> None:
    """Entry 1 is the table crew, 2 columns and 3 rows of boats; 2 is overdue."""
    with connect(target.dsn, application_name="test") as connection:
        create(connection)
        connection.execute(TABLES.encode())
    enter(target, V2, "rollback", "table", "public.crew", f"{BACK}.crew", details={"attached": ATTACHED})
    enter(
        target, V1, "deploy", "columns", "public.boats", f'{KEPT}."boats columns"', hours=-1,
        details={"key": ["id"], "columns": ["berth"], "also": []},
    )  # fmt: skip
    enter(
        target, V1, "deploy", "rows", "public.boats", f'{KEPT}."boats was"', became=f'{KEPT}."boats became"', hours=5,
        details={"key": ["id"]},
    )  # fmt: skip


def deployed(target: Target) -> None:
    """The first version is deployed, and has a way back."""
    target.execute(
        "INSERT INTO seatrial.reversals (version, content_digest, verdict, reasons, archived, kept, script, by_author, "
        "before, tool) VALUES ('20250301000000', 'd', 'reversible', '{}', '{}', '{}', 'SELECT 1', false, '{}', 't');"
        "INSERT INTO supabase_migrations.schema_migrations (version) VALUES ('20250301000000')"
    )


def enter(  # noqa: PLR0913 - a row of the list
    target: Target, version: str, cause: str, contents: str, table: str, place: str, *, became: str = "",
    hours: int | None = None, details: dict[str, Any] | None = None,
) -> int:  # fmt: skip
    """A row of the list; it was put away two days before its time is over."""
    with connect(target.dsn, application_name="test") as connection:
        [row] = rows(
            connection,
            "INSERT INTO seatrial.archive (version, cause, contents, object, place, became, archived_at, keep_until, "
            "details) VALUES (%s, %s, %s, %s, %s, %s, coalesce(now() + make_interval(hours => %s - 48), now()), "
            "now() + make_interval(hours => %s), %s) RETURNING id",
            [version, cause, contents, table, place, became, hours, hours, json.dumps(details or {})],
        )
    number: int = row["id"]
    return number
