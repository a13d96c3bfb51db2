"""Which calls of a function are worth making: with own identifiers, with those of another tenant, as somebody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import Value, colleague, given, others, own_side, written
from seatrial.attack.functions.guesses import natural_keys, openers
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import MOST_SOURCES, bare, combinations, slots_of, stripped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.attack.functions.arguments import Side
    from seatrial.attack.functions.control import Control
    from seatrial.attack.functions.read import Function
    from seatrial.attack.functions.slots import Slot
    from seatrial.attack.scene import Scene
    from seatrial.model.isolation import Kind

__all__ = ["FOREIGN", "IDENTITY", "PLAIN", "Call", "calls_of"]

PLAIN = "see or change rows of others by a plain call"
FOREIGN = "call with another tenant's id"
IDENTITY = "call with another's identity"
#: For one kind and function; one that has no more rights than its caller can do no more than the caller can do.
MOST_CALLS = 16
MOST_OF_CALLER = 4
#: Beside those.
MOST_GUESSES = 12
#: Rows of another tenant to try: the one that is most like one's own, and the next.
ALIKE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call."""

    action: str
    #: `p_organization_id of tenant B`
    said: str
    values: tuple[Value | None, ...]
    #: It may be no sound call: that it fails says nothing.
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idea:
    action: str
    which: Sequence[int]
    whose: str
    side: Side
    source: int


def calls_of(
    scene: Scene, kind: Kind, function: Function, control: Control, *, guessing: bool = False
) -> list[Call]:  # fmt: skip
    """What is worth a call, the likeliest first, each once.

    Args:
        scene: the seeded world.
        kind: who calls.
        function: what is called.
        control: how it can be called so that it works.
        guessing: values that may open it are worth a call, too.
    """
    slots = slots_of(scene, function)
    own = own_side(scene, kind, function, control.number)
    # Rows of others are to be in the state in which the function took somebody's own.
    like = own_side(scene, control.kind or kind, function, control.number)
    found: dict[str, Call] = {}
    for idea in _ideas(scene, kind, slots, own, like, control):
        values = tuple(
            given(scene, function, slot, side, sample=control.sample, source=idea.source)
            for slot, side in zip(slots, _mixed(slots, idea, own), strict=True)
        )
        said = f"{_names(slots, idea.which)} of {idea.whose}" if idea.which else "with own ids" if slots else ""
        variants = [(values, ""), (_raised(scene, slots, values), "the highest role")]
        unsaid = "whose it is left open"
        if idea.action == FOREIGN:
            variants.append((_unsaid(slots, idea, values), unsaid))
        for each, more in variants:
            if len(found) < (MOST_CALLS if function.definer else MOST_OF_CALLER):
                words = " and ".join(filter(None, (said, more)))
                call = Call(action=idea.action, said=words, values=each, is_guess=more == unsaid)
                found.setdefault(statement(function, each), call)
    guesses: dict[str, Call] = {}
    for call in _guesses(scene, kind, function, slots, control) if guessing else ():
        sql = statement(function, call.values)
        if sql not in found and len(guesses) < MOST_GUESSES:
            guesses.setdefault(sql, call)
    return [*found.values(), *guesses.values()]


def _guesses(
    scene: Scene, kind: Kind, function: Function, slots: Sequence[Slot], control: Control
) -> Iterator[Call]:  # fmt: skip
    """One argument after the other with something that may open the function, beside what it worked with."""
    own = own_side(scene, kind, function, control.number)
    like = own_side(scene, control.kind or kind, function, control.number)
    values = [given(scene, function, slot, own, sample=control.sample, source=control.source) for slot in slots]
    known = [(FOREIGN, f"of tenant {label}", natural_keys(scene, kind, function, slots, label, like))
             for label in _foreign_labels(scene, kind)]  # fmt: skip
    if kind.roles or not any(slot.takes_foreign for slot in slots):
        known.append((PLAIN, "with another value", openers(scene, function, slots)))
    for row in zip_longest(*(each for _, _, each in known)):
        for (action, whose, _), pair in zip(known, row, strict=True):
            if pair:
                number, value = pair
                changed = (*values[:number], value, *values[number + 1 :])
                said = f"{_names(slots, [number])} {whose}"
                yield Call(action=action, said=said, values=changed, is_guess=True)


