"""What is in the archive, what went back, what is gone: as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.archive import Cause
from seatrial.model.archiving import Belonging, Standing
from seatrial.model.outcome import ArchiveErased, ArchiveListed, ArchivePurged, ArchiveRestored
from seatrial.model.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.archiving import Found, Share

__all__ = ["entry", "lines", "share", "size"]

_CAUSES = {Cause.DEPLOY: "deployed", Cause.ROLLBACK: "rolled back"}
_STANDINGS = {
    Standing.KEPT: ("·", "blue"),
    Standing.OVERDUE: ("!", "yellow"),
    Standing.RETURNED: ("✓", "green"),
    Standing.MISSING: ("✗", "red"),
    Standing.FOREIGN: ("✗", "red"),
}
_BELONGINGS = {Belonging.THEIRS: "-", Belonging.OTHERS: "·", Belonging.UNKNOWN: "✗"}
_UNITS = ("B", "kB", "MB", "GB", "TB")
_KILO = 1024
HOUR = 3600


def lines(body: ArchiveListed | ArchivePurged | ArchiveRestored | ArchiveErased) -> Iterator[Text]:
    """A line for each entry, and for each thing that somebody should know."""
    match body:
        case ArchiveListed():
            for one in body.entries:
                symbol, style = _STANDINGS[Standing.OVERDUE if _is_halfway(one) else one.standing]
                yield Text.assemble((symbol, style), f" {entry(one)}")
        case ArchivePurged():
            # What it means was asked beforehand.
            yield from (Text(f"- #{one.entry.id} {one.what}") for one in body.entries)
            yield from (Text(f"! {schema} stays: something outside of it uses what is in it") for schema in body.left)
        case ArchiveRestored():
            yield from (Text(f"· {note}") for note in body.notes)
            if body.detached:
                yield Text("what was taken off the table, to be put on again:", style="bold")
                yield from (Text(f"{statement};") for statement in body.detached)
        case ArchiveErased():
            erased = [one for one in body.shares if one.rows]
            yield from (Text(f"- {_name(one)}: {count(one.rows, 'row')} erased") for one in erased)
            # Nobody was asked where nothing is theirs.
            yield from (Text(share(one)) for one in ([] if erased else body.shares))


def entry(found: Found) -> str:
    """`#12  table public.integrations  20250122000000 rolled back 2026-11-26 18:00 UTC  1,204 rows  until …`."""
    one = found.entry
    rows = "" if found.rows is None else f"{'' if found.exact else '~'}{count(found.rows, 'row')}"
    left = f"{count(one.conflicts, 'conflict')} left in it" if one.conflicts else ""
    facts = (
        f"#{one.id}", found.what, f"{one.version} {_CAUSES[one.cause]} {_moment(one.archived_at)}", rows,
        "" if found.bytes is None else size(found.bytes), _until(found), left,
    )  # fmt: skip
    return "  ".join(filter(None, facts))


def share(one: Share) -> str:
    """`- #3 table public.integrations: 12 rows, organization_id is the tenant's`."""
    rows = {
        Belonging.THEIRS: f"{count(one.rows, 'row')}, ", Belonging.OTHERS: "none, ", Belonging.UNKNOWN: "unknown, "
    }[one.belonging]  # fmt: skip
    untold = f"; of {count(one.untold, 'other row')} nobody can tell" if one.untold else ""
    return f"{'✗' if untold else _BELONGINGS[one.belonging]} {_name(one)}: {rows}{one.how}{untold}"


def size(number: int) -> str:
    """`812 B`, `2.1 MB`."""
    value, unit = float(number), 0
    while value >= _KILO and unit < len(_UNITS) - 1:
        value, unit = value / _KILO, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit and value < 10 else f"{value:.0f} {_UNITS[unit]}"  # noqa: PLR2004


def _name(one: Share) -> str:
    return f"#{one.entry} {one.what}" if one.entry else one.what


def _is_halfway(found: Found) -> bool:
    """Whether a deployment or a rollback goes on with it, when it is run again."""
    return found.standing is Standing.KEPT and bool(found.why)


def _until(found: Found) -> str:
    one = found.entry
    if _is_halfway(found):
        return found.why
    match found.standing:
        case Standing.RETURNED:
            return f"went back {_moment(one.returned_at)}"
        case Standing.MISSING:
            return f"missing: nothing is at {one.place}"
        case Standing.FOREIGN:
            return f"not what the list says: {found.why}"
    if not one.keep_until:
        return "until it is purged"
    hours = "" if found.window is None else f"{found.window / HOUR:.4g} h: "
    return f"{hours}until {_moment(one.keep_until)}{', overdue' if found.standing is Standing.OVERDUE else ''}"


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%d %H:%M} UTC" if text else ""
