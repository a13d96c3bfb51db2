"""`seatrial link`: gives a database a name in `seatrial.toml`; secrets stay in the environment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.flows import settings_file
from seatrial.flows.shipped import DEMO
from seatrial.model.outcome import Done, Outcome
from seatrial.project.settings import read_settings, settings_of
from seatrial.project.targets import session_pooler

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["link"]

_NAME = re.compile(r"[A-Za-z][\w-]*")
_REF = re.compile(r"[a-z]{20}")
_POOLER = re.compile(r"postgres(ql)?://[\w.-]+@[\w.-]+(:\d+)?/\w+")
_VARIABLE = re.compile(r"[A-Za-z_]\w*")


def link(root: Path, name: str, *, dsn_env: str = "", project_ref: str = "", pooler: str = "") -> Outcome:
    """Append `[targets.NAME]` to `seatrial.toml`, which is made when it is not there.

    Without a pooler the one that `supabase link` left for the same project is taken, as the direct address of a
    project answers over IPv6 only.

    Raises:
        CannotRun: the name is taken, or one of the values cannot be right.
    """
    path = root / "seatrial.toml"
    if name == DEMO:
        raise CannotRun(
            "link.reserved",
            f"the name {DEMO} is that of the demo's production",
            fix="choose another name, such as production",
        )
    if name in read_settings(path).targets:
        raise CannotRun(
            "link.taken",
            f"a target is already named {name!r}",
            where=str(path),
            fix="change it there, or choose another name",
        )
    lines = _lines(root, name, dsn_env, project_ref, pooler)
    _append(path, name, lines)
    variable = dsn_env or "SUPABASE_DB_PASSWORD"
    return Outcome(
        command="link",
        summary=f"Linked: {name} is a target of this folder.",
        next=(f"export {variable}=…", f"seatrial status --target {name}"),
        body=Done(notes=tuple(lines)),
    )


def _lines(root: Path, name: str, dsn_env: str, project_ref: str, pooler: str) -> list[str]:
    _must_match(_NAME, name, "a target's name", "letters, digits, _ and -, such as production")
    if bool(dsn_env) == bool(project_ref):
        raise CannotRun(
            "link.how", "say how the target is reached: a DSN or a Supabase project",
            fix=f"seatrial link {name} --dsn-env DATABASE_URL, or seatrial link {name} --project-ref <20 letters>",
        )  # fmt: skip
    if dsn_env:
        _must_match(
            _VARIABLE, dsn_env, "the name of an environment variable", "such as DATABASE_URL, not the DSN itself"
        )
        return [f"[targets.{name}]", f'dsn = "env({dsn_env})"']
    _must_match(_REF, project_ref, "a project reference", "the 20 lower-case letters in the project's address")
    if pooler:
        _must_match(
            _POOLER, pooler, "the address of a session pooler", "postgresql://USER@HOST:5432/postgres, no password"
        )
    left = session_pooler(root)
    address = pooler or (left if project_ref in left else "")
    return [f"[targets.{name}]", f'project_ref = "{project_ref}"', *([f'pooler = "{address}"'] if address else [])]


def _append(path: Path, name: str, lines: list[str]) -> None:
    """Write the file anew with a section at its end; all of it or nothing."""
    try:
        text = settings_file.with_section(settings_file.read(path), lines)
        _refuse_unusable(text, path, name, lines)
        settings_file.write(path, text)
    except OSError as error:
        raise CannotRun(
            "link.unwritable", f"{path.name} cannot be written", where=str(path), why=error.strerror or str(error),
            fix="make the folder and the file writable, then run the command again",
        ) from None  # fmt: skip


def _refuse_unusable(text: str, path: Path, name: str, lines: list[str]) -> None:
    """Not every valid file can be continued: `targets = {…}` takes no section, and an open line no gap."""
    try:
        usable = name in settings_of(text.removeprefix("\ufeff"), path).targets
        why = "it does not end where a section can begin"
    except CannotRun as error:
        usable, why = False, error.why
    if not usable:
        raise CannotRun(
            "link.cannot-append",
            f"{path.name} cannot be continued with a section for {name}; it is as it was",
            where=str(path),
            why=why,
            fix=f"write the targets as sections, then run it again, or add by hand: {'; '.join(lines[1:])}",
        )


def _must_match(pattern: re.Pattern[str], value: str, what: str, example: str) -> None:
    if not pattern.fullmatch(value):
        # The value itself is not shown: it may be a DSN with a password, given where a name belongs.
        raise CannotRun("link.value", f"this is not {what}", why=f"expected {example}", fix="seatrial link --help")
