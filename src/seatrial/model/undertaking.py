"""What a deployment or a rollback is asked to do, and how."""

from __future__ import annotations

from dataclasses import dataclass
from shlex import quote
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Retreat", "Undertaking", "Watching"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """The options of `deploy`."""

    command: ClassVar[str] = "deploy"
    #: Also files that are older than the newest one applied.
    include_all: bool = False
    #: Whether the answer to the question is known already.
    agreed: bool = False
    #: Show the statements and leave.
    dry_run: bool = False
    #: A plan that a rehearsal saved: it is deployed as it is, or not at all.
    plan: Path | None = None
    #: Of the plan that somebody has seen and approved; empty where that is not asked for.
    digest: str = ""
    #: Deploy what nobody has rehearsed.
    unrehearsed: bool = False
    #: A file for a SQL editor, in place of a deployment.
    as_script: Path | None = None
    #: `02:00-04:00 Europe/Rome`; empty for any time.
    window: str = ""
    #: A target that must have all of it, verified; empty for what the settings say.
    requires: str = ""
    #: Run the command that makes a backup first.
    backup: bool = False
    #: Seconds; None for what the settings say.
    hold_seconds: float | None = None
    patience_seconds: float | None = None
    #: Seconds that somebody in the way must be older than to be cancelled; None for nobody.
    cancel_older_than: float | None = None

    def again(self, *, hold: float | None = None) -> str:
        """`deploy` with the options that made the run what it was; the folder and the target are the caller's.

        Args:
            hold: other seconds for which locks may be held.
        """
        words = {
            "--plan": str(self.plan) if self.plan else "", "--digest": self.digest, "--window": self.window,
            "--requires": self.requires, "--hold": _time(hold if hold is not None else self.hold_seconds),
            "--patience": _time(self.patience_seconds), "--cancel-blockers": _time(self.cancel_older_than),
        }  # fmt: skip
        flags = {"--include-all": self.include_all, "--unrehearsed": self.unrehearsed, "--backup": self.backup}
        said = [f"{name} {quote(value)}" for name, value in words.items() if value]
        return " ".join(["deploy", *said, *(name for name, given in flags.items() if given)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Retreat:
    """The options of `rollback`."""

    command: ClassVar[str] = "rollback"
    #: The newest version that stays; empty where `last` says it.
    to: str = ""
    #: How many are taken back; 0 where `to` says it.
    last: int = 0
    #: Show the way back and leave.
    dry_run: bool = False
    #: Also what leaves something behind that cannot be taken back.
    incomplete: bool = False
    #: `02:00-04:00 Europe/Rome`; empty for any time.
    window: str = ""
    #: Run the command that makes a backup first.
    backup: bool = False
    #: Seconds; None for what the settings say.
    hold_seconds: float | None = None
    patience_seconds: float | None = None
    #: Seconds that somebody in the way must be older than to be cancelled; None for nobody.
    cancel_older_than: float | None = None

    def again(self, *, hold: float | None = None) -> str:
        """`rollback` with the options that made the run what it was; once begun, it is gone on with `--to`."""
        words = {
            "--to": self.to, "--window": self.window,
            "--hold": _time(hold if hold is not None else self.hold_seconds),
            "--patience": _time(self.patience_seconds), "--cancel-blockers": _time(self.cancel_older_than),
        }  # fmt: skip
        said = [f"{name} {quote(value)}" for name, value in words.items() if value]
        said += [f"--last {self.last}"] if self.last else []
        flags = {"--incomplete": self.incomplete, "--backup": self.backup}
        return " ".join(["rollback", *said, *(name for name, given in flags.items() if given)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """The options of `watch`."""

    command: ClassVar[str] = "watch"
    #: Seconds that it is to last, and between two samples; None for what the settings say.
    seconds: float | None = None
    every: float | None = None
    #: Only note what is usual, before a deployment.
    baseline: bool = False
    #: One sample, judged with those before it, and leave.
    once: bool = False
    #: Take the release back when it has failed, if that is proved and loses nothing.
    auto_rollback: bool = False
    #: Address of the page: `127.0.0.1:8300`; empty for none.
    serve: str = ""
    #: Where the record of the watch is put; None for beside the plan, or the folder that one is in.
    out: Path | None = None
    #: Have `verify` run when the watch begins.
    verify: bool = True
    #: The newest version that is not of the release; empty for what was deployed last.
    after: str = ""
    #: A person's word: a watch that has paused goes on, because of this.
    go_on: str = ""
    #: Nobody is told of this signal for so many seconds, because of this.
    silence: str = ""
    silence_seconds: float = 0.0
    because: str = ""


def _time(seconds: float | None) -> str:
    """`2s`, as the command line takes it, never with an exponent."""
    return "" if seconds is None else f"{seconds:.6f}".rstrip("0").rstrip(".") + "s"
