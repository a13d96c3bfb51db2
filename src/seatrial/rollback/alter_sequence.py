"""A sequence as it was. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rollback.alter_said import comment, owner
from seatrial.rollback.alteration import Alteration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.rollback.alteration import Pair

__all__ = ["altered_sequence", "sequence_options"]

#: Fact → how SQL says it.
WORDS = {
    "type": "AS",
    "increment": "INCREMENT BY",
    "minimum": "MINVALUE",
    "maximum": "MAXVALUE",
    "start": "START WITH",
    "cache": "CACHE",
}
#: These move by themselves when the type does.
LIMITS = ("minimum", "maximum")


def sequence_options(facts: Mapping[str, str]) -> str:
    """Of facts that are there: `AS integer INCREMENT BY 2 NO CYCLE`."""
    words = [f"{word} {facts[fact]}" for fact, word in WORDS.items() if fact in facts]
    if "cycle" in facts:
        words.append("CYCLE" if facts["cycle"] == "yes" else "NO CYCLE")
    return " ".join(words)


def altered_sequence(pair: Pair) -> Alteration:
    """Everything but where it stands: numbers that were given are never given again."""
    changed = pair.changed | (frozenset(LIMITS) if "type" in pair.changed else frozenset())
    options = sequence_options({fact: pair.was(fact) for fact in pair.before.facts if fact in changed})
    command = f"ALTER SEQUENCE {pair.name}"
    statements = [f"{command} {options}"] if options else []
    if "persistence" in changed and not pair.was("owned by"):
        # One that a table owns goes with it.
        statements.append(f"{command} SET {'UNLOGGED' if pair.was('persistence') == 'unlogged' else 'LOGGED'}")
    return Alteration(statements=tuple(statements)) + _owned(pair, command) + comment(pair)


def _owned(pair: Pair, command: str) -> Alteration:
    """A sequence that a column owns has the owner of the table, so it gets its own only while none does."""
    if "owned by" not in pair.changed:
        return Alteration() if pair.was("owned by") else owner(pair)
    free = Alteration(statements=(f"{command} OWNED BY NONE",)) if pair.now("owned by") else Alteration()
    bound = Alteration(statements=(f"{command} OWNED BY {pair.was('owned by')}",))
    return free + owner(pair) + (bound if pair.was("owned by") else Alteration())
