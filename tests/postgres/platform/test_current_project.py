"""The prelude against what a current Supabase project has, as its public sources say.

`facts/NAME.sql` reads one kind of fact as lines of text; `facts/NAME.toml` says which lines there must be, and which
a scratch or a project has alone. Every file names its source.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

FACTS = Path(__file__).with_name("facts")
KINDS = sorted(path.stem for path in FACTS.glob("*.sql"))
#: PostgreSQL 15 has fewer roles of its own.
SINCE_16 = {"memberships": {"postgres in pg_create_subscription with admin"}}
#: One alteration for each kind of fact, which the comparison must see.
SABOTAGE = {
    "columns": "ALTER TABLE auth.users DROP COLUMN phone_change_token",
    "default_privileges": "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public REVOKE ALL ON TABLES FROM anon",
    "event_triggers": "DROP EVENT TRIGGER pgrst_drop_watch",
    "extensions": "DROP EXTENSION pgcrypto CASCADE",
    "functions": "ALTER FUNCTION auth.uid() VOLATILE",
    "memberships": "GRANT supabase_storage_admin TO postgres",
    "publications": "ALTER PUBLICATION supabase_realtime OWNER TO supabase_admin",
    "roles": "ALTER ROLE anon BYPASSRLS",
    "row_security": "ALTER TABLE storage.objects DISABLE ROW LEVEL SECURITY",
    "schemas": "GRANT CREATE ON SCHEMA auth TO postgres",
    "settings": "ALTER ROLE authenticated SET statement_timeout = '9s'",
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_scratch_has_what_a_project_has(kind: str, superuser: Connection) -> None:
    assert observed(kind, superuser) == expected(kind, superuser)


@pytest.mark.parametrize("kind", KINDS)
def test_what_only_a_project_has_is_not_there(kind: str, superuser: Connection) -> None:
    assert not observed(kind, superuser) & set(listed(kind)["project_only"])


@pytest.mark.parametrize("kind", KINDS)
def test_an_alteration_is_seen(kind: str, superuser: Connection) -> None:
    superuser.execute(SABOTAGE[kind].encode())
    assert observed(kind, superuser) != expected(kind, superuser)


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_names_its_source(kind: str) -> None:
    assert "supabase/" in str(listed(kind)["source"])


def observed(kind: str, connection: Connection) -> set[str]:
    return {line for (line,) in connection.execute((FACTS / f"{kind}.sql").read_bytes())}


def expected(kind: str, connection: Connection) -> set[str]:
    lines = {*listed(kind)["shared"], *listed(kind)["scratch_only"]}
    return lines - SINCE_16.get(kind, set()) if connection.info.server_version < 160000 else lines


def listed(kind: str) -> dict[str, list[str]]:
    return tomllib.loads((FACTS / f"{kind}.toml").read_text(encoding="utf-8"))
