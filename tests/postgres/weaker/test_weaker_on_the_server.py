"""The server accepts every weaker variant of the shipped release, and lets through what it let through before."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rehearsal.bodies.check import check_bodies
from seatrial.sql.weaken import weaker, weaker_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

SUPABASE = Path(__file__).parents[3] / "supabase"
ROLES = ("viewer", "member", "admin", "owner")
FUNCTIONS = """
    select p.oid::regprocedure::text, l.lanname, p.prosrc, pg_get_functiondef(p.oid), p.proname
      from pg_proc p join pg_language l on l.oid = p.prolang
     where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace) and l.lanname in ('sql', 'plpgsql')
       and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
     order by 1
"""
POLICIES = """
    select format('%I.%I', schemaname, tablename), condition
      from pg_policies, unnest(array[qual, with_check]) as c (condition)
     where schemaname = 'public' and condition is not null
"""
#: Sample users of the seed: owner, member, suspended and so on, and nobody.
CALLERS = [f"10000000-0000-4000-8000-00000000000{number}" for number in range(1, 10)] + [""]


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def release(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A superuser where the release and its sample tenants are."""
    dsn = request.getfixturevalue(request.param)
    server: Server = request.getfixturevalue("server" if request.param == "supabase_db" else "second_server")
    with connect(dsn) as deployer:
        for file in [*sorted((SUPABASE / "migrations").glob("*.sql")), SUPABASE / "seed.sql"]:
            execute_script(deployer, f"BEGIN; {file.read_text(encoding='utf-8')}; COMMIT; RESET ALL")
        name = deployer.info.dbname
    with server.superuser(name) as connection:
        yield connection


def _rows(connection: Connection, query: str) -> list[tuple[str, ...]]:
    return connection.execute(query.encode()).fetchall()


def test_every_variant_of_every_function_is_created_and_has_no_fault(release: Connection) -> None:
    execute_statement(release, "create schema variants")
    made = 0
    for _, language, source, definition, name in _rows(release, FUNCTIONS):
        assert definition.count(source) == 1
        for variant in weaker_body(language, source, ROLES):
            made += 1
            head, tail = definition.split(source)
            _, parameters = head.split(f".{name}(", 1)
            execute_statement(release, f"create function variants.v{made}({parameters}{variant.text}{tail}")
    faults, _ = check_bodies(release)

    assert made > 200
    assert [fault for fault in faults if fault.function.startswith("variants.")] == []


def test_every_variant_of_every_policy_is_accepted(release: Connection) -> None:
    made = 0
    for table, condition in _rows(release, POLICIES):
        for variant in weaker(condition, ROLES):
            made += 1
            execute_statement(release, f"create policy v{made} on {table} using ({variant.text})")

    assert made > 100


def test_a_variant_of_a_policy_lets_through_all_that_the_policy_does(release: Connection) -> None:
    lost = compared = 0
    for table, condition in set(_rows(release, POLICIES)):
        texts = [variant.text for variant in weaker(condition, ROLES)]
        checks = "".join(f", count(*) filter (where ({condition}) and ({text}) is not true)" for text in texts)
        for caller in CALLERS:
            execute_statement(
                release, f"""set request.jwt.claims = '{{"sub": "{caller}"}}'""" if caller else "reset all"
            )
            row = release.execute(f"select count(*){checks} from {table}".encode()).fetchone() or ()
            compared += row[0]
            lost += sum(row[1:])

    assert compared > 0
    assert lost == 0


def _expression(dice: random.Random, depth: int) -> str:
    if depth == 0:
        return dice.choice(["a", "b", "c", "exists (select from other where a and c)", "a is true", "b = true"])
    parts = [_expression(dice, dice.randrange(depth)) for _ in range(dice.randint(2, 3))]
    joined = dice.choice([" and ", " or ", " AND "]).join(parts)
    return dice.choice(
        [f"({joined})", f"(not ({joined}))", f"coalesce(({joined}), false)", f"(({joined}) is not false)"]
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_variant_of_any_condition_is_true_wherever_the_condition_is(database: Connection, seed: int) -> None:
    """Over all combinations of true, false and null."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    execute_statement(database, "create temporary table other (a boolean, c boolean)")
    execute_statement(database, "insert into other values (true, false), (null, true)")
    values = "(values (true), (false), (null::boolean))"
    source = f"{values} x (a), {values} y (b), {values} z (c)"
    variants = 0
    for condition in (_expression(dice, 3) for _ in range(25)):
        for variant in weaker(condition):
            query = f"select count(*) from {source} where ({condition}) and ({variant.text}) is not true"
            assert database.execute(query.encode()).fetchone() == (0,), (condition, variant)
            variants += 1

    assert variants > 100
