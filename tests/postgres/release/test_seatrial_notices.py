"""What spoils the release for the verification script, `seatrial verify` notices as well, and names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.postgres.release.deployed import ROOT
from tests.postgres.release.sabotages import JOB_SABOTAGES, SABOTAGES, Sabotage

from seatrial.catalog.compare import compare, owned
from seatrial.catalog.read import read
from seatrial.model.catalog import describe
from seatrial.pg.connection import connect
from seatrial.project.release import read_release
from seatrial.verification.expectations import ask_expectations

if TYPE_CHECKING:
    from tests.postgres.release.deployed import Release

    from seatrial.model.catalog import Catalog
    from seatrial.scratch.server import Server

EXPECTATIONS = read_release(ROOT).expectations


@pytest.fixture(scope="session")
def expected(newer: Server) -> Catalog:
    """What all the migrations made."""
    with connect(newer.dsn("postgres")) as before, connect(newer.dsn("release")) as after:
        return owned(read(before), read(after))


@pytest.mark.parametrize("server", ["newer"], indirect=True)
def test_it_is_content_with_the_release(release: Release, expected: Catalog) -> None:
    assert departures(release, expected) == []


@pytest.mark.parametrize("server", ["newer"], indirect=True)
@pytest.mark.parametrize("sabotage", [*SABOTAGES, *JOB_SABOTAGES], ids=lambda one: one.name.replace(" ", "-"))
def test_it_notices(release: Release, expected: Catalog, sabotage: Sabotage) -> None:
    release.execute_as_superuser(sabotage.sql)
    try:
        found = departures(release, expected)
    finally:
        if sabotage.undo:
            release.execute_as_superuser(sabotage.undo)
    assert [one for one in found if any(word in one for word in words_for(sabotage))], found


@pytest.mark.parametrize("server", ["newer"], indirect=True)
@pytest.mark.parametrize(
    ("sql", "expectation"),
    [
        (
            "revoke usage on schema public from public, anon, authenticated, service_role",
            "the roles of the API reach schema public",
        ),
        (
            "revoke usage on schema public from public, service_role",
            "the roles of the API reach schema public",
        ),
        ("grant create on schema public to public", "no client may create anything where the release is"),
        ("grant create on schema private to authenticated", "no client may create anything where the release is"),
    ],
)
def test_it_notices_what_was_there_before_the_release(
    release: Release, expected: Catalog, sql: str, expectation: str
) -> None:
    """Schema `public` is the platform's, so no comparison with what the release made would name it."""
    release.execute_as_superuser(sql)
    assert expectation in departures(release, expected)


def departures(release: Release, expected: Catalog) -> list[str]:
    """Differences of the catalog and wrong answers, as `seatrial verify` finds them."""
    with connect(release.dsn, read_only=True) as connection:
        differences = [describe(one) for one in compare(expected, read(connection))]
        answers = ask_expectations(connection, EXPECTATIONS)
    return differences + [one.name for one in answers if not one.as_expected]


#: What has no name of its own, and how it is called.
WITHOUT_NAME = {
    "role": "the roles of the API are subject to row-level security",
    "rows": "the seven types of integration are there",
    "comments": "comment",
    "indexes": "no index is invalid",
    "default": "default privileges",
}


def words_for(sabotage: Sabotage) -> tuple[str, ...]:
    """How the thing may be called: by its own name, or by the question about it."""
    kind, _, spoilt = sabotage.noticed_by[0].partition(" ")
    if kind in WITHOUT_NAME:
        return (WITHOUT_NAME[kind],)
    thing = re.sub(r"\(.*|.* (?=\S+$)", "", spoilt.split(" to ")[0])
    return (thing.rsplit(".", maxsplit=1)[-1], "no definer function has a second signature")
