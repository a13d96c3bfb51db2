"""An archive with rows of two clubs and of two people, in every form in which rows are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.acceptance.archived import BACK, KEPT, V1, V2, enter

from seatrial.ledger.write import create
from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from tests.acceptance.target import Target

__all__ = ["ANN", "CLUB", "OTHER", "PLACES", "TENANCY", "fill_club"]

CLUB, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
ANN, BEN = "cccccccc-0000-4000-8000-000000000003", "dddddddd-0000-4000-8000-000000000004"

TENANCY = """
[project]
platform = "supabase"

[tenancy]
tenant_table = "public.clubs"

[tenancy.membership]
table = "public.members"
tenant = "club_id"
user = "user_id"

[tenancy.tables."public.clubs"]
tenant = "id"

[tenancy.tables."public.boats"]
tenant = "club_id"

[tenancy.tables."public.crew"]
through = "boat"

[tenancy.tables."public.notes"]
tenant = "club_id"
user = "user_id"

[tenancy.tables."public.profiles"]
user = "id"

[[tenancy.shared]]
table = "public.ranks"
select = "signed_in"
why = "They say nothing about anybody."
"""
TABLES = f"""
CREATE SCHEMA {KEPT};
CREATE SCHEMA {BACK};
CREATE TABLE public.clubs (id uuid PRIMARY KEY);
INSERT INTO public.clubs VALUES ('{CLUB}'), ('{OTHER}');
CREATE TABLE public.members (club_id uuid REFERENCES public.clubs, user_id uuid, PRIMARY KEY (club_id, user_id));
INSERT INTO public.members VALUES ('{CLUB}', '{ANN}'), ('{OTHER}', '{BEN}');
CREATE TABLE public.notes (id integer PRIMARY KEY, club_id uuid, user_id uuid, text text);
INSERT INTO public.notes VALUES (1, '{CLUB}', '{ANN}', 'a'), (2, '{OTHER}', '{BEN}', 'b'), (3, '{CLUB}', '{BEN}', 'c');
CREATE TABLE {BACK}.boats (id integer PRIMARY KEY, club_id uuid, name text);
INSERT INTO {BACK}.boats VALUES (1, '{CLUB}', 'x'), (2, '{CLUB}', 'y'), (3, '{OTHER}', 'z'), (4, NULL, 'nobody''s');
CREATE TABLE {BACK}.crew (id integer PRIMARY KEY, boat integer NOT NULL);
INSERT INTO {BACK}.crew VALUES (1, 1), (2, 1), (3, 2), (4, 3), (5, 4);
CREATE TABLE {BACK}.tasks (id integer PRIMARY KEY, crew integer REFERENCES {BACK}.crew);
INSERT INTO {BACK}.tasks VALUES (1, 1), (2, 4), (3, NULL);
CREATE TABLE {BACK}.profiles (id uuid PRIMARY KEY, name text);
INSERT INTO {BACK}.profiles VALUES ('{ANN}', 'Ann'), ('{BEN}', 'Ben');
CREATE TABLE {BACK}.ranks (id integer PRIMARY KEY);
CREATE TABLE {BACK}.visits (day date, club_id uuid, user_id uuid) PARTITION BY RANGE (day);
CREATE TABLE {BACK}.visits_old PARTITION OF {BACK}.visits FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE {BACK}.visits_new PARTITION OF {BACK}.visits DEFAULT;
INSERT INTO {BACK}.visits SELECT '2024-12-30'::date + n, '{CLUB}', '{BEN}' FROM generate_series(1, 4) AS n;
CREATE TABLE {KEPT}."boats columns" AS SELECT id, name FROM {BACK}.boats;
CREATE TABLE {KEPT}."notes columns" AS SELECT id, text, club_id, user_id FROM public.notes;
CREATE TABLE {KEPT}."notes was" AS SELECT * FROM public.notes;
CREATE TABLE {KEPT}."notes became" AS SELECT * FROM public.notes WHERE id < 3;
"""
FOREIGN_KEY = "ALTER TABLE public.crew ADD CONSTRAINT crew_boat FOREIGN KEY (boat) REFERENCES public.boats(id)"
#: Rows in each table of the archive, as it is filled.
PLACES = {
    "boats": 4, "crew": 5, "tasks": 3, "profiles": 2, "visits": 4, "boats columns": 4, "notes columns": 3,
    "notes was": 3, "notes became": 2,
}  # fmt: skip


def fill_club(target: Target) -> None:
    """Nine entries, in the order in which nobody may go through them."""
    with connect(target.dsn, application_name="test") as connection:
        create(connection)
        connection.execute(TABLES.encode())
    for name in ("boats", "crew", "tasks", "profiles", "ranks", "visits"):
        details = {"attached": [FOREIGN_KEY] if name == "boats" else []}
        enter(target, V2, "rollback", "table", f"public.{name}", f"{BACK}.{name}", details=details)
    enter(
        target, V1, "deploy", "columns", "public.boats", f'{KEPT}."boats columns"',
        details={"key": ["id"], "columns": ["name"], "also": []},
    )  # fmt: skip
    enter(
        target, V1, "deploy", "columns", "public.notes", f'{KEPT}."notes columns"',
        details={"key": ["id"], "columns": ["text"], "also": ["club_id", "user_id"]},
    )  # fmt: skip
    enter(
        target, V1, "deploy", "rows", "public.notes", f'{KEPT}."notes was"', became=f'{KEPT}."notes became"',
        details={"key": ["id"], "columns": ["id", "club_id", "user_id", "text"]},
    )  # fmt: skip
