"""A secret that was written is nowhere in plain: not in the database, its views of what runs, its log, or a copy."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.hub.ground import ADA, HARBOUR, MAX, NOBODY, SUPER
from tests.hub.services.pretence import TOKEN, call, person, working

from integrations_hub.domain.outside import Trouble, TroubleKind
from integrations_hub.domain.refusal import Refusal
from integrations_hub.domain.secret import Secret
from integrations_hub.store.queries import load

if TYPE_CHECKING:
    from tests.hub.services.pretence import At

    from integrations_hub.domain.caller import Caller

#: As text, and in the forms in which it might be hidden; of base64 in each of the three places that a byte can have.
FORMS = (
    TOKEN.encode(), TOKEN.encode().hex().encode(),
    *(base64.b64encode(b"\0" * skipped + TOKEN.encode())[4 * bool(skipped) + 1:-4] for skipped in range(3)),
)  # fmt: skip


def everything_that_can_be_done(at: At) -> None:
    integrations, ada = at.cases.integrations, person(ADA)
    of = integrations.connect(ada, HARBOUR, "telegram", {"number": "1"}, Secret({"token": TOKEN})).id
    integrations.connect(ada, HARBOUR, "telegram", {"number": "2"}, Secret({}))
    integrations.rotate(ada, of, Secret({"token": f"{TOKEN}x"}))
    integrations.rotate(ada, of, Secret({"token": TOKEN}))
    integrations.test(ada, of, "4711", "hello", "key")
    integrations.check(ada, of)
    integrations.disable(ada, of)
    integrations.enable(ada, of)
    at.cases.receiving.receive("telegram", of, call({"id": "e", "event_type": "message.received"}))
    at.cases.checking.check(of)
    at.cases.rotation.run()
    at.provider.trouble = Trouble(TroubleKind.REFUSED, "no")
    with pytest.raises(Refusal):
        integrations.connect(ada, HARBOUR, "telegram", {}, Secret({"token": f"{TOKEN}y"}))
    at.provider.trouble = None


def copies(at: At) -> dict[str, bytes]:
    """What a backup has: every table of the database, those of the system as well."""
    with psycopg.connect(at.ground.server.own_dsn(at.ground.name, "supabase_admin"), autocommit=True) as connection:
        names = [row[0] for row in connection.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'm', 'p') or relname in"
            " ('pg_stat_activity', 'pg_stat_statements', 'pg_prepared_statements')"
        )]  # fmt: skip
        found = {}
        for name in names:
            with connection.cursor().copy(f"copy (select * from {name}) to stdout".encode()) as copy:
                found[name] = b"".join(bytes(part) for part in copy)
        return found


def test_no_copy_of_the_database_has_it(at: At, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    everything_that_can_be_done(at)

    tables = copies(at)

    assert tables["private.integration_credentials"].count(b"\n") >= 3
    assert any("pg_stat_activity" in name for name in tables)
    for name, content in tables.items():
        assert not [form for form in FORMS if form in content], name
    assert TOKEN not in caplog.text


def test_the_search_would_find_it(at: At) -> None:
    for text in (TOKEN, base64.b64encode(TOKEN.encode()).decode(), TOKEN.encode().hex()):
        at.execute("update public.integrations set last_error = %s where id = %s", text,
                   "60000000-0000-4000-8000-0000000000a3")  # fmt: skip
        assert any(form in content for content in copies(at).values() for form in FORMS), text


def test_a_server_that_logs_every_statement_has_it_not(at: At) -> None:
    """The server hears the secret in no statement, and in no parameter of one."""
    for setting in (
        "log_statement = 'all'", "auto_explain.log_min_duration = 0", "auto_explain.log_parameter_max_length = -1",
        "log_parameter_max_length = -1", "log_parameter_max_length_on_error = -1", "log_min_duration_statement = 0",
    ):  # fmt: skip
        at.execute(f"alter database {at.ground.name} set {setting}")
    log = Path(str(conninfo_to_dict(at.ground.dsn)["host"])) / "server.log"
    before = log.stat().st_size

    with working(at.ground) as loud:
        everything_that_can_be_done(loud)

    written = log.read_bytes()[before:]
    assert b"insert into private.integration_credentials" in written
    assert b"Parameters: $" in written
    assert not [form for form in FORMS if form in written]


@pytest.mark.parametrize(
    "caller",
    [person(None, "anon"), person(ADA), person(MAX), person(NOBODY), person(SUPER, app_metadata={"super_admin": True})],
    ids=["anon", "admin", "member", "nobody", "super"],
)  # fmt: skip
def test_no_role_of_the_api_reads_credentials_even_sealed(at: At, caller: Caller) -> None:
    for statement in (
        "select ciphertext from private.integration_credentials",
        "select wrapped_key from private.integration_credentials",
        "delete from private.integration_credentials",
        "update private.integration_credentials set key_id = 'mine'",
        "insert into private.integration_credentials select * from private.integration_credentials",
        "copy private.integration_credentials to stdout",
    ):
        with psycopg.connect(at.ground.dsn) as connection:
            connection.execute(load("become"), {"role": caller.role, "claims": caller.claims_json})
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())
