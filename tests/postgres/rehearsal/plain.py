"""Evidence in the short form in which the tests compare it: of what was there before, without the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.evidence import Evidence, LockMode

__all__ = ["locks", "objects", "rewrites", "scans", "written"]


def locks(seen: Evidence) -> dict[str, LockMode]:
    """Modes by relation; of indexes only those that keep writes waiting."""
    return {
        _short(lock.relation): lock.mode
        for lock in seen.locks
        if lock.existed and (lock.kind != "index" or "writes" in lock.blocks)
    }


def rewrites(seen: Evidence) -> set[str]:
    """Tables and indexes that have another file."""
    return {_short(one.relation) for one in seen.rewrites if one.existed}


def scans(seen: Evidence) -> set[str]:
    """Tables that were read from end to end."""
    return {_short(one.relation) for one in seen.scans if one.existed and one.scans}


def written(seen: Evidence) -> dict[str, tuple[int, int, int]]:
    """Rows inserted, updated, deleted, by relation."""
    return {_short(one.relation): (one.inserted, one.updated, one.deleted) for one in seen.written}


def objects(seen: Evidence) -> set[tuple[str, str, str]]:
    """Action, kind and name of every object; `taken` where it was not named."""
    return {("taken" if one.cascaded else one.action, one.kind, _short(one.name)) for one in seen.objects}


def _short(name: str) -> str:
    return name.replace("public.", "")
