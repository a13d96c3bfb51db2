"""The ways back of what is deployed: as their deployments stored them, or else derived from the files now."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Refused, SeatrialError
from seatrial.flows.folder import again
from seatrial.flows.stage import from_nothing
from seatrial.flows.undo.halfway import ends_with, half_done
from seatrial.flows.undo.owners import owners_of
from seatrial.flows.undo.proof import prove_back
from seatrial.model.words import count, duration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.history import Applied, History
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.model.reversal import Reversal
    from seatrial.model.undertaking import Retreat

__all__ = ["NOTHING_STAYS", "Way", "chosen", "ways_of"]

#: What stays when all is taken back.
NOTHING_STAYS = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Of one migration that is deployed."""

    applied: Applied
    reversal: Reversal


def chosen(history: History, how: Retreat, root: Path, target: Target) -> tuple[tuple[Applied, ...], Retreat]:
    """What is to be taken back, the newest first; and the same wish by the version that stays.

    Raises:
        Refused: there is no such version, or a rollback of another one is half done.
    """
    versions = [one.version for one in history.applied]
    if how.to and how.to != NOTHING_STAYS and how.to not in versions:
        newest = versions[-1] if versions else "none at all"
        raise Refused(
            "rollback.no-such-version", f"{how.to} is not on {target.name}", where="--to",
            why=f"the newest version there is {newest}",
            fix=f"give the version that is to be the newest one, as seatrial status shows it, or {NOTHING_STAYS}",
        )  # fmt: skip
    if how.last > len(versions):
        raise Refused(
            "rollback.not-so-many", f"{target.name} has {count(len(versions), 'migration')}, not {how.last}",
            where="--last", fix=f"to take back all of them, --to {NOTHING_STAYS}",
        )  # fmt: skip
    last = how.last or (len(versions) if how.to == NOTHING_STAYS else sum(version > how.to for version in versions))
    undone = tuple(reversed(history.applied[max(0, len(versions) - last) :]))
    begun = half_done(history)
    if begun and (how.last or begun not in {one.version for one in undone}):
        raise Refused(
            "rollback.half-done", f"the rollback of {begun} is half done", where=target.name,
            why="what it has begun must be ended first, and --last would count from where it came",
            fix=f"end it first: {ends_with(begun, history, root, target)}",
        )  # fmt: skip
    stays = [one for one in versions if one not in {each.version for each in undone}]
    return undone, replace(how, to=stays[-1] if stays else NOTHING_STAYS, last=0)


def ways_of(
    folder: Folder, undone: Sequence[Applied], stored: Mapping[str, Reversal], target: Target, narrator: Narrator
) -> tuple[Way, ...]:  # fmt: skip
    """In the order of `undone`.

    Raises:
        Refused: a file that is deployed is not in the folder, or another one, and no way back was stored for it.
        CannotRun: the folder does not apply from nothing, so that none can be derived.
    """
    known = {one.version: stored[one.version] for one in undone if _is_of(stored.get(one.version), one)}
    lacking = [one for one in undone if one.version not in known]
    if lacking:
        known |= _derived(folder, undone, lacking, target, narrator)
    return tuple(
        Way(applied=one, reversal=replace(known[one.version], label=f"{one.version}_{one.name}".strip("_")))
        for one in undone
    )


def _is_of(reversal: Reversal | None, applied: Applied) -> bool:
    """Another tool may have applied another content since a deployment of ours was given up."""
    return reversal is not None and applied.digest in {"", reversal.digest}


def _derived(
    folder: Folder, undone: Sequence[Applied], lacking: Sequence[Applied], target: Target, narrator: Narrator
) -> Mapping[str, Reversal]:
    """From the files, on a scratch: the deployment kept nothing, so what a file drops or changes is not given back."""
    files = {migration.version: migration for migration in folder.migrations}
    for one in lacking:
        _refuse_unknown(one, files.get(one.version), folder, target)
    begun = time.perf_counter()
    narrator.begin(f"looking for the way back of {count(len(lacking), 'migration')}, which nobody has proved")
    oldest, wanted = lacking[-1].version, {one.version for one in undone}
    before = [version for version in sorted(files) if version < oldest]
    try:
        with from_nothing(folder, after=before[-1] if before else "", copy=True) as stage:
            pending = tuple(one for one in stage.pending if one.version in wanted)
            proved = prove_back(
                replace(stage, pending=pending), keep="", also=owners_of(folder.release.tenancy), sizes={},
                deployed=True,
            )  # fmt: skip
    except SeatrialError as error:
        narrator.end("failed")
        raise CannotRun(
            "rollback.unknown-way", f"nobody knows the way back of {lacking[0].version}", where=target.name,
            why=f"its deployment has stored none, and the files do not apply from nothing: {error.what}",
            fix="write it as -- seatrial: revert into the file, and rehearse",
        ) from error  # fmt: skip
    narrator.end(f"ok {duration(time.perf_counter() - begun)}")
    return {one.reversal.version: one.reversal for one in proved}


def _refuse_unknown(one: Applied, migration: object, folder: Folder, target: Target) -> None:
    digest = getattr(getattr(migration, "script", None), "digest", "")
    if migration is not None and one.digest in {"", digest}:
        return
    what = "is not in this folder" if migration is None else "was edited since it was applied"
    raise Refused(
        "rollback.no-file", f"{one.version} {what}, and its deployment has stored no way back", where=target.name,
        fix="restore the file as it was applied, then run it again; "
        + again("status", folder.release.root, target.argument),
    )  # fmt: skip
