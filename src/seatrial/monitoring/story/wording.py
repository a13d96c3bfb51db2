"""How the page speaks: of a statement, of a value and its limit, of a trouble and what it is tied to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.figures import amount
from seatrial.model.sample import WHOLE
from seatrial.model.signal import Below, Family, Never, Often
from seatrial.model.words import figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.model.sample import StatementText
    from seatrial.model.signal import Signal
    from seatrial.model.watch import Change, Trouble

__all__ = ["figures", "named", "tie", "told"]

#: Letters of a statement that names no table.
SHORT = 60
#: What all statements are called that are not followed one by one.
OTHERS = "others"
#: Signal → how its troubles are told; `who`, `value`, `usual` (a comma and `usually 4 ms`, or nothing).
_TOLD = {
    "slow": "{who} takes {value}{usual}",
    "new": "{who} is new and takes {value}",
    "silent": "{who} finds {value} a call{usual}",
    "drift": "{who} is not as it was proved",
    "plan": "{who} does not use its index any more",
    "invalid": "index {who} is INVALID",
    "waiting": "{value} wait for a lock on {who}{usual}",
    "longest_wait": "somebody has waited {value} for a lock on {who}",
    "oldest": "a transaction is {value} old{usual}",
    "failing": "{who} fails in {value}{usual}",
    "count": "{who} counts {value}{usual}",
}


def named(signal: Signal, subject: str, texts: Mapping[str, StatementText]) -> str:
    """`SELECT on public.contacts`, or the subject as it is; empty for the whole server."""
    if signal.per != "statement":
        return "" if subject == WHOLE else subject
    if subject == OTHERS:
        return "all other statements"
    return _statement(texts.get(subject))


def _statement(text: StatementText | None) -> str:
    if text is None:
        return "a statement whose text is not known"
    words = text.shape.split()
    if not text.relations or not words:
        shape = " ".join(words)
        return shape if len(shape) <= SHORT else f"{shape[: SHORT - 1]}…"
    more = f" and {len(text.relations) - 1} more" if len(text.relations) > 1 else ""
    return f"{words[0].upper()} on {text.relations[0]}{more}"


def figures(signal: Signal, value: float, limit: float | None, usual: float | None) -> str:
    """`212 ms (limit 8.2 ms, usually 4.1 ms)`."""
    if isinstance(signal.limit, Never):
        return f"{figure(value)} (any is too much)" if value > 0 else "none"
    word = "at least" if isinstance(signal.limit, Below) else "limit"
    beside = [] if limit is None else [f"{word} {amount(limit, _unit(signal))}"]
    beside += [] if usual is None else [f"usually {amount(usual, _unit(signal))}"]
    return amount(value, signal.unit) + (f" ({', '.join(beside)})" if beside else "")


def tie(change: Change) -> str:
    """`index public.idx_contacts_name, removed by 20250123000000_phase3_indexes`."""
    if change.kind == "migration":
        return f"the tables of {change.label}"
    return f"{change.kind} {change.name}, {'removed ' if change.gone else ''}by {change.label}"


def told(signal: Signal, trouble: Trouble, texts: Mapping[str, StatementText]) -> str:
    """A trouble in a few words, with the first thing that it is tied to."""
    who = named(signal, trouble.key[1], texts)
    value = amount(trouble.value, _unit(signal))
    is_rate = isinstance(signal.limit, Often | Never)
    usual = "" if trouble.usual is None or is_rate else f", usually {amount(trouble.usual, _unit(signal))}"
    if form := _TOLD.get(signal.name):
        words = form.format(who=who or "the server", value=value, usual=usual)
    elif signal.family is Family.ERRORS:
        words = f"{figure(trouble.value)} {signal.title}" + (f": {who}" if who else "")
    else:
        words = f"{signal.title}{f' of {who}' if who else ''}: {value}{usual}"
    return words + _tied(trouble.ties)


def _tied(ties: tuple[Change, ...]) -> str:
    more = f" and {len(ties) - 1} more" if len(ties) > 1 else ""
    return f"; tied to {tie(ties[0])}{more}" if ties else ""


def _unit(signal: Signal) -> str:
    """What is counted in an interval needs no unit behind a limit."""
    return "" if signal.unit == "in the interval" else signal.unit
