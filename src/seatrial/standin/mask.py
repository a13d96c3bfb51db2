"""What a picture of a target must not carry into a file: arguments of triggers, options of foreign tables. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.catalog import Catalog
    from seatrial.model.standin import Definition, Picture

__all__ = ["masked", "suspicious"]

MASK = "masked"
MASKED_URL = "https://masked.invalid"

#: As the server writes names and texts; a backslash stands only in a text with an E.
NAME = r'(?:"(?:[^"]|"")*"|[a-z_][a-z0-9_$]*)'
TEXT = r"(?:E'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*')"
ARGUMENTS = re.compile(rf"(EXECUTE FUNCTION {NAME}(?:\.{NAME})?\()({TEXT}(?:, {TEXT})*)(?=\)\Z)", re.DOTALL)
OPTIONS = re.compile(rf"(?<=OPTIONS \(){NAME} {TEXT}(?:, {NAME} {TEXT})*(?=\))", re.DOTALL)
OPTION = re.compile(rf"({NAME}) ({TEXT})", re.DOTALL)
#: As a catalog has the options of a foreign table or of its columns: `a=x, b=y`.
FACT = re.compile(r"([^=,\s]+)=(.*?)(?=, [^=,\s]+=|\Z)", re.DOTALL)
PART = re.compile(r'"(?:[^"]|"")*"|[^."]+')

RELATIONS = frozenset({"table", "foreign table", "view", "materialized view", "column"})
FOREIGN = frozenset({"foreign data wrapper", "foreign server", "foreign table"})
#: Arguments and values that say how something works, and cannot be a secret.
PLAIN = re.compile(r"|-?\d{1,6}(\.\d{1,6})?|true|false|on|off|GET|POST|PUT|PATCH|DELETE|HEAD|pg_catalog\.[a-z_]{1,30}")
#: Options of which a wrapper accepts only certain words.
CHOICES = frozenset({"analyze_sampling", "encoding", "format", "header", "log_verbosity", "on_error", "sslmode"})
CHOICE = re.compile(r"[A-Za-z0-9_-]{1,20}")
#: A key of a JSON object, such as the name of a header.
KEY = re.compile(r"[A-Za-z_-]{1,40}")

#: What tokens and keys begin with.
SECRET = re.compile(
    r"Bearer\s+[\w.~+/=-]{3,}|eyJ[\w-]{8,}|\b[prs]k_(?:live|test)_\w+|\bsb_secret_\w+|\bwhsec_\w+|\bgh[opsu]_\w{20,}"
    r"|\bxox[abprs]-\w+|\bAKIA[0-9A-Z]{16}|-----BEGIN"
)


def masked(picture: Picture) -> tuple[Picture, tuple[str, ...]]:
    """The picture with placeholders, which do as well where the stand-in is laid, and what has one now."""
    names = _names(picture.catalog)
    definitions = tuple(_definition(one, names) for one in picture.definitions)
    objects = {
        identity: replace(one, facts={fact: _fact(one.kind, fact, value, names) for fact, value in one.facts.items()})
        for identity, one in picture.catalog.objects.items()
    }
    changed = [old for old, new in zip(picture.definitions, definitions, strict=True) if old != new]
    return (
        replace(picture, definitions=definitions, catalog=replace(picture.catalog, objects=objects)),
        tuple(f"{'arguments' if one.kind == 'trigger' else 'options'} of {one.kind} {one.name}" for one in changed),
    )


def suspicious(picture: Picture) -> tuple[str, ...]:
    """Names of what holds a text that looks like a token or a key, wherever it stands."""
    found = [
        # A job without a name is called by its command.
        f"a {one.kind}" if SECRET.search(one.name) else f"{one.kind} {one.name}"
        for one in picture.definitions
        if SECRET.search(f"{one.sql} {one.tail} {one.shell}")
    ]
    found += [f"ledger {name}" for name, rows in picture.ledger.items() if any(map(SECRET.search, rows))]
    return tuple(dict.fromkeys(found))


def _definition(one: Definition, names: Collection[str]) -> Definition:
    if one.kind == "trigger":
        return replace(one, sql=_trigger(one.sql, names))
    if one.kind in FOREIGN or (one.parent and one.parent[0] in FOREIGN):
        return replace(one, sql=_options(one.sql), tail=_options(one.tail))
    return one


def _fact(kind: str, fact: str, value: str, names: Collection[str]) -> str:
    if kind == "trigger" and fact == "definition":
        return _trigger(value, names)
    if fact == "foreign options":
        return FACT.sub(lambda found: f"{found[1]}={_option(found[1], found[2])}", value)
    if kind in FOREIGN and fact.startswith("option "):
        return _option(fact.removeprefix("option "), value)
    return value


def _trigger(sql: str, names: Collection[str]) -> str:
    def argument(found: re.Match[str]) -> str:
        value = _value(found[0])
        return found[0] if value in names else _quoted(_placeholder(value))

    return ARGUMENTS.sub(lambda found: found[1] + re.sub(TEXT, argument, found[2], flags=re.DOTALL), sql)


def _options(sql: str) -> str:
    def option(found: re.Match[str]) -> str:
        return f"{found[1]} {_quoted(_option(_bare(found[1]), _value(found[2])))}"

    return OPTIONS.sub(lambda found: OPTION.sub(option, found[0]), sql)


def _option(name: str, value: str) -> str:
    return value if name in CHOICES and CHOICE.fullmatch(value) else _placeholder(value)


def _placeholder(value: str) -> str:
    """Something of the same shape, so that a function that reads it still can."""
    if PLAIN.fullmatch(value):
        return value
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return MASKED_URL if value.startswith(("http://", "https://")) else MASK
    return json.dumps(_inside(found)) if isinstance(found, dict | list) else MASK


def _inside(found: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(found, dict):
        return {key if KEY.fullmatch(key) else MASK: _inside(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_inside(one) for one in found]
    return found if found is None or isinstance(found, bool) else _placeholder(found) if isinstance(found, str) else 0


def _value(text: str) -> str:
    inside = text[text.index("'") + 1 : -1].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", inside, flags=re.DOTALL) if text.startswith("E") else inside


def _quoted(value: str) -> str:
    doubled = value.replace("'", "''")
    return "E'" + doubled.replace("\\", "\\\\") + "'" if "\\" in doubled else f"'{doubled}'"


def _names(catalog: Catalog) -> frozenset[str]:
    """Of tables and columns, with and without their schema: a trigger's function is told of those."""
    return frozenset(spelled for kind, name in catalog.objects if kind in RELATIONS for spelled in _spelled(name))


def _spelled(name: str) -> Iterator[str]:
    yield name
    yield _bare(PART.findall(name)[-1])


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
