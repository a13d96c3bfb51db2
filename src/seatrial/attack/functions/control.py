"""The positive control of a function: somebody has called it with own identifiers, and it did something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import MOST_ROWS, given, own_side, samples
from seatrial.attack.functions.invocation import statement
from seatrial.attack.functions.slots import combinations, slots_of
from seatrial.attack.functions.two_worlds import TIMED_OUT, made
from seatrial.attack.words import refusal
from seatrial.model.isolation import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.attack.functions.arguments import Side, Value
    from seatrial.attack.functions.read import Function
    from seatrial.attack.functions.slots import Slot
    from seatrial.attack.scene import Scene

__all__ = ["Control", "arranged", "control_of"]

MOST_VARIANTS = 16
MOST_KINDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How a function can be called so that it works."""

    #: Which sample stands for unknown texts, and which of the own rows is given.
    sample: int = 0
    number: int = 0
    source: int = 0
    #: Who called it so; None where nobody could.
    kind: Kind | None = None
    #: It has worked, and it has given or changed something.
    worked: bool = False
    had_effect: bool = False
    #: What the server said instead, once each.
    errors: tuple[str, ...] = ()
    timed_out: bool = False
    #: No call has read or written a table with rows of anybody.
    apart: bool = True

    @property
    def holds(self) -> bool:
        """Whether a call that is refused or gives nothing says that a door is closed."""
        return self.worked and (self.had_effect or self.apart)

    def why_not(self, function: Function) -> str:
        """Why nobody can say, and what helps."""
        if self.timed_out:
            return "does not end within 3 s"
        said = "; ".join(self.errors) or "it gives nothing for own ids either"
        names = ", ".join(f"{one.ident} = …" for one in function.arguments if one.mode != "o" and one.name)
        how = f'[tenancy.functions."{function.name}"] arguments = {{ {names} }}'
        return f"never worked: {said}; say what it works with: {how}"


def control_of(scene: Scene, function: Function) -> Control:
    """The control of a function, found once."""
    known = ("control", function.name)
    if known not in scene.memory:
        scene.memory[known] = _control(scene, function)
    found: Control = scene.memory[known]
    return found


def _control(scene: Scene, function: Function) -> Control:
    slots = slots_of(scene, function)
    errors: dict[str, None] = {}
    best = Control()
    apart = True
    for kind in _callers(scene, function):
        for sample, number, source in _variants(scene, function, slots):
            values = arranged(
                scene, function, slots, own_side(scene, kind, function, number), sample=sample, source=source
            )
            found = made(scene, kind, statement(function, values))
            apart = apart and not found.touched
            if found.answer.sqlstate == TIMED_OUT:
                return Control(timed_out=True, apart=False)
            if found.has_effect or (found.answer.worked and function.returns == "void"):
                return Control(
                    sample=sample, number=number, source=source, kind=kind, worked=True, had_effect=True, apart=apart
                )  # fmt: skip
            if found.answer.worked and not best.worked:
                best = Control(sample=sample, number=number, source=source, kind=kind, worked=True)
            elif not found.answer.worked:
                errors[refusal(found.answer)] = None
    # One without arguments cannot be asked any better.
    had_effect = best.worked and not any(slot.argument.mode != "o" for slot in slots)
    return replace(best, had_effect=had_effect, errors=() if best.worked else tuple(errors)[:3], apart=apart)


def arranged(
    scene: Scene, function: Function, slots: Sequence[Slot], side: Side, *, sample: int, source: int = 0
) -> list[Value | None]:
    """A value for each argument, all of one side."""
    return [given(scene, function, slot, side, sample=sample, source=source) for slot in slots]


def _variants(scene: Scene, function: Function, slots: Sequence[Slot]) -> Iterator[tuple[int, int, int]]:
    """Sample, row and source, the plainest first; no more than there is to vary."""
    texts = any(slot.sort in {"plain", "json"} and slot.argument.default is None for slot in slots)
    most = len(samples(scene, function)) if texts else 1
    rows = MOST_ROWS if any(slot.sources for slot in slots) else 1
    sources = combinations(slots)
    every = [
        (sample, number, source) for sample in range(most) for number in range(rows) for source in range(sources)
    ]  # fmt: skip
    yield from sorted(every, key=sum)[:MOST_VARIANTS]


def _callers(scene: Scene, function: Function) -> list[Kind]:
    """Those with more rights first; the service last, as it may not know who is asking."""
    tenancy = scene.tenancy
    roles = tenancy.roles

    def rank(kind: Kind) -> tuple[int, int, int]:
        best = max((roles.index(role) if role in roles else 0 for role in kind.roles.values()), default=-1)
        return (-best, len(kind.roles), kind.super_administrator)

    able = [one for one in scene.world.kinds if one.role in function.roles and one.role != tenancy.service_role]
    ranked = sorted(able, key=rank)
    chosen = ranked[:MOST_KINDS] + [one for one in ranked[MOST_KINDS:] if one.super_administrator or not one.user][:2]
    service = Kind(name="service", role=tenancy.service_role, claims={"role": tenancy.service_role})
    return [*chosen, service] if tenancy.service_role else chosen
