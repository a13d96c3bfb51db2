"""`seatrial tenancy`: guesses to whom rows belong, or holds what was declared against the schema."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, Exit, Refused
from seatrial.flows import settings_file
from seatrial.flows.folder import again, read_folder, target_of
from seatrial.flows.rehearsal import rehearsal
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Outcome, TenancyShown
from seatrial.model.wishes import NOTHING
from seatrial.model.words import count, counted, duration
from seatrial.pg.connection import connect
from seatrial.project.settings import settings_of
from seatrial.project.tenancy import tenancy_of
from seatrial.project.tenancy_text import rule_lines, tenancy_lines
from seatrial.tenants.compare import compare
from seatrial.tenants.infer import infer
from seatrial.tenants.inference.schema import read_schema

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.narrator import Narrator
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection
    from seatrial.tenants.compare import Comparison
    from seatrial.tenants.infer import Inferred

__all__ = ["tenancy"]


def tenancy(root: Path, start: str, *, write: bool, narrator: Narrator) -> Outcome:
    """Infer a tenancy where none is declared; compare it with the schema where one is.

    Args:
        root: the release folder.
        start: `nothing`, which rehearses the folder, or a target, which is only read.
        write: append what was inferred to `seatrial.toml`.
        narrator: is told what takes long.

    Raises:
        CannotRun: no schema to read, nothing to infer from it, or the file cannot be continued.
        Refused: there is a `[tenancy]` already, which is never written over.
    """
    folder = read_folder(root, start)
    declared, platform = folder.release.tenancy, folder.release.platform
    with _database(root, folder, start, narrator) as connection:
        if declared is None:
            found = infer(connection, platform=platform)
        else:
            compared = compare(declared, read_schema(connection, (), platform=platform))
            if write:
                raise _there(folder, compared)
            return _compared(declared, compared, _suggested(connection, declared, compared, platform))
    lines = tenancy_lines(found.tenancy, platform=platform, reasons=found.reasons, unsure=found.unsure)
    if write:
        _append(folder.release.root / "seatrial.toml", lines, found, platform)
    return _inferred(found, lines, again("tenancy", root), write=write)


@contextmanager
def _database(root: Path, folder: Folder, start: str, narrator: Narrator) -> Iterator[Connection]:
    """One that has the schema."""
    if start != NOTHING:
        with target_of(root, start) as target, connect(target.dsn, read_only=True) as connection:
            yield connection
        return
    folder.refuse_if_unrunnable()
    narrator.begin("rehearsing the folder, to see what it makes")
    with rehearsal(folder, narrator=Silent()) as rehearsed:
        narrator.end(f"ok {duration(rehearsed.seconds)}" if rehearsed.catalog else "failed")
        if rehearsed.catalog is None:
            failure = rehearsed.execution.failure
            raise CannotRun(
                "tenancy.no-schema", f"there is no schema to read: {rehearsed.execution.stopped_in} does not apply",
                where=str(failure.place) if failure else "",
                why=failure.message if failure else rehearsed.execution.reason,
                fix=f"{again('rehearse', root)} shows the statement; or read a target: seatrial tenancy --from NAME",
            )  # fmt: skip
        with rehearsed.stage.observe() as connection:
            yield connection


# Where nothing is declared --------------------------------------------------------------------------------------


def _append(path: Path, lines: list[str], found: Inferred, platform: str) -> None:
    """Write the file anew with the section at its end, if it then says what was inferred."""
    try:
        text = settings_file.with_section(settings_file.read(path), lines)
        _refuse_unusable(text, path, found, platform)
        settings_file.write(path, text)
    except OSError as error:
        raise CannotRun(
            "tenancy.unwritable", f"{path.name} cannot be written", where=str(path), why=error.strerror or str(error),
            fix="make the folder and the file writable, then run the command again",
        ) from None  # fmt: skip


def _refuse_unusable(text: str, path: Path, found: Inferred, platform: str) -> None:
    """Not every valid file can be continued with a section, and a strange schema may have strange names."""
    try:
        settings = settings_of(text.removeprefix("\ufeff"), path).tenancy
        usable = settings is not None and tenancy_of(settings, platform, path) == found.tenancy
        why = "it does not end where a section can begin"
    except CannotRun as error:
        usable, why = False, f"{error.what}: {error.why}" if error.why else error.what
    if not usable:
        raise CannotRun(
            "tenancy.cannot-append", f"{path.name} cannot be continued with [tenancy]; it is as it was",
            where=str(path), why=why, fix="run it without --write, and copy what is right into the file",
        )  # fmt: skip


def _inferred(found: Inferred, lines: list[str], command: str, *, write: bool) -> Outcome:
    tables = count(len(found.tenancy.tables), "table")
    doubts = f"; {count(len(found.unsure), 'line')} to look at first" if found.unsure else ""
    return Outcome(
        command="tenancy",
        summary=f"Written to seatrial.toml: whose the rows of {tables} are, as far as it can be inferred{doubts}."
        if write
        else f"Inferred: whose the rows of {tables} are{doubts}. Nothing is declared until it is in seatrial.toml.",
        next=(command,) if write else (f"{command} --write",),
        body=TenancyShown(lines=tuple(lines), unsure=found.unsure),
    )


# Where something is ---------------------------------------------------------------------------------------------


def _problems(compared: Comparison) -> tuple[str, ...]:
    return (
        *(f"{name} is not declared: nothing says whose its rows are" for name in compared.undeclared),
        *(f"{name} is declared and does not exist" for name in compared.missing),
        *(f"{name} is declared, and there is no such column" for name in compared.no_columns),
        *compared.no_ways,
    )


def _there(folder: Folder, compared: Comparison) -> Refused:
    return Refused(
        "tenancy.declared",
        "seatrial.toml has a [tenancy] already, and it is never written over",
        where=str(folder.release.root / "seatrial.toml"),
        why="\n".join(_problems(compared)) or "it declares every table of the schema, and nothing else",
        fix=f"change it by hand; {again('tenancy', folder.release.root)} shows what it lacks",
    )


def _suggested(connection: Connection, declared: Tenancy, compared: Comparison, platform: str) -> list[str]:
    """Sections for the tables that are not declared, where the schema tells the same story as the declaration."""
    if not compared.undeclared:
        return []
    try:
        found = infer(connection, platform=platform)
    except CannotRun:
        return []
    if (found.tenancy.tenant_table, found.tenancy.roles) != (declared.tenant_table, declared.roles):
        return []
    rules = [rule for name, rule in found.tenancy.tables.items() if name in compared.undeclared]
    return [line for rule in rules for line in ("", *rule_lines(rule, found.reasons))][1:]


def _compared(declared: Tenancy, compared: Comparison, suggested: list[str]) -> Outcome:
    problems = _problems(compared)
    found = (
        (len(compared.undeclared), "tables not declared"),
        (len(compared.missing), "names not there"),
        (len(compared.no_columns), "columns not there"),
        (len(compared.no_ways), "ways to no tenant"),
    )
    told = ", ".join(counted(number, plural) for number, plural in found if number)
    number = len(declared.tables) + len(declared.shared)
    waiting = " It is inferred: remove that line when you have read it." if declared.inferred else ""
    return Outcome(
        command="tenancy",
        exit_code=Exit.NO if problems else Exit.YES,
        summary=f"Schema and [tenancy] differ: {told}."
        if problems
        else f"[tenancy] fits the schema: {count(number, 'table')} declared.{waiting}",
        body=TenancyShown(lines=tuple(suggested), problems=problems),
    )
