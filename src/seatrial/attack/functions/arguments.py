"""What a function is called with: own identifiers, those of others, and values that it can work with."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from seatrial.attack.functions.slots import bare, key_of, stripped
from seatrial.rows.text import constants, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from seatrial.attack.functions.read import Argument, Function
    from seatrial.attack.functions.slots import Slot
    from seatrial.attack.scene import Row, Scene
    from seatrial.model.isolation import Kind

__all__ = ["MOST_ROWS", "Side", "Value", "colleague", "given", "names", "others", "own_side", "samples", "written"]

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_NOBODY = "00000000-0000-4000-8000-000000000000"
#: By type, where nothing better is known, as JSON has it.
_NEUTRAL: Mapping[str, object] = {
    "boolean": True, "date": "2025-01-01", "interval": "1 day", "time without time zone": "12:00",
    "timestamp with time zone": "2025-01-01T00:00:00Z", "timestamp without time zone": "2025-01-01T00:00:00",
    "json": {}, "jsonb": {}, "uuid": _NOBODY, "inet": "127.0.0.1", "cidr": "127.0.0.0/8", "bytea": "\\x00",
    "hstore": "", "tsquery": "x", "tsvector": "x", "xml": "<x/>", "point": "(0,0)", "jsonpath": "$", "ltree": "x",
    "regclass": "pg_class", "macaddr": "00:00:00:00:00:00", "bit": "1", "citext": "x",
}  # fmt: skip
_ADDRESSED = {"text", "character varying", "citext"}
MOST_SAMPLES = 13
#: Of the user's own in a table.
MOST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What stands for an argument."""

    sql: str
    #: The same for the REST layer.
    plain: object = None
    is_plain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Whose identifiers are given."""

    #: The key of a tenant, and a user.
    tenant: str
    user: str
    #: Of a table, a row that belongs to them; None where there is none.
    row: Callable[[str], Row | None]
    #: Where their mail goes; empty where nobody knows.
    email: str = ""


def own_side(scene: Scene, kind: Kind, function: Function, number: int = 0) -> Side:
    """The user's own; those who belong to no tenant have only somebody else's, of the first tenant.

    Args:
        scene: the seeded world.
        kind: who.
        function: what is called: rows that hold what it compares with come first.
        number: which of their rows, as not every row is in the state that a function wants.
    """
    label = next(iter(kind.roles), next(iter(scene.world.tenants)))

    def row(table: str) -> Row | None:
        known = ("mine", kind.name, table, function.name)
        if known not in scene.memory:
            foreign = {id(one) for one in _foreign(scene, kind, table)}
            mine = [one for one in scene.seeded(table) if id(one) not in foreign]
            mine = mine or [one for one in scene.seeded(table) if one.tenant == label]
            scene.memory[known] = _varied(mine, kind.user, frozenset(constants(function.text)))
        mine = scene.memory[known]
        return mine[number % len(mine)] if mine else None

    address = str(kind.claims.get("email") or "")
    return Side(tenant=scene.world.tenants[label], user=kind.user, row=row, email=address)


def _varied(rows: list[Row], user: str, words: frozenset[str]) -> list[Row]:
    """In an order in which each brings something new: a value that is compared with, or else one that rows share."""
    pairs = [{pair for pair in row.content.items() if isinstance(pair[1], (str, bool))} for row in rows]
    shared = Counter(pair for each in pairs for pair in each)
    told = [{pair for pair in each if pair[1] in words} for each in pairs]
    common = [{pair for pair in each if shared[pair] > 1} for each in pairs]
    left = list(range(len(rows)))
    found: list[Row] = []
    seen: set[tuple[str, object]] = set()
    while left and len(found) < MOST_ROWS:
        best = max(left, key=lambda one: (len(told[one] - seen), rows[one].owner == user, len(common[one] - seen)))
        left.remove(best)
        seen |= told[best] | common[best]
        found.append(rows[best])
    return found


def others(scene: Scene, kind: Kind, label: str, like: Side, number: int = 0) -> Side:
    """Of another tenant: rows that are most like some, so that what works with those would work with these."""

    def row(table: str) -> Row | None:
        pattern = like.row(table)
        found = [one for one in _foreign(scene, kind, table) if one.tenant == label]
        found.sort(key=lambda one: -_likeness(one, pattern))
        return found[min(number, len(found) - 1)] if found else None

    return Side(tenant=scene.world.tenants[label], user=kind.user, row=row)


def colleague(scene: Scene, kind: Kind, user: str, like: Side) -> Side:
    """Of another user: what tenants share stays one's own."""

    def row(table: str) -> Row | None:
        found = [one for one in _foreign(scene, kind, table) if one.owner and one.owner != kind.user]
        found.sort(key=lambda one: (one.owner != user, -_likeness(one, like.row(table))))
        return found[0] if found else like.row(table)

    return Side(tenant=like.tenant, user=user, row=row)


