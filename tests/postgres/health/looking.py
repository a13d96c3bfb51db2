"""Looks at a database as the command does, and pastes what it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, LiteralString

from seatrial.model.health import Ailment, Examined, Soundness
from seatrial.monitoring.health import run
from seatrial.monitoring.health.run import examine
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from seatrial.pg.connection import Connection

__all__ = ["answer", "found", "heal", "pretend"]


def answer(connection: Connection, check: str, columns: Sequence[tuple[str, str]] | None = None) -> Examined:
    """What one check says."""
    [one] = [one for one in examine(connection, columns) if one.check == check]
    return one


def found(
    connection: Connection, check: str, columns: Sequence[tuple[str, str]] | None = None
) -> dict[str, Ailment]:  # fmt: skip
    """What one check finds, by object; it must have been able to look."""
    said = answer(connection, check, columns)
    assert said.soundness is not Soundness.NOT_RUN, said.remark
    return {one.object: one for one in said.ailments}


def heal(connection: Connection, ailment: Ailment) -> None:
    """Paste the remedy, a statement at a time as somebody does who reads the page."""
    assert ailment.remedy, ailment
    for statement in ailment.remedy.splitlines():
        execute_statement(connection, statement)


def pretend(monkeypatch: pytest.MonkeyPatch, *changes: tuple[str, str]) -> None:
    """Have the queries wait for less: nobody waits a week, or reads a billion rows, for a test."""

    def changed(package: str, name: str, server_version: int = 0) -> LiteralString:
        text: str = load(package, name, server_version)
        for what, instead in changes:
            text = text.replace(what, instead)
        return text

    monkeypatch.setattr(run, "load", changed)
