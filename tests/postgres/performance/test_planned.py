"""Plans of a stand-in at the target's size are those that the target has, and without its size they are not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.agreement import (
    PHASE,
    Agreement,
    fill,
    picture_of,
    plans_of,
    production,
    release,
    stand_in,
)

from seatrial.model.performance import Call, Sender
from seatrial.model.workload import WorkloadQuery
from seatrial.performance.planned import planned_at
from seatrial.pg.connection import rows
from seatrial.scratch.server import DATABASE, scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.postgres.performance.agreement import Plans

    from seatrial.model.standin import Picture
    from seatrial.pg.connection import Connection
    from seatrial.scratch.installation import Installation
    from seatrial.scratch.server import Server

ROWS = 20_000
#: What other plans depend on, and what this production has otherwise than a scratch.
SETTINGS = {"random_page_cost": "1.1", "work_mem": "16MB", "effective_cache_size": "2GB"}
#: The planner looks at the end of an index for the latest value (`get_actual_variable_range`): beyond it, it expects
#: nothing there, and a ten-thousandth of the rows here.
BEYOND_THE_END = {"rate_limit_check"}


class Production:
    """Of one server version: pictures and plans of before the release, and of long after it."""

    def __init__(self, server: Server) -> None:
        production(server, "production", ROWS)
        self.before = picture_of(server, "production")
        release(server, "production", self.before)
        self.released = plans_of(server, "production")
        self.sizes = _index_pages(server)
        fill(server, "production", "skewed_release.sql", ROWS)
        self.later = picture_of(server, "production")
        self.without_values = picture_of(server, "production", values=False)
        self.plans = plans_of(server, "production")


@pytest.fixture(scope="module")
def newer() -> Iterator[Production]:
    with scratch("supabase") as server:
        yield Production(_set(server))


@pytest.fixture(scope="module")
def older(second_installation: Installation) -> Iterator[Production]:
    with scratch("supabase", installation=second_installation) as server:
        yield Production(_set(server))


@pytest.fixture(scope="module")
def stage() -> Iterator[Server]:
    with scratch("supabase") as server:
        yield server


@pytest.fixture
def compared(stage: Server, record_property: Callable[[str, object], None]) -> Iterator[Callable[..., Agreement]]:
    """Lays a stand-in and compares its plans; what was found is recorded and printed."""
    made: list[str] = []

    def compare(real: Plans, picture: Picture, *, is_sized: bool = True, releases: str = "") -> Agreement:
        name = f"stand_in_{len(made)}"
        made.append(name)
        stand_in(stage, name, picture, is_sized=is_sized, releases=releases)
        agreement = Agreement(real=real, other=plans_of(stage, name))
        record_property("agreement", agreement.said())
        print(agreement.said())  # noqa: T201 - shown where the test fails
        return agreement

    yield compare
    for name in made:
        stage.drop(name)


def test_plans_are_those_on_the_rows(newer: Production, compared: Callable[..., Agreement]) -> None:
    agreement = compared(newer.plans, newer.later)

    assert len(agreement.asked) > 250
    assert agreement.share >= 0.98
    assert {name for name, _ in agreement.different} <= BEYOND_THE_END


def test_what_is_refused_there_is_refused_here(newer: Production, compared: Callable[..., Agreement]) -> None:
    agreement = compared(newer.plans, newer.later)
    refused = {key: why for key, why in agreement.real.items() if isinstance(why, str)}

    assert refused
    assert {key: agreement.other[key] for key in refused} == refused


def test_without_true_sizes_they_are_those_of_empty_tables(
    newer: Production, compared: Callable[..., Agreement]
) -> None:
    assert compared(newer.plans, newer.later, is_sized=False).share < 0.3


def test_settings_and_what_is_visible_to_all_count(newer: Production, compared: Callable[..., Agreement]) -> None:
    invisible = tuple(replace(one, all_visible=0) for one in newer.later.relation_statistics)

    assert compared(newer.plans, replace(newer.later, planner_settings={})).share < 0.9
    assert compared(newer.plans, replace(newer.later, relation_statistics=invisible)).share < 0.95


def test_without_values_most_are_the_same(newer: Production, compared: Callable[..., Agreement]) -> None:
    assert 0.7 <= compared(newer.plans, newer.without_values).share < 1


def test_the_plans_after_a_release_are_known_before_it(newer: Production, compared: Callable[..., Agreement]) -> None:
    agreement = compared(newer.released, newer.before, releases=PHASE)

    assert agreement.share >= 0.95
    # The release writes every row of it anew, which is not seen here.
    moved = {key for key in agreement.different if key[0] not in BEYOND_THE_END}
    assert all("workflow_execution_logs" in "".join(newer.released[key]) for key in moved)


def test_new_indexes_get_about_the_size_that_they_have(newer: Production, stage: Server) -> None:
    stand_in(stage, "indexes", newer.before, releases=PHASE)
    with stage.superuser("indexes") as connection:
        found = {row["name"]: row["pages"] for row in rows(connection, INDEX_PAGES)}
    stage.drop("indexes")
    counted = {f"{one.schema}.{one.name}" for one in newer.before.relation_statistics}
    # Of one that its table's backfill has written twice nothing could be known.
    new = {
        name: (found[name], pages)
        for name, pages in newer.sizes.items()
        if name not in counted and pages > 10 and "workflow_execution_logs" not in name
    }

    assert len(new) > 8
    assert {name: pair for name, pair in new.items() if not 0.8 <= pair[0] / pair[1] <= 1.25} == {}


@pytest.mark.second_server
def test_those_of_an_older_server_are_mostly_the_same(older: Production, compared: Callable[..., Agreement]) -> None:
    assert compared(older.plans, older.later).share >= 0.9


def test_a_plan_is_steps_joins_and_indexes(database: Connection, server: Server) -> None:
    database.execute(
        "CREATE TABLE public.a (x int PRIMARY KEY, y int); CREATE TABLE public.b (x int PRIMARY KEY);"
        "INSERT INTO public.a SELECT n, n FROM generate_series(1, 1000) n; ANALYZE public.a"
    )
    with server.superuser(database.info.dbname) as connection:
        plans = planned_at(connection, [
            _call("left", "SELECT a.y, b.x FROM public.a LEFT JOIN public.b USING (x) WHERE a.x = $1", 7),
            _call("backward", "SELECT x FROM public.a AS first ORDER BY x DESC LIMIT $1", 1),
            _call("wrong", "SELECT nothing FROM public.a WHERE x = $1", 1),
        ])  # fmt: skip

    assert plans["left", "somebody"] == (
        "Nested Loop Left Join", "  Index Scan using a_pkey on a", "  Index Only Scan using b_pkey on b",
    )  # fmt: skip
    assert plans["backward", "somebody"] == ("Limit", "  Index Only Scan Backward using a_pkey on a first")
    assert str(plans["wrong", "somebody"]).startswith("42703 ")


INDEX_PAGES = """
SELECT n.nspname || '.' || c.relname AS name, pg_relation_size(c.oid) / 8192 AS pages
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
WHERE c.relkind = 'i' AND n.nspname = 'public'
"""


def _index_pages(server: Server) -> dict[str, int]:
    with server.superuser("production") as connection:
        return {row["name"]: row["pages"] for row in rows(connection, INDEX_PAGES)}


def _set(server: Server) -> Server:
    with server.superuser(DATABASE) as connection:
        for name, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
    return server


def _call(name: str, sql: str, value: int) -> Call:
    query = WorkloadQuery(name=name, role="postgres", claims={}, sql=sql)
    return Call(query=query, caller="somebody", senders=(Sender(role="postgres", claims={}, params=(value,)),))