def _foreign(scene: Scene, kind: Kind, table: str) -> list[Row]:
    known = ("foreign", kind.name, table)
    if known not in scene.memory:
        scene.memory[known] = scene.foreign(kind, table)
    found: list[Row] = scene.memory[known]
    return found


def _likeness(row: Row, pattern: Row | None) -> int:
    if pattern is None:
        return 0
    return sum(pattern.content.get(name) == value for name, value in row.content.items())


def samples(scene: Scene, function: Function) -> list[Callable[[Side], str]]:
    """Texts to try for arguments of which nothing is known: what rows hold, and what the function compares with."""
    known = ("samples", function.name)
    if known not in scene.memory:
        found: list[Callable[[Side], str]] = [_constant("x")]
        found += [_reader(table, column) for table, column in islice(_text_columns(scene, function), 4)]
        found += [_reader(table, column) for table, column in islice(_number_keys(scene, function), 2)]
        if "execute" in function.text.lower():
            # It may want a name, a condition or a number.
            words = (word for pair in islice(names(scene, function), 2) for word in pair)
            found += [_constant(word) for word in (*words, "true", "1")]
        found += [_constant(text) for text in constants(function.source) if text and len(text) < 60]  # noqa: PLR2004
        scene.memory[known] = found[:MOST_SAMPLES]
    samples: list[Callable[[Side], str]] = scene.memory[known]
    return samples


def _reader(table: str, column: str) -> Callable[[Side], str]:
    def read(side: Side) -> str:
        row = side.row(table)
        return str((row.content.get(column) if row else None) or "x")

    return read


def _constant(text: str) -> Callable[[Side], str]:
    return lambda _: text


def names(scene: Scene, function: Function) -> Iterator[tuple[str, str]]:
    """Tables and one column of each, bare, as a function that builds SQL might be given them."""
    known = [name for name in (*function.mentions, *scene.relations) if name in scene.relations]
    for name in dict.fromkeys(known):
        relation = scene.relations[name]
        texts = [one.bare for one in relation.columns if one.type == "text"]
        yield bare(name.rpartition(".")[2]), next(iter(texts), relation.columns[0].bare if relation.columns else "ctid")


def _text_columns(scene: Scene, function: Function) -> Iterator[tuple[str, str]]:
    for table in function.mentions:
        if table not in scene.relations or not scene.relations[table].is_table:
            continue
        for column in scene.relations[table].columns:
            texts = [row.content.get(column.bare) for row in scene.seeded(table)]
            if column.type in {"text", "character varying", "citext"} and any(
                isinstance(text, str) and text and not _UUID.fullmatch(text) for text in texts
            ):
                yield table, column.bare


def _number_keys(scene: Scene, function: Function) -> Iterator[tuple[str, str]]:
    """Tables that a function speaks of whose key is a number, with its column."""
    for table in function.mentions:
        if table in scene.relations and scene.relations[table].is_table:
            yield from ((table, column) for column in key_of(scene.relations[table], "bigint"))


