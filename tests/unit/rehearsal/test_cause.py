"""The cause of a failure, as far as the folder tells it."""

from __future__ import annotations

import pytest

from seatrial.model.failure import Failure
from seatrial.model.migration import Migration, migration_of
from seatrial.model.place import Place
from seatrial.model.source import Encoding, Source
from seatrial.rehearsal.cause import with_cause
from seatrial.sql.parse import parse


def migration(version: str, text: str) -> Migration:
    return migration_of(
        parse(Source(path=f"{version}_x.sql", version=version, name="x", encoding=Encoding.UTF8, text=text))
    )


def failure(sqlstate: str, message: str, version: str = "2") -> Failure:
    return Failure(
        version=version, place=Place(path=f"{version}_x.sql"), statement="", sqlstate=sqlstate, message=message,
        detail="", hint="", context="",
    )  # fmt: skip


LATER = "is created by a later file: 3_x.sql"


@pytest.mark.parametrize(
    ("sqlstate", "message", "third", "cause"),
    [
        ("42P01", 'relation "public.boats" does not exist', "CREATE TABLE public.boats ()", f"'boats' {LATER}"),
        ("42P01", 'relation "boats" does not exist', "CREATE VIEW harbour.boats AS SELECT 1", f"'boats' {LATER}"),
        ("42P01", 'relation "Boats" does not exist', "CREATE TABLE boats ()", "no file of this folder creates 'Boats'"),
        ("42P01", 'relation "boats" does not exist', "SELECT 1", "no file of this folder creates 'boats'"),
        ("42P01", 'missing FROM-clause entry for table "b"', "SELECT 1", "no file of this folder creates 'b'"),
        (
            "42703",
            'column "name" of relation "boats" does not exist',
            "ALTER TABLE public.boats ADD COLUMN name text, ADD COLUMN more text",
            f"'boats.name' {LATER}",
        ),
        ("42703", 'column "name" does not exist', "CREATE TABLE public.boats (name text)", f"'name' {LATER}"),
        (
            "42883",
            "function public.is_owner(uuid, text) does not exist",
            "CREATE FUNCTION public.is_owner(a uuid, b text) RETURNS boolean LANGUAGE sql RETURN true",
            f"'is_owner' {LATER}",
        ),
        ("42704", 'type "public.kind" does not exist', "CREATE TYPE public.kind AS ENUM ()", f"'kind' {LATER}"),
        ("42704", 'role "harbour" does not exist', "CREATE ROLE harbour", f"'harbour' {LATER}"),
        ("3F000", 'schema "harbour" does not exist', "CREATE SCHEMA harbour", f"'harbour' {LATER}"),
    ],
)
def test_what_is_undefined_is_looked_for_in_the_folder(sqlstate: str, message: str, third: str, cause: str) -> None:
    folder = [migration("1", "SELECT 1"), migration("2", "SELECT 2"), migration("3", third)]
    assert with_cause(failure(sqlstate, message), folder, ()).cause == cause


def test_what_an_earlier_file_creates_and_is_not_there_has_three_explanations() -> None:
    folder = [migration("1", "CREATE TABLE public.boats ()"), migration("3", "CREATE TABLE harbour.boats ()")]
    found = with_cause(failure("42P01", 'relation "boats" does not exist'), folder, ()).cause
    assert found.startswith("'boats' is created by 1_x.sql, but is not to be seen here")
    for explanation in ("later in the file", "dropped or renamed", "search path"):
        assert explanation in found


@pytest.mark.parametrize(
    ("sqlstate", "message"),
    [
        ("23505", 'duplicate key value violates unique constraint "boats_pkey"'),
        ("42P07", 'relation "boats" already exists'),
        ("42601", 'syntax error at or near "boats"'),
        ("42883", "operator does not exist: integer = uuid"),
        ("22012", "division by zero"),
    ],
)
def test_what_the_folder_does_not_tell_has_no_cause(sqlstate: str, message: str) -> None:
    assert with_cause(failure(sqlstate, message), [migration("1", "SELECT 1")], ()).cause == ""


def test_an_edit_counts_where_it_came_before() -> None:
    folder = [migration(version, "SELECT 1") for version in ("1", "2", "3")]
    note = "was edited after it was applied: the target has the older content"
    anything = failure("22012", "division by zero")
    assert with_cause(anything, folder, {"1"}).cause == f"1 {note}"
    assert with_cause(anything, folder, {"2", "1"}).cause == f"1, 2 {note}"
    assert with_cause(anything, folder, {"3"}).cause == ""
    undefined = failure("42P01", 'relation "boats" does not exist')
    assert with_cause(undefined, folder, {"1"}).cause == f"no file of this folder creates 'boats'; 1 {note}"
