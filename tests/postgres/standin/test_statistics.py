"""The planner of a stand-in knows what the target's knows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect
from seatrial.scratch.server import scratch
from seatrial.standin.lay import lay
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from tests.postgres.standin.harbour import Harbour

    from seatrial.model.standin import Picture
    from seatrial.scratch.installation import Installation

#: All that `pg_stats` tells on every server version.
COLUMNS = (
    "SELECT schemaname, tablename, attname, inherited, null_frac, avg_width, n_distinct, most_common_vals::text, "
    "most_common_freqs, histogram_bounds::text, correlation, most_common_elems::text, most_common_elem_freqs, "
    "elem_count_histogram FROM pg_stats WHERE schemaname IN ('app', 'Odd Names', 'public', 'auth') ORDER BY 1, 2, 3, 4"
)
RANGES = (
    "SELECT tablename, attname, range_length_histogram::text, range_empty_frac, range_bounds_histogram::text "
    "FROM pg_stats WHERE schemaname = 'app' ORDER BY 1, 2"
)
RELATIONS = (
    "SELECT oid::regclass::text, relpages, reltuples, relallvisible FROM pg_class "
    "WHERE relkind IN ('r', 'p', 'm', 'i', 'I') AND relnamespace = 'app'::regnamespace ORDER BY 1"
)


def test_statistics_agree_on_both_sides(target: Harbour, bare: Harbour) -> None:
    # The owner of an expression's index sees what is known of the expression; others do not.
    with connect(target.dsn("supabase_admin"), read_only=True) as connection:
        picture = read_target(connection)
    named = {one.what for one in lay(picture, bare.server, bare.database)}

    assert len(bare.ask(COLUMNS)) > 15
    assert bare.ask(COLUMNS) == target.ask(COLUMNS)
    assert bare.ask(RELATIONS) == target.ask(RELATIONS)
    assert not any("statistics" in what for what in named)
    if picture.server_version >= 170000:
        assert bare.ask(RANGES) == target.ask(RANGES)
        assert any(row[2] for row in bare.ask(RANGES))


def test_without_values_a_stand_in_has_the_rest(newer: Harbour, bare: Harbour) -> None:
    with connect(newer.dsn("supabase_admin"), read_only=True) as connection:
        lay(read_target(connection, values=False), bare.server, bare.database)

    rest = (
        "SELECT tablename, attname, null_frac, n_distinct, correlation FROM pg_stats "
        "WHERE schemaname = 'app' ORDER BY 1, 2"
    )
    assert bare.ask(rest) == newer.ask(rest)
    assert bare.ask(
        "SELECT DISTINCT most_common_vals::text, histogram_bounds::text FROM pg_stats WHERE schemaname = 'app'"
    ) == [(None, None)]


@pytest.mark.second_server
def test_a_scratch_that_cannot_take_them_over_says_so_once(second_installation: Installation, shipped: Harbour) -> None:
    with connect(shipped.dsn(), read_only=True) as connection:
        picture = read_target(connection)
    # Its own, as a stand-in's roles are those of the whole server.
    with scratch("supabase", installation=second_installation) as server:
        named = [one.what for one in lay(picture, server, "postgres")]

    assert named.count("planner statistics") == 1


def test_no_value_is_in_what_is_named_or_logged(picture: Picture, bare: Harbour) -> None:
    named = lay(picture, bare.server, bare.database)

    folder = re.search(r"host=(\S+)", bare.dsn())
    assert folder
    log = (Path(folder[1]) / "server.log").read_text(encoding="utf-8")

    assert "secret 1" not in repr(named) + log
    assert "never to be seen" not in repr(named)
