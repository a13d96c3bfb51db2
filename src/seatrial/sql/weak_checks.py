"""Where a PL/pgSQL body turns callers away: what it does not let through if such a place were not there."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.sql.plpgsql_tree import Branch, Evaluate, Loop, Query, Return
from seatrial.sql.shown import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.sql.edit import Change
    from seatrial.sql.plpgsql_spans import Place, SpanReader
    from seatrial.sql.plpgsql_tree import Statement, Text

    Arm = tuple[tuple[Text, ...], tuple[Statement, ...]]

__all__ = ["Step", "checks", "conditions", "endless_conditions"]

_CALLED = re.compile(r'\s*(?:CALL\s+)?(?:[\w$"]+\s*\.\s*)*"?([\w$]+)"?\s*\(', re.IGNORECASE)
_CHECKING = ("assert", "require", "check", "ensure", "authoriz", "authoris", "verify", "enforce", "guard", "validate")
_REFUSALS = frozenset({"false", "null"})
_NOTHING = "null;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How a text is weakened."""

    words: str
    changes: tuple[Change, ...]
    #: The SQL that it is about.
    about: str

    def moved(self, by: int) -> Step:
        """The same in a text that begins so many bytes earlier."""
        return replace(self, changes=tuple((start + by, end + by, new) for start, end, new in self.changes))


def checks(reader: SpanReader) -> Iterator[Step]:
    """How each check of a body that was read is taken away."""
    for statement, place in reader.statements:
        match statement:
            case Branch():
                yield from _of_branch(reader, statement, place)
            case Evaluate(is_perform=True) | Query() if _is_check(statement):
                name = _called(statement)
                yield Step(words=f"the call of {name} is removed", changes=(_gone(place),), about=name)
            case Evaluate(is_assert=True):
                text = statement.values[0].text
                yield Step(words=f"the assertion {shown(text)} is removed", changes=(_gone(place),), about=text)


def conditions(reader: SpanReader) -> dict[Place, bool]:
    """Where the conditions of IF and CASE stand, and whether a caller is turned away after them."""
    arms = [arm for statement, _ in reader.statements if isinstance(statement, Branch) for arm in statement.arms]
    places = [(_condition(reader, arm), _refusal(arm) is not None) for arm in arms]
    return {place: refuses for place, refuses in places if place is not None}


def endless_conditions(reader: SpanReader) -> frozenset[Place]:
    """The conditions of WHILE, after whose weakening a loop might not end."""
    found = [reader.piece_of(text) for statement, _ in reader.statements if isinstance(statement, Loop)
             for text in statement.values]  # fmt: skip
    return frozenset(piece.place for piece in found if piece is not None)


def _of_branch(reader: SpanReader, branch: Branch, place: Place) -> Iterator[Step]:
    for arm in branch.arms:
        refusal = _refusal(arm)
        text = arm[0][0].text if arm[0] else ""
        condition, spot = shown(text), _condition(reader, arm)
        if refusal is None:
            if spot is not None and _asks(text):
                change = (spot.start, spot.end, "true")
                yield Step(words=f"the condition {condition} becomes true", changes=(change,), about=text)
            continue
        if len(branch.arms) == 1:
            yield Step(words=f"the check IF {condition} is removed", changes=(_gone(place),), about=text)
            return
        # What leads to ELSE is what all the other arms ask.
        about = text or " ".join(asked.text for others, _ in branch.arms for asked in others)
        where = f"after {condition}" if condition else "under ELSE"
        gone = _gone(reader.place_of(refusal))
        yield Step(words=f"the refusal {where} is removed", changes=(gone,), about=about)
        if spot is not None:
            change = (spot.start, spot.end, "false")
            yield Step(words=f"the condition {condition} becomes false", changes=(change,), about=text)


def _refusal(arm: Arm) -> Statement | None:
    """What turns the caller away: RAISE of an error, or nothing but a RETURN of nothing."""
    asked, statements = arm
    raised = [statement for statement in statements if isinstance(statement, Evaluate) and statement.is_error]
    if raised:
        return raised[0]
    alone = statements[0] if len(statements) == 1 else None
    if not isinstance(alone, Return) or alone.is_next or alone.source is not None:
        return None
    empty = alone.value is None or alone.value.text.strip().lower() in _REFUSALS
    return alone if empty and any(_asks(condition.text) for condition in asked) else None


def _asks(condition: str) -> bool:
    """Whether a function or a table is asked, as for who somebody is; else only values are compared."""
    return "(" in condition


def _condition(reader: SpanReader, arm: Arm) -> Place | None:
    piece = reader.piece_of(arm[0][0]) if arm[0] else None
    return None if piece is None else piece.place


def _is_check(statement: Evaluate | Query) -> bool:
    return any(word.startswith(_CHECKING) for word in _called(statement).lower().split("_"))


def _called(statement: Evaluate | Query) -> str:
    """The function that PERFORM or CALL calls; empty for other statements."""
    is_call = isinstance(statement, Evaluate) or statement.sql.text.lower().startswith("call")
    text = statement.values[0].text if isinstance(statement, Evaluate) else statement.sql.text
    match = _CALLED.match(text) if is_call else None
    return match.group(1) if match else ""


def _gone(place: Place) -> Change:
    return place.start, place.end, _NOTHING
