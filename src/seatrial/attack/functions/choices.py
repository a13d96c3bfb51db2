"""Which calls of a function are worth making: with own identifiers, with those of another tenant, as somebody else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import Value, colleague, given, others, own_side, written
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import bare, slots_of, stripped

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
#: Rows of another tenant to try: the one that is most like one's own, and the next.
ALIKE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call."""

    action: str
    #: `p_organization_id of tenant B`
    said: str
    values: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idea:
    action: str
    which: Sequence[int]
    whose: str
    side: Side
    source: int


def calls_of(scene: Scene, kind: Kind, function: Function, control: Control) -> list[Call]:
    """What is worth a call, the likeliest first, each once.

    Args:
        scene: the seeded world.
        kind: who calls.
        function: what is called.
        control: how it can be called so that it works.
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
        if idea.action == FOREIGN:
            variants.append((_unsaid(slots, idea, values), "whose it is left open"))
        for each, more in variants:
            if len(found) < (MOST_CALLS if function.definer else MOST_OF_CALLER):
                call = Call(action=idea.action, said=" and ".join(filter(None, (said, more))), values=each)
                found.setdefault(statement(function, each), call)
    return list(found.values())


def _ideas(scene: Scene, kind: Kind, slots: Sequence[Slot], own: Side, like: Side, control: Control) -> Iterator[_Idea]:
    takers = [number for number, slot in enumerate(slots) if slot.takes_foreign and slot.sort != "identity"]
    identities = [number for number, slot in enumerate(slots) if slot.is_identity]
    if kind.roles or not (takers or identities):
        yield _Idea(action=PLAIN, which=(), whose="", side=own, source=control.source)
    sources = range(max((len(slot.sources) for slot in slots), default=1) or 1)
    yield from _of_tenants(scene, kind, slots, like, takers, sources)
    yield from _of_users(scene, kind, slots, like, takers, identities, sources)


def _of_tenants(
    scene: Scene, kind: Kind, slots: Sequence[Slot], like: Side, takers: list[int], sources: range
) -> Iterator[_Idea]:
    """All arguments at once, and each alone beside own ones."""
    alone = [[one] for one in takers] if len(takers) > 1 and kind.roles else []
    for label in _foreign_labels(scene, kind):
        for which in [takers, *alone]:
            for source, number in ((source, number) for source in sources for number in range(ALIKE)):
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
    sources: range,
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
            yield _Idea(action=IDENTITY, which=[*takers, *identities], whose=name, side=foreign, source=0)


def _foreign_labels(scene: Scene, kind: Kind) -> list[str]:
    """For somebody without a tenant, all of them: they may have been a member once. Nobody is the same everywhere."""
    labels = [label for label in scene.world.tenants if label not in kind.roles]
    return labels if kind.user else labels[-1:]


def _gives(slots: Sequence[Slot], which: Sequence[int], side: Side, source: int) -> bool:
    """Whether the other side has a row for one of the arguments, where they ask for rows."""
    asked = [slots[one].sources[source % len(slots[one].sources)].table for one in which if slots[one].sources]
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
