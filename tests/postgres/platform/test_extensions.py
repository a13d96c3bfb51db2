"""The extensions that `postgres` creates: real ones as on the platform, and stand-ins that do what they say."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from psycopg.errors import (
    ExternalRoutineInvocationException,
    FeatureNotSupported,
    InsufficientPrivilege,
    InvalidParameterValue,
    InvalidSchemaName,
    RaiseException,
)

from seatrial.scratch import prelude

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

CREATED_BY_MIGRATIONS = sorted({path.stem for path in prelude.STAND_INS.glob("*.control")} - set(prelude.PRE_INSTALLED))
SIGNATURES = """
    SELECT proname, pg_get_function_arguments(pg_proc.oid), pg_get_function_result(pg_proc.oid),
        provolatile::text, proisstrict, proparallel::text
    FROM pg_proc JOIN pg_depend ON objid = pg_proc.oid AND deptype = 'e'
    JOIN pg_extension ON pg_extension.oid = refobjid
    WHERE extname = ANY (%s) AND proname NOT LIKE 'seatrial%%'
"""


@pytest.mark.parametrize("name", CREATED_BY_MIGRATIONS)
def test_postgres_creates_and_drops_a_stand_in(name: str, either_project: Connection) -> None:
    schema = "" if name == "pgmq" else "WITH SCHEMA extensions"
    either_project.execute(f"CREATE EXTENSION IF NOT EXISTS {name} {schema}".encode())
    either_project.execute(f"DROP EXTENSION {name}".encode())


@pytest.mark.parametrize("name", sorted(prelude.PRE_INSTALLED))
def test_creating_what_is_installed_does_nothing(name: str, either_project: Connection) -> None:
    either_project.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"'.encode())
    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = %s"
    assert either_project.execute(query, [name]).fetchone() == (prelude.PRE_INSTALLED[name],)


@pytest.mark.parametrize("name", sorted(prelude.PRIVILEGED - {"pgcrypto", "uuid-ossp", "pg_stat_statements"}))
def test_postgres_creates_what_the_platform_lets_it(name: str, project: Connection) -> None:
    project.execute(f"CREATE EXTENSION {name} CASCADE".encode())


@pytest.mark.parametrize("name", ["amcheck", "pageinspect", "file_fdw"])
def test_postgres_does_not_create_what_the_platform_keeps(name: str, project: Connection) -> None:
    with pytest.raises(InsufficientPrivilege):
        project.execute(f"CREATE EXTENSION {name}".encode())


def test_a_server_can_be_made_on_the_wrapper_of_an_extension(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION postgres_fdw")
    either_project.execute("CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw")


@pytest.mark.parametrize("name", ["pg_trgm", "citext", "hstore", "unaccent"])
def test_an_extension_moves_to_another_schema(name: str, either_project: Connection) -> None:
    either_project.execute(f"CREATE EXTENSION {name}; ALTER EXTENSION {name} SET SCHEMA extensions".encode())
    query = "SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = %s"
    assert either_project.execute(query, [name]).fetchone() == ("extensions",)
    assert either_project.execute("SELECT rolsuper FROM pg_roles WHERE rolname = 'postgres'").fetchone() == (False,)


def test_a_move_that_fails_leaves_nobody_a_superuser(either_project: Connection) -> None:
    with pytest.raises(InvalidSchemaName), either_project.transaction():
        either_project.execute("ALTER EXTENSION pgcrypto SET SCHEMA nowhere")
    with pytest.raises(InsufficientPrivilege):
        either_project.execute("SET log_statement = 'none'")


def test_a_moved_stand_in_still_works(project: Connection) -> None:
    project.execute("CREATE SCHEMA elsewhere; ALTER EXTENSION pgcrypto SET SCHEMA elsewhere")
    found = project.execute("SELECT encode(elsewhere.hmac('a', 'b', 'sha1'), 'hex')").fetchone()
    assert found == (hmac.new(b"b", b"a", "sha1").hexdigest(),)


def test_stand_ins_have_the_functions_of_the_real_extensions(project: Connection, real: Connection) -> None:
    names = [["pgcrypto", "uuid-ossp"]]
    assert set(project.execute(SIGNATURES, names)) == set(real.execute(SIGNATURES, names))


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("length", [0, 1, 55, 56, 63, 64, 65, 111, 112, 128, 129, 300])
def test_digests_are_right(algorithm: str, length: int, project: Connection) -> None:
    message, key = bytes(place % 251 for place in range(length)), bytes(range(length % 200))
    query = "SELECT digest(%(message)s::bytea, %(algorithm)s), hmac(%(message)s::bytea, %(key)s::bytea, %(algorithm)s)"
    found = project.execute(query, {"message": message, "key": key, "algorithm": algorithm}).fetchone()
    assert found == (hashlib.new(algorithm, message).digest(), hmac.new(key, message, algorithm).digest())


@pytest.mark.parametrize("name", ["", "www.example.org", "Grüße"])
def test_names_become_the_right_identifiers(name: str, project: Connection) -> None:
    query = "SELECT uuid_generate_v3(uuid_ns_dns(), %(name)s), uuid_generate_v5(uuid_ns_url(), %(name)s)"
    found = project.execute(query, {"name": name}).fetchone()
    assert found == (uuid.uuid3(uuid.NAMESPACE_DNS, name), uuid.uuid5(uuid.NAMESPACE_URL, name))


def test_random_identifiers_are_of_their_version(project: Connection) -> None:
    query = (
        "SELECT uuid_generate_v1(), uuid_generate_v1mc(), uuid_generate_v4(), uuid_nil(), uuid_ns_oid(), uuid_ns_x500()"
    )
    [(first, second, fourth, nil, oid, x500)] = project.execute(query).fetchall()
    assert [first.version, second.version, fourth.version] == [1, 1, 4]
    made = datetime(1582, 10, 15, tzinfo=UTC) + timedelta(microseconds=first.time // 10)
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=5)
    assert [nil, oid, x500] == [uuid.UUID(int=0), uuid.NAMESPACE_OID, uuid.NAMESPACE_X500]


@pytest.mark.parametrize("algorithm", ["bf", "md5", "des", "xdes"])
def test_a_password_matches_its_own_hash_only(algorithm: str, project: Connection) -> None:
    query = """
        SELECT stored = crypt('right', stored), stored = crypt('wrong', stored), length(stored)
        FROM crypt('right', gen_salt(%s)) AS stored
    """
    lengths = {"bf": 60, "md5": 34, "des": 13, "xdes": 20}
    assert project.execute(query, [algorithm]).fetchone() == (True, False, lengths[algorithm])


def test_random_bytes_differ_and_have_the_length_asked_for(project: Connection) -> None:
    query = "SELECT length(gen_random_bytes(33)), gen_random_bytes(16) <> gen_random_bytes(16)"
    assert project.execute(query).fetchone() == (33, True)
    with pytest.raises(ExternalRoutineInvocationException):
        project.execute("SELECT gen_random_bytes(1025)")


def test_what_is_encrypted_opens_with_its_key(project: Connection) -> None:
    query = (
        "SELECT pgp_sym_decrypt(pgp_sym_encrypt('Grüße', 'key'), 'key'), decrypt(encrypt('a', 'k', 'aes'), 'k', 'aes')"
    )
    assert project.execute(query).fetchone() == ("Grüße", b"a")
    with pytest.raises(ExternalRoutineInvocationException, match="Wrong key"):
        project.execute("SELECT pgp_sym_decrypt(pgp_sym_encrypt('a', 'key'), 'other')")


def test_what_pgcrypto_cannot_do_here_is_said(project: Connection) -> None:
    with pytest.raises(FeatureNotSupported):
        project.execute("SELECT pgp_pub_encrypt('a', 'b')")


@pytest.mark.parametrize(
    "schedule",
    ["* * * * *", "*/5 * * * *", "0 0,12 1-15/2 jan-mar mon", "0 3 $ * 7", "@daily", "30 seconds", "0 0 */100 * *"],
)
def test_a_schedule_is_recorded(schedule: str, scheduling: Connection) -> None:
    scheduling.execute("SELECT cron.schedule('job', %s, 'SELECT 1')", [schedule])
    query = "SELECT jobname, schedule, command, database, username, active FROM cron.job"
    found = scheduling.execute(query).fetchall()
    assert found == [("job", schedule, "SELECT 1", scheduling.info.dbname, "postgres", True)]


@pytest.mark.parametrize(
    "schedule",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *("*/0 * * * *", "1/5 * * * *", "5-1 * * * *", "a * * * *", "0 seconds", "60 seconds", "5 minutes", "@often"),
    ],
)
def test_a_schedule_that_is_none_is_refused(schedule: str, scheduling: Connection) -> None:
    with pytest.raises(InvalidParameterValue, match="invalid schedule"):
        scheduling.execute("SELECT cron.schedule('job', %s, 'SELECT 1')", [schedule])


def test_a_job_is_replaced_altered_and_forgotten_by_name(scheduling: Connection) -> None:
    scheduling.execute("SELECT cron.schedule('job', '@daily', 'SELECT 1')")
    [(job,)] = scheduling.execute("SELECT cron.schedule('job', '@hourly', 'SELECT 2')").fetchall()
    scheduling.execute("SELECT cron.alter_job(%s, active := false)", [job])
    query = "SELECT jobid, schedule, command, active FROM cron.job"
    assert scheduling.execute(query).fetchall() == [(job, "@hourly", "SELECT 2", False)]
    assert scheduling.execute("SELECT cron.unschedule('job')").fetchone() == (True,)
    with pytest.raises(RaiseException, match="could not find valid entry for job 'job'"):
        scheduling.execute("SELECT cron.unschedule('job')")


def test_jobs_are_changed_through_functions_only(scheduling: Connection) -> None:
    with pytest.raises(InsufficientPrivilege):
        scheduling.execute("DELETE FROM cron.job")


def test_requests_are_recorded_and_never_sent(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION pg_net")
    either_project.execute("SELECT net.http_post('https://example.org/a?b=1', '{\"c\": 2}', '{\"d\": \"e f&ü\"}')")
    query = "SELECT method, url, headers, convert_from(body, 'UTF8'), timeout_milliseconds FROM net.http_request_queue"
    assert either_project.execute(query).fetchall() == [
        ("POST", "https://example.org/a?b=1&d=e%20f%26%C3%BC", {"Content-Type": "application/json"}, '{"c": 2}', 5000)
    ]
    assert not either_project.execute("SELECT FROM net._http_response").fetchall()
    with pytest.raises(FeatureNotSupported):
        either_project.execute("SELECT net.http_collect_response(1, async := false)")


def test_a_call_to_the_network_is_refused(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION http WITH SCHEMA extensions")
    with pytest.raises(FeatureNotSupported, match=r"no network call: GET https://example\.org"):
        either_project.execute("SELECT status FROM http_get('https://example.org')")


def test_a_token_is_signed_and_verified(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION pgjwt WITH SCHEMA extensions")
    [(token,)] = either_project.execute(
        "SELECT sign('{\"sub\": \"1\", \"exp\": 4102444800}', 'secret', 'HS384')"
    ).fetchall()
    signed, signature = token.rsplit(".", maxsplit=1)
    digest = hmac.new(b"secret", signed.encode(), "sha384").digest()
    assert signature == urlsafe_b64encode(digest).rstrip(b"=").decode()
    verify = "SELECT payload ->> 'sub', valid FROM verify(%s, %s, 'HS384')"
    assert either_project.execute(verify, [token, "secret"]).fetchone() == ("1", True)
    assert either_project.execute(verify, [token, "other"]).fetchone() == ("1", False)


def test_a_token_that_is_too_old_is_not_valid(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION pgjwt WITH SCHEMA extensions")
    query = "SELECT valid FROM verify(sign('{\"exp\": 1}', 'secret'), 'secret')"
    assert either_project.execute(query).fetchone() == (False,)


def test_a_secret_is_kept_changed_and_not_shown_to_the_api(either_project: Connection) -> None:
    [(secret,)] = either_project.execute("SELECT vault.create_secret('first', 'key', 'what for')").fetchall()
    either_project.execute("SELECT vault.update_secret(%s, 'second')", [secret])
    query = "SELECT name, description, decrypted_secret, secret <> decrypted_secret FROM vault.decrypted_secrets"
    assert either_project.execute(query).fetchall() == [("key", "what for", "second", True)]
    either_project.execute("SET LOCAL ROLE authenticated")
    with pytest.raises(InsufficientPrivilege):
        either_project.execute(query)


def test_a_queue_works(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION pgmq; SELECT pgmq.create('jobs')")
    sent = either_project.execute(
        "SELECT pgmq.send_batch('jobs', ARRAY['{\"a\": 1}', '{\"a\": 2}', '{\"a\": 3}']::jsonb[])"
    )
    assert sent.fetchall() == [(1,), (2,), (3,)]
    either_project.execute("SELECT pgmq.send('jobs', '{\"a\": 4}', 60)")
    read = "SELECT msg_id, read_ct, message FROM pgmq.read('jobs', 30, 2)"
    assert either_project.execute(read).fetchall() == [(1, 1, {"a": 1}), (2, 1, {"a": 2})]
    assert either_project.execute("SELECT message FROM pgmq.pop('jobs')").fetchall() == [({"a": 3},)]
    assert either_project.execute(read).fetchall() == []
    assert either_project.execute("SELECT pgmq.archive('jobs', 1), pgmq.delete('jobs', 2)").fetchone() == (True, True)
    assert either_project.execute("SELECT message FROM pgmq.a_jobs").fetchall() == [({"a": 1},)]
    metrics = "SELECT queue_length, total_messages, queue_visible_length FROM pgmq.metrics_all()"
    assert either_project.execute(metrics).fetchall() == [(1, 4, 0)]
    assert either_project.execute("SELECT pgmq.drop_queue('jobs')").fetchone() == (True,)
    assert either_project.execute("SELECT * FROM pgmq.list_queues()").fetchall() == []


def test_a_queue_that_needs_partitions_is_refused(either_project: Connection) -> None:
    either_project.execute("CREATE EXTENSION pgmq")
    with pytest.raises(FeatureNotSupported):
        either_project.execute("SELECT pgmq.create_partitioned('jobs')")


@pytest.fixture
def scheduling(either_project: Connection) -> Connection:
    """`postgres` with pg_cron."""
    either_project.execute("CREATE EXTENSION pg_cron")
    return either_project


@pytest.fixture
def real(second_server: Server) -> Iterator[Connection]:
    """A database of a server that was built with pgcrypto and uuid-ossp."""
    second_server.clone("platform_real", "template0")
    with second_server.superuser("platform_real") as connection:
        connection.execute('CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp"')
        yield connection
    second_server.drop("platform_real")
