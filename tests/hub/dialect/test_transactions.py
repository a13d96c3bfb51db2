"""Each request is one transaction of its caller, all of it or nothing, and leaves nothing of the caller behind."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.hub.dialect.asking import somebody, visitor
from tests.hub.ground import ADA, HARBOUR, LIGHTHOUSE, OTTO, TIDEWATER, TILDA, running, settings_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.dialect.asking import Asker
    from tests.hub.ground import Ground

TABLES = """
create table public.slots (id integer primary key, place integer,
    constraint one_each unique (place) deferrable initially deferred);
create function public.setting(name text) returns text language sql stable as 'select current_setting(name, true)';
create function public.write_while_reading() returns void language sql stable as 'select 1';
create function public.write(number integer) returns void language sql as 'insert into slots values (number, number)';
create function public.sleep(seconds float) returns void language sql as 'select pg_sleep(seconds)';
create function public.break_off() returns void language sql security definer as
    'select pg_terminate_backend(pg_backend_pid())';
create function public.spin() returns setof integer language plpgsql as
    $$ begin insert into public.slots values (77, 77); return query select * from generate_series(1, 3); end $$;
grant all on public.slots to authenticated;
grant execute on all functions in schema public to authenticated, anon;
alter table public.slots enable row level security;
create policy slots_of_everybody on public.slots to authenticated using (true) with check (true);
"""


@pytest.fixture
def ada(ground: Ground) -> Iterator[Asker]:
    """With a table whose constraint is checked at the end of the transaction."""
    with ground.superuser() as connection:
        connection.execute(TABLES.encode())
    with running(settings_for(ground, database={"connections": 2})) as address:
        yield somebody(address, ADA)


def _slots(ground: Ground) -> list[int]:
    with ground.superuser() as connection:
        return [row[0] for row in connection.execute("select id from public.slots order by id")]


def test_a_constraint_that_is_checked_at_the_end_is_heard(ada: Asker, ground: Ground) -> None:
    two = [{"id": 1, "place": 1}, {"id": 2, "place": 1}]

    assert ada.refused("POST", "/slots", two) == (409, "23505")
    assert ada.refused("POST", "/slots", two, prefer="return=representation") == (409, "23505")
    assert _slots(ground) == []
    assert ada.ask("POST", "/slots", two[:1]).status_code == 201


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/slots", {"accept": "application/vnd.pgrst.object+json", "prefer": "return=representation"},
         (406, "PGRST116")),
        ("/slots", {"accept": "application/vnd.pgrst.object+json"}, (406, "PGRST116")),
        ("/slots?select=nothing", {"prefer": "return=representation"}, (400, "42703")),
    ],
)  # fmt: skip
def test_what_is_refused_is_not_done(
    path: str, headers: dict[str, str], expected: tuple[int, str], ada: Asker, ground: Ground
) -> None:
    assert ada.refused("POST", path, [{"id": 1}, {"id": 2}], **headers) == expected
    assert _slots(ground) == []


def test_no_more_is_changed_than_is_wanted(ada: Asker, ground: Ground) -> None:
    ada.ask("POST", "/slots", [{"id": each, "place": each} for each in (1, 2, 3)])
    wish = "handling=strict, max-affected=2"

    assert ada.refused("DELETE", "/slots", prefer=wish) == (400, "PGRST124")
    assert ada.refused("PATCH", "/slots", {"place": None}, prefer=wish) == (400, "PGRST124")
    assert ada.refused("POST", "/rpc/spin", {}, prefer=wish) == (400, "PGRST124")
    assert _slots(ground) == [1, 2, 3]
    assert ada.ask("DELETE", "/slots?id=gt.1", prefer=wish).status_code == 204
    assert ada.ask("DELETE", "/slots", prefer="max-affected=0").status_code == 204


def test_a_rehearsed_change_is_answered_and_undone(ada: Asker, ground: Ground) -> None:
    answer = ada.ask("POST", "/slots", {"id": 5}, prefer="tx=rollback, return=representation")

    assert (answer.status_code, answer.json()) == (201, [{"id": 5, "place": None}])
    assert answer.headers["preference-applied"] == "return=representation, tx=rollback"
    assert _slots(ground) == []


def test_who_reads_cannot_write(ada: Asker, ground: Ground) -> None:
    assert ada.refused("GET", "/rpc/write?number=1") == (405, "25006")
    assert ada.ask("POST", "/rpc/write", {"number": 1}).status_code == 204
    assert _slots(ground) == [1]


def test_the_database_sees_the_request(ada: Asker) -> None:
    def seen(name: str) -> object:
        return ada.get(f"/rpc/setting?name={name}")

    assert seen("request.method") == "GET"
    assert seen("request.path") == "/rpc/setting"
    assert seen("role") == "authenticated"
    assert f'"sub":"{ADA}"' in str(seen("request.jwt.claims"))
    assert seen("search_path") == '"public", "extensions"'


def test_a_role_has_its_own_time(ada: Asker, ground: Ground) -> None:
    with ground.superuser() as connection:
        connection.execute("alter role anon set statement_timeout = '50ms'")
    try:
        with running(settings_for(ground)) as address:
            assert visitor(address).refused("POST", "/rpc/sleep", {"seconds": 5}) == (500, "57014")
            assert ada.ask("POST", "/rpc/sleep", {"seconds": 0.1}).status_code == 204
    finally:
        with ground.superuser() as connection:
            connection.execute("alter role anon set statement_timeout = '3s'")


def test_many_at_once_see_each_their_own(ada: Asker) -> None:
    """On two connections that all of them share, with refusals and changes in between."""
    people = {ADA: HARBOUR, OTTO: LIGHTHOUSE, TILDA: TIDEWATER}
    askers = {user: somebody(ada.address, user) for user in people}

    def ask(number: int) -> list[tuple[str, set[str]]]:
        user = list(people)[number % 3]
        if number % 5 == 0:
            askers[user].ask("GET", "/contacts?id=eq.nonsense")
        if number % 7 == 0:
            visitor(ada.address).ask("GET", "/contacts")
        if number % 11 == 0:
            askers[user].ask("POST", "/slots", {"id": number % 2})
        rows = askers[user].get("/organizations?select=id")
        return [(user, {row["id"] for row in rows})]

    with ThreadPoolExecutor(8) as pool:
        found = [each for every in pool.map(ask, range(150)) for each in every]

    assert all(rows == {people[user]} for user, rows in found)


def test_a_reader_asks_again_when_connections_are_cut(ada: Asker, ground: Ground) -> None:
    assert len(ada.get("/contacts")) == 3
    for _ in range(3):
        with ground.superuser() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'integrations_hub'"
            )
        assert len(ada.get("/contacts")) == 3


def test_whether_a_change_is_made_is_not_known_when_its_connection_is_cut(ada: Asker) -> None:
    answer = ada.ask("POST", "/rpc/break_off", {})

    assert (answer.status_code, answer.json()["code"]) == (503, "PGRST001")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["details"] == "Whether the change was made is not known."
    assert len(ada.get("/contacts")) == 3
