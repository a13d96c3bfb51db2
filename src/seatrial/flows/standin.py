"""`seatrial standin`: what a rehearsal needs of a target, in a file for those who may not reach it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from seatrial import __version__
from seatrial.errors import CannotRun
from seatrial.flows.folder import again, target_of
from seatrial.model.outcome import Done, Outcome
from seatrial.model.wishes import SAVED, is_saved
from seatrial.model.words import count
from seatrial.pg.connection import connect
from seatrial.standin.file import Saved, write_saved
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.model.narrator import Narrator

__all__ = ["standin"]


def standin(root: Path, wanted: str, path: Path, *, values: bool = False, narrator: Narrator) -> Outcome:
    """Read the target's catalogs, ledger and statistics, and save them; no row of a table is among them.

    Args:
        root: the release folder, whose settings name the target.
        wanted: name or DSN of the target.
        path: where to save it.
        values: whether statistics keep the sample values in them, which are values of rows.
        narrator: told how it comes along.

    Raises:
        CannotRun: no connection, unusable settings, a file that cannot be written or would not be found again.
    """
    if not is_saved(str(path)):
        raise CannotRun(
            "standin.bad-name", f"the file's name has to end in {SAVED}, and have no = or :// in it", where=str(path),
            why="--from would take it for a target", fix="--out standin.json",
        )  # fmt: skip
    with target_of(root, wanted) as target:
        narrator.begin(f"looking at {target.name}")
        with connect(target.dsn, read_only=True) as connection:
            picture = read_target(connection, values=values)
        narrator.end(f"ok {count(len(picture.catalog.objects), 'object')}")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_saved(path, Saved(target=target.name, taken_at=now, tool=f"seatrial {__version__}", picture=picture))
    kept = "with sample values, which are values of rows" if values else "without a value of any row"
    return Outcome(
        command="standin",
        summary=f"The stand-in for {target.name} is in {path}, {kept}.",
        next=(again(f"rehearse --from {path}", root),),
        body=Done(notes=tuple(f"not in it: {one.what}: {one.why}" for one in picture.left)),
    )
