"""What went wrong, each thing told in full once: what, where, its effect, the evidence, the fix, the request."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.finding import Decided, Level
from seatrial.model.matrix import disagreements
from seatrial.model.words import count, verb
from seatrial.report.request import psql_script, rest_call

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.failure import Failure
    from seatrial.model.finding import Finding
    from seatrial.model.isolation import Kind
    from seatrial.model.matrix import Disagreement
    from seatrial.model.place import Place
    from seatrial.model.readiness import Readiness
    from seatrial.model.reference import ReferencePolicy

__all__ = ["Story", "anchor", "of_failure", "of_finding", "stories"]

#: How a finding is known, as the page says it.
DECIDED = {
    Decided.READ: "read in the files",
    Decided.RUN: "seen in the rehearsal",
    Decided.ATTACKED: "tried as a user",
}
_STATES = {Level.BLOCKS: "failed", Level.WARNS: "undecided", Level.INFORMS: "idle"}
_SYMBOLS = {Level.BLOCKS: "✗", Level.WARNS: "!", Level.INFORMS: "·"}
#: What an action needs a policy for.
_COMMANDS = {"read": "SELECT", "count": "SELECT", "add": "INSERT", "update": "UPDATE", "move": "UPDATE",
             "delete": "DELETE"}  # fmt: skip

#: By the command that gets through.
_FELT = {
    "SELECT": "a customer's rows are seen by people who are not theirs",
    "INSERT": "rows that nobody of a customer made turn up among theirs",
    "UPDATE": "a customer's rows are changed by people who are not theirs, or end up elsewhere",
    "DELETE": "a customer's rows are deleted by people who are not theirs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One thing that is wrong."""

    #: To point at it from elsewhere; the same as long as the thing is the same.
    anchor: str
    state: str
    symbol: str
    #: `blocks`, `leak`, `refused`
    word: str
    #: `LCK001`, a SQLSTATE, or empty.
    code: str
    what: str
    #: The lines of evidence of a proof that this tells of.
    lines: tuple[str, ...]
    place: Place | None = None
    #: Where it is, when that is no file: the policies of a table.
    where: tuple[str, ...] = ()
    effect: str = ""
    evidence: tuple[str, ...] = ()
    fix: str = ""
    #: To waive it with.
    key: str = ""
    #: Title and script of what to send to see it again.
    requests: tuple[tuple[str, str], ...] = ()


def stories(found: Readiness) -> tuple[Story, ...]:
    """Of everything that proofs may speak of."""
    return (
        *(of_failure(one) for one in found.execution.failures or filter(None, [found.execution.failure])),
        *(of_failure(one, fresh=True) for one in filter(None, [found.fresh_failure])),
        *_of_attack(found),
        *map(of_finding, found.findings),
    )


def anchor(*parts: str) -> str:
    """Short, and made of what the thing is."""
    return f"{parts[0]}-{hashlib.sha256('|'.join(parts[1:]).encode()).hexdigest()[:8]}"


def of_finding(one: Finding) -> Story:
    """Of a rule."""
    return Story(
        anchor=one.key or anchor(one.code, one.place.path, one.what),
        state=_STATES[one.level], symbol=_SYMBOLS[one.level], word=str(one.level), code=one.code, what=one.what,
        lines=(f"{one.place}: {one.code} {one.what}",), place=one.place, effect=one.effect,
        evidence=(f"{DECIDED[one.decided]}{f': {one.figures}' if one.figures else ''}",), fix=one.fix, key=one.key,
    )  # fmt: skip


def of_failure(one: Failure, *, fresh: bool = False) -> Story:
    """Of what the server refused, on the stage or from nothing."""
    said = (("DETAIL", one.detail), ("HINT", one.hint), ("CONTEXT", one.context))
    behind = f"{count(one.consequences, 'statement')} {verb(one.consequences, 'fail')} because of this one"
    line = f"{'from nothing: ' if fresh else ''}{one.place}: {one.sqlstate} {one.message}"
    stops = "nobody can build a new database from this folder" if fresh else "the release stops here"
    return Story(
        anchor=anchor("fresh" if fresh else "refused", one.version, one.sqlstate, one.message, str(one.place)),
        state="failed", symbol="✗", word="refused", code=one.sqlstate, what=one.message,
        lines=(line,), place=one.place,
        effect=stops + (f": {one.cause}" if one.cause else ""),
        evidence=(*(f"{label}: {words}" for label, words in said if words), *([behind] if one.consequences else [])),
    )  # fmt: skip


def _of_attack(found: Readiness) -> Iterator[Story]:
    """Where the same users get at the same subject in several ways, the first stands for all."""
    if found.isolation is None:
        return
    kinds = {kind.name: kind for kind in found.isolation.world.kinds}
    ways: dict[object, list[Disagreement]] = {}
    for one in disagreements(found.isolation.cells):
        alike = (one.first.subject, one.first.is_leak, one.is_decided, tuple(cell.kind for cell in one.cells))
        ways.setdefault(alike, []).append(one)
    for first, *others in ways.values():
        yield _of_disagreement(first, others, kinds.get(first.first.kind), _policies(found, first))


def _of_disagreement(one: Disagreement, others: list[Disagreement], kind: Kind | None, where: Iterable[str]) -> Story:
    cell = one.first
    word = ("leak" if cell.is_leak else "kept out") if one.is_decided else "undecided"
    evidence = [f"as {each.kind}: {each.detail.strip() or str(each.observed)}" for each in one.cells]
    requests = []
    if kind and cell.request:
        requests = [
            (f"As {kind.name}, in psql", psql_script(kind, cell.request)),
            (f"As {kind.name}, through the REST layer", rest_call(kind, cell.request)),
        ]
    return Story(
        anchor=anchor(word.replace(" ", "-"), cell.subject, cell.action, *(each.kind for each in one.cells)),
        state="failed" if one.is_decided else "undecided", symbol="✗" if one.is_decided else "?", word=word, code="",
        what=one.sentence, lines=(one.sentence, *(each.sentence for each in others)), where=tuple(where),
        effect=_experienced(one), evidence=(*evidence, *(f"also: {each.first.action}" for each in others)),
        requests=tuple(pair for pair in requests if pair[1]),
    )  # fmt: skip


def _experienced(one: Disagreement) -> str:
    """What it means for those whose rows they are, or for those who are kept out."""
    if not one.is_decided:
        return "nobody knows whether this door is closed"
    if not one.first.is_leak:
        return "who is to do this in their daily work gets an error, or a page without rows"
    return _FELT.get(_COMMANDS.get(one.first.action.partition(" ")[0], ""), "somebody gets further than was declared")


def _policies(found: Readiness, one: Disagreement) -> Iterator[str]:
    """Those that decide about an action on a table: one of them, or their absence, is the place to look at."""
    command = _COMMANDS.get(one.first.action.partition(" ")[0])
    tables = found.after.tables if found.after else ()
    for table in tables:
        if table.full_name == one.first.subject and command:
            yield from (_policy(policy) for policy in table.policies if policy.command in {command, "ALL"})


def _policy(one: ReferencePolicy) -> str:
    conditions = "".join(
        f" {word} ({text})" for word, text in (("using", one.using), ("with check", one.check)) if text
    )
    kind = "" if one.permissive else " restrictive"
    return f"policy {one.name}:{kind} for {one.command.lower()} to {', '.join(one.roles)}{conditions}"
