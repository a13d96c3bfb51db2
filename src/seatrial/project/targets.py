"""Which database a name means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from seatrial.errors import CannotRun
from seatrial.model.release import Target
from seatrial.project.settings import TargetSettings, environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from seatrial.project.settings import Settings, SupabaseConfig

_NAME = re.compile(r"[A-Za-z][\w-]*")

__all__ = ["named_targets", "resolve", "session_pooler"]


def resolve(wanted: str, known: Mapping[str, TargetSettings]) -> Target:
    """The target that a name or a DSN means; the only one there is when nothing is said.

    Raises:
        CannotRun: no such name, several to choose from, or the environment variable that it needs is not set.
    """
    if not wanted and len(known) == 1:
        [wanted] = known
    if "://" in wanted or "=" in wanted:
        return Target(name="the given DSN", dsn=wanted, argument='"$DSN"')
    if wanted and not _NAME.fullmatch(wanted):
        # Not shown: it may be a DSN with a password that lost its beginning.
        raise CannotRun(
            "target.bad-name",
            "what stands after --target is neither a name nor a DSN",
            why="a name is letters, digits, _ and -; a DSN begins with postgresql:// or is a list of key=value pairs",
            fix="give a name, or a DSN such as postgresql://user@host:5432/database",
        )
    if wanted not in known:
        listed = ", ".join(sorted(known)) or "none"
        raise CannotRun(
            "target.unknown",
            f"no target is named {wanted!r}" if wanted else "which target?",
            where="seatrial.toml",
            why=f"known targets: {listed}",
            fix=f"seatrial link {wanted or 'production'} --dsn-env DATABASE_URL",
        )
    settings, where = known[wanted], f"[targets.{wanted}] in seatrial.toml"
    if settings.dsn:
        return Target(name=wanted, dsn=environment(settings.dsn, where=where), argument=wanted)
    dsn = _supabase_dsn(settings, environment(settings.password, where=where))
    return Target(name=wanted, dsn=dsn, argument=wanted)


def named_targets(settings: Settings, config: SupabaseConfig, root: Path) -> dict[str, TargetSettings]:
    """Targets by name: those of `supabase/config.toml` `[remotes.*]`, then our own, which win.

    A project that `supabase link` left is the target `linked`.
    """
    pooler = session_pooler(root)
    refs = {name: remote.project_id for name, remote in config.remotes.items() if remote.project_id}
    linked = _left_by_supabase_link(root, "project-ref")
    if linked:
        refs["linked"] = linked
    found = {
        name: TargetSettings(project_ref=ref, pooler=pooler if ref in pooler else "") for name, ref in refs.items()
    }
    return found | dict(settings.targets)


def session_pooler(root: Path) -> str:
    """The session pooler's address that `supabase link` left, without password; empty when there is none."""
    address = _left_by_supabase_link(root, "pooler-url")
    if not address:
        return ""
    parts = urlsplit(address)
    # The file names the transaction port; the session pooler answers on the same host at 5432.
    return urlunsplit((parts.scheme, f"{parts.username}@{parts.hostname}:5432", parts.path, "", ""))


def _supabase_dsn(settings: TargetSettings, password: str) -> str:
    if settings.pooler:
        parts = urlsplit(settings.pooler)
        authority = f"{parts.username}:{quote(password, safe='')}@{parts.hostname}:{parts.port or 5432}"
        return urlunsplit((parts.scheme, authority, parts.path, "sslmode=require", ""))
    host = f"db.{settings.project_ref}.supabase.co"
    return f"postgresql://postgres:{quote(password, safe='')}@{host}:5432/postgres?sslmode=require"


def _left_by_supabase_link(root: Path, name: str) -> str:
    path = root / "supabase" / ".temp" / name
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""
