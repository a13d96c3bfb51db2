"""What SQL that is put together may have put right: what a block may have done is not reported by reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.model.dynamic import DROPS_POLICIES, ENABLES_ROW_SECURITY, REVOKES_EXECUTE, may_run

if TYPE_CHECKING:
    from seatrial.model.commands import CreateTrigger, Do
    from seatrial.model.schema import Occasion
    from seatrial.schema.draft import Draft

__all__ = ["do", "event_trigger"]

_CALLERS = frozenset({"public", "anon", "authenticated"})


def do(draft: Draft, occasion: Occasion, command: Do) -> None:
    """The names are not known there: it may be any table, policy or function that is there by then."""
    text = occasion.statement.text
    tables = [one for one in draft.tables if one.life.gone is None]
    if may_run(command.dynamic, text, DROPS_POLICIES):
        for table in tables:
            for name in [one.name for one in table.policies if one.life.gone is None]:
                table.change(table.policies, name, occasion)
    if may_run(command.dynamic, text, ENABLES_ROW_SECURITY):
        for table in tables:
            if table.name.partition(".")[0] in draft.exposed:
                table.facts["row_security"] = True
    if may_run(command.dynamic, text, REVOKES_EXECUTE):
        for place, function in enumerate(draft.functions):
            kept = tuple(one for one in function.privileges if one.role not in _CALLERS)
            draft.functions[place] = replace(function, privileges=kept)


def event_trigger(draft: Draft, command: CreateTrigger) -> None:
    """One whose function gives row security to what is made."""
    made = [draft.functions[place].made for place in draft.functions_named(command.function)]
    if any(may_run(one.dynamic, one.body, ENABLES_ROW_SECURITY) for one in made):
        draft.securing.add(command.trigger)
