"""A view's definition is one text on both servers, and views that differ keep different texts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.read import read
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

HERE = Path(__file__).parent
QUERIES = tuple(
    line.rstrip(";")
    for line in (HERE / "view_queries.sql").read_text(encoding="utf-8").splitlines()
    if not line.startswith("--")
)


@pytest.fixture(scope="module")
def newer_texts(newer: Server) -> dict[str, str]:
    return _definitions(newer)


@pytest.fixture(scope="module")
def older_texts(older: Server) -> dict[str, str]:
    return _definitions(older)


@pytest.mark.second_server
def test_every_shape_of_view_has_one_text_on_both_servers(
    newer_texts: dict[str, str], older_texts: dict[str, str]
) -> None:
    assert len(QUERIES) > 120
    assert older_texts == newer_texts


def test_views_that_differ_are_told_apart(newer_texts: dict[str, str]) -> None:
    by_text: dict[str, list[str]] = {}
    for query, text in newer_texts.items():
        by_text.setdefault(text, []).append(query)

    assert [queries for queries in by_text.values() if len(queries) > 1] == []


@pytest.mark.second_server
def test_views_that_differ_are_told_apart_on_the_older_server(older_texts: dict[str, str]) -> None:
    assert len(set(older_texts.values())) == len(QUERIES)


def _definitions(server: Server) -> dict[str, str]:
    """Definition by query, read from a database that has each query as a view."""
    server.clone("catalog_views", "catalog_bare")
    with server.superuser("catalog_views") as connection:
        execute_script(connection, (HERE / "view_tables.sql").read_text(encoding="utf-8"))
        execute_script(connection, "CREATE SCHEMA shapes")
        for number, query in enumerate(QUERIES):
            execute_statement(connection, f"CREATE VIEW shapes.v{number} AS {query}")
        objects = read(connection, schemas=["shapes"]).objects
    return {query: objects["view", f"shapes.v{n}"].facts["definition"] for n, query in enumerate(QUERIES)}
