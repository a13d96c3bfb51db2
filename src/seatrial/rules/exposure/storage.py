"""Policies on the files of the platform, whose tables no file of the folder makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import AlterPolicy, CreatePolicy, Drop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Occasion, Schema

__all__ = ["OBJECTS", "policies"]

OBJECTS = "storage.objects"


def policies(schema: Schema) -> Iterator[tuple[Occasion, CreatePolicy]]:
    """Those that are there at the end and let somebody in; one that a later statement alters is left out."""
    found: dict[str, tuple[Occasion, CreatePolicy]] = {}
    for occasion in schema.occasions:
        command = occasion.command
        if isinstance(command, CreatePolicy) and command.table == OBJECTS:
            found[command.policy] = (occasion, command)
        elif isinstance(command, AlterPolicy) and command.table == OBJECTS:
            found.pop(command.policy, None)
        elif isinstance(command, Drop) and command.kind == "policy" and command.table == OBJECTS:
            for name in command.names:
                found.pop(name, None)
    for occasion, command in found.values():
        if command.permissive and set(command.roles) & {"public", "anon", "authenticated"}:
            yield occasion, command
