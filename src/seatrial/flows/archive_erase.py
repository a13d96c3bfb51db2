"""`seatrial archive erase`: a person's or a tenant's rows, out of every table of the archive."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.archive.erase import erase_rows, reckon
from seatrial.errors import CannotRun, Interrupted, Refused
from seatrial.flows.archiving import alone, opened
from seatrial.flows.folder import typed_name
from seatrial.flows.shipped import DEMO, shipped_release
from seatrial.ledger.reversals import read_reversals
from seatrial.model.archive import Cause
from seatrial.model.archiving import Belonging
from seatrial.model.outcome import ArchiveErased, Outcome
from seatrial.model.words import count
from seatrial.project.settings import read_settings, read_supabase_config
from seatrial.project.tenancy import tenancy_of
from seatrial.report.archive import share

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from seatrial.archive.erase import Reckoning
    from seatrial.archive.whose import Kind
    from seatrial.model.archiving import Found, Share
    from seatrial.model.narrator import Narrator
    from seatrial.model.release import Target
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["erase"]


def erase(
    root: Path,
    wanted: str,
    *,
    user: str,
    tenant: str,
    leave: bool,
    confirm: Callable[[str, Sequence[str]], None],
    narrator: Narrator,
) -> Outcome:
    """Count what is theirs, ask, delete it in batches, and look that none is left. Whose it was is written nowhere.

    Args:
        root: the release folder, whose `[tenancy]` says to whom rows belong.
        wanted: name or DSN of the target.
        user: identifier of a person; or else …
        tenant: … of a tenant.
        leave: go on where an archive may hold rows of which nobody can tell whose they are.
        confirm: asks a person, with the target's name and what will be gone; raises to refuse.
        narrator: told of each table.

    Raises:
        CannotRun: none or both were given, or nothing says to whom rows belong.
        Refused: of an archive nobody can tell whose rows it holds, or the person said no; nothing was erased.
        Remains: some rows are erased, and not all of them.
    """
    if bool(user) == bool(tenant):
        raise CannotRun(
            "archive.whose", "say whose rows: a person's or a tenant's",
            fix="seatrial archive erase --user ID, or seatrial archive erase --tenant ID",
        )  # fmt: skip
    kind: Kind = "user" if user else "tenant"
    tenancy = _tenancy(shipped_release() if wanted == DEMO else root)
    with opened(root, wanted) as (target, connection, found):
        reckonings = reckon(connection, tenancy, kind, user or tenant, found)
        shares = tuple(one.share for one in reckonings)
        if not leave:
            _refuse_untold(shares, kind, target)
        if any(one.rows for one in shares):
            lost = _no_longer(shares, found, read_reversals(connection))
            confirm(typed_name(target), _question(shares, lost, kind, target))
            shares = _erased(connection, reckonings, target, narrator)
    return _outcome(target, kind, shares)


def _tenancy(root: Path) -> Tenancy:
    path = root / "seatrial.toml"
    settings = read_settings(path)
    if settings.tenancy is None:
        raise CannotRun(
            "archive.no-tenancy", "nothing says to whom rows belong", where=str(path), why="there is no [tenancy]",
            fix="seatrial tenancy infers one from the schema, to be read and corrected",
        )  # fmt: skip
    supabase = root / "supabase" / "config.toml"
    read_supabase_config(supabase)
    platform = settings.project.platform or ("supabase" if supabase.is_file() else "postgres")
    return tenancy_of(settings.tenancy, platform, path)


def _erased(
    connection: Connection, reckonings: Sequence[Reckoning], target: Target, narrator: Narrator
) -> tuple[Share, ...]:  # fmt: skip
    """All of them, those that were gone through with how many rows are gone."""
    gone = {}
    try:
        with alone(target):
            for one in erase_rows(connection, reckonings):
                narrator.say(f"  {one.what}: gone through, none left")
                gone[one.entry, one.what] = one
    except KeyboardInterrupt:
        raise Interrupted(
            "archive.interrupted", "interrupted; what was erased stays erased, and it is not all of it",
            fix="run the same command again: it goes on with what is left",
        ) from None  # fmt: skip
    return tuple(gone.get((one.share.entry, one.share.what), one.share) for one in reckonings)


def _untold(shares: Sequence[Share]) -> tuple[Share, ...]:
    return tuple(one for one in shares if one.belonging is Belonging.UNKNOWN or one.untold)


def _refuse_untold(shares: Sequence[Share], kind: Kind, target: Target) -> None:
    if untold := _untold(shares):
        raise Refused(
            "archive.untold",
            f"of {count(len(untold), 'table')} of the archive nobody can tell whether a {kind}'s rows are in it; "
            "nothing was erased",
            where=target.name, why="; ".join(share(one).removeprefix("✗ ") for one in untold),
            fix="declare in [tenancy.tables] to whom their rows belong; or purge them; or erase the rest with --leave",
        )  # fmt: skip


def _no_longer(shares: Sequence[Share], found: Sequence[Found], reversible: Collection[str]) -> list[str]:
    """What rollbacks cannot give back then, a line for each version."""
    waiting = {
        one.entry.id: one.entry.version for one in found
        if one.entry.cause is Cause.DEPLOY and not one.entry.returned_at and one.entry.version in reversible
    }  # fmt: skip
    # Of rows as they were and as they became, one row is counted once.
    lost: Counter[str] = Counter()
    for number, version in waiting.items():
        lost[version] += max((one.rows for one in shares if one.entry == number), default=0)
    return [
        f"{count(number, 'row')} erased cannot come back with the rollback of {version}"
        for version, number in sorted(lost.items()) if number
    ]  # fmt: skip


def _question(shares: Sequence[Share], lost: Sequence[str], kind: Kind, target: Target) -> list[str]:
    return [
        f"About to erase a {kind}'s rows from the archive of {target.name}:",
        *(f"  {share(one)}" for one in shares),
        *(f"! {line}" for line in lost),
    ]


def _outcome(target: Target, kind: Kind, shares: Sequence[Share]) -> Outcome:
    rows = sum(one.rows for one in shares)
    untold = _untold(shares)
    places = count(sum(one.rows > 0 for one in shares), "table")
    left = f"; {count(len(untold), 'table')} left, where nobody can tell whose rows they are" if untold else ""
    summary = (
        f"Erased: {count(rows, 'row')} from {places} of the archive of {target.name}{left}."
        if rows
        else f"Nothing of this {kind} is in what was looked into of the archive of {target.name}{left}."
    )
    return Outcome(
        command="archive erase", summary=summary, body=ArchiveErased(target=target.name, shares=tuple(shares)),
        next=(f"seatrial archive list --target {target.argument}",),
    )  # fmt: skip
