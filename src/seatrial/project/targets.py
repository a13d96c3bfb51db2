"""Which database a name means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from seatrial.errors import CannotRun
from seatrial.model.release import Target
from seatrial.project.secret import from_command, from_file
from seatrial.project.settings import TargetSettings, environment

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.project.settings import Settings, SupabaseConfig

__all__ = ["GIVEN", "Known", "named_targets", "resolve", "session_pooler"]

#: The name of a target that has none.
GIVEN = "the given DSN"
_NAME = re.compile(r"[A-Za-z][\w-]*")
_REF = re.compile(r"[a-z]{20}")
#: As the Supabase command line writes it, with or without a place for the password.
_POOLER = re.compile(
    r"(?P<scheme>postgres(?:ql)?)://(?P<user>[\w.-]+)(?::[^@/]*)?@(?P<host>[\w.-]+)(?::(?P<port>\d+))?/(?P<database>\w+)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A target that has a name."""

    settings: TargetSettings
    #: The section and the file that name it.
    where: str
    #: The release folder, from which a file is named.
    root: Path


def resolve(wanted: str, known: Mapping[str, Known]) -> Target:
    """The target that a name or a DSN means; the only one there is when nothing is said.

    Raises:
        CannotRun: no such name, several to choose from, the environment variable that it needs is not set, the
            file or the command gives no DSN, or its settings lead nowhere.
    """
    if not wanted and len(known) == 1:
        [wanted] = known
    if "://" in wanted or "=" in wanted:
        return Target(name=GIVEN, dsn=wanted, argument='"$DSN"')
    if wanted not in known:
        raise _unknown(wanted, sorted(known))
    settings = known[wanted].settings
    return Target(
        name=wanted,
        dsn=_dsn(known[wanted]),
        argument=wanted,
        requires=settings.requires,
        backup_command=settings.backup_command,
    )


def named_targets(settings: Settings, config: SupabaseConfig, root: Path) -> dict[str, Known]:
    """Targets by name: those of `supabase/config.toml` `[remotes.*]`, then our own, which win.

    A project that `supabase link` left is the target `linked`.
    """
    pooler = session_pooler(root)
    refs = {
        name: (remote.project_id, f"[remotes.{name}] in supabase/config.toml")
        for name, remote in config.remotes.items()
        if remote.project_id
    }
    if linked := _left_by_supabase_link(root, "project-ref"):
        refs["linked"] = (linked, "supabase/.temp/project-ref, which supabase link left")
    found = {
        # Of another tool's files, so not validated before somebody wants it.
        name: Known(
            settings=TargetSettings.model_construct(project_ref=ref, pooler=pooler if ref in pooler else ""),
            where=where,
            root=root,
        )
        for name, (ref, where) in refs.items()
    }
    ours = {
        name: Known(settings=each, where=f"[targets.{name}] in seatrial.toml", root=root)
        for name, each in settings.targets.items()
    }
    return found | ours


def session_pooler(root: Path) -> str:
    """The session pooler's address that `supabase link` left, without password; empty when there is none."""
    found = _POOLER.fullmatch(_left_by_supabase_link(root, "pooler-url"))
    # The file names the transaction port; the session pooler answers on the same host at 5432.
    return f"{found['scheme']}://{found['user']}@{found['host']}:5432/{found['database']}" if found else ""


def _dsn(known: Known) -> str:
    settings, where = known.settings, known.where
    if settings.dsn:
        return environment(settings.dsn, where=where)
    if settings.dsn_file:
        path = Path(environment(settings.dsn_file, where=where)).expanduser()
        return from_file(known.root / path, where=where)
    if settings.dsn_command:
        return from_command(settings.dsn_command, where=where)
    if settings.service:
        # Quoted as libpq reads it; the service file says the rest.
        name = environment(settings.service, where=where).replace("\\", "\\\\").replace("'", "\\'")
        return f"service='{name}'"
    return _supabase_dsn(settings, where)


def _unknown(wanted: str, known: list[str]) -> CannotRun:
    if wanted and not _NAME.fullmatch(wanted):
        # Not shown: it may be a DSN with a password that lost its beginning.
        return CannotRun(
            "target.bad-name",
            "what stands after --target is neither a name nor a DSN",
            why="a name is letters, digits, _ and -; a DSN begins with postgresql:// or is a list of key=value pairs",
            fix="give a name, or a DSN such as postgresql://user@host:5432/database",
        )
    fix = f"seatrial link {wanted or 'production'} --dsn-env DATABASE_URL"
    if known and not wanted:
        fix = f"put --target {known[0]} at the end of the same command, or another of these names"
    return CannotRun(
        "target.unknown",
        f"no target is named {wanted!r}" if wanted else "which target?",
        where="seatrial.toml",
        why=f"known targets: {', '.join(known) or 'none'}",
        fix=fix,
    )


def _supabase_dsn(settings: TargetSettings, where: str) -> str:
    ref = environment(settings.project_ref, where=where)
    pooler = _POOLER.fullmatch(settings.pooler)
    if not _REF.fullmatch(ref) or bool(settings.pooler) != bool(pooler):
        # Neither is shown: a DSN may stand in its place.
        raise CannotRun(
            "target.bad-project",
            "the project's reference or the address of its pooler cannot be right",
            where=where,
            why="a reference is 20 lower-case letters, an address such as postgresql://USER@HOST:5432/postgres",
            fix="correct it there, then run the command again",
        )
    password = quote(environment(settings.password, where=where), safe="")
    if pooler:
        port = pooler["port"] or 5432
        there = f"{pooler['user']}:{password}@{pooler['host']}:{port}/{pooler['database']}"
        return f"{pooler['scheme']}://{there}?sslmode=require"
    return f"postgresql://postgres:{password}@db.{ref}.supabase.co:5432/postgres?sslmode=require"


def _left_by_supabase_link(root: Path, name: str) -> str:
    path = root / "supabase" / ".temp" / name
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip() if path.is_file() else ""
    except OSError:
        # Of another tool, and only a convenience.
        return ""
