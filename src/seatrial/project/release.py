"""Reads a whole release folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from seatrial.errors import CannotRun
from seatrial.model.release import Expectation, FunctionalCheck, Release
from seatrial.model.source import Encoding
from seatrial.project.baseline import baseline_of
from seatrial.project.files import read_folder, read_source
from seatrial.project.settings import read_settings, read_supabase_config
from seatrial.project.tenancy import tenancy_of
from seatrial.project.waivers import waivers_of
from seatrial.project.workload import workload_of

if TYPE_CHECKING:
    from seatrial.model.source import Source
    from seatrial.project.settings import FunctionalSettings, SupabaseConfig

__all__ = ["read_release"]

#: Settings that change nothing of what is deployed: whoever is told of it, and where, may change behind a plan.
NOT_RELEASED: Any = {"targets": True, "waive": True, "notify": True, "project": {"report_url"}}


def read_release(root: Path) -> Release:
    """The release in a folder.

    Raises:
        CannotRun: no such folder, no migrations in it, one that may not be read, or settings that cannot be used.
    """
    try:
        return _release(root)
    except OSError as error:
        raise CannotRun(
            "release.unreadable-folder",
            "a folder of the release cannot be read",
            where=str(error.filename or root),
            why=error.strerror or str(error),
            fix="make it readable for the user that runs the command, then run it again",
        ) from None


def _release(root: Path) -> Release:
    settings_path = root / "seatrial.toml"
    settings = read_settings(settings_path)
    config_path = root / "supabase" / "config.toml"
    config = read_supabase_config(config_path)
    folder = root / settings.project.migrations
    sources = _migrations(root, folder)
    roles = root / "supabase" / "roles.sql"
    platform = settings.project.platform or ("supabase" if config_path.is_file() else "postgres")
    tenancy = tenancy_of(settings.tenancy, platform, settings_path) if settings.tenancy else None
    return Release(
        root=root,
        name=settings.project.name or config.project_id or root.resolve().name,
        platform=platform,
        migrations_folder=settings.project.migrations,
        sources=sources,
        roles=_text(root, roles).text if roles.is_file() else "",
        seeds=_seeds(root, config_path, config),
        expectations=tuple(
            Expectation(name=each.name, sql=each.sql, equals=_as_text(each.equals)) for each in settings.expect
        ),
        functional=tuple(_functional(each) for each in settings.functional),
        # Only what is written: a newer Seatrial, with more settings, must not find that the release has changed.
        settings=hashlib.sha256(
            settings.model_dump_json(exclude=NOT_RELEASED, exclude_unset=True).encode()
        ).hexdigest(),
        exposed=config.api.schemas,
        tenancy=tenancy,
        waivers=(*waivers_of(settings.waive, settings_path), *baseline_of(root)),
        schema_page=settings.docs.schema_page,
        release_notes=settings.docs.releases,
        workload=workload_of(settings.workload, tenancy, settings_path),
    )


def _migrations(root: Path, folder: Path) -> tuple[Source, ...]:
    if not root.is_dir():
        raise CannotRun("release.no-folder", "no such folder", where=_shown(root), fix="seatrial check FOLDER")
    if not folder.is_dir():
        raise CannotRun(
            "release.no-migrations",
            "this folder has no migrations",
            where=str(folder),
            why="a release is a folder with supabase/migrations/<version>_<name>.sql",
            fix="run the command in the project's folder, or make the first migration: "
            f"seatrial new NAME{_there(root)}",
        )
    sources = read_folder(root, folder)
    if not sources:
        raise CannotRun(
            "release.empty", "the migrations folder is empty", where=str(folder), fix=f"seatrial new NAME{_there(root)}"
        )
    return sources


def _there(root: Path) -> str:
    """The folder as it stands in a command; nothing where it is this one."""
    return "" if root == Path() else f" {quote(str(root))}"


def _shown(root: Path) -> str:
    """The folder; a DSN that was given in its place is not shown, as it may hold a password."""
    return "a DSN, where a folder belongs; a target is given with --target" if "@" in str(root) else str(root)


def _seeds(root: Path, config_path: Path, config: SupabaseConfig) -> tuple[Source, ...]:
    if not config.db.seed.enabled:
        return ()
    base = root / "supabase"
    patterns = [pattern.removeprefix("./") for pattern in config.db.seed.sql_paths]
    try:
        paths = [path for pattern in patterns for path in sorted(base.glob(pattern))]
    except (NotImplementedError, ValueError) as error:
        raise CannotRun(
            "settings.seed-pattern",
            "a pattern of seed files cannot be used",
            where=f"{config_path}: db.seed.sql_paths",
            why=str(error),
            fix="give patterns that are relative to the folder supabase, such as ./seeds/*.sql",
        ) from None
    return tuple(_text(root, path) for path in paths)


def _text(root: Path, path: Path) -> Source:
    """A file that a person would miss if it were taken for empty."""
    source = read_source(root, path)
    if source.encoding in {Encoding.UTF8, Encoding.UTF8_BOM}:
        return source
    raise CannotRun(
        "release.unreadable",
        "a file of the release cannot be read as text",
        where=source.path,
        why=source.reason or f"it is {source.encoding}, not utf-8",
        fix="save it as UTF-8, or take it out of the folder",
    )


def _functional(settings: FunctionalSettings) -> FunctionalCheck:
    [(kind, wanted)] = settings.expect.items()
    return FunctionalCheck(
        name=settings.name,
        role=settings.role,
        claims=settings.claims,
        sql=settings.sql,
        rows=int(wanted) if kind == "rows" else None,
        value=_as_text(wanted) if kind == "value" else None,
        error=str(wanted) if kind == "error" else None,
    )


def _as_text(value: object) -> str:
    """As PostgreSQL writes it when cast to text."""
    return str(value).lower() if isinstance(value, bool) else str(value)
