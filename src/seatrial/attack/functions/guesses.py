"""Values that may open a function: what its text compares an argument with, and what names a row of somebody else."""

from __future__ import annotations

from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from seatrial.attack.functions.arguments import others, written
from seatrial.attack.functions.slots import SECRETS, key_of, stripped
from seatrial.rows.text import constants, literal
from seatrial.sql.compared import compared_in_body

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.attack.functions.arguments import Side, Value
    from seatrial.attack.functions.read import Argument, Function
    from seatrial.attack.functions.slots import Slot
    from seatrial.attack.scene import Row, Scene
    from seatrial.model.isolation import Kind

__all__ = ["natural_keys", "openers"]

#: For one argument, and how long a word may be.
MOST_VALUES = 6
MOST_KEYS = 4
LONGEST = 60
#: No function means so many of anything.
LARGE = {"smallint": 32767}
VERY_LARGE = 1_000_000
_TEXTS = {"text", "character varying", "character", "name", "citext"}
#: Keys that a text may become.
_BEHIND = dict.fromkeys(_TEXTS, ("bigint",))


def openers(scene: Scene, function: Function, slots: Sequence[Slot]) -> Iterator[tuple[int, Value]]:
    """Numbers of arguments that are only values, each with one that the function may treat in another way."""
    turns = [
        [(number, written(slot, content)) for content in islice(_contents(scene, function, slot), MOST_VALUES)]
        for number, slot in enumerate(slots)
        if slot.sort == "plain" and slot.argument.mode != "o" and not slot.argument.element
    ]
    yield from _in_turn(turns)


def natural_keys(
    scene: Scene, kind: Kind, function: Function, slots: Sequence[Slot], label: str, like: Side
) -> Iterator[tuple[int, Value]]:
    """The same with what names a row of another tenant, by the argument's name or by its type alone.

    Args:
        scene: the seeded world.
        kind: who calls.
        function: what is called.
        slots: its arguments.
        label: of the other tenant.
        like: rows that the function worked with.
    """
    sides = [others(scene, kind, label, like, number) for number in range(2)]
    turns = []
    for number, slot in enumerate(slots):
        if slot.sort == "plain" and slot.argument.mode != "o" and not slot.argument.is_enum:
            found = dict.fromkeys(map(str, _names_of_others(scene, kind, function, slot.argument, sides)))
            turns.append([(number, written(slot, content)) for content in islice(found, MOST_KEYS)])
    yield from _in_turn(turns)


def _in_turn(turns: Iterable[Iterable[tuple[int, Value]]]) -> Iterator[tuple[int, Value]]:
    """The first of each argument, then the second of each."""
    for row in zip_longest(*turns):
        yield from (one for one in row if one is not None)


def _contents(scene: Scene, function: Function, slot: Slot) -> Iterator[object]:
    argument = slot.argument
    if argument.is_enum:
        yield from _labels(scene, argument)
    elif argument.base == "boolean":
        yield from (True, False)
    elif argument.category == "N":
        limits = {int(text) for text in _compared(scene, function, argument) if text.lstrip("-").isdecimal()}
        yield LARGE.get(argument.base, VERY_LARGE)
        yield from dict.fromkeys(limit + step for limit in sorted(limits) for step in (1, 0, -1))
    elif argument.base in _TEXTS or argument.category == "S":
        told = _compared(scene, function, argument)
        words = told or constants(function.source)
        yield from dict.fromkeys(word for word in words if word and len(word) < LONGEST)


def _labels(scene: Scene, argument: Argument) -> list[str]:
    known = ("labels", argument.base)
    if known not in scene.memory:
        scene.session.renew()
        found = scene.session.look(f"SELECT unnest(enum_range(NULL::{argument.base}))")
        scene.memory[known] = [label for (label,) in found if label]
    labels: list[str] = scene.memory[known]
    return labels


def _compared(scene: Scene, function: Function, argument: Argument) -> tuple[str, ...]:
    """The constants that a function's own text compares an argument with."""
    known = ("compared", function.name)
    if known not in scene.memory:
        scene.memory[known] = compared_in_body(function.language, function.source).columns
    found: tuple[str, ...] = scene.memory[known].get(argument.name, ())
    return found


def _names_of_others(
    scene: Scene, kind: Kind, function: Function, argument: Argument, sides: Sequence[Side]
) -> Iterator[object]:
    """An address, what stands in a column of that name, and keys of tables that the function speaks of.

    Knowing a secret is the right to use it, so nobody guesses one; but a key is no secret.
    """
    name = stripped(argument.name)
    base = argument.element or argument.base
    if "email" in name and base in _TEXTS:
        yield from _addresses(scene, kind)
    tables = [scene.relations[one] for one in function.mentions if one in scene.relations]
    tables = [one for one in tables if one.is_table]
    for table in tables if not SECRETS.search(name) else ():
        names = {name, name.rpartition("_")[2]} if base in _TEXTS else {name}
        for column in (one.bare for one in table.columns if one.bare.lower() in names):
            yield from _held([side.row(table.name) for side in sides], column)
    for table in tables:
        for column in dict.fromkeys(one for each in (base, *_BEHIND.get(base, ())) for one in key_of(table, each)):
            yield from _held([side.row(table.name) for side in sides[:1]], column)


def _held(rows: Sequence[Row | None], column: str) -> Iterator[object]:
    found = (row.content.get(column) for row in rows if row)
    yield from (value for value in found if value is not None)


def _addresses(scene: Scene, kind: Kind) -> list[str]:
    """Of users of other tenants, where the platform keeps them."""
    known = ("addresses", kind.name)
    if known not in scene.memory:
        victims = scene.world.victims.items()
        strangers = [literal(user) for label, user in victims if label.rpartition(" ")[2] not in kind.roles]
        scene.session.renew()
        query = f"SELECT email FROM auth.users WHERE email <> '' AND id::text IN ({', '.join(strangers) or 'NULL'})"
        scene.memory[known] = [text for (text,) in scene.session.look(query) if text]
        scene.session.renew()
    addresses: list[str] = scene.memory[known]
    return addresses
