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
from seatrial.project.document import refuse_unwritable
from seatrial.standin.file import STANDIN, Saved, write_saved
from seatrial.standin.mask import masked, suspicious
from seatrial.standin.read import read_target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seatrial.model.narrator import Narrator
    from seatrial.model.standin import Picture

__all__ = ["standin"]


def standin(root: Path, wanted: str, path: Path, *, values: bool = False, narrator: Narrator) -> Outcome:
    """Read the target's catalogs, ledger and statistics, and save them without a row of a table.

    Arguments of triggers and options of foreign tables, which may be keys, are masked; what looks like one and stands
    elsewhere is named.

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
    refuse_unwritable(STANDIN.kind, path, root=root)
    with target_of(root, wanted) as target:
        narrator.begin(f"looking at {target.name}")
        with connect(target.dsn, read_only=True) as connection:
            picture = read_target(connection, values=values)
        narrator.end(f"ok {count(len(picture.catalog.objects), 'object')}")
    picture, hidden = masked(picture)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    write_saved(path, Saved(target=target.name, taken_at=now, tool=f"seatrial {__version__}", picture=picture))
    kept = "with sample values, which are values of rows" if values else "without rows and sample values"
    return Outcome(
        command="standin",
        summary=f"The stand-in for {target.name} is in {path}, {kept}.",
        next=(again(f"rehearse --from {path}", root),),
        body=Done(notes=_notes(picture, hidden)),
    )


def _notes(picture: Picture, hidden: Sequence[str]) -> tuple[str, ...]:
    return (
        *(f"! {one} holds what looks like a token or a key: it is in the file as it is" for one in suspicious(picture)),
        *(f"masked: {one}" for one in hidden),
        *(f"not in it: {one.what}: {one.why}" for one in picture.left),
    )