def _ideas(scene: Scene, kind: Kind, slots: Sequence[Slot], own: Side, like: Side, control: Control) -> Iterator[_Idea]:
    takers = [number for number, slot in enumerate(slots) if slot.takes_foreign and slot.sort != "identity"]
    identities = [number for number, slot in enumerate(slots) if slot.is_identity]
    if kind.roles or not (takers or identities):
        yield _Idea(action=PLAIN, which=(), whose="", side=own, source=control.source)
    # The tables with whose keys it worked come first.
    sources = sorted(range(combinations(slots)), key=lambda one: one != control.source)[:MOST_SOURCES]
    yield from _of_tenants(scene, kind, slots, like, takers, sources)
    yield from _of_users(scene, kind, slots, like, takers, identities, sources)


def _of_tenants(
    scene: Scene, kind: Kind, slots: Sequence[Slot], like: Side, takers: list[int], sources: Sequence[int]
) -> Iterator[_Idea]:
    """All arguments at once, and each alone beside own ones."""
    alone = [[one] for one in takers] if len(takers) > 1 and kind.roles else []
    for label in _foreign_labels(scene, kind):
        for source, which in ((source, which) for source in sources for which in [takers, *alone]):
            for number in range(ALIKE):
                side = others(scene, kind, label, like, number)
                if which and _gives(slots, which, side, source):
                    yield _Idea(action=FOREIGN, which=which, whose=f"tenant {label}", side=side, source=source)


def _of_users(
    scene: Scene,
    kind: Kind,
    slots: Sequence[Slot],
    like: Side,
    takers: list[int],
    identities: list[int],
    sources: Sequence[int],
) -> Iterator[_Idea]:
    """With the identifier of somebody else, with keys of their rows, and with both of another tenant."""
    owned = [one for one in takers if _are_owned(scene, slots[one])]
    for name, user in scene.world.victims.items():
        if user == kind.user:
            continue
        side = colleague(scene, kind, user, like)
        for which in (identities, [*identities, *owned]):
            for source in sources if which else ():
                yield _Idea(action=IDENTITY, which=which, whose=name, side=side, source=source)
        for label in _foreign_labels(scene, kind) if takers and identities else ():
            foreign = replace(others(scene, kind, label, like), user=user)
            yield _Idea(action=IDENTITY, which=[*takers, *identities], whose=name, side=foreign, source=sources[0])


def _foreign_labels(scene: Scene, kind: Kind) -> list[str]:
    """For somebody without a tenant, all of them: they may have been a member once. Nobody is the same everywhere."""
    labels = [label for label in scene.world.tenants if label not in kind.roles]
    return labels if kind.user else labels[-1:]


def _gives(slots: Sequence[Slot], which: Sequence[int], side: Side, source: int) -> bool:
    """Whether the other side has a row for one of the arguments, where they ask for rows."""
    asked = [slots[one].source(source).table for one in which if slots[one].sources]
    return len(asked) < len(which) or any(side.row(table) for table in asked)


def _mixed(slots: Sequence[Slot], idea: _Idea, own: Side) -> list[Side]:
    """What is only a value, such as a word to search for, goes with the identifiers."""
    return [
        idea.side if number in idea.which or (slot.sort in {"plain", "json"} and not slot.takes_foreign) else own
        for number, slot in enumerate(slots)
    ]  # fmt: skip


def _unsaid(slots: Sequence[Slot], idea: _Idea, values: tuple[Value | None, ...]) -> tuple[Value | None, ...]:
    """The same for whoever it may be: a check that asks for one tenant may not have thought of none."""
    return tuple(
        Value(sql=f"NULL::{slot.argument.type}") if number in idea.which else value
        for number, (slot, value) in enumerate(zip(slots, values, strict=True))
    )


def _raised(scene: Scene, slots: Sequence[Slot], values: tuple[Value | None, ...]) -> tuple[Value | None, ...]:
    """The same with the most that a member can be, where an argument says what they are to be."""
    members = scene.tenancy.membership
    if members is None:
        return values
    most = {bare(members.role): members.roles[-1:], bare(members.state): members.active[:1]}
    return tuple(
        written(slot, wanted[0])
        if slot.sort == "plain" and (wanted := most.get(stripped(slot.argument.name).rpartition("new_")[2]))
        else value
        for slot, value in zip(slots, values, strict=True)
    )


def _names(slots: Sequence[Slot], which: Sequence[int]) -> str:
    return " and ".join(slots[one].argument.name or f"argument {one + 1}" for one in sorted(set(which)))


def _are_owned(scene: Scene, slot: Slot) -> bool:
    """Whether it takes the key of a table whose rows belong to users."""
    rules = scene.tenancy.tables
    return any(source.table in rules and rules[source.table].user for source in slot.sources)
