"""What an argument of a function could take: a tenant's key, a user's identifier, the key of a row, or just a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from math import prod
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.attack.functions.read import Argument, Function
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation

__all__ = [
    "MOST_SOURCES",
    "SECRETS",
    "Slot",
    "Source",
    "bare",
    "combinations",
    "key_of",
    "slots_of",
    "sources_of",
    "stripped",
]

Sort = Literal["tenant", "identity", "row", "json", "record", "plain"]

_PREFIX = re.compile(r"^(?:p|in|arg|par|param|v|i)?_+", re.IGNORECASE)
_SUFFIX = re.compile(r"_?(?:ids?|uuids?|keys?|refs?)$", re.IGNORECASE)
_JSON_KEY = re.compile(r"->>?\s*'(\w+)'")
#: `jsonb_to_record(p) AS x(a uuid, b text)`
_JSON_COLUMNS = re.compile(
    r"json_?b?_to_record(?:set)?\s*\(.*?\)\s*(?:as\s+)?\w*\s*\(([^)]*)\)", re.IGNORECASE | re.DOTALL
)
_TEXTS = {"text", "character varying", "character", "name"}
_NUMBERS = {"integer", "bigint", "smallint", "numeric"}
_USERS = {
    "user",
    "member",
    "actor",
    "owner",
    "profile",
    "person",
    "account",
    "uid",
    "author",
    "caller",
    "customer_user",
}
#: Whoever has one may do what it is for: knowing it is the right.
SECRETS = re.compile("token|secret|code|hash|password|passwd|signature|nonce|otp|api_key", re.IGNORECASE)
MOST_SOURCES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A column, by bare name, whose values an argument could take."""

    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """What may stand for one argument."""

    argument: Argument
    sort: Sort
    #: Of `row`: the most likely first. Of `record`: the table.
    sources: tuple[Source, ...] = ()
    #: Of `json`: what stands behind each key; empty where it takes a whole row of the first source's table.
    keys: tuple[tuple[str, Slot], ...] = ()
    #: How many numbers in turn stand for the same source, so that arguments can take keys of different tables.
    stride: int = 1

    def source(self, number: int) -> Source:
        """By the number of a combination of sources."""
        return self.sources[number // self.stride % len(self.sources)]

    @property
    def takes_foreign(self) -> bool:
        """Whether something of somebody else could be given."""
        itself = self.sort in {"tenant", "identity", "row", "record"} or (self.sort == "json" and bool(self.sources))
        return itself or any(slot.takes_foreign for _, slot in self.keys)

    @property
    def is_identity(self) -> bool:
        """Whether it says who somebody is."""
        return self.sort == "identity" or any(slot.is_identity for _, slot in self.keys)


def slots_of(scene: Scene, function: Function) -> tuple[Slot, ...]:
    """One for each argument that a caller gives, in order."""
    given = scene.tenancy.arguments.get(function.name, {})
    found: list[Slot] = []
    for one in function.arguments:
        is_value = one.name in given or one.mode == "o"
        slot = Slot(argument=one, sort="plain") if is_value else _slot(scene, function, one)
        found.append(replace(slot, stride=combinations(found)))
    return tuple(found)


def combinations(slots: Sequence[Slot]) -> int:
    """In how many ways each argument can take the key of one of its tables."""
    return prod(len(slot.sources) or 1 for slot in slots)


def stripped(name: str) -> str:
    """Without what says that it is an argument."""
    return _PREFIX.sub("", name).lower().strip("_") or name.lower()


def bare(name: str) -> str:
    """A quoted name without its quotes."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def _slot(scene: Scene, function: Function, argument: Argument) -> Slot:
    if argument.row_of and argument.row_of in scene.relations and scene.relations[argument.row_of].is_table:
        return Slot(argument=argument, sort="record", sources=(Source(table=argument.row_of, column=""),))
    if argument.base in {"json", "jsonb"}:
        return _json(scene, function, argument)
    kind = argument.element or argument.base
    name = stripped(argument.name)
    key = _key_type(scene)
    if _is_tenant(scene, name) and kind in {key, *_TEXTS}:
        return Slot(argument=argument, sort="tenant")
    if _is_identity(scene, name) and kind in {"uuid", *_TEXTS, *({key} & _NUMBERS)}:
        return Slot(argument=argument, sort="identity")
    sources = tuple(dict.fromkeys(sources_of(scene, function, name, kind)))[:MOST_SOURCES]
    if kind == key and sources and not any(_is_meant(scene, name, one) for one in sources):
        sources = _perhaps_tenant(scene, function, argument, sources)
    return Slot(argument=argument, sort="row" if sources else "plain", sources=sources)


def _is_meant(scene: Scene, name: str, source: Source) -> bool:
    return name == source.column.lower() or _resembles(name, scene.relations[source.table])


def _perhaps_tenant(
    scene: Scene, function: Function, argument: Argument, sources: tuple[Source, ...]
) -> tuple[Source, ...]:
    """What is known by its type alone may be a tenant's key, too; that comes first where it is put into its column."""
    declared = scene.tenancy
    tenant = Source(table=declared.tenant_table, column=bare(declared.tenant_key))
    columns = "|".join({re.escape(bare(rule.tenant)) for rule in declared.tables.values() if rule.tenant} - {"id"})
    equal = rf"\b(?:{columns})\s*=\s*(?:\w+\.)?{re.escape(argument.name)}\b"
    others = [one for one in sources if one != tenant][: MOST_SOURCES - 1]
    is_put = bool(columns and argument.name) and re.search(equal, function.source, re.IGNORECASE)
    return (tenant, *others) if is_put else (*others, tenant)


def _json(scene: Scene, function: Function, argument: Argument) -> Slot:
    names = dict.fromkeys(_JSON_KEY.findall(function.source))
    for columns in _JSON_COLUMNS.findall(function.source):
        names.update(dict.fromkeys(part.split()[0].strip('"') for part in columns.split(",") if part.split()))
    keys = tuple((name, _slot(scene, function, _keyed(name, argument))) for name in names)
    if not any(slot.takes_foreign for _, slot in keys) and "populate_record" in function.source.lower():
        tables = [name for name in function.mentions if name in scene.relations][:1]
        return Slot(argument=argument, sort="json", sources=tuple(Source(table=name, column="") for name in tables))
    return Slot(argument=argument, sort="json", keys=keys)


def _keyed(name: str, argument: Argument) -> Argument:
    """What stands behind a key of a document is text, and mostly the text of an identifier."""
    return replace(argument, name=name, type="text", base="text", element=None, category="S", default=None)


def _key_type(scene: Scene) -> str:
    tenants = scene.relations.get(scene.tenancy.tenant_table)
    found = [one.type for one in tenants.columns if one.name == scene.tenancy.tenant_key] if tenants else []
    return found[0] if found else "uuid"


def _is_tenant(scene: Scene, name: str) -> bool:
    declared = scene.tenancy
    columns = {bare(rule.tenant).lower() for rule in declared.tables.values() if rule.tenant} - {declared.tenant_key}
    table = bare(declared.tenant_table.rpartition(".")[2]).lower()
    claim = declared.claim.path.rpartition(".")[2] if declared.claim else ""
    words = {table, _singular(table), "tenant", claim, *columns} - {""}
    stem = _SUFFIX.sub("", name)
    if name in words or (stem and stem in {_SUFFIX.sub("", word) for word in words} | words):
        return True
    # `org` for organization, and `target_org` for one of them.
    last = stem.rpartition("_")[2]
    return len(last) >= 3 and any(word.startswith(last) for word in words) and not _is_column(scene, name)  # noqa: PLR2004


def _is_column(scene: Scene, name: str) -> bool:
    return any(one.bare.lower() == name for relation in scene.relations.values() for one in relation.columns)


def _is_identity(scene: Scene, name: str) -> bool:
    declared = scene.tenancy
    columns = {bare(rule.user).lower() for rule in declared.tables.values() if rule.user}
    columns |= {bare(declared.membership.user).lower()} if declared.membership else set()
    stem = _SUFFIX.sub("", name)
    return name in columns - {"id"} or name in _USERS or stem in _USERS or stem.rpartition("_")[2] in {"user", "member"}


def sources_of(scene: Scene, function: Function, name: str, kind: str) -> Iterator[Source]:
    """Columns whose values something could take, by its name and type, the likeliest first.

    Args:
        scene: the seeded world.
        function: what it is given to, with the tables that it speaks of.
        name: in small letters, without a prefix.
        kind: the type, or that of an element.
    """
    mentioned = [scene.relations[table] for table in function.mentions if table in scene.relations]
    mentioned = [one for one in mentioned if one.is_table]
    is_id = kind == "uuid" or (kind in {*_TEXTS, *_NUMBERS} and _SUFFIX.search(name) is not None)
    if SECRETS.search(name) or kind not in {"uuid", *_TEXTS, *_NUMBERS}:
        return
    for table in mentioned:
        yield from (Source(table=table.name, column=one) for one in _telling(table, name))
    if not is_id:
        return
    alike = sorted((one for one in mentioned if _resembles(name, one)), key=lambda one: len(one.name))
    others = [one for one in scene.relations.values() if one.is_table and not one.is_partition]
    for tables in (alike, mentioned, [one for one in others if _resembles(name, one)], others):
        found = [Source(table=one.name, column=column) for one in tables for column in key_of(one, kind)]
        yield from found
        # What is only known by its type is a guess; what is better known makes it needless.
        if found:
            return


def _telling(table: Relation, name: str) -> Iterator[str]:
    """A column of that name, if it tells one row from another."""
    for column in table.columns:
        if column.bare.lower() == name and (
            (column.name,) == table.key or any(one.columns == (column.name,) for one in table.uniques)
        ):
            yield column.bare


def key_of(table: Relation, kind: str) -> Iterator[str]:
    """The column, by bare name, that is the key of a table, where a type can take it."""
    if len(table.key) == 1:
        column = table.column(table.key[0])
        if column.type == kind or (kind in _TEXTS and column.type == "uuid") or {kind, column.type} <= _NUMBERS:
            yield column.bare


def _resembles(name: str, table: Relation) -> bool:
    words = {_singular(word) for word in _SUFFIX.sub("", name).split("_") if word}
    known = {_singular(word) for word in bare(table.name.rpartition(".")[2]).lower().split("_")}
    return bool(words) and words <= known


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word
