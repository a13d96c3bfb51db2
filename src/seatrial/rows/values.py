"""A value of every type out of the number of a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rows.choice import ENOUGH, NUMBER, Choice
from seatrial.rows.sized import SIZED
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from seatrial.rows.facts import Type

__all__ = ["NUMBERS", "TIMES", "Maker", "kind"]

NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "money"})
TIMES = frozenset({"date", "timestamp", "timestamptz"})
N = NUMBER

#: Expression and room of the types that have no length and no parts.
_SIMPLE: dict[str, tuple[str, int]] = {
    "bool": (f"{N} % 2 = 0", 2),
    "int2": (f"{N} % 32767 + 1", 32767),
    "int4": (f"{N} % 2147483647 + 1", 2**31 - 1),
    "int8": (f"{N} + 1", ENOUGH),
    "float4": (f"{N} % 16777216 + 1", 2**24),
    "float8": (f"{N} + 1", ENOUGH),
    "money": (f"(({N} % 100000000) + 1)::numeric::money", 10**8),
    "time": (f"time '00:00' + {N} % 86400 * interval '1 second'", 86400),
    "timetz": (f"timetz '00:00+00' + {N} % 86400 * interval '1 second'", 86400),
    "interval": (f"({N} + 1) * interval '1 second'", ENOUGH),
    "inet": (f"inet '10.0.0.0' + {N} % 16777216", 2**24),
    "cidr": (f"(inet '10.0.0.0' + {N} % 16777216)::cidr", 2**24),
    "macaddr": (f"lpad(to_hex({N}), 12, '0')::macaddr", ENOUGH),
    "macaddr8": (f"lpad(to_hex({N}), 16, '0')::macaddr8", ENOUGH),
    "oid": (f"({N} % 2147483647 + 1)::oid", 2**31 - 1),
    "xid": (f"({N} % 4294967295 + 1)::text::xid", ENOUGH),
    "xid8": (f"({N} + 1)::text::xid8", ENOUGH),
    "cid": (f"({N} % 4294967295)::text::cid", ENOUGH),
    "tid": (f"('(' || {N} % 4294967295 || ',1)')::tid", ENOUGH),
    "char": (f'chr(97 + ({N} % 26)::int)::"char"', 26),
    "pg_lsn": (f"('0/' || to_hex({N} % 4294967296))::pg_lsn", ENOUGH),
    "point": (f"point({N}, {N} + 1)", ENOUGH),
    "line": (f"line(point({N}, 0), point({N} + 1, 1))", ENOUGH),
    "lseg": (f"lseg(point({N}, 0), point({N} + 1, 1))", ENOUGH),
    "box": (f"box(point({N} * 3, 0), point({N} * 3 + 1, 1))", ENOUGH),
    "path": (f"('((' || {N} || ',0),(' || {N} + 1 || ',1))')::path", ENOUGH),
    "polygon": (f"('((' || {N} || ',0),(' || {N} + 1 || ',1),(' || {N} || ',2))')::polygon", ENOUGH),
    "circle": (f"circle(point({N} * 3, 0), 1)", ENOUGH),
    "tsvector": (f"to_tsvector('simple', 'word word' || {N})", ENOUGH),
    "tsquery": (f"to_tsquery('simple', 'word' || {N})", ENOUGH),
    "jsonpath": (f"('$.key' || {N})::jsonpath", ENOUGH),
    "xml": (f"('<value>' || {N} || '</value>')::xml", 1),
    "pg_snapshot": (f"({N} + 3 || ':' || {N} + 3 || ':')::pg_snapshot", ENOUGH),
    "txid_snapshot": (f"({N} + 3 || ':' || {N} + 3 || ':')::txid_snapshot", ENOUGH),
    "regclass": ("'pg_catalog.pg_class'", 1),
    "regtype": ("'integer'", 1),
    "regproc": ("'pg_catalog.now'", 1),
    "regprocedure": ("'pg_catalog.now()'", 1),
    "regoper": ("'pg_catalog.||/'", 1),
    "regoperator": ("'pg_catalog.+(integer,integer)'", 1),
    "regnamespace": ("'pg_catalog'", 1),
    "regrole": ("'pg_monitor'", 1),
    "regconfig": ("'pg_catalog.simple'", 1),
    "regdictionary": ("'pg_catalog.simple'", 1),
    "regcollation": ("'pg_catalog.\"C\"'", 1),
    "hstore": (f"'key=>' || {N}", ENOUGH),
    "ltree": (f"'root.item' || {N}", ENOUGH),
    "lquery": (f"'root.item' || {N}", ENOUGH),
    "ltxtquery": (f"'item' || {N}", ENOUGH),
}  # fmt: skip

#: Start and step of the types that follow time; neighbours of the coarse step share no day, week or month.
_TIMES = {
    "date": ("date '2024-01-01' + ({n})::int", 2_000_000, 64),
    "timestamp": ("timestamp '2024-01-01 00:00' + ({n}) * interval '1 minute'", 2**31, 64 * 1440),
    "timestamptz": ("timestamptz '2024-01-01 00:00+00' + ({n}) * interval '1 minute'", 2**31, 64 * 1440),
}
#: Types whose ranges can be laid one behind the other.
_IN_ORDER = frozenset({"int4", "int8", "numeric", *_TIMES})


def kind(made: Type) -> str:
    """What is done with a type: its name, or what it is composed of."""
    if made.kind in "derm":
        return {"d": "domain", "e": "enum", "r": "range", "m": "multirange"}[made.kind]
    if made.kind == "c":
        return "composite"
    return "array" if made.element else made.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Makes values with what is known of the types."""

    types: Mapping[int, Type]
    #: For domains inside of arrays and composites: what satisfies their checks.
    domains: Mapping[int, Choice]
    #: Tells apart identifiers that come from the same number: of another seed, table or column.
    salt: str

    def make(self, made: Type, typmod: int = -1, *, width: int = 0, coarse: bool = False) -> Choice | None:
        """The plain choice for a type, or nothing for one that is not known.

        Args:
            made: the type; of a domain without its checks.
            typmod: as in `pg_attribute`.
            width: bytes that a value takes on average; 0 where nobody knows.
            coarse: values that differ by little may count as equal.
        """
        name = kind(made)
        if name in _SIMPLE:
            text, room = _SIMPLE[name]
            return Choice(text=text, room=room)
        if name in _TIMES:
            return _time(*_TIMES[name], coarse=coarse)
        if name == "uuid":
            return Choice(text=f"md5({literal(self.salt + ':')} || {N})::uuid", room=ENOUGH)
        if name in SIZED:
            return SIZED[name](name, typmod, width)
        return self._composed(name, made, typmod)

    def _composed(self, name: str, made: Type, typmod: int) -> Choice | None:
        """Types that are made of others."""
        makers: dict[str, Callable[[], Choice | None]] = {
            "domain": lambda: self.domains.get(made.oid),
            "enum": lambda: _label(made),
            "array": lambda: self._list(made, typmod),
            "range": lambda: self._range(made, f"{made.label}({{}})"),
            "multirange": lambda: self._range(
                self.types[made.range], f"{made.label}({self.types[made.range].label}({{}}))"
            ),
            "composite": lambda: self._record(made),
        }
        return makers[name]() if name in makers else None

    def _list(self, made: Type, typmod: int) -> Choice | None:
        element = self.make(self.types[made.element], typmod)
        return element and self.array(made, element, 2)

    def _record(self, made: Type) -> Choice:
        fields = [self.make(self.types[oid], typmod) for oid, typmod in made.fields]
        text = ", ".join(field.text if field else "NULL" for field in fields)
        return Choice(text=f"ROW({text})::{made.label}", room=max([field.room for field in fields if field], default=1))

    def array(self, made: Type, element: Choice, length: int, rank: int = 0) -> Choice:
        """An array of some length whose elements follow each other."""
        elements = ", ".join(element.at(f"({N} + {place})") for place in range(length))
        return Choice(text=f"ARRAY[{elements}]::{made.label}", room=element.room if length else 1, rank=rank)

    def _range(self, made: Type, call: str) -> Choice | None:
        """One behind the other where the values have an order that we follow, else of one value each."""
        subtype = self.types[made.subtype]
        inner = self.make(subtype)
        if inner is None:
            return None
        ends, bounds, room = (N, N), "[]", inner.room
        if kind(subtype) in _IN_ORDER:
            ends, bounds, room = (f"({N} * 2)", f"({N} * 2 + 1)"), "[)", inner.room // 2
        lower, upper = (f"({inner.at(end)})::{subtype.label}" for end in ends)
        return Choice(text=call.format(f"{lower}, {upper}, '{bounds}'"), room=room)


def _time(text: str, room: int, step: int, *, coarse: bool) -> Choice:
    if not coarse:
        return Choice(text=text.format(n=f"{N} % {room}"), room=room)
    return Choice(text=text.format(n=f"{N} % {room // step} * {step}"), room=room // step)


def _label(made: Type) -> Choice | None:
    cases = " ".join(f"WHEN {place} THEN {literal(label)}::{made.label}" for place, label in enumerate(made.labels))
    return Choice(text=f"CASE {N} % {len(made.labels)} {cases} END", room=len(made.labels)) if cases else None
