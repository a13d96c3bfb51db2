"""What a scratch holds before the first migration: the SQL of a platform and the extensions it offers.

The prelude is data: `platform/<name>/*.sql`, run in the order of the names by the bootstrap superuser
`supabase_admin`, and `platform/share/extension`, stand-ins for extensions that the server lacks.
From PostgreSQL 18 on, a folder on `extension_control_path` offers the stand-ins to `CREATE EXTENSION`;
a server below it gets them through a mirror of itself (`mirror.py`).
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

__all__ = [
    "NOT_PROVIDED",
    "PRE_INSTALLED",
    "PRIVILEGED",
    "build_extension_folder",
    "cluster_scripts",
    "digest",
    "scripts",
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
