"""What the prelude offers to whoever starts a scratch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script
from seatrial.scratch import prelude
from seatrial.scratch.installation import find
from seatrial.scratch.server import scratch

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

NAMES = sorted(path.stem for path in prelude.STAND_INS.glob("*.control"))


@pytest.mark.parametrize("platform", ["supabase", "postgres"])
def test_the_roles_come_first_and_everything_comes_once(platform: str) -> None:
    files = [*prelude.cluster_scripts(platform), *prelude.scripts(platform)]
    assert files == sorted((prelude.FOLDER / platform).glob("*.sql"))
    assert [path.name for path in prelude.cluster_scripts(platform)] == ["10_roles.sql"]


def test_the_digest_follows_the_platform() -> None:
    assert prelude.digest("supabase") == prelude.digest("supabase")
    assert prelude.digest("supabase") != prelude.digest("postgres")


@pytest.mark.parametrize("path", [*prelude.STAND_INS.glob("*.sql"), *prelude.FOLDER.glob("*/*.sql")], ids=str)
def test_a_script_begins_with_what_it_is(path: Path) -> None:
    assert path.read_text(encoding="utf-8").startswith("-- ")


@pytest.mark.parametrize("name", NAMES)
def test_a_stand_in_says_what_it_does_not_do(name: str) -> None:
    [script] = prelude.STAND_INS.glob(f"{name}--*.sql")
    header = re.match(r"(--.*\n)+", script.read_text(encoding="utf-8"))
    assert header is not None
    assert "What it does not do:" in header[0]


def test_no_extension_is_both_provided_and_not() -> None:
    assert not prelude.NOT_PROVIDED & {*NAMES, *prelude.PRIVILEGED}


def test_the_folder_holds_stand_ins_and_trusted_controls(tmp_path: Path) -> None:
    share = find().share
    folder = prelude.build_extension_folder(share, tmp_path / "share")
    offered = {path.stem for path in (folder / "extension").glob("*.control")}
    there = {path.stem for path in (share / "extension").glob("*.control")}
    assert offered == {*NAMES, *(prelude.PRIVILEGED & there)}
    for name in offered:
        assert "trusted = true" in (folder / "extension" / f"{name}.control").read_text(encoding="utf-8")


def test_running_the_roles_again_mends_their_settings_and_changes_nothing_else(server: Server) -> None:
    with server.superuser() as connection:
        before = settings(connection)
        connection.execute("ALTER ROLE anon SET statement_timeout = '1s'")
        for script in prelude.cluster_scripts("supabase"):
            execute_script(connection, script.read_text(encoding="utf-8"))
        assert settings(connection) == before


def test_a_plain_server_knows_one_role_that_owns_its_database(server: Server) -> None:
    server.clone("platform_plain", "template0")
    try:
        with server.superuser("platform_plain") as connection:
            for script in (*prelude.cluster_scripts("postgres"), *prelude.scripts("postgres")):
                execute_script(connection, script.read_text(encoding="utf-8"))
        with connect(server.dsn("platform_plain")) as owner:
            owner.execute("CREATE SCHEMA app; CREATE TABLE app.t (id int); CREATE TABLE public.t (id int)")
            assert owner.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
            assert not owner.execute("SELECT FROM pg_namespace WHERE nspname = 'auth'").fetchall()
    finally:
        server.drop("platform_plain")


def test_a_plain_server_offers_the_stand_ins_too() -> None:
    with scratch("postgres") as plain, connect(plain.dsn()) as owner:
        for name in NAMES:
            owner.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}"'.encode())
        owner.execute("SELECT cron.schedule('job', '@daily', 'SELECT 1'), pgmq.create('queue')")
        [(secret,)] = owner.execute("SELECT vault.create_secret('hidden')").fetchall()
        query = "SELECT decrypted_secret FROM vault.decrypted_secrets WHERE id = %s"
        assert owner.execute(query, [secret]).fetchone() == ("hidden",)


def settings(connection: Connection) -> list[tuple[object, ...]]:
    query = """
        SELECT rolname, rolconfig, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole FROM pg_roles ORDER BY rolname
    """
    return connection.execute(query).fetchall()