def given(
    scene: Scene, function: Function, slot: Slot, side: Side, *, sample: int = 0, source: int = 0
) -> Value | None:
    """The value for an argument; None where its default will do.

    Args:
        scene: the seeded world.
        function: what is called.
        slot: what the argument could take.
        side: whose identifiers are given.
        sample: which text stands where nothing is known.
        source: which table's key, where several could be meant.
    """
    argument = slot.argument
    declared = scene.tenancy.arguments.get(function.name, {}).get(argument.name)
    if declared is not None:
        return Value(sql=declared, is_plain=False)
    if argument.mode == "o":
        return Value(sql="NULL", is_plain=False)
    texts = samples(scene, function)
    text = texts[sample % len(texts)](side)
    found = _content(scene, function, slot, side, text, source)
    if found is None and argument.default is not None:
        return None
    if slot.sort == "record":
        content = literal(json.dumps(found or {}))
        return Value(sql=f"jsonb_populate_record(NULL::{argument.type}, {content})", is_plain=False)
    return written(slot, _by_type(slot, text) if found is None else found)


def _content(scene: Scene, function: Function, slot: Slot, side: Side, text: str, source: int) -> object:
    """As JSON has it; None where nothing is known."""
    if slot.sort == "plain":
        return None if slot.argument.default is not None else _named(scene, function, slot, side)
    if slot.sources:
        place = slot.source(source)
        row = side.row(place.table)
        content = dict(row.content) if row else None
        return content.get(place.column) if content and place.column else content
    if slot.keys:
        found = {name: _content(scene, function, inner, side, text, source) for name, inner in slot.keys}
        return {name: text if content is None else content for name, content in found.items()}
    return {"tenant": side.tenant, "identity": side.user or None}.get(slot.sort)


def _named(scene: Scene, function: Function, slot: Slot, side: Side) -> object:
    """What a row of a table that the function speaks of holds under the argument's name."""
    name = stripped(slot.argument.name)
    kind = slot.argument.element or slot.argument.base
    for table in function.mentions:
        relation = scene.relations.get(table)
        for column in relation.columns if relation and relation.is_table else ():
            if column.bare.lower() == name and column.type.split("(")[0] == kind:
                row = side.row(table)
                found = row.content.get(column.bare) if row else None
                if found is not None:
                    return found
    # Accounts of the platform are no table of the release.
    return side.email or None if "email" in name and kind in _ADDRESSED else None


def _by_type(slot: Slot, text: str) -> object:
    kind = slot.argument.element or slot.argument.base
    if slot.argument.is_enum:
        return None
    if slot.argument.category == "N":
        return int(text) if text.isdecimal() else 1
    if slot.argument.category == "S" or kind in {"text", "character varying", "name"}:
        return text
    return _NEUTRAL.get(kind)


def written(slot: Slot, content: object) -> Value:
    """What JSON holds, as SQL for an argument."""
    argument = slot.argument
    if content is None:
        return _unknown(argument)
    if argument.base in {"json", "jsonb"}:
        return Value(sql=f"{literal(json.dumps(content))}::{argument.type}", plain=content)
    if argument.element or isinstance(content, list):
        several = content if isinstance(content, list) else [content]
        return Value(sql=f"ARRAY[{', '.join(map(_literal, several))}]::{argument.type}", plain=several)
    return Value(sql=f"{_literal(content)}::{argument.type}", plain=content)


def _unknown(argument: Argument) -> Value:
    if argument.is_enum:
        return Value(sql=f"enum_first(NULL::{argument.type})", is_plain=False)
    if argument.type.startswith("any"):
        return Value(sql="ARRAY['x']" if "array" in argument.type else "'x'::text", is_plain=False)
    return Value(sql=f"NULL::{argument.type}")


def _literal(content: object) -> str:
    if isinstance(content, (dict, list)):
        return literal(json.dumps(content))
    return literal(str(content).lower() if isinstance(content, bool) else str(content))
