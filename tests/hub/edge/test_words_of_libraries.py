"""What libraries warn of comes as lines of the hub's log, without words that are not their own."""

from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING

import pytest

from integrations_hub.edge.logs import Log, hear_libraries

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where the log goes, as long as it hears the libraries."""
    root, driver, stream = logging.getLogger(), logging.getLogger("psycopg"), io.StringIO()
    before, level = root.handlers, driver.level
    driver.setLevel(logging.CRITICAL)  # as the tool's commands leave it, of which the hub is one
    hear_libraries(Log(stream))
    yield stream
    root.handlers = before
    driver.setLevel(level)


def test_words_that_a_server_may_have_said_are_left_out(lines: io.StringIO) -> None:
    error = OSError("hush-hush")
    logging.getLogger("psycopg.pool").warning("error connecting: %s", error, exc_info=error)

    (line,) = lines.getvalue().splitlines()
    told = json.loads(line)
    assert (told["level"], told["event"], told["library"]) == ("warning", "library", "psycopg.pool")
    assert told["exceptions"][0]["type"] == "builtins.OSError"
    assert "hush-hush" not in line


def test_the_server_says_why_it_does_not_start(lines: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").error("address already in use")

    assert json.loads(lines.getvalue())["says"] == "address already in use"


def test_what_is_no_warning_is_not_written(lines: io.StringIO) -> None:
    logging.getLogger("psycopg.pool").info("connected")

    assert lines.getvalue() == ""
