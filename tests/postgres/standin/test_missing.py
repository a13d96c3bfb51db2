"""What a scratch cannot have is named with the reason, and takes as little with it as can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.standin.harbour import Harbour

from seatrial.catalog.compare import compare
from seatrial.errors import StatementFailed
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_statement
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Iterator

#: An extension that no server has: its row, and what belongs to it.
EXTENSION = """
INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
VALUES (
  pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index'), 'postgis', 10, 'extensions'::regnamespace, false, '3');
CREATE DOMAIN extensions.geometry AS text;
CREATE FUNCTION extensions.st_area(extensions.geometry) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER EXTENSION postgis ADD DOMAIN extensions.geometry;
ALTER EXTENSION postgis ADD FUNCTION extensions.st_area(extensions.geometry);
CREATE TABLE public.places (id integer PRIMARY KEY, name text NOT NULL, shape extensions.geometry);
COMMENT ON COLUMN public.places.shape IS 'Where it is';
CREATE INDEX places_area ON public.places ((extensions.st_area(shape)));
CREATE INDEX places_name ON public.places (name);
ALTER TABLE public.places ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON public.places USING (name <> '');
CREATE VIEW public.areas AS SELECT id, extensions.st_area(shape) AS area FROM public.places;
CREATE VIEW public.names AS SELECT id, name FROM public.places;
COMMENT ON VIEW public.areas IS 'How large';
GRANT SELECT ON public.areas TO anon;
CREATE TABLE public.visits (place integer REFERENCES public.places);
"""


@pytest.fixture
def mapped(newer: Harbour) -> Iterator[Harbour]:
    """A target with that extension."""
    newer.server.clone("mapped")
    target = Harbour(server=newer.server, database="mapped")
    target.run(EXTENSION)
    yield target
    newer.server.drop("mapped")


def test_an_extension_that_the_scratch_lacks(mapped: Harbour, bare: Harbour) -> None:
    with connect(mapped.dsn(), read_only=True) as connection:
        named = lay(read_target(connection), bare.server, bare.database)

    reasons = {one.what: one.why for one in named if not one.what.startswith("setting")}
    assert set(reasons) == {
        "extension postgis",
        "column public.places.shape",
        "index public.places_area",
        "view public.areas",
    }
    assert "not available" in reasons["extension postgis"]
    assert "geometry" in reasons["column public.places.shape"]
    assert {("table", "public.places"), ("policy", "public.places.reads"), ("view", "public.names")} <= set(
        bare.catalog().objects
    ), "the rest of the table is there, and what needs only that"


def test_a_difference_that_nothing_else_names_is_named(newer: Harbour, bare: Harbour) -> None:
    """The comparison at the end is what nothing escapes: here a part of the platform that the target changed."""
    newer.server.clone("bent")
    target = Harbour(server=newer.server, database="bent")
    target.run(
        "ALTER TABLE auth.users ALTER COLUMN phone TYPE varchar(20); "
        "ALTER TABLE storage.objects OWNER TO supabase_storage_admin; "
        "REVOKE ALL ON storage.objects FROM postgres; GRANT ALL ON storage.objects TO postgres WITH GRANT OPTION; "
        "CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid'"
    )
    with connect(target.dsn(), read_only=True) as connection:
        picture = read_target(connection)
    named = {one.what: one.why for one in lay(picture, bare.server, bare.database)}
    newer.server.drop("bent")

    assert "column auth.users.phone" in named["platform schema auth"]
    assert "function auth.uid()" in named["platform schema auth"]
    assert "table storage.objects" in named["platform schema storage"]
    # As on the platform, although its guard has another owner here.
    bare.run("CREATE POLICY mine ON storage.objects USING (true); GRANT SELECT ON storage.objects TO anon", "postgres")
    with pytest.raises(StatementFailed, match="must be owner"), connect(bare.dsn()) as connection:
        execute_statement(connection, "ALTER TABLE storage.objects ADD COLUMN mine text")
    assert {one.name for one in compare(picture.catalog, bare.catalog())} >= {"auth.uid()", "auth.users.phone"}
