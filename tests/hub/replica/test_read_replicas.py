"""Which calls a read replica answers: each line of the page is tried on a primary and on its standby."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
import pytest
from tests.hub.ground import ADA, HARBOUR, MAX, NOBODY, SUPER, Ground, bearer, running, service_key, settings_for
from tests.hub.replica.standby import caught_up, standby_of
from tests.postgres.release.deployed import ROOT, apply, migrations, seed

from integrations_hub.app import create_app
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

PAGE = ROOT / "docs" / "how-to" / "use-read-replicas.md"
WHATSAPP, OPEN = "60000000-0000-4000-8000-0000000000a1", "73000000-0000-4000-8000-0000000000ff"
ARCHIVED = "60000000-0000-4000-8000-0000000000b3"
SERVICE, SUPERS = (
    {"role": "service_role"},
    {"sub": SUPER, "role": "authenticated", "app_metadata": {"super_admin": True}},
)
#: Function → who calls it, and how.
CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "acknowledge_alert": (SERVICE, f"('{OPEN}')"),
    "check_rate_limit": (SERVICE, f"('{HARBOUR}', '/x', 5)"),
    "cleanup_inactive_integrations": (SERVICE, "(p_is_rehearsal => true)"),
    "erase_my_data": ({"sub": NOBODY, "role": "authenticated"}, "()"),
    "erase_user_data": (SUPERS, f"('{NOBODY}', 'asked for')"),
    "evaluate_alert_rules": (SERVICE, "()"),
    "integration_health": ({"sub": MAX, "role": "authenticated"}, f"('{HARBOUR}')"),
    "purge_health_history": (SERVICE, "()"),
    "purge_usage_history": (SERVICE, "()"),
    "record_health_check": (SERVICE, "('database', 'healthy')"),
    "record_health_metric": (SERVICE, "('replica', 1)"),
    "record_index_health": (SERVICE, "()"),
    "record_integration_health": (SERVICE, "()"),
    "record_integration_usage": (SERVICE, f"('{WHATSAPP}', 'message.sent')"),
    "record_security_event": (SERVICE, "('replica.asked')"),
    "resolve_alert": (SERVICE, f"('{OPEN}')"),
    "restore_archived_integration": (SERVICE, f"('{ARCHIVED}')"),
    "search_audit_logs": ({"sub": ADA, "role": "authenticated"}, f"('integration', '{HARBOUR}')"),
    "search_contacts": ({"sub": MAX, "role": "authenticated"}, f"('{HARBOUR}', 'harbour')"),
    "security_posture": (SERVICE, "()"),
}
#: Call of the page → what is asked, and sent.
REQUESTS: dict[str, tuple[str, object]] = {
    "GET /rest/v1/{relation}": ("/rest/v1/integrations", None),
    "HEAD /rest/v1/{relation}": ("/rest/v1/integration_dashboard", None),
    "POST /rest/v1/{relation}": ("/rest/v1/contacts", {"organization_id": HARBOUR, "full_name": "Ann"}),
    "PATCH /rest/v1/{relation}": (f"/rest/v1/contacts?organization_id=eq.{HARBOUR}", {"full_name": "Ann"}),
    "DELETE /rest/v1/{relation}": (f"/rest/v1/contacts?organization_id=eq.{HARBOUR}&full_name=eq.Ann", None),
    "GET /rest/v1/rpc/{function}": (f"/rest/v1/rpc/integration_health?p_organization_id={HARBOUR}", None),
    "POST /rest/v1/rpc/{function}": ("/rest/v1/rpc/integration_health", {"p_organization_id": HARBOUR}),
    "PUT /v1/organizations/{organization_id}/integrations/{integration_type}": (
        f"/v1/organizations/{HARBOUR}/integrations/telegram", {"configuration": {}, "secret": {}},
    ),
    "PUT /v1/integrations/{integration_id}/credentials": (
        "/v1/integrations/{}/credentials", {"secret": {"access_token": "another"}},
    ),
    "POST /v1/integrations/{integration_id}/test": ("/v1/integrations/{}/test", {"to": "+4940", "text": "Hello"}),
}  # fmt: skip
#: It does what it is asked; the database cannot write; nobody can be counted, so nobody is let in; HEAD says no more.
READ_ONLY = ("", "25006", "25001", "PGRST001", "without a body")


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Ground, Ground]]:
    """The release with its sample tenants on a primary, and its standby."""
    with scratch("supabase") as primary:
        apply(primary.clone("hub"), [*migrations(), seed()])
        with primary.superuser("hub") as connection:
            connection.execute(
                "insert into public.system_alert_history (id, rule_name, metric_name, severity, observed_value,"
                " threshold) values (%s, 'Open', 'sample.connections', 'warning', 1, 0)",
                [OPEN],
            )
        with standby_of(primary, max_standby_streaming_delay="200ms") as standby:
            caught_up(primary, standby)
            yield Ground(server=primary, name="hub"), Ground(server=standby, name="hub")


def test_every_table_and_view_is_answered_with_the_same_rows_to_each_kind_of_user(pair: tuple[Ground, Ground]) -> None:
    primary, standby = pair
    caught_up(primary.server, standby.server)
    for claims in (SERVICE, SUPERS, {"sub": MAX, "role": "authenticated"}, {"role": "anon"}):
        answers = [list(read_everything(ground, claims)) for ground in pair]
        assert answers[0] == answers[1]
        assert len(answers[0]) > 30


def test_each_function_does_there_what_the_page_says(pair: tuple[Ground, Ground]) -> None:
    primary, standby = pair
    with primary.superuser() as connection:
        found = connection.execute(
            "select distinct p.proname, p.provolatile = 's' from pg_proc p"
            " where p.pronamespace = 'public'::regnamespace"
            " and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')"
        ).fetchall()
    said = {row[0].strip("`"): row[1] for row in table("functions")}
    assert said.keys() == {name for name, _ in found} == CALLS.keys()
    assert {name for name, answer in said.items() if answer == "yes"} == {name for name, stable in found if stable}
    for name, (claims, arguments) in CALLS.items():
        assert call(primary, claims, f"public.{name}{arguments}") == "", name
        refused = call(standby, claims, f"public.{name}{arguments}")
        assert (refused or "yes") == ("25006" if said[name] == "no" else "yes"), name


def test_each_route_of_the_hub_does_there_what_the_page_says(pair: tuple[Ground, Ground]) -> None:
    primary, standby = pair
    caught_up(primary.server, standby.server)
    rows = table("routes")
    said = {row[0].strip("`"): row[1:] for row in rows}
    assert set(said) >= set(calls_of_the_hub(standby))
    keys = {"apikey": service_key(), "Authorization": f"Bearer {service_key()}"}
    for who, column in ((keys, 0), (bearer(ADA), 1)):
        # Anew for each: what is counted while nothing can be counted makes the hub hold back.
        with running(settings_for(standby)) as address:
            for one, answers in said.items():
                why = refused(address, one, who)
                assert (why == "") is answers[column].startswith("yes"), (one, column, why)
                assert why in READ_ONLY, (one, column)


def test_who_writes_and_reads_there_at_once_may_miss_it_and_can_know(pair: tuple[Ground, Ground]) -> None:
    primary, standby = pair
    with standby.superuser() as there, primary.superuser() as here:
        there.execute("select pg_wal_replay_pause()")
        while there.execute("select pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
            time.sleep(0.02)
        try:
            here.execute("insert into public.organizations (name) values ('Just now')")
            [[place]] = here.execute("select pg_current_wal_insert_lsn()").fetchall()
            seen = "select count(*) from public.organizations where name = 'Just now'"
            assert there.execute(seen).fetchone() == (0,)
            assert there.execute("select pg_last_wal_replay_lsn() >= %s", [place]).fetchone() == (False,)
        finally:
            there.execute("select pg_wal_replay_resume()")
        caught_up(primary.server, standby.server)
        assert there.execute("select pg_last_wal_replay_lsn() >= %s", [place]).fetchone() == (True,)
        assert there.execute(seen).fetchone() == (1,)


def test_a_query_that_reads_what_is_gone_is_cancelled_with_the_code_that_the_page_says(
    pair: tuple[Ground, Ground],
) -> None:
    primary, standby = pair
    with primary.superuser() as here:
        here.execute("create table public.passing as select n from generate_series(1, 1000) n")
        caught_up(primary.server, standby.server)
        with standby.superuser() as there:
            there.execute("begin isolation level repeatable read")
            there.execute("select count(*) from public.passing")
            here.execute("delete from public.passing")
            here.execute("vacuum public.passing")
            with pytest.raises(psycopg.Error) as caught:
                there.execute("select pg_sleep(30)")
        here.execute("drop table public.passing")
    assert caught.value.sqlstate == "40001"
    assert "40001" in PAGE.read_text("utf-8")
    assert "conflict with recovery" in str(caught.value)


def table(name: str) -> list[list[str]]:
    """The rows of a table of the page."""
    found = re.search(rf"<!-- {name} -->\n\|.*\n\|[- |]+\n((?:\|.*\n)+)", PAGE.read_text("utf-8"))
    assert found
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in found[1].splitlines()]


@contextmanager
def acting(ground: Ground, claims: dict[str, Any]) -> Iterator[Connection]:
    """In a transaction of whoever has these claims, which is rolled back."""
    with ground.superuser() as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "select set_config('request.jwt.claims', %s, true), set_config('role', %s, true)",
            [json.dumps(claims), claims["role"]],
        )
        yield connection


def read_everything(ground: Ground, claims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each table and view, with a digest of the rows that are shown, or the code of the refusal."""
    with ground.superuser() as connection:
        names = connection.execute(
            "select c.oid::regclass::text from pg_class c where c.relnamespace in ('public'::regnamespace,"
            " 'private'::regnamespace) and c.relkind in ('r', 'p', 'v') order by 1"
        ).fetchall()
    for (name,) in names:
        # The age of a check goes on while this is asked.
        text = "to_jsonb(t) - 'age' - 'open_for'"
        query = f"select coalesce(md5(string_agg(({text})::text, ',' order by ({text})::text)), '') from {name} t"
        try:
            with acting(ground, claims) as connection:
                yield name, str(connection.execute(query.encode()).fetchall())
        except psycopg.Error as refused:
            yield name, str(refused.sqlstate)


