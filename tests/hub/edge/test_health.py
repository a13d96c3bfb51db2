"""Whether the hub lives and can work, said to whoever watches it; and what it does when its database is gone."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from psycopg import OperationalError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from tests.hub.edge.door import MARK, door, metric
from tests.hub.ground import ADA, Ground, bearer, running, service_key, settings_for
from tests.hub.identity.project import Project

from integrations_hub.domain.caller import SERVICE
from integrations_hub.store.database import Database
from integrations_hub.store.entrance import why
from integrations_hub.store.readiness import missing
from integrations_hub.store.rest import wires
from integrations_hub.store.rest.wires import Wires
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from pathlib import Path

    from integrations_hub.store.rest.wire import Wire
    from seatrial.scratch.server import Server

METRICS = "the token of Prometheus"


def test_a_hub_on_the_release_is_ready(ground: Ground) -> None:
    with door(settings_for(ground)) as entrance:
        assert entrance.client.get("/health/live").json() == {"status": "alive"}
        answer = entrance.client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready", "missing": []})


def test_without_the_release_it_says_what_is_missing(released: Server) -> None:
    released.clone("hub_without_release")
    with door(settings_for(Ground(server=released, name="hub_without_release"))) as entrance:
        answer = entrance.client.get("/health/ready")
    released.drop("hub_without_release")

    assert answer.status_code == 503
    assert "the release is not there, or not all of it: public.integrations is missing" in answer.json()["missing"]


def test_a_role_that_no_policy_holds_back_is_not_worked_with(ground: Ground) -> None:
    dsn = {"database": {"dsn": ground.server.own_dsn(ground.name, "supabase_admin")}}
    with door(settings_for(ground, **dsn)) as entrance:
        answer = entrance.client.get("/health/ready")

    assert answer.status_code == 503
    assert "the role of the connection is a superuser, whom no policy holds back" in answer.json()["missing"]


def test_a_role_that_cannot_become_the_others_is_named(ground: Ground) -> None:
    lonely = f"lonely_{ground.name}"
    with ground.superuser() as connection:
        connection.execute(f"create role {lonely} login in role anon")
    dsn = {"database": {"dsn": ground.server.own_dsn(ground.name, lonely)}}
    with door(settings_for(ground, **dsn)) as entrance:
        answer = entrance.client.get("/health/ready")
    with ground.superuser() as connection:
        connection.execute(f"drop role {lonely}")

    assert answer.status_code == 503
    assert "the role of the connection cannot become anon" not in answer.json()["missing"]
    assert "the role of the connection cannot become authenticated" in answer.json()["missing"]


@pytest.mark.parametrize(
    ("dsn", "meant"),
    [
        (
            "postgresql://{role}@/{name}?host={host}&port={port}",
            "the database refuses the hub: its role may not log in",
        ),
        (
            "postgresql://nobody_{name}@/{name}?host={host}&port={port}",
            "the database refuses the hub: its role does not exist",
        ),
        ("postgresql://authenticator@/no_{name}?host={host}&port={port}", "the database of the DSN does not exist"),
        ("postgresql://authenticator:hush-hush@127.0.0.1:1/{name}", "nothing listens at the address of the database"),
    ],
    ids=["a role that may not log in", "no such role", "no such database", "no server"],
)
def test_why_the_database_lets_nobody_in_is_said_without_names(ground: Ground, dsn: str, meant: str) -> None:
    where = conninfo_to_dict(ground.dsn)
    role = f"silent_{ground.name}"
    with ground.superuser() as connection:
        connection.execute(f"create role {role} nologin")
    filled = dsn.format(role=role, name=ground.name, host=where["host"], port=where["port"])
    with door(settings_for(ground, database={"dsn": filled})) as entrance:
        answer = entrance.client.get("/health/ready")
    with ground.superuser() as connection:
        connection.execute(f"drop role {role}")

    assert (answer.status_code, answer.json()["missing"]) == (503, [meant])


def test_names_are_not_taken_for_what_the_server_says() -> None:
    said = 'connection to server at "ssl-certificate.recovery.example", port 5432 failed: SSL SYSCALL error: EOF'

    assert why(OperationalError(said)) == "the database does not answer"
    assert why(OperationalError(f'{said}\nFATAL: role "too many connections" is not permitted to log in')) == (
        "the database refuses the hub: its role may not log in"
    )


def test_a_wrong_password_and_one_that_is_wanted_are_told_apart() -> None:
    with scratch(tcp=True) as server:
        said: list[str] = []
        for password in (MARK, ""):
            dsn = make_conninfo(server.dsn(), password=password, passfile="/dev/null")
            database = Database(dsn, connections=1)
            database.open()
            said += missing(database)
            database.close()

    assert said == [
        "the database refuses the hub: the password of its role is wrong",
        "the database refuses the hub: it wants a password, and the DSN has none",
    ]


def test_a_pool_that_is_used_up_is_not_taken_for_a_database_that_is_away(ground: Ground) -> None:
    database = Database(ground.dsn, connections=1)
    database.open()
    with database.transaction(SERVICE):
        assert missing(database) == ("every connection of the hub to the database is in use",)
    assert missing(database) == ()
    database.close()


def test_the_dialect_waits_for_a_database_once(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[float] = []
    service = {"apikey": service_key()}
    make = Wires._patiently_made  # noqa: SLF001 - how often it is begun is all that this is about

    async def counted(self: Wires, until: float) -> Wire:
        begun.append(until)
        return await make(self, until)

    with (
        running(settings_for(ground)) as address,
        httpx.Client(base_url=address, timeout=60, trust_env=False) as client,
    ):
        assert client.get("/rest/v1/contacts", headers=service).status_code == 200
        monkeypatch.setattr(wires, "PATIENCE", 1.0)
        monkeypatch.setattr(Wires, "_patiently_made", counted)
        _forbid(ground)
        first = client.get("/rest/v1/contacts", headers=service)
        _allow(ground)

    assert (first.status_code, first.json()["code"], first.headers["retry-after"]) == (503, "PGRST003", "1")
    assert len(begun) == 1


def test_without_any_key_it_is_not_ready_and_with_the_secret_it_is(ground: Ground, tmp_path: Path) -> None:
    file = tmp_path / "jwks.json"
    with door(settings_for(ground, tokens={"secret": None, "jwks": str(file)})) as entrance:
        said = entrance.client.get("/health/ready").json()["missing"]
        assert said == ["the key set cannot be used: No such file or directory"]
        assert metric(entrance.figures(), "hub_key_set_failed") == 1

    file.write_text(json.dumps(Project().key_set()))
    with door(settings_for(ground, tokens={"secret": None, "jwks": str(file)})) as entrance:
        entrance.client.get("/v1/known", headers={"Authorization": f"Bearer {Project().token('ES256')}"})
        assert entrance.client.get("/health/ready").status_code == 200
        assert metric(entrance.figures(), "hub_key_set_failed") == 0


def test_metrics_are_there_for_whoever_has_the_token(ground: Ground) -> None:
    with door(settings_for(ground, service={"metrics_token": METRICS})) as entrance:
        entrance.client.get("/v1/me", headers=bearer(ADA))
        answer = entrance.client.get("/metrics", headers={"Authorization": f"Bearer {METRICS}"})
        assert answer.status_code == 200
        assert metric(answer.text, "hub_requests_total", method="GET", route="/v1/me", status="200") == 1

        nowhere = entrance.client.get("/nowhere").json()
        for given in ("", METRICS, "Bearer", f"Bearer {METRICS}x", bearer(ADA)["Authorization"], "Bearer é"):
            refused = entrance.client.get("/metrics", headers={b"Authorization": given.encode("latin-1")})
            assert refused.status_code == 404
            assert {**refused.json(), "request_id": ""} == {**nowhere, "request_id": ""}


def test_without_a_database_requests_are_answered_503_and_it_comes_back(ground: Ground) -> None:
    settings = settings_for(ground)
    with door(settings) as entrance:
        assert entrance.client.get("/v1/me", headers=bearer(ADA)).status_code == 200
        pool = entrance.hub.database._pool  # noqa: SLF001 - nobody waits ten seconds for a test
        pool.timeout = 0.3
        _forbid(ground)
        entrance.hub.limits._members.clear()  # noqa: SLF001 - as after the seconds for which they are remembered

        answer = entrance.client.get("/v1/me", headers=bearer(ADA))
        assert answer.status_code == 503
        assert set(answer.json()) == {"code", "message", "details", "hint", "request_id"}
        assert entrance.client.get("/v1/me", headers={"Authorization": "Bearer x"}).status_code == 401
        entrance.hub.told.flush()
        assert entrance.client.get("/health/live").status_code == 200
        said = entrance.client.get("/health/ready").json()["missing"]
        assert said == ["the database takes no connections at the moment"]

        _allow(ground)
        entrance.hub.readiness._until = 0  # noqa: SLF001 - as after the seconds for which it is remembered
        pool.timeout = 30
        ends = time.monotonic() + 60
        # For a second after a failure nobody asks.
        while (answer := entrance.client.get("/v1/me", headers=bearer(ADA))).status_code != 200:
            assert answer.status_code == 503
            assert time.monotonic() < ends
            time.sleep(0.05)
        entrance.hub.told.flush()
        assert entrance.client.get("/health/ready").status_code == 200
        assert metric(entrance.figures(), "hub_security_events_lost_total") == 0
    with ground.superuser() as connection:
        told = connection.execute("select 1 from public.security_events where event_type = 'token.refused'").fetchall()
    assert len(told) == 1


def _forbid(ground: Ground) -> None:
    """As if it were gone: nobody comes in, and whoever is in is thrown out."""
    with ground.server.superuser("postgres") as connection:
        connection.execute(f"alter database {ground.name} allow_connections false")
        connection.execute(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{ground.name}'")


def _allow(ground: Ground) -> None:
    with ground.server.superuser("postgres") as connection:
        connection.execute(f"alter database {ground.name} allow_connections true")
