"""A backup before anything is changed: by a command of the team's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Refused
from seatrial.model.reversal import Reversibility
from seatrial.project.command import refuse_unapproved, run_approved

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.archive import Keeping
    from seatrial.model.narrator import Narrator
    from seatrial.model.plan import Plan
    from seatrial.model.release import Target
    from seatrial.model.reversal import Reversal

__all__ = ["back_up", "destroyed", "dropped", "refuse_without_command"]

PURPOSE = "the command that makes a backup"

#: What takes rows with it when it goes.
HOLDS_ROWS = ("table ", "column ", "materialized view ")
NAMED = 5


def destroyed(plan: Plan) -> tuple[str, ...]:
    """Tables and columns that the plan takes away and does not keep, with whatever is in them.

    None where each way back was derived and proved: what it cannot bring back it names, and a column that has only got
    another name is not lost.
    """
    if plan.versions == {one.version for one in plan.reversals if _loses_nothing(one)}:
        return ()
    kept = {name for keeping in plan.keepings.values() for name in _kept(keeping)}
    tables = tuple(f"{name.partition(' ')[2]}." for name in kept if name.startswith("table "))
    return tuple(
        name for name in dropped(plan) if name not in kept and not name.removeprefix("column ").startswith(tables)
    )  # fmt: skip


def dropped(plan: Plan) -> tuple[str, ...]:
    """Those that it takes away, whether or not they are kept for a while; a column of such a table is not named."""
    gone = [name for name, digest in plan.after.items() if not digest and name.startswith(HOLDS_ROWS)]
    tables = tuple(name.partition(" ")[2] + "." for name in gone if not name.startswith("column "))
    return tuple(
        name for name in gone if not (name.startswith("column ") and name.partition(" ")[2].startswith(tables))
    )


def _loses_nothing(reversal: Reversal) -> bool:
    """A person's way back may make a table anew that was not empty."""
    return reversal.verdict is not Reversibility.NOT and not reversal.by_author


def _kept(keeping: Keeping) -> Iterator[str]:
    yield from (f"table {one.table}" for one in keeping.tables)
    yield from (f"column {one.table}.{column}" for one in keeping.columns for column in one.columns)


def refuse_without_command(target: Target) -> None:
    """Before a rehearsal goes by for nothing.

    Raises:
        CannotRun: no command is named, or nobody has approved it.
    """
    if not target.backup_command:
        raise CannotRun(
            "deploy.no-backup-command", f"nothing says how a backup of {target.name} is made",
            where="seatrial.toml",
            fix=f'add backup_command = ["command", "argument"] to [targets.{target.name}]',
        )  # fmt: skip
    refuse_unapproved(target.backup_command, PURPOSE, _where(target))


def _where(target: Target) -> str:
    return f"[targets.{target.name}] in seatrial.toml"


def back_up(target: Target, plan: Plan | None, *, asked: bool, narrator: Narrator) -> str:
    """Run the command that the settings of the target name, when asked, or when the plan drops something.

    Returns:
        The last line that it printed, which says where the backup is; empty where none was made.

    Raises:
        CannotRun: nobody has approved the command.
        Refused: the command failed, so nothing was deployed.
    """
    if not (asked or (plan and dropped(plan))):
        return ""
    if not target.backup_command:
        gone = destroyed(plan) if plan else ()
        if not gone:
            return ""
        narrator.say(f"! {', '.join(gone[:NAMED])} will be gone, and no backup command is set for {target.name}")
        return ""
    refuse_without_command(target)
    narrator.begin(f"backup of {target.name}")
    return _run(target, narrator)


def _run(target: Target, narrator: Narrator) -> str:
    # The DSN goes by the environment: a list of processes shows arguments to everybody.
    printed, failed = run_approved(
        target.backup_command, purpose=PURPOSE, where=_where(target),
        environment={"SEATRIAL_TARGET": target.name, "SEATRIAL_DSN": target.dsn},
    )  # fmt: skip
    if failed:
        narrator.end("failed")
        raise Refused(
            "deploy.backup-failed", "the backup was not made, so nothing was deployed", where=target.backup_command[0],
            why=failed, fix="run the command by hand to see what it says, mend it, then run this again",
        )  # fmt: skip
    narrator.end("ok")
    lines = [line.strip() for line in printed.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else f"by {target.backup_command[0]}"
