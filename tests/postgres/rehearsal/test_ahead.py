"""Which indexes a plan builds before their files: what is tried out on a copy decides it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rehearsal.ahead_scene import found_ahead

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

BOATS = "CREATE TABLE public.boats (id integer PRIMARY KEY, name text, harbour text);"
NAMED = "CREATE INDEX IF NOT EXISTS boats_name ON public.boats (name);"
INVALID = "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'public.boats_name'::regclass"


def test_an_index_of_a_table_that_is_in_use_is_built_before_its_file(server: Server) -> None:
    found = found_ahead(server, BOATS, NAMED)

    assert found.built == {"1": [(0, "public.boats_name")]}
    assert found.texts == [
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS boats_name ON public.boats USING btree (name)"
    ]  # fmt: skip
    assert found.ahead.found_by(found.trial) == {("m/1_x.sql", 0)}


def test_those_of_one_file_are_numbered_so_that_the_last_is_nought(server: Server) -> None:
    second = (
        "DO $$ BEGIN CREATE UNIQUE INDEX IF NOT EXISTS b ON boats (id, name);"
        "CREATE INDEX IF NOT EXISTS c ON boats (id) WHERE id > 1; END $$;"
    )
    found = found_ahead(server, BOATS, NAMED + second, "CREATE INDEX IF NOT EXISTS d ON public.boats (harbour);")

    assert found.built == {
        "1": [(-2, "public.boats_name"), (-1, "public.b"), (0, "public.c")],
        "2": [(0, "public.d")],
    }
    assert len(found.ahead.found_by(found.trial)) == 3


def test_every_name_is_the_one_that_the_file_means(server: Server) -> None:
    past = (
        'CREATE SCHEMA harbour; CREATE TABLE harbour."Boats" (name text); CREATE TABLE public."Boats" (name text);'
        "CREATE FUNCTION harbour.plain(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN lower($1);"
        "CREATE FUNCTION public.plain(text) RETURNS text IMMUTABLE LANGUAGE sql RETURN upper($1);"
    )
    file = """SET LOCAL search_path = harbour; CREATE INDEX IF NOT EXISTS "Plain names" ON "Boats" (plain(name));"""
    found = found_ahead(server, past, file)

    assert found.texts == [
        'CREATE INDEX CONCURRENTLY IF NOT EXISTS "Plain names" ON harbour."Boats" USING btree (harbour.plain(name))'
    ]
    assert found.built == {"1": [(0, 'harbour."Plain names"')]}


@pytest.mark.parametrize(
    ("past", "file"),
    [
        pytest.param(BOATS, "CREATE INDEX boats_name ON public.boats (name);", id="it would be made twice"),
        pytest.param(BOATS, "CREATE INDEX CONCURRENTLY IF NOT EXISTS boats_name ON public.boats (name);", id="alone"),
        pytest.param("", BOATS + NAMED, id="nobody has the table open"),
        pytest.param(
            BOATS, "ALTER TABLE boats ADD COLUMN sail text; CREATE INDEX IF NOT EXISTS s ON boats (sail);",
            id="the file makes its column",
        ),
        pytest.param(
            BOATS, "DELETE FROM boats a USING boats b WHERE a.id < b.id AND a.name = b.name;"
            "CREATE UNIQUE INDEX IF NOT EXISTS u ON boats (name);", id="rows are mended first",
        ),
        pytest.param(
            "CREATE TABLE public.boats (id int, name text) PARTITION BY RANGE (id);", NAMED, id="partitioned"
        ),
        pytest.param(BOATS, NAMED + "DROP INDEX public.boats_name;", id="it is thrown away"),
        pytest.param(BOATS, NAMED + "ALTER INDEX boats_name RENAME TO boats_called;", id="it is renamed"),
        pytest.param(BOATS + NAMED, NAMED, id="it is there"),
        pytest.param(
            BOATS + NAMED, "DROP INDEX boats_name; CREATE INDEX IF NOT EXISTS boats_name ON boats (harbour);",
            id="the file makes room for it",
        ),
    ],
)  # fmt: skip
def test_what_cannot_come_first_is_built_by_its_file(server: Server, past: str, file: str) -> None:
    found = found_ahead(server, past, file)

    assert (found.built, found.taken) == ({}, [])


def test_one_that_does_not_come_out_right_does_not_take_the_others_along(server: Server) -> None:
    found = found_ahead(server, BOATS, NAMED + "CREATE INDEX IF NOT EXISTS gone ON boats (id, name); DROP INDEX gone;")

    assert found.built == {"1": [(0, "public.boats_name")]}


def test_what_the_file_changes_afterwards_is_as_it_was_rehearsed(server: Server) -> None:
    """The column of the index is renamed, and a comment put on it."""
    after = "ALTER TABLE boats RENAME name TO called; COMMENT ON INDEX boats_name IS 'by name';"

    assert found_ahead(server, BOATS, NAMED + after).built == {"1": [(0, "public.boats_name")]}


def test_a_file_may_rest_on_the_one_before_it(server: Server) -> None:
    found = found_ahead(
        server, BOATS, "ALTER TABLE boats ADD COLUMN sail text;", "CREATE INDEX IF NOT EXISTS s ON boats (sail);"
    )

    assert found.built == {"2": [(0, "public.s")]}


@pytest.mark.parametrize(
    ("past", "by"),
    [
        (
            "CREATE TABLE public.crew (name text); CREATE INDEX boats_name ON crew (name);",
            r"an index of .*crew",
        ),
        (
            "CREATE INDEX boats_name ON boats (harbour);",
            r"CREATE INDEX boats_name ON .*harbour.*",
        ),
        ("CREATE UNIQUE INDEX boats_name ON boats (name);", r"CREATE UNIQUE INDEX boats_name ON .*"),
        ("CREATE VIEW public.boats_name AS SELECT 1 AS one;", "something that is no index"),
    ],
)
def test_a_name_that_something_else_has_is_said(server: Server, past: str, by: str) -> None:
    """IF NOT EXISTS would be content, and the release would have no index."""
    found = found_ahead(server, BOATS + past, NAMED)

    [(index, said)] = found.taken
    assert (index, found.built) == ("boats_name", {})
    assert re.fullmatch(by, said), said


def test_an_invalid_index_of_before_is_built_anew(server: Server) -> None:
    """The file would be content with it; the plan expects the schema with an index that can be used."""
    found = found_ahead(server, BOATS + NAMED, NAMED, damage=INVALID)

    assert found.built == {"1": [(0, "public.boats_name")]}
    assert found.ahead.repaired is not None
    assert found.ahead.repaired.objects["index", "public.boats_name"].facts["valid"] == "yes"


def test_an_invalid_index_of_another_table_is_not_ours(server: Server) -> None:
    other = "CREATE TABLE public.crew (name text); CREATE INDEX boats_name ON crew (name);"
    found = found_ahead(server, BOATS + other, NAMED, damage=INVALID)

    assert [index for index, _ in found.taken] == ["boats_name"]
