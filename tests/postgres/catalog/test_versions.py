"""What is recorded on one server version is verified on another without a difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.compare import compare
from seatrial.catalog.fingerprint import fingerprint
from seatrial.catalog.read import read
from seatrial.catalog.record import from_record, to_record

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog
    from seatrial.scratch.server import Server

pytestmark = pytest.mark.second_server

#: Every kind that the reader knows; the release has at least one of each.
KINDS = {
    "aggregate",
    "column",
    "constraint",
    "cron job",
    "default privileges",
    "event trigger",
    "extension",
    "foreign server",
    "foreign table",
    "function",
    "index",
    "materialized view",
    "policy",
    "procedure",
    "publication",
    "published table",
    "rule",
    "schema",
    "sequence",
    "statistics",
    "table",
    "trigger",
    "type",
    "view",
}


@pytest.fixture
def elsewhere(older: Server) -> Catalog:
    """The same release as the older server has it."""
    with older.superuser("catalog_release") as connection:
        return read(connection)


def test_the_servers_are_of_different_versions(recorded: Catalog, elsewhere: Catalog) -> None:
    assert elsewhere.server_version // 10000 == 15
    assert recorded.server_version // 10000 > 15


def test_the_release_has_an_object_of_every_kind(recorded: Catalog) -> None:
    assert {kind for kind, _ in recorded.objects} == KINDS


def test_recorded_on_the_newer_it_verifies_on_the_older(recorded: Catalog, elsewhere: Catalog) -> None:
    saved = from_record(json.loads(json.dumps(to_record(recorded))))

    assert compare(saved, elsewhere) == ()
    assert saved.objects.keys() == elsewhere.objects.keys()


def test_recorded_on_the_older_it_verifies_on_the_newer(recorded: Catalog, elsewhere: Catalog) -> None:
    assert compare(elsewhere, recorded) == ()


def test_both_have_one_fingerprint(recorded: Catalog, elsewhere: Catalog) -> None:
    assert fingerprint(recorded) == fingerprint(elsewhere)
