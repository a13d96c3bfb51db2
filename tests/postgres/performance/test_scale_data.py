"""The rows of the benchmark at scale, small: always the same, valid, and found by each query."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from benchmarks.release import growth, promised, security
from benchmarks.release.asked import QUERIES, callers, plan, seed_shaped, times, without_indexes
from benchmarks.release.data import digests, fill
from benchmarks.release.picture import Line, drawn
from tests.postgres.release.deployed import apply, migrations

from seatrial.model.workload import Observed
from seatrial.performance.run import observe
from seatrial.performance.senders.draw import calls_of
from seatrial.pg.connection import rows
from seatrial.project.release import read_release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ORGANIZATIONS = 200
#: What the catalog says that holds for the tables, in words that are the same in every database.
HOLDS = """
select c.conrelid::regclass || ': ' || pg_get_constraintdef(c.oid) || ' valid ' || c.convalidated as line
  from pg_constraint c join pg_class r on r.oid = c.conrelid
 where c.connamespace in ('public'::regnamespace, 'private'::regnamespace) and not r.relispartition
union all
select pg_get_indexdef(i.indexrelid) || ' valid ' || i.indisvalid
  from pg_index i join pg_class r on r.oid = i.indrelid
 where r.relnamespace in ('public'::regnamespace, 'private'::regnamespace) and not r.relispartition
 order by 1"""
#: Everything that row security and foreign keys go by; each counts what must not be there.
WRONG = {
    "a membership of nobody": """
        select count(*) as n from public.organization_members m
         where not exists (select from auth.users u where u.id = m.user_id)
            or not exists (select from public.organizations o where o.id = m.organization_id)""",
    "an event about a contact of others": """
        select count(*) as n from public.crm_events e
         where e.contact_id is not null
           and not exists (select from public.contacts c
                            where c.id = e.contact_id and c.organization_id = e.organization_id)""",
    "a run of a workflow of others": """
        select count(*) as n from public.workflow_execution_logs l
         where not exists (select from public.workflow_definitions w
                            where w.id = l.workflow_id and w.organization_id = l.organization_id)""",
    "a notification of no member": """
        select count(*) as n from public.notifications n
         where not exists (select from public.organization_members m
                            where m.organization_id = n.organization_id and m.user_id = n.user_id)""",
    "a type twice": """
        select count(*) as n from (
            select from public.integrations group by organization_id, integration_type having count(*) > 1) as twice""",
    "an integration of an unknown type": """
        select count(*) as n from public.integrations i
         where not exists (select from public.integration_types t where t.integration_type = i.integration_type)""",
    "an organization without its owner": """
        select count(*) as n from public.organizations o
         where not exists (select from public.organization_members m
                            where m.organization_id = o.id and m.role = 'owner' and m.status = 'active')""",
}


@pytest.fixture(scope="module")
def filled(server: Server) -> Iterator[Connection]:
    """As a superuser, to the release with 200 organizations."""
    fill(server, "scale_filled", ORGANIZATIONS)
    with server.superuser("scale_filled") as connection:
        yield connection
    server.drop("scale_filled")


def test_the_same_rows_are_made_every_time(server: Server, filled: Connection) -> None:
    again = fill(server, "scale_again", ORGANIZATIONS, moment=datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
    with server.superuser("scale_again") as connection:
        assert digests(connection) == digests(filled)
    server.drop("scale_again")
    assert again.rows["integrations"] == 5 * ORGANIZATIONS
    assert again.rows["crm_events"] == 10 * ORGANIZATIONS


def test_another_size_has_other_rows(server: Server, filled: Connection) -> None:
    other = fill(server, "scale_other", ORGANIZATIONS + 5)
    server.drop("scale_other")

    assert other.rows["integrations"] == 5 * ORGANIZATIONS + 25
    assert {table: count for table, (count, _) in digests(filled).items()} != dict(other.rows)


def test_every_constraint_and_index_is_there_again(server: Server, filled: Connection) -> None:
    apply(server.clone("scale_empty"), migrations())
    with server.superuser("scale_empty") as connection:
        expected = rows(connection, HOLDS)
    server.drop("scale_empty")

    assert rows(filled, HOLDS) == expected


@pytest.mark.parametrize("what", WRONG)
def test_there_is_nowhere(filled: Connection, what: str) -> None:
    assert rows(filled, WRONG[what].encode()) == [{"n": 0}]  # type: ignore[arg-type]


def test_a_few_organizations_have_very_many_and_most_have_few(filled: Connection) -> None:
    [shares] = rows(
        filled,
        """
        select max(n)::float / sum(n) as largest, percentile_cont(0.5) within group (order by n) as middle
          from (select count(*) as n from public.crm_events group by organization_id) as each""",
    )
    assert shares["largest"] > 0.15
    assert shares["middle"] < 10


def test_every_query_of_the_workload_finds_rows(filled: Connection) -> None:
    release = read_release(Path(__file__).parents[3])
    calls, notes = calls_of(filled, release.workload, release.tenancy, most=20)

    found: dict[str, int] = dict.fromkeys((call.query.name for call in calls), 0)
    for call in calls:
        for sender in call.senders:
            if not found[call.query.name]:
                seen = observe(filled, replace(call, senders=(sender,)), thorough=False)
                assert isinstance(seen, Observed), (call.query.name, seen)
                found[call.query.name] = seen.rows
    assert [name for name, count in found.items() if not count] == []
    assert not [note for note in notes if "sent as it is written" in note]


def test_the_state_before_the_release_has_no_index_and_leaves_nothing_behind(filled: Connection) -> None:
    before = rows(filled, HOLDS)
    [caller] = callers(filled, "member", 1)
    query = QUERIES["active_integrations"]

    after = "\n".join(plan(filled, query, caller))
    with without_indexes(filled), seed_shaped(filled):
        without = "\n".join(plan(filled, query, caller))

    assert "idx_active_integrations" in after
    assert "Seq Scan on integrations" in without
    assert "auth" not in after
    assert rows(filled, HOLDS) == before


@pytest.mark.parametrize("kind", promised.KINDS)
@pytest.mark.parametrize("query", ["active_integrations", "integrations_of_organization"])
def test_both_sides_answer_everybody_alike(filled: Connection, kind: str, query: str) -> None:
    crowd = callers(filled, kind, 40)
    assert len({one.organization for one in crowd}) > 10

    ours = times(filled, QUERIES[query], crowd)
    with without_indexes(filled), seed_shaped(filled):
        others = times(filled, QUERIES[query], crowd)

    assert ours.rows == others.rows > 0


def test_the_promises_are_measured_and_told_in_the_seeds_lines(filled: Connection) -> None:
    sides = promised.measure(filled, drawn=40, budget=0.2)
    table = promised.markdown(sides).splitlines()

    assert {(one.query, one.kind) for one in sides} == {(q, k) for q in promised.ASKED for k in promised.KINDS}
    assert {line.count("|") for line in table} == {7}
    assert [line.split("|")[1].strip() for line in table[2:5]] == [
        "Integration queries", "Active integration filter", "Query time (typical)",
    ]  # fmt: skip
    assert "idx_active_integrations" in table[-1]
    names = [one.name for one in promised.comparisons(sides)]
    assert len(names) == len(set(names)) == 12


def test_the_cost_of_row_security_is_measured_for_few_rows_and_for_many(filled: Connection) -> None:
    costs = security.measure(filled, calls=12, wide_calls=3)
    read = {(one.query, one.kind): one.read for one in costs}

    assert read["active_integrations", "member"] == 0
    assert read["integrations_by_status", "operator"] == 5 * ORGANIZATIONS
    assert 300 < read["events_counted", "member of the largest organization"] < 10 * ORGANIZATIONS
    assert read["events_of_all_customers", "consultant"] > 10
    assert all(len(one.rounds) == security.ROUNDS for one in costs)
    few = [one for one in security.comparisons(costs) if one.name.startswith("added to")]
    assert len(few) == len(security.FEW)


def test_growth_is_measured_in_every_shape_and_drawn(filled: Connection) -> None:
    points = growth.measure(filled, drawn=12, budget=0.2)

    assert {(one.query, one.shape) for one in points} == {(q, s) for q in growth.ASKED for s in growth.SHAPES}
    assert {one.rows for one in points} == {growth.ROWS_OF_ONE * ORGANIZATIONS}
    assert all(one.buffers > 0 for one in points)


def test_a_picture_of_growth_is_svg_with_every_line_named_and_every_place_inside() -> None:
    lines = [
        Line(name=("the release",), points=((10_000, 0.03, 0.1), (1_000_000, 0.04, 0.2), (15_000_000, 0.05, 0.3))),
        Line(name=("the seed's", "policies <all>"), points=((10_000, 3.0, 9.0), (15_000_000, 4000.0, 5000.0))),
    ]
    picture = drawn("Growth & cost", lines)
    root = ET.fromstring(picture)  # noqa: S314 - made by us
    texts = ["".join(part.itertext()) for part in root.iter("{http://www.w3.org/2000/svg}text")]

    assert root.attrib["role"] == "img"
    assert "the release: 0.05 ms" in texts
    assert "policies <all>: 4 s" in texts
    assert {"10,000", "100,000", "1,000,000", "10,000,000"} <= set(texts)
    assert "prefers-color-scheme: dark" in picture
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    places = [
        tuple(map(float, place.split(",")))
        for part in root.iter("{http://www.w3.org/2000/svg}polyline")
        for place in part.attrib["points"].split()
    ]
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    assert all(0 < x < width and 0 < y < height for x, y in places)
