"""`seatrial baseline`: what a target has and the folder does not make, written as the folder's first migration."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows.folder import again, target_of
from seatrial.model.outcome import Done, Outcome
from seatrial.model.words import count
from seatrial.pg.connection import connect
from seatrial.project.files import read_folder
from seatrial.project.settings import read_settings, read_supabase_config
from seatrial.rules.versions import is_time, time_fault
from seatrial.scratch.server import DATABASE, scratch
from seatrial.sql.parse import parse
from seatrial.standin.baseline import baseline as written
from seatrial.standin.baseline import made_by
from seatrial.standin.definitions import present_on
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.model.source import Source
    from seatrial.model.standin import Definition, Picture

__all__ = ["baseline"]

STAMP = "%Y%m%d%H%M%S"
NAME = "baseline"
#: The end of a day, to the millisecond; of one whose files are counted.
CLOCK, COUNTED = "235959999", "99"


def baseline(root: Path, wanted: str, *, narrator: Narrator) -> Outcome:
    """Write the file; the target is only read, and no ledger is written.

    Raises:
        CannotRun: a baseline is there, no version comes before the first, no connection, no scratch, or a folder
            that cannot be written.
    """
    folder = root / read_settings(root / "seatrial.toml").project.migrations
    sources = read_folder(root, folder) if folder.is_dir() else ()
    _refuse_second(root, sources)
    version = _version(sources)
    with target_of(root, wanted) as target:
        narrator.begin(f"reading the schema of {target.name}")
        with connect(target.dsn, read_only=True) as connection:
            picture = read_target(connection, values=False)
        narrator.end(f"ok {count(len(picture.catalog.objects), 'object')}")
        text = _text(picture, _platform(root), sources)
        if not text:
            return Outcome(
                command="baseline",
                summary=f"Nothing to write: the migrations of this folder make all that {target.name} has.",
                next=(again("rehearse", root),),
            )
        path = folder / f"{version}_{NAME}.sql"
        _write(path, text)
        return _outcome(root, path, version, target)


def _text(picture: Picture, platform: str, sources: Sequence[Source]) -> str:
    statements = [statement for source in sources for statement in parse(source).statements]
    return written(picture, _empty(platform), made_by(statements, picture.definitions))


def _empty(platform: str) -> tuple[Definition, ...]:
    with scratch(platform) as server, server.superuser(DATABASE) as connection:
        return present_on(connection)


def _platform(root: Path) -> str:
    config = root / "supabase" / "config.toml"
    read_supabase_config(config)
    default = "supabase" if config.is_file() else "postgres"
    return read_settings(root / "seatrial.toml").project.platform or default


def _refuse_second(root: Path, sources: Sequence[Source]) -> None:
    for source in sources:
        if source.name == NAME:
            raise CannotRun(
                "baseline.there",
                "this folder has a baseline",
                where=source.path,
                fix=f"{again('rehearse', root)} shows what it lacks; to have it written anew, remove it first",
            )


def _version(sources: Sequence[Source]) -> str:
    """For a time the end of the day before the first file's, for a number the one before; in an empty folder now."""
    first = next((source.version for source in sources if source.version), "")
    if not first:
        return datetime.now(UTC).strftime(STAMP)
    if is_time(first) and not time_fault(first):
        day = datetime.strptime(first[:8], "%Y%m%d").replace(tzinfo=UTC) - timedelta(days=1)
        rest = len(first) - 8
        return f"{day:%Y%m%d}" + (COUNTED if rest == len(COUNTED) else CLOCK[:rest])
    version = str(max(0, int(first) - 1)).zfill(len(first))
    if version < first:
        return version
    raise CannotRun(
        "baseline.no-version",
        f"no version comes before {first}",
        why="a baseline is the first migration of its folder",
        fix="rename that file to a later version, then run the command again",
    )


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CannotRun(
            "baseline.unwritable", "the baseline cannot be written", where=str(path),
            why=error.strerror or str(error), fix="make the folder writable, then run the command again",
        ) from None  # fmt: skip


def _outcome(root: Path, path: Path, version: str, target: Target) -> Outcome:
    repair = again(f"repair {version} --status applied", root, target.argument)
    return Outcome(
        command="baseline",
        summary=f"Wrote {PurePath(os.path.relpath(path, root)).as_posix()}.",
        next=(again("rehearse", root), repair),
        body=Done(
            notes=(f"{target.name} has all of it, and its ledger does not know: the second command says so there",)
        ),
    )
