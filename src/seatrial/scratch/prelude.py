"""What a scratch holds before the first migration: the SQL of a platform and the extensions it offers.

The prelude is data: `platform/<name>/*.sql`, run in the order of the names by the bootstrap superuser
`supabase_admin`, and `platform/share/extension`, stand-ins for extensions that the server lacks.
From PostgreSQL 18 on, a folder on `extension_control_path` offers the stand-ins to `CREATE EXTENSION`;
below it there is no such setting, and a stand-in is loaded as plain SQL (`StandIn.sql`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "LIFTED",
    "NOT_PROVIDED",
    "PRE_INSTALLED",
    "PRIVILEGED",
    "RESERVED_ROLES",
    "StandIn",
    "build_extension_folder",
    "cluster_scripts",
    "digest",
    "plain_stand_ins",
    "scripts",
    "stand_in",
]

FOLDER = Path(__file__).parent / "platform"
STAND_INS = FOLDER / "share" / "extension"

#: Files below this number speak of the whole server (roles); they may run again for another database.
CLUSTER_BELOW = 20

_KNOWN = tomllib.loads((FOLDER / "extensions.toml").read_text(encoding="utf-8"))
#: Extensions that Supabase lets `postgres` create although they ask for a superuser.
PRIVILEGED: frozenset[str] = frozenset(_KNOWN["privileged"])
#: Extensions that Supabase offers and a scratch cannot; a rehearsal names each of them once.
NOT_PROVIDED: frozenset[str] = frozenset(_KNOWN["not_provided"])
#: What a Supabase project finds installed, by a stand-in or for real, with the schema.
PRE_INSTALLED: dict[str, str] = _KNOWN["pre_installed"]

#: Roles that Supabase protects from `postgres`; true where at least their settings may be changed.
#: A scratch refuses all of it for those with false, and none of it for those with true: PostgreSQL
#: has one right for a role's settings and its attributes. A check of the text has to close that gap.
RESERVED_ROLES = {
    "anon": True,
    "authenticated": True,
    "authenticator": True,
    "service_role": True,
    "dashboard_user": False,
    "pgbouncer": False,
    "supabase_admin": False,
    "supabase_auth_admin": False,
    "supabase_etl_admin": False,
    "supabase_read_only_user": False,
    "supabase_realtime_admin": False,
    "supabase_replication_admin": False,
    "supabase_storage_admin": False,
}

#: Statements that only a superuser may run in PostgreSQL, that Supabase lets `postgres` run, and that a scratch
#: refuses: whoever rehearses them has to run them as the superuser. (`92_lift.sql` does it for the others.)
LIFTED = frozenset({"CREATE EVENT TRIGGER"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """An extension in plain SQL, for a server on which `CREATE EXTENSION` cannot find it."""

    name: str
    #: Where its objects go when nobody says otherwise.
    schema: str
    #: Other stand-ins that must be loaded before.
    requires: tuple[str, ...]
    path: Path

    def sql(self, schema: str | None = None) -> str:
        """One statement for a superuser that has the effect of `CREATE EXTENSION … WITH SCHEMA schema`.

        It does nothing when the stand-in was loaded before, or when the server has the extension itself and
        `postgres` may create it.
        What it cannot give: a row in `pg_extension`, so `DROP EXTENSION` and `ALTER EXTENSION` fail.
        """
        home = '"{}"'.format((schema or self.schema).replace('"', '""'))
        script = self.path.read_text(encoding="utf-8").replace("@extschema@", home)
        frame = (FOLDER / "plain_stand_in.sql").read_text(encoding="utf-8")
        return frame.replace("@name@", self.name).replace("@schema@", home).replace("@script@", script)


def cluster_scripts(platform: str) -> tuple[Path, ...]:
    """What to run once on a server, in any database; running it again changes nothing."""
    return tuple(path for path in _files(platform) if _number(path) < CLUSTER_BELOW)


def scripts(platform: str) -> tuple[Path, ...]:
    """What to run in a fresh database, in order, after the cluster's scripts."""
    return tuple(path for path in _files(platform) if _number(path) >= CLUSTER_BELOW)


def digest(platform: str) -> str:
    """SHA-256 over everything that decides what a prepared database holds, for the key of a cache."""
    seen = hashlib.sha256()
    for path in (*_files(platform), *sorted(STAND_INS.iterdir()), *sorted(FOLDER.glob("*.*"))):
        seen.update(f"\n{path.name}\n".encode())
        seen.update(path.read_bytes())
    return seen.hexdigest()


def stand_in(name: str) -> StandIn | None:
    """The stand-in of that name; None for an extension that has none."""
    control = STAND_INS / f"{name}.control"
    if not control.is_file():
        return None
    fields = _fields(control)
    return StandIn(
        name=name,
        schema=PRE_INSTALLED.get(name) or fields.get("schema", "extensions"),
        requires=tuple(filter(None, fields.get("requires", "").replace(" ", "").split(","))),
        path=STAND_INS / f"{name}--{fields['default_version']}.sql",
    )


def plain_stand_ins() -> tuple[StandIn, ...]:
    """What to load (`StandIn.sql`) into a fresh database of a server below 18, before `scripts`.

    Only what a project finds installed. A migration's own `CREATE EXTENSION` is replaced by the SQL of
    `stand_in(name)` when it comes.
    """
    return tuple(found for name in sorted(PRE_INSTALLED) if (found := stand_in(name)))


def build_extension_folder(install_share: Path, into: Path) -> Path:
    """Make the folder for `extension_control_path`, which must come before `$system` there.

    It holds the stand-ins, and the control files of the extensions that the platform lets `postgres`
    create, marked as trusted. Scripts of the latter are not copied: `directory` points to where they are.
    `install_share` is the installation's share folder; the folder `into` is made.
    """
    offered = into / "extension"
    offered.mkdir(parents=True, exist_ok=True)
    for path in STAND_INS.iterdir():
        (offered / path.name).write_bytes(path.read_bytes())
    for control in sorted((install_share / "extension").glob("*.control")):
        if control.stem in PRIVILEGED:
            (offered / control.name).write_text(_trusted(control), encoding="utf-8")
    return into


def _trusted(control: Path) -> str:
    kept = [line for line in control.read_text(encoding="utf-8").splitlines() if not re.match(r"\s*trusted\b", line)]
    folder = str(control.parent).replace("'", "''")
    return "\n".join([*kept, "trusted = true", f"directory = '{folder}'", ""])


def _files(platform: str) -> list[Path]:
    return sorted((FOLDER / platform).glob("*.sql"))


def _number(path: Path) -> int:
    return int(path.name.split("_", maxsplit=1)[0])


def _fields(control: Path) -> dict[str, str]:
    return dict(_assignments(control.read_text(encoding="utf-8")))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for found in re.finditer(r"^(\w+)\s*=\s*'?([^'\n]*)'?", text, re.MULTILINE):
        yield found[1], found[2].strip()