def call(ground: Ground, claims: dict[str, Any], what: str) -> str:
    """The code of the refusal; nothing where it was answered."""
    while True:
        try:
            with acting(ground, claims) as connection:
                connection.execute(f"select * from {what}".encode())
        except psycopg.errors.SerializationFailure:
            # The standby replays what the call before this one did, and has not waited: one asks again.
            continue
        except psycopg.Error as refused:
            return str(refused.sqlstate)
        return ""


def calls_of_the_hub(ground: Ground) -> Iterator[str]:
    """Method and path of everything that is no page, but for what is asked in other forms or needs no database."""
    for route in create_app(settings_for(ground)).routes:
        path = getattr(route, "path", "")
        # A webhook is refused before it is known whether it could be kept, unless it is signed.
        if re.match(r"/(?:v1|health)/", path) and not path.endswith("openapi.json"):
            yield from (f"{method} {path}" for method in getattr(route, "methods", None) or () if method != "HEAD")


def refused(address: str, one: str, headers: dict[str, str]) -> str:
    """The code with which the hub refuses; nothing where it does what it is asked."""
    method, path = one.split(" ")
    asked, body = REQUESTS.get(one, (path, None))
    if "{relation}" not in one and "{function}" not in one:
        asked = asked.replace("{}", WHATSAPP).replace("{integration_id}", WHATSAPP)
        asked = asked.replace("{organization_id}", HARBOUR).replace("{integration_type}", "whatsapp")
    found = httpx.request(
        method, address + asked, json=body, timeout=30,
        headers={**headers, "Idempotency-Key": "one", "Prefer": "return=representation"},
    )  # fmt: skip
    if found.status_code < 400:
        return ""
    return str(found.json()["code"]) if found.content else "without a body"
